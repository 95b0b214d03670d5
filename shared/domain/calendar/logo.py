"""A calendar's logo: which images are accepted. The content decides, never a file name or media type."""

import hashlib
from xml.parsers.expat import ExpatError, ParserCreate

from shared.domain.errors import InvalidFields


LARGEST = 60 * 1024
SVG = "http://www.w3.org/2000/svg svg"
NOT_AN_IMAGE = "not a PNG, JPEG, WebP or SVG image"


def logo_hash(data: bytes) -> str:
    """Return the name under which a logo is served; it changes with the content."""
    return hashlib.sha256(data).hexdigest()[:32]


def logo_type(data: bytes) -> str:
    """Return the media type of a PNG, JPEG, WebP or SVG. Raise InvalidFields for anything else or too large."""
    if len(data) > LARGEST:
        raise InvalidFields([("/logo", "larger than 60 KB")])
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if problem := _svg_problem(data):
        raise InvalidFields([("/logo", problem)])
    return "image/svg+xml"


def _svg_problem(data: bytes) -> str:
    """Return why this is not an acceptable SVG; empty if it is one.

    A plain DOCTYPE, as drawing programs write it, is harmless: it is not fetched. One with declarations of its own
    is refused: entities can expand without limit.
    """
    try:
        _Drawing().parse(data)
    except _Refused as refused:
        return str(refused)
    except (ExpatError, ValueError, LookupError):
        return NOT_AN_IMAGE
    return ""


class _Refused(Exception):
    pass


class _Drawing:
    """Parses an SVG in any encoding of XML, in one go and without recursion, and keeps nothing of it."""

    def __init__(self) -> None:
        self.root = ""
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._on_doctype
        self.parser.StartElementHandler = self._on_element
        self.parser.SkippedEntityHandler = self._on_entity

    def parse(self, data: bytes) -> None:
        """Raise _Refused or ExpatError unless this is an acceptable SVG."""
        self.parser.Parse(data, True)

    def _on_doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            raise _Refused(
                "an SVG whose DOCTYPE declares entities or attributes in brackets: save it without them"
            )

    def _on_element(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if self.root != SVG:
            raise _Refused(NOT_AN_IMAGE)

    def _on_entity(self, name: str, _is_parameter: bool) -> None:
        raise _Refused(f"an SVG with an entity that nothing declares: {name[:40]}")
