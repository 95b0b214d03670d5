"""The report by mail: to whom it is sent and how often, and the page by which a reader takes themselves off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.save import show_or_save
from functions.console.reports.mail_fields import changed_mail, mail_group, mail_values
from functions.http.client_address import client_address
from functions.pages.boundary import page_boundary
from functions.pages.render import page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.leave_report import find_report_reader, leave_report


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

ONE_CLICK = b"One-Click"


@console_boundary
async def report_mail(req: func.HttpRequest) -> func.HttpResponse:
    """Show to whom the report is mailed, and save it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    _, organisation = context.texts.gettext, await find_organisation(store=context.app.store)
    return await show_or_save(
        context,
        _form(context, is_on=organisation.has_analytics),
        context.business,
        context.save_business,
        section="reports",
        heading=_("Report by email"),
        template="console/settings/dated.html",
        back=context.here("reports"),
        back_label=_("Reports"),
    )


def _form(context: CalendarContext, *, is_on: bool) -> SettingsForm[Business]:
    group = mail_group(context.texts, is_on=is_on)
    return SettingsForm((group,), _values, lambda one, values: _changed(context, one, values))


def _values(business: Business) -> Mapping[str, str]:
    return mail_values(business.report_mail)


def _changed(context: CalendarContext, business: Business, values: Mapping[str, str]) -> Business:
    return changed_model(business, report_mail=changed_mail(context, business.report_mail, values))


@page_boundary
async def report_leave(req: func.HttpRequest) -> func.HttpResponse:
    """Show a reader the button by which they get the report no more. Raises NotFound for a forged link."""
    services().limiter.count_read(client_address(req), services().now())
    return await _leaving(req)


async def _leaving(req: func.HttpRequest) -> func.HttpResponse:
    app, token = services(), req.route_params["token"]
    reader = await find_report_reader(token, context=app.context)
    business = reader.calendar.business if reader.calendar else None
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), business, is_staff=True)
    return page(
        "console/reports/leave.html",
        visitor,
        business,
        is_framed=False,
        here=(("report-mail", token), {}),
        email=reader.email,
        action=visitor.link("report-mail", token),
    )


@page_boundary
async def report_leave_send(req: func.HttpRequest) -> func.HttpResponse:
    """Take the reader off, and redirect to the page. Mail programs send the same when their button is pressed."""
    app, token = services(), req.route_params["token"]
    app.limiter.count_read(client_address(req), app.now())
    await leave_report(token, context=app.context)
    if ONE_CLICK in req.get_body():
        return await _leaving(req)  # a program that presses the button for its reader may follow no redirect
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    return func.HttpResponse(status_code=303, headers={"Location": visitor.link("report-mail", token)})
