"""The page by which staff move an appointment: to another time, length or person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from functions.console.appointments.context import AppointmentContext, enter_appointment
from functions.console.appointments.forms import (
    OVERBOOK,
    DeskForm,
    Select,
    editor_of,
    form_page,
    telling_field,
    told_when,
)
from functions.console.appointments.free_times import nearest_times
from functions.console.appointments.meanwhile import is_outdated, was_at, what_changed
from functions.console.appointments.pages import REFUSED, by_name, command_of, left, seen
from functions.console.appointments.typed_time import moment_of, time_fields, typed_start
from functions.console.boundary import console_boundary
from functions.console.series.following import chosen_since, move_following, scope_fields
from functions.http.boundary import invalid_fields
from functions.pages.form_field import FormField
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import LONGEST_VISIT
from shared.domain.errors import EditConflict, InvalidFields
from shared.records.calendars import etag_of
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.seats.move_seat import move_seat
from shared.use_cases.seats.seat_command import SeatRef


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from shared.domain.appointments.appointment import Seat
    from shared.use_cases.appointments.staff_claims import Actor

MINUTE = timedelta(minutes=1)
LONGEST_PREFILL, LONGEST_LENGTH = 60, 6


@console_boundary
async def queue_reschedule(req: func.HttpRequest) -> func.HttpResponse:
    """Let staff change time and length of an appointment and, where one person serves it, the person.

    Of a group, a seat that is named is moved by itself.
    """
    context = await enter_appointment(req, Permission.CHANGE_BOOKING)
    return await (_place_page(context, context.seat) if context.seat else _whole_page(context))


async def _whole_page(context: AppointmentContext) -> func.HttpResponse:
    scope = await scope_fields(context)
    if not context.is_sent:
        notice = await what_changed(context) if is_outdated(context) else ""
        times = await nearest_times(context, may_choose=bool(_place(context)))
        ready = replace(_form(_chosen(context), scope), is_ready="was" in context.req.params, times=times)
        return await form_page(context, ready, notice=notice)
    form, one = _form(context, scope), context.appointment
    try:
        change = _change(context)
        if since := chosen_since(context):
            return await move_following(context, form, since, change, editor_of(context))
        telling = await change_by_staff(
            one.id,
            change,
            editor=_editor(context, change),
            etags=seen(context),
            seen=one,
            telling=told_when(context) or "now",
            reading=context.app.reading,
            **command_of(context),
        )
    except ValidationError as wrong:
        return await form_page(context, form, invalid_fields(wrong))
    except EditConflict as refusal:
        return await form_page(context, form, refusal, notice=await what_changed(context))
    except REFUSED as refusal:
        return await form_page(context, form, refusal)
    return left(context, "moved", telling)


async def _place_page(context: AppointmentContext, seat: Seat) -> func.HttpResponse:
    """Let staff move one place of a session to another session of the service, or to a new one."""
    _, one = context.visitor.texts.gettext, context.appointment
    scope, when = await scope_fields(context), time_fields(context, one.start)
    fields: list[FormField | Select] = [*when, *scope, telling_field(context)]
    text = _("It joins the session at that time if there is one with a free place; else a new one is opened.")
    form = DeskForm(_("Move this place"), _("Move the place"), fields, text)
    if not context.is_sent:
        return await form_page(context, form)
    try:
        start, editor = typed_start(context), editor_of(context)
        if since := chosen_since(context):
            return await move_following(context, form, since, AppointmentChange(start=start), editor)
        there, telling = await move_seat(
            SeatRef(one.id, seat.id),
            start,
            editor=editor,
            telling=told_when(context) or "now",
            reading=context.app.reading,
            **command_of(context),
        )
    except REFUSED as refusal:
        return await form_page(context, form, refusal)
    return left(context, "moved", telling, there)


def _form(context: AppointmentContext, scope: Sequence[Select]) -> DeskForm:
    _, one = context.visitor.texts.gettext, context.appointment
    fields = time_fields(context, one.start)
    minutes = context.form.get("minutes") or str((one.end - one.start) // MINUTE)
    fields.append(FormField("minutes", _("Length in minutes"), "number", minutes, True, longest=LONGEST_LENGTH))
    if place := _place(context):
        people = [(person.id, person.name) for person in sorted(context.calendar.staff.values(), key=by_name)]
        name = context.calendar.staff[place].name
        label = _("Staff") if len(one.staff) == 1 else _("Instead of %(name)s") % {"name": name}
        fields.append(Select("staff", label, [("", people)], context.form.get("staff", place)))
    fields += [*scope, telling_field(context)]
    return DeskForm(_("Reschedule"), _("Reschedule"), fields, etag=etag_of(one))


def _change(context: AppointmentContext) -> AppointmentChange:
    """Return the change that was typed. Raises InvalidFields and ValidationError."""
    form, one = context.form, context.appointment
    start, staff = typed_start(context), form.get("staff", "")
    change: dict[str, Any] = {"start": start, "overbook": bool(form.get(OVERBOOK))}
    if (length := _length(form.get("minutes", ""), one.end - one.start)) != one.end - one.start:
        change["end"] = start + length
    if place := _place(context):
        chosen = {place: staff or place}
        serving = tuple(chosen.get(name, name) for name in one.staff)
        change |= {"staff": serving} if serving != one.staff else {}
    return AppointmentChange(**change)


def _editor(context: AppointmentContext, change: AppointmentChange) -> Actor:
    """Return the actor: who gives an appointment another length means it, and is bound by no rule about starts."""
    is_length_alone = change.end is not None and change.start == context.appointment.start and not change.staff
    return context.access.editor(is_bound=False) if is_length_alone else editor_of(context)


def _length(typed: str, known: timedelta) -> timedelta:
    """Return the typed number of minutes, or the known length where none is. Raises InvalidFields."""
    text = typed.strip()
    if not text:
        return known
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_LENGTH
    if not is_number or not MINUTE <= int(text) * MINUTE <= LONGEST_VISIT:
        raise InvalidFields([("/minutes", "a number of minutes")])
    return int(text) * MINUTE


def _place(context: AppointmentContext) -> str:
    """Return whose place another can take: who serves it alone, or of several the one it was drawn from.

    Empty where nobody's, or the reader may not choose any.
    """
    staff, drawn = context.appointment.staff, was_at(context)[1]
    found = staff[0] if len(staff) == 1 else drawn if drawn in staff else ""
    may_choose = found in context.calendar.staff and context.access.may(Permission.CHANGE_ANY_BOOKING)
    return found if may_choose else ""


def _chosen(context: AppointmentContext) -> AppointmentContext:
    """Return the context with the time, the end and the person of a link, as the staff calendar has them."""
    params = context.req.params
    names = ("staff", "date", "time", "offset", "minutes")
    given = {name: params.get(name, "")[:LONGEST_PREFILL] for name in names}
    given["minutes"] = given["minutes"] or _minutes_until(context, params.get("until", "")[:LONGEST_PREFILL])
    return replace(context, form={name: text for name, text in given.items() if text})


def _minutes_until(context: AppointmentContext, end: str) -> str:
    """Return the length of the appointment if it ends at a time of its day; empty for no such time."""
    start = context.appointment.start
    local = context.formats.local(start)
    try:
        typed = {"date": f"{local:%Y-%m-%d}", "time": end}
        until = moment_of(typed, context.calendar.business.time_zone, start)
    except InvalidFields:
        return ""
    return str((until - start) // MINUTE) if until > start else ""
