"""Forms with files, as browsers send them (multipart/form-data, RFC 7578), in time linear in their size.

The parser of the standard library is one for mail: parts within parts and odd headers take it seconds or fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    import azure.functions as func

KIND = "multipart/form-data"
BOUNDARY = re.compile(r"""multipart/form-data[ ]?;[ ]?boundary="?([\w'()+,./:=?-]{1,70})"?(?:;.*)?""", re.ASCII)
NAME = re.compile(rb'\r\nContent-Disposition: ?form-data; ?name="([^"\r\n]*)"', re.IGNORECASE)
END = b"--"


def is_multipart(req: func.HttpRequest) -> bool:
    """Return whether a form was sent with files."""
    return str(req.headers.get("content-type", "")).startswith(KIND)


def parts_of(req: func.HttpRequest) -> list[tuple[str, bytes]]:
    """Return the names and contents of the form's controls; none for a body that is malformed."""
    found = BOUNDARY.fullmatch(str(req.headers["content-type"]))
    if found is None:
        return []
    boundary = found[1]
    between = re.compile(rb"\r\n--" + re.escape(boundary).encode() + rb"(?=\r\n|--)")
    _, *parts = between.split(b"\r\n" + req.get_body())
    if not parts or not parts[-1].startswith(END):  # cut off on its way
        return []
    halves = (one.partition(b"\r\n\r\n") for one in parts[:-1])
    named = [(NAME.search(head), content) for head, _, content in halves]
    return [(name[1].decode("utf-8", "replace"), content) for name, content in named if name]
