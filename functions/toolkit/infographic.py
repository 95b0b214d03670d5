"""The infographic for customers: as a page, and as a file to print, to edit, or to show elsewhere."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import azure.functions as func

from functions.pages.boundary import page_boundary
from functions.pages.landing import canonical
from functions.pages.qr_code import qr_code
from functions.pages.render import page
from functions.pages.toolkit.help_links import help_links
from functions.pages.toolkit.sheets import FILES, coloured, drawn, sheet_file, sheet_files
from functions.toolkit.context import enter
from functions.wiring import services
from shared.domain.errors import NotFound
from shared.presentation.toolkit.sheet import NO_FILES, infographic_sheet
from shared.use_cases.toolkit.change_sheet import find_sheet


if TYPE_CHECKING:
    from functions.toolkit.context import HelpContext
    from shared.domain.toolkit.infographic import OwnSheet
    from shared.presentation.toolkit.sheet import InfographicSheet, SheetFiles


@page_boundary
async def help_infographic(req: func.HttpRequest) -> func.HttpResponse:
    """Show customers the infographic as a page, which can be printed too."""
    context, own = await _enter(req)
    business, visitor = context.calendar.business, context.visitor
    sheet = _sheet(context, own)
    files = ("help", business.slug, "infographic")
    return page(
        "toolkit/infographic.html",
        visitor,
        coloured(business),
        is_public=True,
        here=(files, {}),
        sheet=sheet,
        drawn=drawn,
        code=qr_code(sheet.test),
        files=[(kind, visitor.link(*files, f"infographic.{kind}", lang=visitor.language_tag)) for kind in FILES],
        canonical=canonical(context.origin, visitor, *files),
    )


@page_boundary
async def help_infographic_file(req: func.HttpRequest) -> func.HttpResponse:
    """Return the infographic as a file. Raises NotFound for a kind that there is not."""
    kind = req.route_params["file"].removeprefix("infographic.")
    if kind not in FILES or not req.route_params["file"].startswith("infographic."):
        raise NotFound
    context, own = await _enter(req)
    sheet = _sheet(context, own, await sheet_files(context.calendar, store=services().store))
    made = await asyncio.to_thread(sheet_file, sheet, kind)
    name = f"{context.calendar.business.slug}-infographic-{context.visitor.language_tag}.{kind}"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'{FILES[kind].shown}; filename="{name}"'}
    return func.HttpResponse(made, mimetype=FILES[kind].media_type, headers=headers)


async def _enter(req: func.HttpRequest) -> tuple[HelpContext, OwnSheet]:
    context = await enter(req)
    return context, await find_sheet(
        context.calendar.business.id, context.visitor.language, store=services().store
    )


def _sheet(context: HelpContext, own: OwnSheet, with_files: SheetFiles = NO_FILES) -> InfographicSheet:
    business, visitor = context.calendar.business, context.visitor
    links = help_links(context.origin, business.slug)
    return infographic_sheet(business, own, visitor.texts, visitor.language_tag, links, with_files)
