"""The infographic's files, and its pictures and colours on a page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from shared.domain.toolkit.font_file import read_font
from shared.presentation.toolkit.pictures import svg_of
from shared.presentation.toolkit.sheet import PictureFile, SheetFiles, SheetFont
from shared.use_cases.calendars.find_logo import find_shown_logo
from shared.use_cases.toolkit.own_font import find_fonts
from shared.use_cases.toolkit.own_picture import find_pictures


if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.calendar.business import Business, Calendar
    from shared.presentation.toolkit.sheet import InfographicSheet, SheetPicture
    from shared.use_cases.ports import Store
    from shared.use_cases.toolkit.own_font import FontFiles

SLIDE_PICTURES = ("image/png", "image/jpeg")  # others are made a PNG: not all programs show them


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
    from shared.presentation.toolkit.printed import drawable, print_sheet  # noqa: PLC0415 - few ask for it

    sheet = drawable(sheet)
    if kind != "pptx":
        return print_sheet(sheet, kind)
    from shared.presentation.toolkit.slides import slide_of  # noqa: PLC0415 - the same

    return slide_of(_for_slides(sheet))


def _for_slides(sheet: InfographicSheet) -> InfographicSheet:
    """Return the infographic with pictures that slides can show."""
    from shared.presentation.toolkit.printed import picture_as_png  # noqa: PLC0415 - few ask for it

    def shown(own: SheetPicture | None) -> SheetPicture | None:
        if own is None or own.file is None or own.file.media_type in SLIDE_PICTURES:
            return own
        return own._replace(file=picture_as_png(own.file))

    logo = sheet.logo
    if logo and logo.media_type not in SLIDE_PICTURES:
        logo = picture_as_png(logo)
    steps = [one._replace(own=shown(one.own)) for one in sheet.steps]
    return sheet._replace(steps=steps, top=shown(sheet.top), logo=logo)


def sheet_font(files: FontFiles) -> SheetFont | None:
    """Return a calendar's own font as its infographic has it; None without one. Call it in a thread."""
    if not files.regular:
        return None
    found = read_font(files.regular)
    return SheetFont(found.family, tuple(one for one in files if one), found.characters)


async def sheet_files(calendar: Calendar, *, store: Store) -> SheetFiles:
    """Return what the files of a calendar's infographic hold besides words; one round trip."""
    logo, fonts, pictures = await asyncio.gather(
        find_shown_logo(calendar, store=store),
        find_fonts(calendar, store=store),
        find_pictures(calendar, store=store),
    )
    kinds = calendar.business.toolkit.pictures
    own = {place: PictureFile(data, kinds[place].media_type) for place, data in pictures.items()}
    return SheetFiles(PictureFile(*logo) if logo else None, own, await asyncio.to_thread(sheet_font, fonts))


def coloured(business: Business) -> Business:
    """Return the business with the colour of its infographic as that of its pages."""
    colour = business.toolkit.colour or business.page.accent
    return business.model_copy(update={"page": business.page.model_copy(update={"accent": colour})})


def drawn(picture: str) -> Markup:
    """Return a picture as it stands in a page."""
    return Markup(svg_of(picture).replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - drawn by us
