"""The page by which staff book for a customer: from the free times of a service, or at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from functions.console.appointments.asked import AskedBooking, several_chosen
from functions.console.appointments.booking_view import booking_page
from functions.console.appointments.context import AppointmentContext, enter_calendar_desk
from functions.console.appointments.forms import OVERBOOK, editor_of
from functions.console.appointments.own_terms import agreed_terms, language_in
from functions.console.appointments.pages import LONGEST_NOTES, REFUSED, command_of, text_of
from functions.console.appointments.typed_time import typed_in, typed_start
from functions.console.boundary import console_boundary
from functions.http.boundary import invalid_fields
from shared.domain.access.permissions import Permission
from shared.domain.appointments.terms import TermsChange
from shared.domain.errors import InvalidFields, NotFound
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.find_near import find_near
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from shared.use_cases.customers.find_customers import read_customer


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from shared.domain.appointments.appointment import Appointment

PREFILLED, LONGEST_PREFILL = ("service", "staff", "date", "time"), 60
CHOOSING = ("show", "month", "day", "start", "find", "known")
"""Queries of buttons that change or complete the form, and book nothing."""


@console_boundary
async def queue_book(req: func.HttpRequest) -> func.HttpResponse:
    """Let staff book an appointment, within the rules or with an override beyond them."""
    context = await enter_calendar_desk(req, Permission.CREATE_BOOKING)
    if not context.is_sent or any(name in req.params for name in CHOOSING):
        return await booking_page(AskedBooking(await _completed(context)))
    try:
        booking = await typed_booking(context)
        # checked again: the select offers only own entries, but any id can be sent
        context.access.require_change(booking.staff)
        if near := await _unconfirmed(context, booking):
            return await booking_page(AskedBooking(context), near=near)
        await create_by_staff(
            booking, editor=editor_of(context), reading=context.app.reading, **command_of(context)
        )
    except REFUSED as refusal:
        return await booking_page(AskedBooking(context), refusal)
    return context.leave("booked")


async def _completed(context: AppointmentContext) -> AppointmentContext:
    """Return the context with what a link to the form says, and what a button of it chooses.

    Raises NotFound for a customer who does not exist, and Forbidden where the person may not read customers.
    """
    params, form = context.req.params, dict(context.form)
    if not context.is_sent:
        given = {name: params.get(name, "")[:LONGEST_PREFILL] for name in PREFILLED}
        form = {name: text for name, text in given.items() if text}
    if start := params.get("start", ""):
        form |= typed_in(start[:LONGEST_PREFILL])
    if customer := (params.get("customer", "") or params.get("known", ""))[:LONGEST_PREFILL]:
        form |= {"customer": customer, **await _details(context, customer)}
    return replace(context, form=form)


async def _details(context: AppointmentContext, customer: str) -> dict[str, str]:
    context.access.require(Permission.READ_CUSTOMER)
    found = await read_customer(customer, business=context.calendar.business.id, store=context.app.store)
    return {name: getattr(found.record, name) for name in ("name", "email", "phone")}


async def _unconfirmed(context: AppointmentContext, booking: StaffBooking) -> Sequence[Appointment]:
    """Return what the customer has near the time, unless it was shown and the form was sent again."""
    seen = set(context.form.get("seen", "").split(","))
    app, calendar = context.app, context.calendar
    (party,) = booking.parties
    about = (party, booking.service, booking.start)
    near = await find_near(*about, calendar=calendar, store=app.store, secret=app.secret)
    return near if any(one.id not in seen for one in near) else []


async def typed_booking(context: AppointmentContext) -> StaffBooking:
    """Return the booking that was typed. Raises InvalidFields."""
    form = context.form
    start = typed_start(context)
    notes = text_of(context, "internal", LONGEST_NOTES)
    agreed = agreed_terms(form, context.calendar.services.get(form.get("service", "")))
    over = form.get(OVERBOOK, "")
    try:
        return StaffBooking(
            service=form.get("service", "")[:60],
            start=start,
            staff=_staff(context),
            parties=(await _party(context),),
            terms=TermsChange(**agreed, **({"notes": notes} if notes else {})),
            overbook=bool(over),
            over=tuple(filter(None, over.split(","))) if over else None,
        )
    except ValidationError as wrong:
        raise invalid_fields(wrong) from None


def _staff(context: AppointmentContext) -> tuple[str, ...]:
    """Return who was chosen; empty for anyone. Raises InvalidFields where none of several is."""
    chosen = several_chosen(context.form)
    if chosen is None:
        return (context.form["staff"],) if context.form.get("staff") else ()
    if not chosen:
        raise InvalidFields([("/staff", "nobody")])
    return chosen


async def _party(context: AppointmentContext) -> CustomerInput:
    """Return the customer as typed; they are the known one who was chosen unless name or address differ."""
    typed: dict[str, Any] = {name: context.form.get(name, "") for name in ("name", "email", "phone", "notes")}
    if customer := context.form.get("customer", "")[:LONGEST_PREFILL]:
        try:
            known = await _details(context, customer)
        except NotFound:
            known = {}
        if known and all(typed[name] == known[name] for name in ("name", "email")):
            typed["customer_id"] = customer
    if context.form.get("sms"):
        typed["send_sms"] = True
    if language := language_in(context.form):
        typed["language"] = language
    return CustomerInput(**typed)
