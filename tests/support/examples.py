"""How many examples are made of what is generated: all by `make prove`, by `make test` a part, by `make quick` a few."""

PART, FEW, FEWEST = 3, 30, 10


class Examples:
    """Told by tests/conftest.py, before any test is imported."""

    is_full = False
    is_quick = False


def examples(of_all: int) -> int:
    """Return how many of them this run makes."""
    share = FEW if Examples.is_quick else PART
    return of_all if Examples.is_full else max(of_all // share, min(of_all, FEWEST))
