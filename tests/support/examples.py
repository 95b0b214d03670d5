"""How many examples are made of what is generated: all by `make prove`, and by `make test` a part of them."""

PART, FEWEST = 3, 10


class Examples:
    """Told by tests/conftest.py, before any test is imported."""

    is_full = False


def examples(of_all: int) -> int:
    """Return how many of them this run makes."""
    return of_all if Examples.is_full else max(of_all // PART, min(of_all, FEWEST))
