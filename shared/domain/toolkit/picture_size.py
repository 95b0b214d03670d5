"""How many pixels a picture has, by its first bytes; of an SVG how wide and high it says it is."""

from __future__ import annotations

import re
from xml.parsers.expat import ExpatError, ParserCreate


SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # segments of JPEG with a size
LENGTH = re.compile(r"\s*([0-9.]+)(?:px|pt|mm|cm|in)?\s*")
UNKNOWN = (0, 0)


def picture_size(data: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG, JPEG, WebP or SVG; 0 by 0 where they cannot be found."""
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"\xff\xd8"):
        return _of_jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _of_webp(data)
    return _of_svg(data)


def _of_jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # fill bytes may come before a marker
            at += 1
            continue
        if data[at + 1] in SIZED:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return UNKNOWN


def _of_webp(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        both = int.from_bytes(data[21:25], "little")
        return (both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return UNKNOWN


def _of_svg(data: bytes) -> tuple[int, int]:
    """Return the size of the root element in thousandths: only how they relate to each other is of use."""
    found: list[dict[str, str]] = []
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    try:
        parser.Parse(data, True)
    except (ExpatError, ValueError, LookupError):
        return UNKNOWN
    box = [_thousandths(one) for one in re.split(r"[\s,]+", found[0].get("viewBox", "").strip())]
    if len(box) == 4 and all(box[2:]):
        return box[2], box[3]
    width, height = (_thousandths(found[0].get(name, "")) for name in ("width", "height"))
    return (width, height) if width and height else UNKNOWN


def _thousandths(text: str) -> int:
    """Return a length; 0 for what is none."""
    try:
        return round(float(found[1]) * 1000) if (found := LENGTH.fullmatch(text)) else 0
    except (ValueError, OverflowError):
        return 0
