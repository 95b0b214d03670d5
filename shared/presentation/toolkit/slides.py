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

from shared.domain.toolkit.picture_size import picture_size
from shared.presentation.toolkit.shapes import ShapePlace, SlideShapes
from shared.presentation.toolkit.sizes import sizes_of


if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.presentation.toolkit.sheet import InfographicSheet, PictureFile, SheetPicture, SheetStep
    from shared.presentation.toolkit.sizes import SheetSizes

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
COMMON = {"sans": "Arial", "serif": "Georgia"}  # which all computers have
KINDS = {"image/png": "png", "image/jpeg": "jpg"}  # of pictures that all programs show
WIDTH, MARGIN = 210, 14
COLUMN, ROW, ACROSS, DOWN, TOP = 87.5, 64, 7, 5, 60
LOGO, LOGO_ON_PICTURE = ShapePlace(141, 17, 55, 18), ShapePlace(148, 27, 55, 18)
PICTURE = ShapePlace(138, 0, 72, 52)
MOMENT = (1980, 1, 1, 0, 0, 0)  # the same words are the same file


def slide_of(sheet: InfographicSheet) -> bytes:
    """Return the slide as a PPTX file. A picture that is no PNG or JPEG has to be made one before."""
    sizes, shapes = sizes_of(sheet), SlideShapes(sheet.language, sheet.is_right_to_left, WIDTH)
    media: dict[str, bytes] = {}
    _top(sheet, sizes, shapes, media)
    for place, step in enumerate(sheet.steps):
        _step(sheet, step, place, sizes, shapes)
        if step.own and step.own.file:
            media[_named(step.name, step.own.file)] = step.own.file.data
    media["code.png"] = _code(sheet.test)
    _bottom(sheet, sizes, shapes)
    texts = {
        "title": escape(sheet.heading),
        "name": escape(sheet.name),
        "lang": escape(sheet.language),
        "shapes": "".join(shapes.parts),
        "relations": "".join(shapes.relations),
        "font": escape(sheet.font.family if sheet.font else COMMON[sheet.typeface], {'"': "&quot;"}),
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


def _top(sheet: InfographicSheet, sizes: SheetSizes, shapes: SlideShapes, media: dict[str, bytes]) -> None:
    wide = 116 if sheet.logo or sheet.top else WIDTH - 2 * MARGIN
    shapes.area(ShapePlace(0, 0, WIDTH, 52), "accent1")
    shapes.text(ShapePlace(MARGIN, 8, wide, 10), sheet.name, sizes.name, "accent2", middle=True)
    shapes.title(ShapePlace(MARGIN, 19, wide, 28), sheet.heading, sizes.heading)
    if sheet.top and sheet.top.file:
        file = sheet.top.file
        media[_named("top", file)] = file.data
        crop = _crop(file, PICTURE.width / PICTURE.height)
        shapes.picture(PICTURE, f"../media/{_named('top', file)}", sheet.top.alt, crop=crop)
    if sheet.logo:
        _logo(sheet.logo, sheet.name, LOGO_ON_PICTURE if sheet.top else LOGO, shapes, media)


def _logo(logo: PictureFile, name: str, place: ShapePlace, shapes: SlideShapes, media: dict[str, bytes]) -> None:
    """Add the logo within its place, on white: it may be transparent, and of any shape."""
    at = _within(logo, place, to_end=True)
    if place is LOGO_ON_PICTURE:  # in the corner
        at = at._replace(y=place.y + place.height - at.height)
    shapes.area(ShapePlace(at.x - 2, at.y - 2, at.width + 4, at.height + 4), "bg1", is_round=True)
    media[_named("logo", logo)] = logo.data
    shapes.picture(at, f"../media/{_named('logo', logo)}", name)


def _named(place: str, file: PictureFile) -> str:
    return f"{place}.{KINDS[file.media_type]}"


def _within(file: PictureFile, place: ShapePlace, *, to_end: bool = False) -> ShapePlace:
    """Return where a picture stands within a place so that it keeps its shape."""
    width, height = (max(one, 1) for one in picture_size(file.data))
    scale = min(place.width / width, place.height / height)
    wide, high = width * scale, height * scale
    x = place.width - wide if to_end else (place.width - wide) / 2
    return ShapePlace(place.x + x, place.y + (place.height - high) / 2, wide, high)


def _crop(file: PictureFile, shape: float) -> tuple[float, float]:
    """Return which parts of a picture are cut off at each side, and at the top and the foot, to get a shape."""
    width, height = (max(one, 1) for one in picture_size(file.data))
    wide, high = height * shape, width / shape
    return max(0, (1 - wide / width) / 2), max(0, (1 - high / height) / 2)


def _step(sheet: InfographicSheet, step: SheetStep, place: int, sizes: SheetSizes, shapes: SlideShapes) -> None:
    x, y = MARGIN + (place % 2) * (COLUMN + ACROSS), TOP + (place // 2) * (ROW + DOWN)
    shapes.area(ShapePlace(x, y, COLUMN, ROW), "bg2", is_round=True)
    shapes.stamp(ShapePlace(x + 6, y + 6, 8, 8), place + 1, "accent1", "accent2")
    # One line stands in the middle beside the number; more of them grow to both sides.
    title = ShapePlace(x + 17, y + 2, 45, 16)
    shapes.text(title, step.title, sizes.title, "tx2", is_bold=True, middle=True)
    at = ShapePlace(x + COLUMN - 24, y + 6, 18, 18)
    if step.own and step.own.file:
        _own_picture(step.own, step.own.file, step.name, at, shapes)
    else:
        shapes.outline(at, step.picture, step.alt, "tx2")
    has_code = step.name == "test"
    text = ShapePlace(x + 6, y + 26, 44 if has_code else 75.5, ROW - 29)
    shapes.text(text, step.text, sizes.step(step), "tx1")
    if has_code:
        shapes.picture(
            ShapePlace(x + COLUMN - 33, y + 28, 27, 27), "../media/code.png", sheet.code_alt, sheet.test
        )


def _own_picture(own: SheetPicture, file: PictureFile, name: str, at: ShapePlace, shapes: SlideShapes) -> None:
    """Add a calendar's own picture of a step: photographs fill the square, what is drawn keeps its shape."""
    target = f"../media/{_named(name, file)}"
    if file.media_type == "image/jpeg":
        shapes.picture(at, target, own.alt, crop=_crop(file, 1))
    else:
        shapes.picture(_within(file, at), target, own.alt)


def _bottom(sheet: InfographicSheet, sizes: SheetSizes, shapes: SlideShapes) -> None:
    if sheet.note:
        shapes.area(ShapePlace(MARGIN, 267, 1, 11), "accent1")
        place = ShapePlace(MARGIN + 4, 267, WIDTH - 2 * MARGIN - 4, 11)
        shapes.text(place, sheet.note, sizes.note, "tx1", middle=True)
    links = [(one.label, one.href) for one in sheet.links]
    shapes.links(ShapePlace(MARGIN, 282, WIDTH - 2 * MARGIN, 7), links, 11, "tx2")


def _code(link: str) -> bytes:
    """Return a link's QR code as a PNG."""
    import segno  # noqa: PLC0415 - few pages have a code

    made = BytesIO()
    segno.make(link, error="m", micro=False).save(made, kind="png", border=4, scale=8)
    return made.getvalue()
