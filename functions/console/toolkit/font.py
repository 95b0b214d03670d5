"""Uploads, replaces and removes the infographic's own font: a form of its own, because it comes with files."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.sent import sent_file
from functions.console.toolkit.frame import SECTION
from functions.console.toolkit.infographic import infographic_with
from functions.http.problems import STATUS
from functions.pages.toolkit.sheets import sheet_font
from shared.domain.access.permissions import Permission
from shared.domain.errors import EditConflict, InvalidFields
from shared.domain.toolkit.font_file import CLOSED_FONT, CUT_FONT, LARGE_FONT, NO_FONT, VARIABLE_FONT
from shared.i18n.marked import marked
from shared.use_cases.toolkit.own_font import FontFiles, font_of, save_font


if TYPE_CHECKING:
    import azure.functions as func


LARGEST_UPLOAD = 12 * 1024 * 1024  # beyond what is kept, so that larger files are answered in the form
WRONG = {
    NO_FONT.code: marked("This font can’t be used: choose a TrueType or OpenType file (.ttf, .otf)"),
    LARGE_FONT.code: marked("This font is too large: a file may have at most 600 KB"),
    CUT_FONT.code: marked("The end of this font is missing: save it again, or choose another one"),
    CLOSED_FONT.code: marked("This font doesn’t allow being embedded in files: choose one with a freer licence"),
    VARIABLE_FONT.code: marked("This is a variable font: choose the file of one weight of it, such as Regular"),
}


@console_boundary
async def toolkit_font(req: func.HttpRequest) -> func.HttpResponse:
    """Save the font that was sent, or remove it; else show the page with what is wrong with it."""
    context = await enter(req, Permission.CHANGE_SETTINGS, LARGEST_UPLOAD)
    files = FontFiles()
    if context.form.get("do") != "remove":
        files = FontFiles(sent_file(req, "regular"), sent_file(req, "bold"))
        if wrong := await _problem(files):
            return await infographic_with(context, context.texts.gettext(wrong))
    author, business, seen = context.author, context.business.id, context.form.get("seen")
    try:
        await save_font(files, author=author, business=business, context=context.app.context, seen=seen)
    except EditConflict:
        calendar = await context.app.store.calendars.reload(context.business.id)
        context = replace(context, access=replace(context.access, calendar=calendar))
        theirs = context.texts.gettext("Someone changed the font in the meantime: it’s named here")
        return await infographic_with(context, theirs, STATUS[EditConflict])
    return context.leave(context.here(SECTION, "infographic", news="saved"))


async def _problem(files: FontFiles) -> str:
    """Return what is wrong with the files; empty if they can be used."""
    if not files.regular:
        return marked("Choose a font first")
    try:
        await asyncio.to_thread(font_of, files)
    except InvalidFields as refused:
        return WRONG.get(refused.errors[0].code, WRONG[NO_FONT.code])
    from shared.presentation.toolkit.printed import can_print  # noqa: PLC0415 - few ask for it

    font = await asyncio.to_thread(sheet_font, files)
    is_printed = await asyncio.to_thread(can_print, font) if font else False
    return "" if is_printed else WRONG[NO_FONT.code]
