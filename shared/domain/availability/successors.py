"""Who can take over an appointment from a person who leaves it: all who could serve it and are free then."""

from collections.abc import Mapping

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.assignment import claimed_ticks
from shared.domain.availability.slots import staff_hours
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.timeline.ledger import Ledger, busy_in, month_of
from shared.domain.timeline.ticks import Window, floor_tick, ones


MonthLedgers = Mapping[str, Mapping[str, Ledger]]
"""Ledgers by person, then by UTC month."""


def successors(appointment: Appointment, leaving: str, calendar: Calendar, ledgers: MonthLedgers) -> list[str]:
    """Return the ids, first the one whom the booking page would choose.

    People outside their working hours come last: staff may assign it to them, and the page would not. Where a
    service chooses at random, they come by name, so that the page is the same when it is loaded again.
    """
    service = calendar.services.get(appointment.service)
    if service is None:
        return []
    taken = {*appointment.staff, leaving}
    free = [
        one
        for one in calendar.staff_of(service)
        if one.id not in taken and _is_free(one.id, appointment.ticks, ledgers)
    ]
    month = month_of(floor_tick(appointment.start))

    def rank(person: StaffMember) -> tuple[bool, int, str, str]:
        by_rule = {
            "priority": person.priority,
            "evenly": claimed_ticks(ledgers.get(person.id, {}).get(month, Ledger())),
        }
        return (
            not _works(person, appointment, calendar),
            by_rule.get(service.anyone, 0),
            person.name.casefold(),
            person.id,
        )

    return [one.id for one in sorted(free, key=rank)]


def _is_free(person: str, ticks: Window, ledgers: MonthLedgers) -> bool:
    months = ledgers.get(person, {})
    return not busy_in(ticks, {month: ledger.busy for month, ledger in months.items()})


def _works(person: StaffMember, appointment: Appointment, calendar: Calendar) -> bool:
    window = Window.around(appointment.start, appointment.end)
    return staff_hours(person, calendar.business, window) == ones(len(window))
