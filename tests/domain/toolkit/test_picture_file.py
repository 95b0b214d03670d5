"""Which pictures the infographic takes: those that are whole, of a kind that all files show, and soon drawn."""

import pytest

from shared.domain.errors import InvalidFields
from shared.domain.toolkit.picture_file import COSTLY_PICTURE, LONG_PICTURE, NO_PICTURE, costs_little, read_picture
from shared.domain.toolkit.picture_size import picture_size
from tests.presentation.toolkit.pictures import A_JPEG, AN_SVG, a_png, svg_of_uses, svg_with


WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"


def problem(data: bytes, *, fills: bool = False) -> str:
    with pytest.raises(InvalidFields) as refused:
        read_picture(data, fills=fills)
    return refused.value.errors[0].code


def test_the_size_of_a_picture_is_read_from_its_content():
    assert [picture_size(one) for one in (a_png(6, 4), A_JPEG, WEBP)] == [(6, 4), (3, 2), (1, 1)]
    assert picture_size(AN_SVG) == (2000, 1000)
    assert picture_size(b'<svg xmlns="http://www.w3.org/2000/svg" width="3mm" height="1.5mm"/>') == (3000, 1500)
    for none in (b"", b"\xff\xd8\xff", b"RIFF1234WEBPVP9 ", b"<svg", b"<svg/>", b'<svg viewBox="0 0 1e999 nan"/>'):
        assert picture_size(none) == (0, 0), none


@pytest.mark.parametrize("fills", [True, False])
def test_each_accepted_kind_says_its_type(fills):
    kinds = [read_picture(one, fills=fills) for one in (a_png(), A_JPEG, AN_SVG)]
    assert kinds == ["image/png", "image/jpeg", "image/svg+xml"]


def test_what_is_no_picture_of_these_kinds_is_refused():
    assert problem(WEBP) == NO_PICTURE.code
    assert problem(b"\xff\xd8\xff\xda\xff\xd9") == NO_PICTURE.code, "it has no size"
    for none in (b"GIF89a", b"<html/>", b"%PDF", AN_SVG[:-3]):
        problem(none)


def test_a_very_wide_one_is_kept_out_of_an_area_only():
    for long in (a_png(31, 10), a_png(10, 31), AN_SVG.replace(b"0 0 2 1", b"0 0 4000 20")):
        assert problem(long, fills=True) == LONG_PICTURE.code
        assert read_picture(long, fills=False)


@pytest.mark.parametrize(
    "data",
    [
        a_png(2001, 2000, b"few bytes"),
        svg_of_uses(5),
        svg_of_uses(500, 1),
        svg_with('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>'),
        svg_with('<filter id="f"><feTurbulence baseFrequency="1" numOctaves="100000"/></filter>'),
        svg_with('<image href="/etc/passwd"/>'),
        svg_with("<style>rect { fill: url(#a) }</style>"),
        svg_with(r"<style>@imp\6frt 'x'</style>"),
        svg_with("<g>" * 70 + "</g>" * 70),
        svg_with("<rect/>" * 5001),
    ],
    ids=["pixels", "uses", "chain", "circle", "filter", "file", "style", "escaped", "deep", "many"],
)
def test_what_would_cost_much_to_draw_is_refused(data):
    assert problem(data) == COSTLY_PICTURE.code


def test_shapes_that_are_used_a_few_times_cost_little():
    assert costs_little(svg_of_uses(3), "image/svg+xml")
    assert costs_little(svg_with("<style>.a { fill: #fff }</style><rect class='a'/>"), "image/svg+xml")
