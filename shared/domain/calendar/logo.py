"""A calendar's logo: which images are accepted. The content decides, never a file name or media type."""

import hashlib
from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate

from shared.domain.errors import FieldProblem, InvalidFields


LARGEST = 60 * 1024
SVG = "http://www.w3.org/2000/svg svg"
NOT_AN_IMAGE = "not a PNG, JPEG, WebP or SVG image"
CUT_OFF = FieldProblem("cut-off", "the picture ends before it is whole: its upload or its saving was interrupted")
PNG, START_OF_SCAN, MUCH = b"\x89PNG\r\n\x1a\n", 0xDA, 20


def logo_hash(data: bytes) -> str:
    """Return the name under which a logo is served; it changes with the content."""
    return hashlib.sha256(data).hexdigest()[:32]


def logo_type(data: bytes) -> str:
    """Return the media type of a PNG, JPEG, WebP or SVG. Raise InvalidFields for anything else or too large."""
    if len(data) > LARGEST:
        raise InvalidFields([("/logo", "larger than 60 KB")])
    kind, is_whole = _kind_of(data)
    if kind and not is_whole(data):
        raise InvalidFields([CUT_OFF.at("/logo")])
    if not kind and (problem := _svg_problem(data)):
        raise InvalidFields([("/logo", problem)])
    return kind or "image/svg+xml"


def _kind_of(data: bytes) -> tuple[str, Callable[[bytes], bool]]:
    """Return the media type of a picture in pixels, and how to tell that it has its end; empty for none."""
    if data.startswith(PNG):
        return "image/png", _is_whole_png
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _is_whole_jpeg
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", lambda webp: len(webp) >= int.from_bytes(webp[4:8], "little") + 8 > MUCH
    return "", bool


def _is_whole_png(data: bytes) -> bool:
    """Return whether its chunks follow each other up to the last one, IEND, and one of them has pixels."""
    at, kinds = len(PNG), []
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        kinds.append(kind)
        if kind == b"IEND":
            return at <= len(data) and kinds[0] == b"IHDR" and b"IDAT" in kinds
    return False


def _is_whole_jpeg(data: bytes) -> bool:
    """Return whether its segments lead to a scan that has its end; a thumbnail within a segment has one too."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # fill bytes may come before a marker
            at += 1
            continue
        if data[at + 1] == START_OF_SCAN:
            return data.find(b"\xff\xd9", at) > 0
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


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
