"""What an SVG costs is what is drawn of it, however few bytes say it; nothing is drawn beyond a bound."""

from random import Random
from xml.etree import ElementTree as ET

import pytest

from shared.domain.errors import InvalidFields
from shared.domain.toolkit.drawn_work import DEEPEST, ENDLESS, LETTER, is_drawn, work_of
from shared.domain.toolkit.picture_file import COSTLY_PICTURE, MOST_WORK, costs_little, read_logo
from tests.presentation.toolkit.pictures import a_png, svg_of_uses, svg_with


LINE = 'd="M0 0' + "L1 1L0 0" * 30 + '"'
MARKERS = "".join(
    f'<marker id="m{one}"><path {LINE} style="marker-mid:url(#m{one - 1})"/></marker>' for one in (1, 2)
)


def used(element: str, times: int) -> bytes:
    """Return an SVG that uses an element, which is named `a`."""
    return svg_with(f"<defs>{element}</defs>" + '<use href="#a"/>' * times)


@pytest.mark.parametrize(
    "data",
    [
        svg_with(f'<marker id="m0"><circle r="1"/></marker>{MARKERS}<path {LINE} style="marker-mid:url(#m2)"/>'),
        svg_with('<pattern id="p" width=".01"><rect/></pattern><rect fill="url(#p)"/>'),
        used('<path id="a" d="M0 0' + "l.1 .1" * 6000 + '"/>', 1000),
        used('<path id="a" d="M0 0' + "a1 1 0 0 1 1 1" * 2500 + '"/>', 1000),
        used('<polygon id="a" points="' + "1 1 " * 2500 + '"/>', 100),
        used('<text id="a">' + "a" * 2000 + "</text>", 1000),
        used('<text id="a b">' + "a" * 2000 + "</text>", 0).replace(
            b"</svg>", b'<use href="#a b"/>' * 100 + b"</svg>"
        ),
        used('<text xml:id="a">' + "a" * 2000 + "</text>", 1000),
        svg_of_uses(6),
        svg_with('<g opacity=".5"><rect/></g>' * 400),
        svg_with("<style>rect { opacity: .5 }</style>" + "<rect/>" * 400),
        svg_with('<clipPath id="c"><rect/></clipPath>' + '<g clip-path="url(#c)"/>' * 400),
        svg_with('<svg width="1" height="1"/>' * 400),
        svg_with("<linearGradient>" + "<stop/>" * 1500 + "</linearGradient>"),
    ],
    ids=(
        "markers pattern path arcs points text spaced xml:id uses opacity css clips nested stops".split()  # noqa: SIM905
    ),
)
def test_what_multiplies_is_refused_as_a_picture_and_as_a_logo(data):
    assert work_of(data) > MOST_WORK
    assert not costs_little(data, "image/svg+xml")
    with pytest.raises(InvalidFields) as refused:
        read_logo(data)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/logo", COSTLY_PICTURE.code)]


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M0 0L9 9" stroke="red" stroke-dasharray=".0001"/>',
        '<path d="M0 0L9 9" style="stroke-dasharray:.0001"/>',
        "<style>path { stroke-dasharray: .0001 }</style>",
        '<g filter="blur(9)"/>',
        '<g style="filter:blur(9)"/>',
        '<g style="f\\69lter:blur(9)"/>',
        "<style>g { filter: blur(9) }</style>",
        "<style>g { fill: &#117;rl(&#35;a) }</style>",
        '<image href="data:image/png;base64,"/>',
        '<text><textPath href="#a">a</textPath></text>',
        '<text font-family="' + "a," * 900 + '">a</text>',
        "<g>" * 70 + "</g>" * 70,
        '<path d="M0 0L1e9 1e9" stroke="red" stroke-width="1e8"/>',
        '<path d="M0 0L9 9" stroke="red" style="stroke-width:1e8"/>',
        '<g transform="scale(100)">' * 5 + "<rect/>" + "</g>" * 5,
        '<g transform="matrix(1e4 0 0 1e4 0 0)" id="a"><rect/></g><use href="#a" transform="scale(1e4)"/>',
        '<svg viewBox="0 0 1e-9 1e-9"><rect/></svg>',
        '<g transform="skewX(89.9999999)"><rect/></g>',
        "<style>rect { stroke-width: 1e9 }</style>",
        "<style>rect { transform: scale(1e9) }</style>",
    ],
)
def test_what_may_cost_anything_is_left_out_but_no_reason_to_refuse_a_logo(body):
    assert not is_drawn(svg_with(body))
    assert not costs_little(svg_with(body), "image/svg+xml")
    assert read_logo(svg_with(body)) == "image/svg+xml"


def test_plain_drawings_cost_about_their_bytes():
    drawing = svg_with(
        '<g style="filter:none;stroke-dasharray:none" stroke-dasharray="none"><path d="M0 0L9 9"/></g>'
        '<linearGradient id="g"><stop/></linearGradient><rect fill="url(#g)" opacity=".5"/><text>Hello</text>'
    )
    assert costs_little(drawing, "image/svg+xml")
    assert work_of(drawing) < 10_000
    assert costs_little(used('<path id="a" d="' + "M0 0l1 1" * 500 + '"/>', 50), "image/svg+xml")
    traced = '<g transform="translate(0,512) scale(0.1,-0.1)" fill="#1e9999"><path d="M5120 3l-7 9"/></g>'
    assert is_drawn(svg_with(traced + '<g id="v1e99" transform="rotate(-90 512 9)"><rect width="1920"/></g>'))
    latin = svg_with('<text id="é"/>').decode().encode("latin-1")
    assert not is_drawn(b'<?xml version="1.0" encoding="latin-1"?>' + latin), "those who draw it read UTF-8"


def test_a_logo_has_a_bound_of_pixels():
    assert read_logo(a_png()) == "image/png"
    with pytest.raises(InvalidFields, match="too many pixels"):
        read_logo(a_png(2001, 2000, b"few bytes"))


def crafted(random: Random) -> str:
    """Return elements that anybody may write to have much drawn by few bytes."""
    names = [f"n{one}" for one in range(random.randint(1, 7))]

    def element(depth: int) -> str:
        name = f' id="{random.choice(names)}"' if random.random() < 0.3 else ""
        times = random.choice([1, 1, 3, 30, 300])
        match random.randint(0, 6 if depth < 5 else 2):
            case 0:
                return f'<path{name} d="M0 0{"l1 1" * times}" marker-mid="none"/>'
            case 1:
                return f"<text{name}>{'a' * times}</text>"
            case 2:
                return f'<use{name} href="#{random.choice(names)}"/>' * min(times, 30)
            case 3:
                return f'<g{name} opacity=".5">{element(depth + 1)}</g>'
            case 4:
                return f"<marker{name}>{element(depth + 1)}</marker>" if times == 300 else "<rect/>"
            case _:
                kind = random.choice(["g", "symbol", "svg", "defs", "clipPath"])
                return f"<{kind}{name}>{''.join(element(depth + 1) for _ in range(4))}</{kind}>"

    return "".join(element(0) for _ in range(random.randint(1, 8)))


def written_out(root: ET.Element) -> int:
    """Return how many bytes of paths and letters are drawn if each use is followed; up to the bound."""
    named: dict[str, list[ET.Element]] = {}
    for one in root.iter():
        named.setdefault(one.get("id", ""), []).append(one)
    left, drawn = [(root, 0)], 0
    while left and drawn <= MOST_WORK:
        one, depth = left.pop()
        if depth > 10 * DEEPEST:
            return ENDLESS
        drawn += 1 + len(one.get("d", "")) + LETTER * len(one.text or "")
        left += [(inner, depth + 1) for inner in (*one, *named.get(one.get("href", "#")[1:] or "-", ()))]
    return drawn


@pytest.mark.walk
def test_whatever_anybody_crafts_is_refused_or_drawn_within_the_bound():
    random, seen = Random(1), {True: 0, False: 0}
    for _ in range(160):
        data = svg_with(crafted(random))
        taken = costs_little(data, "image/svg+xml")
        seen[taken] += 1
        assert not taken or (
            b"<marker" not in data and written_out(ET.fromstring(data)) <= work_of(data) <= MOST_WORK
        ), data
    assert min(seen.values()) > 20, seen
