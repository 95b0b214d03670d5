"""The preview of the infographic with a form that is not saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.toolkit.answers import reader_in
from functions.console.toolkit.infographic import look_form
from functions.console.toolkit.sheet_words import words_form
from functions.pages.qr_code import qr_code
from functions.pages.render import OURSELVES, page, with_frames
from functions.pages.toolkit.help_links import help_links
from functions.pages.toolkit.sheets import coloured, drawn
from shared.domain.access.permissions import Permission
from shared.presentation.toolkit.sheet import infographic_sheet
from shared.use_cases.toolkit.change_sheet import find_sheet


if TYPE_CHECKING:
    import azure.functions as func


SCHEMES = ("light", "dark")


@console_boundary
async def toolkit_infographic_preview(req: func.HttpRequest) -> func.HttpResponse:
    """Show the infographic of the form that was sent; by GET, of what is stored. Only our pages may frame it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    reader = reader_in(context, context.form.get("view-lang") or req.params.get("of", ""))
    business = context.business
    own = await find_sheet(business.id, reader.language, store=context.app.store)
    if context.is_sent and req.params.get("form") == "words":
        own = words_form(context, reader).previewed(own, context.form, context.texts)
    elif context.is_sent:
        business = look_form(context).previewed(business, context.form, context.texts)
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
