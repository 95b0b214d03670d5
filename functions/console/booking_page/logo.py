"""Uploads, replaces and removes the logo: a form of its own, because it is saved with the picture in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.booking_page.look import page_look_with
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.sent import sent_file
from shared.domain.access.permissions import Permission
from shared.domain.calendar.logo import CUT_OFF, LARGEST
from shared.domain.errors import InvalidFields
from shared.domain.toolkit.picture_file import COSTLY_PICTURE
from shared.use_cases.calendars.save_logo import save_logo


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext

LARGEST_UPLOAD = 12 * 1024 * 1024  # beyond what is kept, so that a photo is answered in the form


@console_boundary
async def page_logo(req: func.HttpRequest) -> func.HttpResponse:
    """Save the logo that was sent, or remove it; else show the form with what is wrong with it."""
    context = await enter(req, Permission.CHANGE_SETTINGS, LARGEST_UPLOAD)
    data = b"" if context.form.get("do") == "remove" else sent_file(req, "logo")
    if wrong := _problem(context, data):
        return await page_look_with(context, wrong, 422)
    try:
        await _save(context, data)
    except InvalidFields as refused:
        return await page_look_with(context, _refusal(context, refused), 422)
    return context.leave(context.here("page", news="saved"))


def _problem(context: CalendarContext, data: bytes) -> str:
    """Return why nothing can be saved; empty if it can, or if the logo is to be removed."""
    _ = context.texts.gettext
    if not data and context.form.get("do") != "remove":
        return _("Choose a picture first")
    if len(data) > LARGEST:
        size = {"size": -(-len(data) // 1024), "most": LARGEST // 1024}
        return _("This picture has %(size)s KB: at most %(most)s KB can be kept") % size
    return ""


def _refusal(context: CalendarContext, refused: InvalidFields) -> str:
    _ = context.texts.gettext
    codes = {one.code for one in refused.errors}
    if COSTLY_PICTURE.code in codes:
        return _("This picture has too many pixels or shapes: save a smaller or simpler one")
    if CUT_OFF.code in codes:
        return _("The end of this picture is missing: save it again, or choose another one")
    return _("This picture can’t be used. Save it as PNG, JPEG or WebP, or as an SVG without DOCTYPE")


async def _save(context: CalendarContext, data: bytes) -> None:
    app, author = context.app, context.author
    await save_logo(
        data,
        business=context.business.id,
        key=author.key,
        store=app.store,
        secret=app.secret,
        actor=author.actor,
        now=context.now,
    )
