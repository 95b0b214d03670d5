"""Which files are fonts for the infographic, whatever is in them."""

from random import Random
from struct import pack_into

import pytest

from shared.domain.errors import InvalidFields
from shared.domain.toolkit.font_file import LARGEST_FONT, characters_of, font_type, read_font
from tests.support.fonts import a_font, table


def problem(data: bytes) -> str:
    try:
        read_font(data)
    except InvalidFields as refused:
        return refused.errors[0].code
    return ""


def test_a_font_says_its_name_and_its_characters():
    font = read_font(a_font())
    assert font.family == "Intar"
    assert {ord("A"), ord("é"), ord("ж")} <= font.characters
    assert ord("中") not in font.characters
    assert (font_type(a_font()), font_type(b"OTTO")) == ("font/ttf", "font/otf")


@pytest.mark.parametrize(
    ("licence", "code"),
    [(0, ""), (4, ""), (8, ""), (2, "closed-font"), (6, ""), (0x100, "closed-font"), (0x208, "closed-font")],
)
def test_what_its_licence_allows_counts(licence, code):
    assert problem(a_font(licence=licence)) == code


def test_what_is_no_font_is_told_from_what_is_not_whole():
    whole = a_font()
    for data in (b"", b"wOF2" + whole[4:], b"\x89PNG\r\n\x1a\n", b"OTTO", whole[:20], b"%PDF" * 9):
        assert problem(data) == "no-font"
    assert problem(whole[: len(whole) // 2]) == "cut-font"
    assert problem(whole + bytes(LARGEST_FONT)) == "large-font"
    variable = whole.replace(b"GDEF", b"fvar", 1)
    assert problem(variable) == "variable-font"


def test_a_table_that_claims_endless_characters_is_refused_at_once():
    font = bytearray(a_font())
    at = table(bytes(font), b"cmap")
    pack_into(">HHHHL", font, at, 0, 1, 3, 10, 12)
    pack_into(">HHLLL", font, at + 12, 12, 0, 28, 0, 0xFFFFFFFF)
    for group in range(40):
        pack_into(">LLL", font, at + 28 + 12 * group, 0, 0x10FFFF, 1)
    assert problem(bytes(font)) == "no-font"


def test_segments_that_repeat_all_characters_are_refused_at_once():
    font, most = bytearray(a_font()), 5000
    at = table(bytes(font), b"cmap")
    for last in (0xFFFE, 0xFFFF, 0):  # whole segments, ends, and empty ones
        pack_into(">HH", font, at, 0, 64)
        for place in range(64):  # they overlap: each begins a byte pair later
            pack_into(">HHL", font, at + 4 + 8 * place, 3, 1, 1000 + 2 * place)
        pack_into(f">{64 + 2 * most}H", font, at + 1000, *[4] * 64, *[last] * most, *[0] * most)
        pack_into(">64H", font, at + 1000, *[4, 0, 0, 2 * most] * 16)
        with pytest.raises(ValueError, match="more characters"):
            characters_of(bytes(font))
        assert problem(bytes(font)) == "no-font"


def test_endless_and_overlong_names_are_refused_at_once():
    whole = a_font()
    at = table(whole, b"name")
    for count, length in ((0xFFFF, 8), (1, 0xFFFF)):
        font = bytearray(whole)
        pack_into(">HHH6H", font, at, 0, count, 0, 3, 1, 0x409, 1, length, 0)
        assert problem(bytes(font)) == "no-font"


@pytest.mark.walk
def test_thousands_of_broken_fonts_raise_nothing_else():
    whole, dice = a_font(), Random(7)
    for _ in range(1500):
        font = bytearray(whole[: 40_000 if dice.random() < 0.3 else len(whole)])
        for _ in range(dice.randrange(1, 30)):
            font[dice.randrange(400 if dice.random() < 0.7 else len(font))] = dice.randrange(256)
        assert problem(bytes(font)) in ("", "no-font", "cut-font", "closed-font", "variable-font")
