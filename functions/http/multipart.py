"""Forms with files, as browsers send them (multipart/form-data), without temporary files."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    import azure.functions as func

KIND = "multipart/form-data"


def is_multipart(req: func.HttpRequest) -> bool:
    """Return whether a form was sent with files."""
    return str(req.headers.get("content-type", "")).startswith(KIND)


def parts_of(req: func.HttpRequest) -> list[tuple[str, bytes]]:
    """Return the names and contents of the form's controls; none for a body that is malformed."""
    head = f"Content-Type: {req.headers['content-type']}\r\n\r\n".encode("ascii", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + req.get_body())
    parts = message.iter_parts() if message.is_multipart() else ()
    named = [(one.get_param("name", header="content-disposition"), one.get_payload(decode=True)) for one in parts]
    return [(name, content) for name, content in named if isinstance(name, str) and isinstance(content, bytes)]
