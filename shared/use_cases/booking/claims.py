"""What a claim is based on: which ledgers to read, whether a start is offered, which session to join, who serves.

Booking and moving both use these functions, so their rules cannot diverge.
"""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.assignment import choose
from shared.domain.availability.slots import AvailableSlots, BookingRules, Session, is_outside_lead_times
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import NotOffered, OutsideLeadTime, Refusal
from shared.domain.timeline.ticks import Window, ceil_tick, floor_tick
from shared.records.codec import load
from shared.records.keys import appointment_key, id_of, ledger_keys, ledgers_of, month_of, sessions_at
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Row, Rows


MANY = 6  # candidates above this are read as a range, not one by one


def claim_window(service: Service, start: datetime) -> Window:
    """Return the ticks that a visit at `start` claims: buffers included, rounded outwards."""
    return Window(
        floor_tick(start - service.pre_buffer), ceil_tick(start + service.duration + service.post_buffer)
    )


def candidate_ledgers(ticks: Window, candidates: list[str]) -> list[str | Range]:
    """Return the ledgers to read: one by one, or whole months if there are many candidates."""
    keys = ledger_keys(ticks.first, ticks.last, candidates)
    if len(keys) <= MANY:
        return list(keys)
    months = dict.fromkeys(month_of(key) for key in keys)
    return [ledgers_of(month) for month in months]


def offer_at(judge: BookingRules, ledgers: Ledgers, candidates: list[str], staff: str | None) -> AvailableSlots:
    """Return what is offered at the one start that the rules' window is for."""
    starts = judge.starts(ledgers.busy(judge.window, candidates))
    one = staff if judge.service.assignment == "one" else None
    return AvailableSlots(judge.calendar, judge.service, judge.window, starts, staff=one)


def refusal_by_settings(judge: BookingRules, start: datetime, staff: str | None = None) -> Refusal | None:
    """Return why the settings refuse a start, whoever is free; None if they do not."""
    if is_outside_lead_times(judge.calendar.policy_of(judge.service), start, judge.now):
        return OutsideLeadTime()
    offer = AvailableSlots(judge.calendar, judge.service, judge.window, judge.starts({}), staff=staff)
    return None if offer.has(start) else NotOffered()


def refusal_to_join(judge: BookingRules, session: Appointment) -> Refusal | None:
    """Return why an open session may no longer be joined; None if it may."""
    if judge.joinable([Session(session.id, session.start, session.staff, session.capacity - session.filled)]):
        return None
    too_late = is_outside_lead_times(judge.calendar.policy_of(judge.service), session.start, judge.now)
    return OutsideLeadTime() if too_late else NotOffered()


def selectable_staff(calendar: Calendar, service: Service) -> list[str]:
    """Return the ids of those a customer may request; empty if the policy does not let them choose."""
    if not calendar.policy_of(service).allow_staff_selection:
        return []
    return [person.id for person in calendar.staff_of(service) if person.is_listed]


def is_seated(there: Iterable[Row], service: Service, own: str) -> bool:
    """Return whether a customer, by their index of one start, has another seat of a group service than `own`."""
    return service.is_group and any(
        row.values["service"] == service.id and row.values["status"] not in ("moved", "cancelled")
        for row in there
        if id_of(row.key) != own
    )


def open_session(rows: Rows, service: Service, start: datetime, staff: str | None) -> Appointment | None:
    """Return the fullest open session of a group service at a start, with the requested person if any."""
    found = open_sessions(rows, service, start)
    return next((one for one in found if not staff or staff in one.staff), None)


def open_sessions(rows: Rows, service: Service, start: datetime) -> list[Appointment]:
    """Return the open sessions of a group service at a start, the fullest first; none of another service."""
    if not service.is_group:
        return []
    found = []
    for row in rows.between(sessions_at(start, service.id)):
        if values := rows.values(appointment_key(id_of(row.key))):
            session = load(Appointment, values)
            if session.is_live and session.filled < session.capacity and session.start == start:
                found.append(session)
    return sorted(found, key=lambda one: (one.filled, one.id), reverse=True)


def chosen_staff(
    offer: AvailableSlots, start: datetime, staff: str | None, ledgers: Ledgers, seed: str
) -> tuple[str, ...]:
    """Return who serves: all of the staff, the requested person, or a free one by the service's rule."""
    service, calendar = offer.service, offer.calendar
    if service.assignment == "all":
        return tuple(person.id for person in calendar.staff_of(service))
    if staff:
        return (staff,)
    bit = floor_tick(start) - offer.window.first
    free = [calendar.staff[person] for person, mask in offer.starts.items() if mask >> bit & 1]
    loads = ledgers.in_month(floor_tick(start), [person.id for person in free])
    return (choose(service.anyone, free, loads, seed).id,)
