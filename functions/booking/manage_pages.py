"""The pages behind a manage link: show, move and cancel a booking, and download it as a calendar file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import azure.functions as func

from functions.booking.context import enter_by_cache
from functions.booking.manage_views import cancel_page, find_managed, manage_page, move_confirm_page, move_page
from functions.booking.series_dates import series_dates
from functions.http.mail_limits import within_move_limit
from functions.http.switch import require_switched_on
from functions.pages.boundary import form_of, page_boundary
from functions.pages.problem_texts import PROBLEMS
from functions.pages.times.picker import read_start
from shared.domain.appointments.cancellation import read_reason
from shared.domain.errors import (
    AlreadySeated,
    ChangesClosed,
    Conflict,
    InvalidFields,
    KeyReused,
    Refusal,
    Rejected,
)
from shared.use_cases.booking.cancel_appointment import cancel_appointment
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.series.find_series import find_dates


if TYPE_CHECKING:
    from datetime import datetime

    from functions.booking.context import PageContext
    from functions.booking.manage_views import Managed

# by the value of `new`: the event that the page reports to a site that embeds it
EVENTS = {"1": "event_scheduled", "moved": "event_rescheduled", "cancelled": "event_canceled"}


@page_boundary
async def manage_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show a customer their booking; right after booking, moving or cancelling it, say so."""
    context = await enter_by_cache(req)
    managed = await find_managed(context, req.route_params["token"])
    event = EVENTS.get(context.query.get("new", ""), "")
    dates = series_dates(managed, await find_dates(managed.held, store=context.app.store), context.app.secret)
    return manage_page(
        managed, is_new=bool(event), event=event, origin=context.app.settings.public_url, dates=dates
    )


@page_boundary
async def manage_move(req: func.HttpRequest) -> func.HttpResponse:
    """Show the customer the times to move to, or with a `start` ask for confirmation."""
    context = await enter_by_cache(req)
    managed = await find_managed(context, req.route_params["token"])
    if managed.held.service is None or not managed.may_change:
        return manage_page(managed, is_new=False)
    await require_switched_on()
    if start := read_start(context.query.get("start", "")):
        staff = context.staff(managed.held.service, context.query.get("staff", ""))
        return move_confirm_page(managed, start, staff or "")
    return await _picker(context, managed)


async def _picker(context: PageContext, managed: Managed, taken: Refusal | None = None) -> func.HttpResponse:
    service, context = managed.held.service, context._replace(visitor=managed.visitor)
    assert service is not None
    ask = context.ask(service)
    offer = await context.offer(service, ask, managed.held.appointment)
    title = {"title": context.visitor.texts.gettext(PROBLEMS[taken.code][0])} if taken else None
    return move_page(managed, offer, ask, title)


@page_boundary
async def manage_move_send(req: func.HttpRequest) -> func.HttpResponse:
    """Move the booking and redirect to it; on a refusal show the times again with what went wrong."""
    context, values, token = await enter_by_cache(req), form_of(req), req.route_params["token"]
    start = read_start(values.get("start", ""))
    if start is None:
        await find_managed(context, token)  # a forged link gets 404, whatever else is wrong
        raise InvalidFields([("/start", "not a time")])
    await require_switched_on()
    try:
        await _move(context, token, start, values)
    except (Conflict, Rejected) as refusal:
        return await _not_moved(context, token, refusal, start, values.get("staff", "")[:60])
    return _see(context, token, "moved")


async def _move(context: PageContext, token: str, start: datetime, values: dict[str, str]) -> None:
    command = partial(
        move_appointment,
        token,
        MoveRequest(
            start=start, staff=values.get("staff", "")[:60] or None, another_seat=bool(values.get("another"))
        ),
        key=values.get("key", ""),
        calendar=context.calendar,
        context=context.app.context,
        reading=context.app.reading,
    )
    await within_move_limit(token, command, context.now)


async def _not_moved(
    context: PageContext, token: str, refusal: Refusal, start: datetime, staff: str
) -> func.HttpResponse:
    """Return the times again with what went wrong; the booking itself where it can no longer be moved."""
    managed = await find_managed(context, token)
    if managed.held.service is None or not managed.may_change or isinstance(refusal, KeyReused):
        return manage_page(managed, is_new=False)
    if isinstance(refusal, AlreadySeated):
        return move_confirm_page(managed, start, staff, is_seated=True)
    return await _picker(context, managed, refusal)


@page_boundary
async def manage_cancel(req: func.HttpRequest) -> func.HttpResponse:
    """Ask the customer whether to cancel; show the booking where it is too late for that."""
    managed = await find_managed(await enter_by_cache(req), req.route_params["token"])
    return cancel_page(managed) if managed.may_change else manage_page(managed, is_new=False)


@page_boundary
async def manage_cancel_send(req: func.HttpRequest) -> func.HttpResponse:
    """Cancel the booking and redirect to it. It works while the organisation is switched off."""
    context, values, token = await enter_by_cache(req), form_of(req), req.route_params["token"]
    try:
        await cancel_appointment(
            token,
            key=values.get("key", ""),
            reason=read_reason(values.get("reason", "")),
            calendar=context.calendar,
            context=context.app.context,
        )
    except ChangesClosed:
        return manage_page(await find_managed(context, token), is_new=False)
    return _see(context, token, "cancelled")


@page_boundary
async def manage_calendar_file(req: func.HttpRequest) -> func.HttpResponse:
    """Return the customer's booking as an .ics file."""
    context = await enter_by_cache(req)
    managed = await find_managed(context, req.route_params["token"])
    name = f'attachment; filename="{context.calendar.business.slug}.ics"'
    calendar = await with_sender(managed.held.calendar, store=context.app.store)
    managed = replace(managed, held=replace(managed.held, calendar=calendar))
    body = managed.calendar_file(context.app.settings)
    return func.HttpResponse(
        body, headers={"Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": name}
    )


def _see(context: PageContext, token: str, news: str) -> func.HttpResponse:
    """Redirect to the booking (303), so that reloading the page does not send the form again."""
    visitor = context.visitor.without_prefill()
    address = visitor.link("book", context.calendar.business.slug, "manage", token, staff=None, new=news)
    return func.HttpResponse(status_code=303, headers={"Location": address})
