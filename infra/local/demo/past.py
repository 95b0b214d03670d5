"""Three months of appointments that are over, with their online visits: what the reports of the demo show.

Each visit is what the product's own rules make of its events: people come, wait, are let in, meet and leave. The
rows are written many at a time, as nobody books or waits in the past.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from infra.local.demo.diary import DAY, Diary
from infra.local.demo.used import PastTime
from shared.domain.appointments.appointment import Appointment, Customer, Seat
from shared.domain.appointments.cancellation import REASONS as REASONS_GIVEN
from shared.domain.appointments.cancellation import cancelled_seat, is_late
from shared.domain.appointments.customer import customer_named
from shared.domain.appointments.terms import terms_of
from shared.domain.links import new_id
from shared.domain.reports.page_steps import PageSteps
from shared.domain.timeline.ticks import Window
from shared.domain.visits.fact import fact_of
from shared.domain.visits.visit import Event, Visit, apply
from shared.records.appointments import appointment_rows, customer_row, seat_rows
from shared.records.codec import dump
from shared.records.keys import visit_key
from shared.records.reports.facts import day_of_fact, fact_key, mark_key
from shared.records.reports.page_days import dump_steps, page_key
from shared.records.table import Operation
from shared.records.visits import dump_visit


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from infra.local.demo.customers import Customers
    from infra.local.demo.plan import Planned
    from shared.domain.appointments.cancellation import CancelledBy, CancelReason
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service
    from shared.domain.visits.visit import EventKind, Place
    from shared.records.table import Values

FIRST_DAY, LAST_DAY = -90, -1
BEAT, MINUTE = timedelta(seconds=80), timedelta(minutes=1)
NO_SHOW, NOT_ADMITTED, NOBODY = 0.06, 0.02, 0.02
CANCELLED, BY_STAFF, SOON = 0.08, 0.2, 0.5
REASONS: tuple[CancelReason, ...] = (*REASONS_GIVEN, "", "time", "not_needed")  # some are more frequent
AT_ONCE = 90  # rows of a transaction


@dataclass
class Past:
    """The appointments of a calendar before a day, and their rows; beside what is `planned`."""

    calendar: Calendar
    customers: Customers
    began: datetime
    secret: str
    planned: Sequence[Planned] = ()
    rng: random.Random = field(init=False)
    fates: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"past of {self.calendar.business.slug} {self.began.date()}")
        self.fates = random.Random(f"given up at {self.calendar.business.slug} {self.began.date()}")
        self.diary = Diary(self.calendar, self.began + (FIRST_DAY + LAST_DAY) // 2 * DAY)
        for request in (one.request for one in self.planned if one.request.start < self.began):
            service = self.calendar.services[request.service]
            self.diary.book(service, [request.staff] if request.staff else service.staff, request.start)

    def visits(self) -> Iterator[tuple[Appointment, Visit]]:
        """Yield what was booked and what became of it, day by day."""
        middle = -(FIRST_DAY + LAST_DAY) // 2
        for day in self.diary.open_days(FIRST_DAY + middle, LAST_DAY + middle):
            for service in self.calendar.listed_services:
                if service.assignment == "one" and not service.is_group:
                    for person in service.staff:
                        yield from self._day(service, person, day)

    def _day(self, service: Service, person: str, day: date) -> Iterator[tuple[Appointment, Visit]]:
        starts = self.diary.starts(service, day, person)
        free = datetime.min.replace(tzinfo=UTC)
        for start in sorted(self.rng.sample(starts, min(len(starts), self.rng.randint(2, 6)))):
            if start - service.pre_buffer >= free:
                self.diary.book(service, [person], start)
                free = start + service.duration + service.post_buffer
                appointment = self._appointment(service, person, start)
                if self.fates.random() < CANCELLED:
                    yield self._given_up(appointment), Visit()
                elif not service.is_online:
                    yield appointment, Visit()
                else:
                    yield appointment, apply(Visit(), self._events(appointment))

    def _given_up(self, one: Appointment) -> Appointment:
        """Return an appointment that was cancelled between its booking and its start, sooner or later."""
        assert one.seat
        assert one.made_at
        notice = timedelta(hours=self.fates.uniform(0.2, 5) if self.fates.random() < SOON else 48)
        at = max(one.start - notice, one.made_at + (one.start - one.made_at) / 2)
        policy = self.calendar.policy_of(self.calendar.services[one.service])
        is_closed = at > one.start - policy.minimum_lead_time  # customers call, and staff cancel
        by: CancelledBy = "staff" if is_closed or self.fates.random() < BY_STAFF else "customer"
        reason: CancelReason = self.fates.choice(REASONS) if by == "customer" else ""
        late = is_late(self.calendar, one, at)
        gone = cancelled_seat(one.seat, at, by, is_late=late, reason=reason)
        return one.model_copy(update={"status": "cancelled", "filled": 0, "version": 2, "seat": gone})

    def _appointment(self, service: Service, person: str, start: datetime) -> Appointment:
        business = self.calendar.business
        name = new_id(self.secret, "past", business.id, person, start.isoformat())
        customer = Customer(**self.customers.draw(self.rng))
        made = start - self.rng.uniform(0.2, 12) * DAY
        seat = Seat(
            id=name,
            customer=customer,
            customer_id=customer_named(self.secret, business.id, customer.email),
            language=business.language,
            time_zone=business.time_zone,
            made_at=made,
        )
        first = Window.around(start, start + service.duration).first
        return Appointment(
            id=name,
            service=service.id,
            staff=(person,),
            start=start,
            end=start + service.duration,
            claim=(first, first),  # no time is taken where nobody can book
            seat=seat,
            terms=terms_of(service),
            made_at=made,
        )

    def _events(self, appointment: Appointment) -> Iterator[Event]:
        """Yield a visit as one goes: mostly both come, a little early or late; some attendees never do."""
        assert appointment.seat
        attendee, host, start = f"a.{appointment.seat.id}", f"s.{appointment.staff[0]}", appointment.start
        fate = self.rng.random()
        if fate < NOBODY:
            return
        if fate < NOBODY + NO_SHOW:
            yield from _stay(host, "room", start, start + 9 * MINUTE)
            yield Event("mark", start + 10 * MINUTE, status="no_show")
            return
        came = start - self.rng.triangular(-3, 14, 4) * MINUTE
        yield Event("come", came, attendee, devices="camera microphone")
        if fate < NOBODY + NO_SHOW + NOT_ADMITTED:
            gone = came + self.rng.uniform(12, 25) * MINUTE
            yield from _stay(attendee, "lobby", came, gone)
            yield Event("leave", gone, attendee)
            yield Event("mark", gone + MINUTE, status="not_admitted")
            return
        met = max(came, start) + self.rng.triangular(0, 16, 2) * MINUTE
        ends = met + (appointment.end - start) * self.rng.triangular(0.4, 1.4, 0.9)
        yield from _stay(attendee, "lobby", came, met)
        yield Event("admit", met, attendee)
        for party in (host, attendee):
            yield from _stay(party, "room", met, ends)
        yield Event("mark", ends + MINUTE / 2, status="completed")

    def _steps(self) -> PageSteps:
        booked = self.fates.randint(3, 14)
        chosen = booked + self.fates.randint(1, 9)
        return PageSteps(chosen + self.fates.randint(8, 30), chosen, booked)

    def rows(self) -> Iterator[tuple[str, list[Operation]]]:
        """Yield what to write, as transactions with the table of each."""
        found: dict[str, dict[str, Values | None]] = {"bookings": {}, "facts": {}}
        time = PastTime(self.calendar)
        for appointment, visit in self.visits():
            if appointment.is_live:
                time.add(appointment)
            status = visit.status if visit.mark else appointment.status
            over = appointment.model_copy(update={"status": status})
            assert over.seat
            assert over.made_at
            found["bookings"] |= appointment_rows(over) | seat_rows(over.seat, over)
            found["bookings"] |= {visit_key(over.start, over.id): dump_visit(visit)} if visit.parties else {}
            found["bookings"] |= customer_row(over.seat, over.made_at)
            if fact := fact_of(over, visit, self.began):
                key = fact_key(over.start, over.id)
                found["facts"] |= {key: dump(fact), mark_key(day_of_fact(key)): {}}
        middle = -(FIRST_DAY + LAST_DAY) // 2
        days = FIRST_DAY + middle, LAST_DAY + middle
        found["facts"] |= time.rows(self.diary.open_days(*days))
        found["facts"] |= {page_key(day): dump_steps(self._steps()) for day in self.diary.open_days(*days)}
        for table, rows in found.items():
            yield from ((table, part) for part in _parts(rows))


def _parts(rows: Mapping[str, Values | None]) -> Iterator[list[Operation]]:
    operations = [Operation("upsert", key, values or {}) for key, values in rows.items()]
    return (operations[at : at + AT_ONCE] for at in range(0, len(operations), AT_ONCE))


def _stay(party: str, place: Place, since: datetime, until: datetime) -> Iterator[Event]:
    """Yield the signs of presence from one moment to another."""
    kind: EventKind = "beat"
    at = since
    while at < until:
        yield Event(kind, at, party, place)
        at += BEAT
    yield Event(kind, until, party, place)
