"""Limits the size of a row."""

from collections.abc import Mapping

from shared.domain.errors import InvalidFields


LARGEST_ROW = 900_000  # bytes; the table takes 1 MiB


def require_fit(changes: Mapping[str, Mapping[str, object] | None]) -> None:
    """Raise InvalidFields if a document is too large for a row, although each field is within its limit."""
    for values in changes.values():
        texts = [one for one in (values or {}).values() if isinstance(one, str)]
        if sum(len(text.encode("utf-16-le")) for text in texts) > LARGEST_ROW:
            raise InvalidFields([("", "more in all than can be kept")])
