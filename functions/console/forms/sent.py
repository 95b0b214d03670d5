"""A submitted form of the console, where a name may come several times."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from functions.http.boundary import LARGEST_BODY, BadRequest, BodyTooLarge
from functions.http.multipart import is_multipart, parts_of


if TYPE_CHECKING:
    from collections.abc import Iterator

    import azure.functions as func

MOST_FIELDS = 5000  # a thousand people with boxes to tick, or a week of hours


class SentForm:
    """The values of a form by the names of its controls, in the order in which they stand on the page."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value.strip().replace("\r\n", "\n"))

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a name: a pressed button comes last."""
        return self._values.get(name, [default])[-1]

    def all(self, name: str) -> list[str]:
        """Return every value of a name; empty if there is none."""
        return self._values.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


def sent_file(req: func.HttpRequest, name: str) -> bytes:
    """Return the content of a file that was sent with a form; empty if none was chosen."""
    return dict(parts_of(req)).get(name, b"") if is_multipart(req) else b""


def read_sent(req: func.HttpRequest, largest: int = LARGEST_BODY) -> SentForm:
    """Return the submitted form. Raises BodyTooLarge over `largest` bytes, BadRequest for too many fields.

    A form with a file comes as multipart/form-data; the file itself is read by `sent_file`.
    """
    body = req.get_body()
    if len(body) > largest:
        raise BodyTooLarge
    if is_multipart(req):
        return SentForm([(name, content.decode("utf-8", "replace")) for name, content in parts_of(req)])
    try:
        text = body.decode("utf-8", "replace")
        return SentForm(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise BadRequest from None
