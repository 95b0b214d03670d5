"""Names what stands against a booking: the rule, what is there at the time, or what the customer has near it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.asked import several_chosen
from functions.console.context import NOTHING_SENT, CalendarContext
from functions.console.settings.reasons import ReasonWriter
from shared.domain.access.permissions import Permission
from shared.domain.errors import GroupFull, NotOffered, OutsideLeadTime, SlotTaken
from shared.use_cases.appointments.find_clashes import find_clashes
from shared.use_cases.availability.explain_start import explain_start


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from functions.console.appointments.asked import AskedBooking
    from functions.console.appointments.context import AppointmentContext
    from shared.domain.appointments.appointment import Appointment
    from shared.domain.availability.explain import RuleName
    from shared.domain.calendar.service import Service
    from shared.domain.errors import Refusal


class Hindrance(NamedTuple):
    """`why` names what refuses the booking, `over` has the ids of the appointments at its time.

    `near` are what the customer has near the time, in words. All empty where there is none.
    """

    why: str = ""
    over: str = ""
    near: tuple[str, ...] = ()


async def hindrances(asked: AskedBooking, refusal: Refusal | None, near: Sequence[Appointment]) -> Hindrance:
    """Return what stands against the booking that is asked for."""
    if near:
        return Hindrance(near=tuple(named_appointment(asked.context, one) for one in near))
    if asked.service is None or asked.start is None:
        return Hindrance()
    if isinstance(refusal, SlotTaken | GroupFull):
        return await _taken(asked, asked.service, asked.start, is_full=isinstance(refusal, GroupFull))
    if isinstance(refusal, OutsideLeadTime | NotOffered):
        return Hindrance(await _rule(asked, asked.service, asked.start))
    return Hindrance()


def _staff(asked: AskedBooking, service: Service) -> tuple[str, ...]:
    """Return who is asked for; empty where one of several may serve."""
    if service.assignment == "all":
        return several_chosen(asked.form) or service.staff
    return (asked.form["staff"],) if asked.form.get("staff") else ()


async def _taken(asked: AskedBooking, service: Service, start: datetime, *, is_full: bool) -> Hindrance:
    _, calendar = asked.context.visitor.texts.gettext, asked.context.calendar
    staff = _staff(asked, service)
    if not staff and is_full:
        return Hindrance()
    if not staff:
        return Hindrance(_("No one is available for this service at that time. Choose someone to double-book."))
    if not asked.context.access.may(Permission.VIEW_BOOKINGS):
        return Hindrance()
    found = await find_clashes(service, start, staff, business=calendar.business.id, store=asked.context.app.store)
    if not found:
        return Hindrance(await _rule(asked, service, start))
    named = "; ".join(named_appointment(asked.context, one) for one in found)
    taken = _("There’s already an appointment at that time: %(appointments)s")
    text = (_("No place is left: %(appointments)s") if is_full else taken) % {"appointments": named}
    return Hindrance(text, ",".join(one.id for one in found))


async def _rule(asked: AskedBooking, service: Service, start: datetime) -> str:
    """Return the rule that removes the time for everybody, else that of each person who is asked for."""
    context, store = asked.context, asked.context.app.store
    rules = await explain_start(service, start, calendar=context.calendar, store=store, now=context.now)
    return said_rules(asked, service, start, rules)


def said_rules(asked: AskedBooking, service: Service, start: datetime, rules: Mapping[str, RuleName]) -> str:
    """Return the rule that removes a start for everybody, else that of each person who is asked for."""
    context = asked.context
    known = CalendarContext(
        context.req, context.access.caller, context.visitor, NOTHING_SENT, context.app, context.access
    )
    writer = ReasonWriter(known, service, start)
    if general := writer.general(rules):
        return general.text
    people = context.calendar.people(_staff(asked, service) or service.staff)
    told = ((one.name, writer.personal(one, rules[one.id])) for one in people if one.id in rules)
    return "; ".join(f"{name}: {reason.text}" for name, reason in told if reason)


def named_appointment(context: AppointmentContext, one: Appointment) -> str:
    """Return an appointment in words: customer, service, when, and with whom."""
    formats = context.formats
    service = one.service_of(context.calendar.services.get(one.service))
    day = formats.full_day(formats.local(one.start).date())
    names = [person.name for name in one.staff if (person := context.calendar.person(name))]
    who = one.seat.customer.name if one.seat else ""
    parts = [who, service.name if service else "", day, formats.span(one.start, one.end), ", ".join(names)]
    return ", ".join(part for part in parts if part)
