"""The page behind the link in a person's mail: they connect their own calendar without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.console.staff.own_calendar.form import CAUSES, KINDS_OFFERED, TypedCalendar
from functions.console.staff.own_calendar.pages import KINDS, TOLD, microsoft_place
from functions.http.client_address import client_address
from functions.http.problems import BadRequest
from functions.pages.boundary import form_of, page_boundary
from functions.pages.form_field import FormField, new_key, too_long
from functions.pages.render import page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.records.free_busy.own_calendars import own_of
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect, disconnect, find_own
from shared.use_cases.free_busy.connect_link import find_linked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.pages.visitor import Visitor
    from functions.wiring import Services
    from shared.domain.free_busy.failures import Cause
    from shared.domain.free_busy.own_calendar import Kind
    from shared.use_cases.free_busy.outside import CalendarPlace
    from shared.use_cases.free_busy.workplaces import StaffEntry

LONGEST = {"url": 2000, "user": 300, "password": 300}


@page_boundary
async def own_calendar_link(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person whether their own calendar is connected, and the form. Raises NotFound for a void link."""
    entry = await _holder(req)
    return await _page(req, entry, TypedCalendar(), {})


@page_boundary
async def own_calendar_link_send(req: func.HttpRequest) -> func.HttpResponse:
    """Connect or disconnect, and redirect to the page. Raises BadRequest for anything else."""
    entry, app, form = await _holder(req), services(), form_of(req)
    app.limiter.count_change(client_address(req), entry.calendar.business.id, app.now())
    typed, wanted = _typed(form), form.get("act", "")
    if wanted == "disconnect":
        await disconnect(entry.person.email, app.reading())
        return _see(req, entry, "disconnected")
    place = microsoft_place(app) if wanted == "microsoft" else typed.place if wanted == "connect" else None
    if place is None:
        raise BadRequest
    wrong = {} if wanted == "microsoft" else _problems(typed, _visitor(req, entry))
    cause = None if wrong else await _connect(entry, place, app, form.get("key", ""), typed)
    if wanted == "microsoft" and cause:
        return _see(req, entry, "no-microsoft")
    if cause:
        at = "password" if cause == "password_refused" and typed.kind == "caldav" else "url"
        wrong = {at: _visitor(req, entry).texts.gettext(CAUSES[cause])}
    return await _page(req, entry, typed, wrong) if wrong else _see(req, entry, "saved")


async def _holder(req: func.HttpRequest) -> StaffEntry:
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    return await find_linked(req.route_params["token"], context=app.context)


async def _connect(
    entry: StaffEntry, place: CalendarPlace, app: Services, key: str, typed: TypedCalendar
) -> Cause | None:
    author, tentative = Author(entry.person.email, key), typed.tentative_is_busy
    return await connect(entry.person.email, place, app.reading(), author, tentative_is_busy=tentative)


def _typed(form: Mapping[str, str]) -> TypedCalendar:
    kind: Kind = "caldav" if form.get("kind") == "caldav" else "feed"
    url, user, password = (form.get(name, "").strip() for name in LONGEST)
    return TypedCalendar(kind, url, user, password, "act" not in form or bool(form.get("tentative")))


def _problems(typed: TypedCalendar, visitor: Visitor) -> dict[str, str]:
    _, given = visitor.texts.gettext, typed._asdict()
    long = {name: most for name, most in LONGEST.items() if len(given[name]) > most}
    wrong = {
        name: too_long(FormField(name, "", "text", longest=most), visitor.texts) for name, most in long.items()
    }
    return wrong if typed.url else {"url": _("Enter the address of the calendar"), **wrong}


def _visitor(req: func.HttpRequest, entry: StaffEntry) -> Visitor:
    languages, business = req.headers.get("accept-language", ""), entry.calendar.business
    return read_visitor(req.params, languages, business, is_staff=True)


async def _page(
    req: func.HttpRequest, entry: StaffEntry, typed: TypedCalendar, wrong: Mapping[str, str]
) -> func.HttpResponse:
    app, visitor, token = services(), _visitor(req, entry), req.route_params["token"]
    _, row = visitor.texts.gettext, await find_own(entry.person.email, store=app.store)
    own, news = own_of(row) if row else None, req.params.get("news", "")
    fields = [
        FormField("url", _("Address"), "text", typed.url, True, error=wrong.get("url", "")),
        FormField("user", _("User name"), "text", typed.user, error=wrong.get("user", "")),
        FormField("password", _("Password"), "password", "", error=wrong.get("password", "")),
    ]
    return page(
        "console/staff/own_calendar_link.html",
        visitor,
        entry.calendar.business,
        422 if wrong else 200,
        is_framed=False,
        here=(("own-calendar", token), {}),
        source=_(KINDS[own.kind]) % {"host": own.host} if own else "",
        problem=_(CAUSES[own.cause]) if own and own.cause and own.is_failing else "",
        kinds=[(name, _(label), _(hint)) for name, label, hint in KINDS_OFFERED],
        typed=typed,
        fields=fields,
        email=entry.person.email,
        may_ask_microsoft=microsoft_place(app) is not None and not (own and own.kind == "graph"),
        news=_(TOLD[news]) if news in TOLD else "",
        action=visitor.link("own-calendar", token),
        key=new_key(),
    )


def _see(req: func.HttpRequest, entry: StaffEntry, news: str) -> func.HttpResponse:
    address = _visitor(req, entry).link("own-calendar", req.route_params["token"], news=news)
    return func.HttpResponse(status_code=303, headers={"Location": address})
