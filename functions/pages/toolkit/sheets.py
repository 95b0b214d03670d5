"""The infographic's files, and its pictures and colours on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from shared.domain.toolkit.font_file import read_font
from shared.presentation.toolkit.pictures import svg_of
from shared.presentation.toolkit.sheet import SheetFont


if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.calendar.business import Business
    from shared.presentation.toolkit.sheet import InfographicSheet
    from shared.use_cases.toolkit.own_font import FontFiles

SLIDE_LOGOS = ("image/png", "image/jpeg")  # others are made a PNG: not all programs show them


class FileKind(NamedTuple):
    """A kind of file: its media type, and whether browsers show it or save it."""

    media_type: str
    shown: str


FILES: Mapping[str, FileKind] = {
    "pdf": FileKind("application/pdf", "inline"),
    "pptx": FileKind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "attachment"),
    "png": FileKind("image/png", "inline"),
    "svg": FileKind("image/svg+xml", "attachment"),
}


def sheet_file(sheet: InfographicSheet, kind: str) -> bytes:
    """Return the infographic as one of FILES; takes some time, so call it in a thread."""
    from shared.presentation.toolkit.printed import picture_as_png, print_sheet  # noqa: PLC0415 - few ask for it

    if kind != "pptx":
        return print_sheet(sheet, kind)
    from shared.presentation.toolkit.slides import slide_of  # noqa: PLC0415 - the same

    if sheet.logo and sheet.logo.media_type not in SLIDE_LOGOS:
        sheet = sheet._replace(logo=picture_as_png(sheet.logo))
    return slide_of(sheet)


def sheet_font(files: FontFiles) -> SheetFont | None:
    """Return a calendar's own font as its infographic has it; None without one. Call it in a thread."""
    if not files.regular:
        return None
    found = read_font(files.regular)
    return SheetFont(found.family, tuple(one for one in files if one), found.characters)


def coloured(business: Business) -> Business:
    """Return the business with the colour of its infographic as that of its pages."""
    colour = business.toolkit.colour or business.page.accent
    return business.model_copy(update={"page": business.page.model_copy(update={"accent": colour})})


def drawn(picture: str) -> Markup:
    """Return a picture as it stands in a page."""
    return Markup(svg_of(picture).replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - drawn by us
