"""A calendar's own pictures of its infographic: beside the heading, and of steps in place of our drawings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from functions.console.booking_page.frame import offered_languages
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.save import NEWS
from functions.console.forms.sent import sent_file
from functions.console.toolkit.answers import reader_in
from functions.console.toolkit.frame import SECTION
from functions.console.toolkit.infographic import preview_of
from functions.http.problems import STATUS
from functions.pages.render import OURSELVES, with_frames
from functions.pages.toolkit.help_links import help_links
from functions.pages.toolkit.sheets import drawn, sheet_file, sheet_files
from shared.domain.access.permissions import Permission
from shared.domain.calendar.logo import CUT_OFF, LARGEST
from shared.domain.calendar.toolkit import LONGEST_ALT, PICTURE_PLACES, OwnPicture
from shared.domain.errors import EditConflict, InvalidFields, NotFound
from shared.domain.toolkit.infographic import variant_for
from shared.domain.toolkit.picture_file import COSTLY_PICTURE, LONG_PICTURE, read_picture
from shared.i18n.marked import marked
from shared.presentation.toolkit.sheet import PictureFile, infographic_sheet
from shared.presentation.toolkit.sheet_words import TITLES
from shared.use_cases.toolkit.change_sheet import find_sheet
from shared.use_cases.toolkit.own_picture import PictureEdit, save_picture


if TYPE_CHECKING:
    import azure.functions as func
    from markupsafe import Markup

    from functions.console.context import CalendarContext
    from shared.domain.calendar.toolkit import PicturePlace

LARGEST_UPLOAD = 12 * 1024 * 1024  # beyond what is kept, so that a photo is answered in the form
LARGEST_PDF, LARGEST_SLIDE = 200 * 1000, 300 * 1000
NOT_DRAWN = marked("This picture can’t be used. Save it as PNG or JPEG, or as a plain SVG")
WRONG = {
    CUT_OFF.code: marked("The end of this picture is missing: save it again, or choose another one"),
    COSTLY_PICTURE.code: marked("This picture has too many pixels or shapes: save a smaller or simpler one"),
    LONG_PICTURE.code: marked("This picture is too wide or too high: choose one of at most 3 to 1"),
}
HEAVY = marked("With this picture the files of the infographic get too large: choose a smaller one")


class PictureForm(NamedTuple):
    """The form of one place: what is there now, what was typed, and what is wrong with it."""

    place: PicturePlace
    label: str
    own: OwnPicture | None
    drawing: Markup | None
    alt: str
    error: str


@console_boundary
async def toolkit_pictures(req: func.HttpRequest) -> func.HttpResponse:
    """Show the pictures, and save, replace or remove the one of a place."""
    context = await enter(req, Permission.CHANGE_SETTINGS, LARGEST_UPLOAD)
    if not context.is_sent:
        return await _page(context)
    place = next((one for one in PICTURE_PLACES if one == context.form.get("place")), None)
    if place is None:
        raise NotFound
    edit = PictureEdit(place, context.form.get("seen"))
    if context.form.get("do") != "remove":
        edit = edit._replace(data=sent_file(req, "picture"), alt=context.form.get("alt"))
        if wrong := await _problem(context, edit):
            return await _page(context, 422, place, wrong)
    try:
        author, app = context.author, context.app
        await save_picture(edit, author=author, business=context.business.id, context=app.context)
    except EditConflict:
        theirs = context.texts.gettext("Someone changed this picture in the meantime: it’s shown here")
        return await _page(context, STATUS[EditConflict], place, theirs)
    return context.leave(context.here(SECTION, "infographic", "pictures", news="saved"))


async def _problem(context: CalendarContext, edit: PictureEdit) -> str:
    """Return what is wrong with a picture or with what it is said to show; empty if they can be used."""
    return _unfit(context, edit) or (await _refusal(context, edit) if edit.data else "")


def _unfit(context: CalendarContext, edit: PictureEdit) -> str:
    _ = context.texts.gettext
    if not edit.data and not edit.seen:
        return _("Choose a picture first")
    if len(edit.data) > LARGEST:
        size = {"size": -(-len(edit.data) // 1024), "most": LARGEST // 1024}
        return _("This picture has %(size)s KB: at most %(most)s KB can be kept") % size
    if not edit.alt:
        return _("Say what the picture shows: people who can’t see it hear this")
    too_long = _("This is too long: at most %(count)s characters") % {"count": LONGEST_ALT}
    return too_long if len(edit.alt) > LONGEST_ALT else ""


async def _refusal(context: CalendarContext, edit: PictureEdit) -> str:
    _ = context.texts.gettext
    try:
        kind = await asyncio.to_thread(read_picture, edit.data, fills=edit.place == "top")
    except InvalidFields as refused:
        return _(WRONG.get(refused.errors[0].code, NOT_DRAWN))
    return _(await _printed(context, edit, PictureFile(edit.data, kind)))


async def _printed(context: CalendarContext, edit: PictureEdit, file: PictureFile) -> str:
    """Return why the infographic can't be printed with a picture; empty if it can."""
    from shared.presentation.toolkit.printed import can_draw  # noqa: PLC0415 - few ask for it

    if not await asyncio.to_thread(can_draw, file):
        return NOT_DRAWN
    files = await sheet_files(context.calendar, store=context.app.store)
    files = files._replace(pictures={**files.pictures, edit.place: file})
    own = OwnPicture(file="new", media_type=file.media_type, alt=edit.alt)
    toolkit = context.business.toolkit
    toolkit = toolkit.model_copy(update={"pictures": {**toolkit.pictures, edit.place: own}})
    business = context.business.model_copy(update={"toolkit": toolkit})
    reader = reader_in(context, "")
    words = await find_sheet(business.id, reader.language, store=context.app.store)
    links = help_links(context.app.settings.public_url, business.slug)
    sheet = infographic_sheet(business, words, reader.texts, reader.language_tag, links, files)
    pdf, slide = [await asyncio.to_thread(sheet_file, sheet, kind) for kind in ("pdf", "pptx")]
    return HEAVY if len(pdf) > LARGEST_PDF or len(slide) > LARGEST_SLIDE else ""


async def _page(
    context: CalendarContext, status: int = 200, wrong: PicturePlace | None = None, error: str = ""
) -> func.HttpResponse:
    """Return the page; after a refusal with what is there by now, and with what was typed."""
    _, languages = context.texts.gettext, offered_languages(context.business)
    if status == STATUS[EditConflict]:
        calendar = await context.app.store.calendars.reload(context.business.id)
        context = replace(context, access=replace(context.access, calendar=calendar))
    reader = reader_in(context, context.visitor.language_tag)
    response = await context.page(
        "console/toolkit/pictures.html",
        SECTION,
        status,
        heading=_("Pictures of the infographic"),
        forms=[_form(context, one, error if one == wrong else "") for one in PICTURE_PLACES],
        news="" if context.is_sent else _(NEWS.get(context.req.params.get("news", ""), "")),
        most=LARGEST,
        preview=preview_of(context, "look", reader.language_tag, languages),
        back=context.here(SECTION, "infographic"),
    )
    return with_frames(response, shows=OURSELVES)


def _form(context: CalendarContext, place: PicturePlace, error: str) -> PictureForm:
    _, business = context.texts.gettext, context.business
    own = business.toolkit.pictures.get(place)
    typed = context.form.get("alt") if error else (own.alt if own else "")
    if place == "top":
        return PictureForm(place, _("Beside the heading"), own, None, typed, error)
    variant = variant_for(business.toolkit.variant, business.business_type)
    number = PICTURE_PLACES.index(place)
    label = _("Step %(number)s: %(title)s") % {"number": number, "title": _(TITLES[place])}
    drawing = drawn(f"prepare-{variant}" if place == "prepare" else place)
    return PictureForm(place, label, own, drawing, typed, error)
