"""What a row can hold."""

from collections.abc import Mapping

from shared.domain.errors import InvalidFields


LARGEST_ROW = 900_000  # bytes; the table takes 1 MiB


def require_fit(changes: Mapping[str, Mapping[str, object] | None]) -> None:
    """Raise InvalidFields for a row of texts and lists that are small one by one, but more than a row can hold."""
    for values in changes.values():
        texts = [one for one in (values or {}).values() if isinstance(one, str)]
        if sum(len(text.encode("utf-16-le")) for text in texts) > LARGEST_ROW:
            raise InvalidFields([("", "more in all than can be kept")])
