"""Intervals of a staff member: free, in a session with free seats, busy or away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.slots import business_hours, staff_hours
from shared.domain.calendar.business import Business, StaffMember
from shared.domain.timeline.ledger import Ledger, at_least_once, busy_in
from shared.domain.timeline.ticks import Window, ceil_tick, floor_tick, runs


Condition = Literal["available", "slots_available", "busy", "out_of_office"]


class StaffInterval(NamedTuple):
    """The state of a staff member in [start, end); `service` is that of a session with free seats."""

    condition: Condition
    start: datetime
    end: datetime
    service: str = ""


def staff_intervals(
    person: StaffMember,
    business: Business,
    start: datetime,
    end: datetime,
    *,
    ledgers: Mapping[str, Ledger],
    sessions: Iterable[Appointment],
) -> list[StaffInterval]:
    """Return a person's intervals in order; time outside their hours has none, unless something is booked there.

    `ledgers` are theirs by month, `sessions` the open ones. Time off takes precedence over appointments. A
    session's buffers are busy, and so is the part of it that overlaps another appointment.
    """
    window = Window.around(start, end)
    off = busy_in(window, {month: one.off for month, one in ledgers.items()})
    taken = busy_in(window, {month: one.busy & ~one.off for month, one in ledgers.items()})
    alone = busy_in(window, {month: _alone(one) for month, one in ledgers.items()})
    found: list[tuple[Condition, int, str]] = [("out_of_office", off, "")]
    for session in sessions:
        if person.id in session.staff:
            visit = window.cut(floor_tick(session.start), ceil_tick(session.end)) & alone
            found.append(("slots_available", visit, session.service))
            taken &= ~visit  # seats are free, so it is not busy
    free = _open(person, business, window) & ~reduce(or_, (mask for _, mask, _ in found), taken)
    found += [("busy", taken, ""), ("available", free, "")]
    whole = [
        StaffInterval(condition, max(window.moment(low), start), min(window.moment(high), end), service)
        for condition, mask, service in found
        for low, high in runs(mask)
    ]
    return sorted(whole, key=lambda one: one.start)


def _alone(ledger: Ledger) -> int:
    """Return the ticks with one appointment and nothing else."""
    once, twice = (*ledger.claimed, 0, 0)[:2]
    return once & ~(twice | ledger.off | ledger.external | at_least_once(ledger.held))


def _open(person: StaffMember, business: Business, window: Window) -> int:
    if not person.can_be_booked:
        return 0
    return business_hours(business, window) & staff_hours(person, business, window)
