"""The preview of the infographic with a form that is not saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import read_all
from functions.console.toolkit.answers import reader_in
from functions.console.toolkit.infographic import look_form
from functions.console.toolkit.sheet_words import words_form
from functions.pages.qr_code import qr_code
from functions.pages.render import OURSELVES, page, with_frames
from functions.pages.toolkit.help_links import help_links
from functions.pages.toolkit.sheets import coloured, drawn
from shared.domain.access.permissions import Permission
from shared.domain.errors import InvalidFields
from shared.presentation.toolkit.sheet import infographic_sheet
from shared.use_cases.toolkit.change_sheet import find_sheet


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.forms.form import SettingsForm

Previewed = TypeVar("Previewed")
SCHEMES = ("light", "dark")


@console_boundary
async def toolkit_infographic_preview(req: func.HttpRequest) -> func.HttpResponse:
    """Show the infographic of the form that was sent; by GET, of what is stored. Only our pages may frame it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    reader = reader_in(context, context.form.get("view-lang") or req.params.get("of", ""))
    business = context.business
    own = await find_sheet(business.id, reader.language, store=context.app.store)
    if req.params.get("form") == "words":
        own = _unsaved(context, words_form(context, reader), own)
    else:
        business = _unsaved(context, look_form(context), business)
    links = help_links(context.app.settings.public_url, business.slug)
    sheet = infographic_sheet(business, own, reader.texts, reader.language_tag, links)
    scheme = context.form.get("view-scheme")
    shown = page(
        "console/toolkit/sheet_preview.html",
        replace(reader, carried={}),
        coloured(business),
        sheet=sheet,
        drawn=drawn,
        code=qr_code(sheet.test),
        scheme=scheme if scheme in SCHEMES else "light",
    )
    return with_frames(shown, within=OURSELVES)


def _unsaved(context: CalendarContext, form: SettingsForm[Previewed], stored: Previewed) -> Previewed:
    """Return the document with what was sent; what cannot be saved counts as it is stored."""
    if not context.is_sent:
        return stored
    shown, sent = form.shown(stored), read_all(form.fields, context.form)
    values = {
        one.name: shown[one.name] if one.problems(sent[one.name], context.texts) else sent[one.name]
        for one in form.fields
    }
    try:
        return form.changed(stored, values)
    except InvalidFields:
        return stored
