"""The infographic as a slide that can be edited: texts, links, outlines and the colours of the theme (PPTX).

The package is written from the parts in the folder `slide`; no library is needed for it.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shared.presentation.toolkit.picture_size import picture_size
from shared.presentation.toolkit.shapes import ShapePlace, SlideShapes


if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.presentation.toolkit.sheet import InfographicSheet, SheetLogo, SheetStep

PARTS: Mapping[str, str] = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "docProps/core.xml": "core.xml",
    "ppt/presentation.xml": "presentation.xml",
    "ppt/_rels/presentation.xml.rels": "presentation_rels.xml",
    "ppt/theme/theme1.xml": "theme.xml",
    "ppt/slideMasters/slideMaster1.xml": "master.xml",
    "ppt/slideMasters/_rels/slideMaster1.xml.rels": "master_rels.xml",
    "ppt/slideLayouts/slideLayout1.xml": "layout.xml",
    "ppt/slideLayouts/_rels/slideLayout1.xml.rels": "layout_rels.xml",
    "ppt/slides/slide1.xml": "slide.xml",
    "ppt/slides/_rels/slide1.xml.rels": "slide_rels.xml",
}
WORD = re.compile(r"\{([a-z]+)\}")  # in the parts: once filled in, nothing is looked for in the words
FILLED = ("docProps/core.xml", "ppt/theme/theme1.xml", "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels")
KINDS = {"image/png": "png", "image/jpeg": "jpg"}  # of pictures that all programs show
WIDTH, MARGIN = 210, 14
COLUMN, ROW, ACROSS, DOWN, TOP = 87.5, 64, 7, 5, 60
LOGO = ShapePlace(141, 17, 55, 18)
MOMENT = (1980, 1, 1, 0, 0, 0)  # the same words are the same file


def slide_of(sheet: InfographicSheet) -> bytes:
    """Return the slide as a PPTX file. A logo that is no PNG or JPEG has to be made one before."""
    shapes = SlideShapes(sheet.language, sheet.is_right_to_left, WIDTH)
    media: dict[str, bytes] = {}
    _top(sheet, shapes, media)
    for place, step in enumerate(sheet.steps):
        _step(sheet, step, place, shapes)
    media["code.png"] = _code(sheet.test)
    _bottom(sheet, shapes)
    texts = {
        "title": escape(sheet.heading),
        "name": escape(sheet.name),
        "lang": escape(sheet.language),
        "shapes": "".join(shapes.parts),
        "relations": "".join(shapes.relations),
        "font": escape(sheet.font.family if sheet.font else "Arial", {'"': "&quot;"}),
        **{name: colour.upper() for name, colour in sheet.colours._asdict().items()},
    }
    return _packed(texts, media)


def _packed(texts: Mapping[str, str], media: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for name, source in PARTS.items():
            text = _part(source)
            if name in FILLED:
                text = WORD.sub(lambda found: texts[found[1]], text)
            package.writestr(ZipInfo(name, MOMENT), text, ZIP_DEFLATED)
        for name, data in media.items():
            package.writestr(ZipInfo(f"ppt/media/{name}", MOMENT), data)
    return made.getvalue()


@cache
def _part(name: str) -> str:
    return Path(__file__).with_name("slide").joinpath(name).read_text("utf-8")


def _top(sheet: InfographicSheet, shapes: SlideShapes, media: dict[str, bytes]) -> None:
    wide = 120 if sheet.logo else WIDTH - 2 * MARGIN
    shapes.area(ShapePlace(0, 0, WIDTH, 52), "accent1")
    shapes.text(ShapePlace(MARGIN, 13, wide, 8), sheet.name, 14, "accent2")
    shapes.title(ShapePlace(MARGIN, 21, wide, 24), sheet.heading)
    if sheet.logo:
        _logo(sheet.logo, sheet.name, shapes, media)


def _logo(logo: SheetLogo, name: str, shapes: SlideShapes, media: dict[str, bytes]) -> None:
    """Add the logo within its place, on white: it may be transparent, and of any shape."""
    width, height = picture_size(logo.data)
    scale = min(LOGO.width / width, LOGO.height / height)
    wide, high = width * scale, height * scale
    at = ShapePlace(LOGO.x + LOGO.width - wide, LOGO.y + (LOGO.height - high) / 2, wide, high)
    shapes.area(ShapePlace(at.x - 2, at.y - 2, wide + 4, high + 4), "bg1", is_round=True)
    file = f"logo.{KINDS[logo.media_type]}"
    media[file] = logo.data
    shapes.picture(at, f"../media/{file}", name)


def _step(sheet: InfographicSheet, step: SheetStep, place: int, shapes: SlideShapes) -> None:
    x, y = MARGIN + (place % 2) * (COLUMN + ACROSS), TOP + (place // 2) * (ROW + DOWN)
    shapes.area(ShapePlace(x, y, COLUMN, ROW), "bg2", is_round=True)
    shapes.stamp(ShapePlace(x + 6, y + 6, 8, 8), place + 1, "accent1", "accent2")
    shapes.text(ShapePlace(x + 17, y + 5, 46, 10), step.title, 15, "tx2", is_bold=True, middle=True)
    shapes.outline(ShapePlace(x + COLUMN - 20, y + 6, 14, 14), step.picture, step.alt, "tx2")
    has_code = step.name == "test"
    shapes.text(ShapePlace(x + 6, y + 23, 46 if has_code else 75, ROW - 27), step.text, 13, "tx1")
    if has_code:
        at = ShapePlace(x + COLUMN - 33, y + 27, 27, 27)
        shapes.picture(at, "../media/code.png", sheet.code_alt, sheet.test)


def _bottom(sheet: InfographicSheet, shapes: SlideShapes) -> None:
    if sheet.note:
        shapes.area(ShapePlace(MARGIN, 268, 1, 10), "accent1")
        shapes.text(ShapePlace(MARGIN + 4, 268, WIDTH - 2 * MARGIN - 4, 10), sheet.note, 12, "tx1", middle=True)
    links = [(one.label, one.href) for one in sheet.links]
    shapes.links(ShapePlace(MARGIN, 282, WIDTH - 2 * MARGIN, 7), links, 11, "tx2")


def _code(link: str) -> bytes:
    """Return a link's QR code as a PNG."""
    import segno  # noqa: PLC0415 - few pages have a code

    made = BytesIO()
    segno.make(link, error="m", micro=False).save(made, kind="png", border=4, scale=8)
    return made.getvalue()
