"""A calendar's logo: what it may be, told by its content; whatever name or type came with it says nothing."""

import hashlib
from xml.etree import ElementTree as ET

from shared.domain.errors import InvalidFields


LARGEST = 60 * 1024
SVG = "{http://www.w3.org/2000/svg}svg"


def logo_hash(data: bytes) -> str:
    """Return the name under which a logo is served: other bytes have another."""
    return hashlib.sha256(data).hexdigest()[:32]


def logo_type(data: bytes) -> str:
    """Return the media type of a PNG, JPEG, WebP or SVG. Raises InvalidFields for anything else or too large."""
    if len(data) > LARGEST:
        raise InvalidFields([("/logo", "larger than 60 KB")])
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if _is_svg(data):
        return "image/svg+xml"
    raise InvalidFields([("/logo", "not a PNG, JPEG, WebP or SVG image")])


def _is_svg(data: bytes) -> bool:
    """Whether it is a well-formed SVG in UTF-8 that declares no entities, which could grow without end."""
    try:
        text = data.decode("utf-8-sig")
        return "<!DOCTYPE" not in text and ET.fromstring(text).tag == SVG  # noqa: S314 - no entities
    except (UnicodeDecodeError, ET.ParseError, ValueError):
        return False
