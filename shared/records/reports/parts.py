"""Columns that are longer than one of the table can be: cut into parts `s`, `s1`, `s2` and so on."""

from collections.abc import Mapping

from shared.records.table import Values


PART, LARGEST = 65_536, 1_000_000  # bytes of a column, and of a row


def cut(columns: Mapping[str, bytes]) -> Values | None:
    """Return columns in parts; None if they are more than a row can hold."""
    if sum(map(len, columns.values())) > LARGEST:
        return None
    return {
        f"{name}{at // PART or ''}": value[at : at + PART]
        for name, value in columns.items()
        for at in range(0, len(value), PART)
    }


def part_names(name: str, most: int) -> list[str]:
    """Return the names of up to so many parts of a column."""
    return [f"{name}{number or ''}" for number in range(most)]


def whole(values: Values, name: str) -> bytes:
    """Return a column of which all parts were read; empty if there are none."""
    found, number = bytes(values.get(name, b"")), 1
    while f"{name}{number}" in values:
        found, number = found + values[f"{name}{number}"], number + 1
    return found
