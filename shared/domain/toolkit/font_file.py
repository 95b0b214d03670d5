"""A calendar's own font for its infographic: which files are accepted. The content decides, never a file name."""

import hashlib
from collections.abc import Iterator, Mapping
from struct import error, unpack_from
from typing import NamedTuple

from shared.domain.errors import FieldProblem, InvalidFields


LARGEST_FONT = 600 * 1024
TRUETYPE, OPENTYPE, APPLE = b"\x00\x01\x00\x00", b"OTTO", b"true"
NEEDED = (b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"OS/2")
OUTLINES = (b"glyf", b"CFF ")
RESTRICTED, WHOLE_ONLY, NO_OUTLINES = 0x0002, 0x0100, 0x0200  # bits of OS/2.fsType
FAMILY_NAMES = (16, 1)  # the name of the family, then the older one
LONGEST_FAMILY, MOST_TABLES, MOST_NAMES, LONGEST_NAME = 80, 64, 5_000, 1_000
LAST_CHARACTER = 0x10FFFF
MOST_CHARACTERS = 280_000  # of all parts of a table cmap, with their segments: four times as many as a font draws
NO_FONT = FieldProblem("no-font", "no TrueType or OpenType font")
LARGE_FONT = FieldProblem("large-font", "larger than 600 KB")
CUT_FONT = FieldProblem("cut-font", "the file ends before the font is whole")
CLOSED_FONT = FieldProblem("closed-font", "a font that may not be embedded, by what it says of its licence")
VARIABLE_FONT = FieldProblem("variable-font", "a variable font: one weight of it is needed")
FontTables = Mapping[bytes, tuple[int, int]]


class FontFile(NamedTuple):
    """What a font says of itself: the name of its family, and the characters that it has."""

    family: str
    characters: frozenset[int]


def font_hash(data: bytes) -> str:
    """Return the name under which a font is served; it changes with the content."""
    return hashlib.sha256(data).hexdigest()[:32]


def font_type(data: bytes) -> str:
    """Return the media type of a font."""
    return "font/otf" if data.startswith(OPENTYPE) else "font/ttf"


def read_font(data: bytes) -> FontFile:
    """Return what a font file says. Raise InvalidFields for what is none, is not whole, or may not be embedded."""
    if len(data) > LARGEST_FONT:
        raise InvalidFields([LARGE_FONT.at("/font")])
    if data[:4] not in (TRUETYPE, OPENTYPE, APPLE):
        raise InvalidFields([NO_FONT.at("/font")])
    try:
        tables = _tables(data)
        if problem := _problem(data, tables):
            raise InvalidFields([problem.at("/font")])
        found = FontFile(_family(data, tables[b"name"][0]), characters_of(data))
    except (error, UnicodeDecodeError, ValueError):
        raise InvalidFields([NO_FONT.at("/font")]) from None
    if not found.family or not found.characters:
        raise InvalidFields([NO_FONT.at("/font")])
    return found


def _tables(data: bytes) -> FontTables:
    (count,) = unpack_from(">H", data, 4)
    if count > MOST_TABLES:
        raise ValueError("too many tables")
    entries = (unpack_from(">4sLLL", data, 12 + 16 * place) for place in range(count))
    return {name: (offset, length) for name, _, offset, length in entries}


def _problem(data: bytes, tables: FontTables) -> FieldProblem | None:
    if any(offset + length > len(data) for offset, length in tables.values()):
        return CUT_FONT
    if not set(NEEDED) <= tables.keys() or not tables.keys() & set(OUTLINES):
        return NO_FONT
    if b"fvar" in tables:
        return VARIABLE_FONT
    (licence,) = unpack_from(">H", data, tables[b"OS/2"][0] + 8)
    # of several kinds of licence the freest counts; what is embedded is a part of the font, as outlines
    is_restricted = licence & 0x000F == RESTRICTED
    return CLOSED_FONT if is_restricted or licence & (WHOLE_ONLY | NO_OUTLINES) else None


def _family(data: bytes, at: int) -> str:
    """Return the name of the family, as Windows has it, or else the Macintosh."""
    count, texts = unpack_from(">HH", data, at + 2)
    if count > MOST_NAMES:
        raise ValueError("too many names")
    found: dict[tuple[int, int], str] = {}
    for place in range(count):
        system, _, language, kind, length, offset = unpack_from(">6H", data, at + 6 + 12 * place)
        if kind in FAMILY_NAMES and (system, language) in ((3, 0x409), (1, 0)):
            if length > LONGEST_NAME:
                raise ValueError("too long a name")
            raw = data[at + texts + offset : at + texts + offset + length]
            found[kind, system] = raw.decode("utf-16-be" if system == 3 else "mac-roman")
    names = (found.get((kind, system), "") for kind in FAMILY_NAMES for system in (3, 1))
    name = next((one for one in names if one), "")
    return "".join(sign for sign in name if sign.isprintable()).strip()[:LONGEST_FAMILY]


def characters_of(data: bytes) -> frozenset[int]:
    """Return the characters of a font, by its table cmap in the formats 4 and 12. Raise ValueError or error.

    It takes some time, so call it in a thread. The parts of the table may overlap, so all they say is bounded.
    """
    start, (found, known) = _tables(data)[b"cmap"][0], (set[int](), set[int]())
    left = MOST_CHARACTERS
    (count,) = unpack_from(">H", data, start + 2)
    for place in range(min(count, MOST_TABLES)):
        (offset,) = unpack_from(">L", data, start + 8 + 8 * place)
        (kind,) = unpack_from(">H", data, start + offset)
        if offset in known:  # several systems share one
            continue
        known.add(offset)
        spans = SPANS[kind](data, start + offset) if kind in SPANS else ()
        for first, last in spans:
            left -= max(last + 1 - first, 0) + 1
            if last > LAST_CHARACTER or left < 0:
                raise ValueError("more characters than there are")
            found.update(range(first, last + 1))
    return frozenset(found)


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    (double,) = unpack_from(">H", data, at + 6)
    for place in range(0, double, 2):
        (last,) = unpack_from(">H", data, at + 14 + place)
        (first,) = unpack_from(">H", data, at + 16 + double + place)
        yield first, min(last, 0xFFFE)  # 0xFFFF is no character: it ends the segments


def _groups(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    (groups,) = unpack_from(">L", data, at + 12)
    for group in range(groups):
        first, last, _ = unpack_from(">LLL", data, at + 16 + 12 * group)
        yield first, last


SPANS = {4: _segments, 12: _groups}
"""What reads the first and last character of each part of a table cmap, by its format."""
