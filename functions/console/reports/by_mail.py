"""The report by mail: to whom it is sent and how often, and the page by which a reader takes themselves off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Group, Option, lines_of
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.lines import Lines
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.http.client_address import client_address
from functions.pages.boundary import page_boundary
from functions.pages.render import page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.reports.report_mail import LONGEST_ADDRESS, MOST_READERS
from shared.domain.text.addresses import folded
from shared.domain.text.pasted import plain_address
from shared.use_cases.booking.check_form import email_problem
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.leave_report import find_report_reader, leave_report


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

NEVER, ONE_CLICK = "never", b"One-Click"


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
    _ = context.texts.gettext
    options = (
        Option(NEVER, _("Never")),
        Option("week", _("Every week"), _("On Mondays at 7:00, about the week before")),
        Option("month", _("Every month"), _("On the first at 7:00, about the month before")),
    )
    wrong = _("“%(entry)s” isn’t an email address such as name@example.com")
    every = Choice(name="every", label=_("It is sent"), kind="radio", options=options)
    readers = Lines(
        name="readers",
        label=_("Readers"),
        hint=_("A line for each email address, at most %(count)s") % {"count": MOST_READERS},
        most=MOST_READERS,
        longest=LONGEST_ADDRESS,
        clean=plain_address,
        check=lambda entry: wrong % {"entry": entry} if email_problem(entry) else "",
        is_list=True,
    )
    intro = _(
        "A few figures and a link to the report, which opens for those who may read it. Nothing in it is about a "
        "person. With each email readers can take themselves off."
    )
    off = _("Usage reports are turned off for the organisation: nothing is sent until they are on again.")
    group = Group(id="report-mail", heading="", intro=intro if is_on else off, fields=(every, readers))
    return SettingsForm((group,), _values, lambda one, values: _changed(context, one, values))


def _values(business: Business) -> Mapping[str, str]:
    mail = business.report_mail
    return {"every": mail.every or NEVER, "readers": "\n".join(mail.readers)}


def _changed(context: CalendarContext, business: Business, values: Mapping[str, str]) -> Business:
    before, every = business.report_mail, values["every"].replace(NEVER, "")
    readers = _once(lines_of(values["readers"]))
    if every and not readers:
        raise WrongFields({"readers": context.texts.gettext("Enter the address of a reader")})
    since = before.since if every == before.every else context.now
    mail = changed_model(before, every=every, readers=readers, since=since if every else None)
    return changed_model(business, report_mail=mail)


def _once(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return each address once, in whatever spelling it comes first."""
    return tuple({folded(one): one for one in reversed(addresses)}.values())[::-1]


@page_boundary
async def report_leave(req: func.HttpRequest) -> func.HttpResponse:
    """Show a reader the button by which they get the report no more. Raises NotFound for a forged link."""
    services().limiter.count_read(client_address(req), services().now())
    return await _leaving(req)


async def _leaving(req: func.HttpRequest) -> func.HttpResponse:
    app, token = services(), req.route_params["token"]
    reader = await find_report_reader(token, context=app.context)
    visitor = read_visitor(
        req.params, req.headers.get("accept-language", ""), reader.calendar.business, is_staff=True
    )
    return page(
        "console/reports/leave.html",
        visitor,
        reader.calendar.business,
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
