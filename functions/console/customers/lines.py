"""A customer's appointments as lines of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.context import CUSTOMER
from functions.console.queue.words import ICONS, STATUSES
from shared.use_cases.customers.find_customer_appointments import find_customer_appointments


if TYPE_CHECKING:
    from functions.console.context import CalendarContext
    from shared.use_cases.customers.find_customer_appointments import CustomerAppointment

MOST_COMING = 50


class AppointmentLine(NamedTuple):
    """An appointment of the customer."""

    when: str
    service: str
    people: str
    status: str
    icon: str
    href: str
    is_coming: bool


def appointment_line(context: CalendarContext, customer: str, one: CustomerAppointment) -> AppointmentLine:
    """Return an appointment as a line that leads to its page, and from there back to the customer."""
    appointment, calendar = one.listed.appointment, context.calendar
    service = appointment.service_of(calendar.services.get(appointment.service))
    status = "cancelled" if one.is_cancelled else appointment.status
    people = [person.name for name in appointment.staff if (person := calendar.person(name))]
    back = f"{CUSTOMER}{customer}"
    return AppointmentLine(
        when=context.formats.when(appointment.start),
        service=service.name if service else "",
        people=", ".join(people),
        status=context.texts.gettext(STATUSES[status]),
        icon=ICONS[status],
        href=context.link("queue", context.business.id, appointment.id, back=back),
        is_coming=appointment.end > context.now and status != "cancelled",
    )


async def coming_lines(context: CalendarContext, customer: str) -> list[AppointmentLine]:
    """Return the appointments of a customer that are not over, the next one first."""
    business, store = context.business.id, context.app.store
    found, _more = await find_customer_appointments(customer, 0, MOST_COMING, business=business, store=store)
    return [one for each in reversed(found) if (one := appointment_line(context, customer, each)).is_coming]
