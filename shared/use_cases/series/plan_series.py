"""Looks ahead at all appointments of a series: which are free, and what to do about the others."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.explain import RuleName, explain
from shared.domain.availability.presence import claim_of, presence
from shared.domain.availability.slots import (
    AvailableSlots,
    BookingRules,
    Session,
    is_outside_lead_times,
    window_for,
)
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import days_window, local_date
from shared.domain.timeline.ledger import Ledger, busy_in, months_in
from shared.domain.timeline.ticks import Window
from shared.records.codec import load_row
from shared.records.keys import service_of, sessions_between
from shared.use_cases.appointments.find_clashes import find_clashes
from shared.use_cases.appointments.staff_claims import Actor, TimeRequest
from shared.use_cases.availability.explain_start import find_ledgers
from shared.use_cases.ports import Store


AROUND = timedelta(days=3)  # in which the nearest alternative is looked for
Finding = Literal["free", "beyond", "taken"]
"""Whether a start can be booked: as it is, only beyond a rule, or not, since somebody who would serve is busy."""


class Alternative(NamedTuple):
    """A free start near one that is not; `beyond` if it is outside the lead times, as the other is.

    `seats` are the free ones of the session that is there; 0 if none is yet.
    """

    start: datetime
    beyond: bool
    seats: int = 0


class PlannedOccurrence(NamedTuple):
    """A start of the series. `rules` removes it, by person; `over` are the appointments that are there instead.

    Of a group, `session` is the one that would be joined, and `full` are those of `over` that have no seat left.
    """

    start: datetime
    finding: Finding
    rules: Mapping[str, RuleName]
    over: Sequence[Appointment] = ()
    instead: Alternative | None = None
    session: Appointment | None = None
    full: Sequence[Appointment] = ()


async def plan_series(
    service: Service,
    staff: Sequence[str],
    starts: Sequence[datetime],
    *,
    calendar: Calendar,
    store: Store,
    now: datetime,
) -> list[PlannedOccurrence]:
    """Return what is to be known of each start with these people, or with anyone if there are none.

    Two round trips deep: the ledgers of all months, with the open sessions of a group around the starts, then the
    appointments around the starts that are taken.
    """
    business = calendar.business.id
    look = SeriesOutlook(service, tuple(staff), tuple(starts), calendar, now, {})
    months = dict.fromkeys(month for start in starts for month in months_in(look.window(start)))
    ledgers, sessions = await asyncio.gather(
        find_ledgers(business, tuple(months), store=store), find_sessions(service, starts, business, store)
    )
    look = replace(look, ledgers=ledgers, sessions=tuple(one for one in sessions if look.fits(one)))
    found = look.occurrences()
    people = [one.id for one in look.people]

    async def named(one: PlannedOccurrence) -> PlannedOccurrence:
        if one.finding != "taken":
            return one
        over = await find_clashes(service, one.start, people, business=business, store=store)
        full = [each for each in over if each.service == service.id and each.start == one.start and each.is_full]
        return one._replace(over=over, full=full)

    return list(await asyncio.gather(*map(named, found)))


async def find_sessions(
    service: Service, starts: Sequence[datetime], business: str, store: Store
) -> list[Appointment]:
    """Return the open sessions of a group service around these starts; one round trip deep."""
    if not service.is_group:
        return []
    spans: list[tuple[datetime, datetime]] = []
    for start in sorted(starts):
        first = max(start - AROUND, spans[-1][1]) if spans else start - AROUND
        spans.append((first, start + AROUND))
    reads = (store.table.range("bookings", business, *sessions_between(*span)) for span in spans)
    pages = await asyncio.gather(*reads)
    rows = [row for page in pages for row in page.rows if service_of(row.key) == service.id]
    return [load_row(Appointment, row) for row in rows]


@dataclass(frozen=True)
class SeriesOutlook:
    """What the ledgers, and the open sessions of a group, say about the starts of a series. Pure."""

    service: Service
    staff: tuple[str, ...]
    starts: tuple[datetime, ...]
    calendar: Calendar
    now: datetime
    ledgers: Mapping[str, Mapping[str, Ledger]]  # by person, then by month
    sessions: tuple[Appointment, ...] = ()

    @property
    def people(self) -> list[StaffMember]:
        """Return who is asked for: all of them must be free, or one of those who serve it if nobody was named."""
        named = [self.calendar.staff[one] for one in self.staff if one in self.calendar.staff]
        return named or self.calendar.staff_of(self.service)

    def fits(self, session: Appointment) -> bool:
        """Return whether a session is as long as the service now, and served by those who are asked for."""
        is_as_long = session.end - session.start == self.service.duration
        return is_as_long and set(self.staff) <= set(session.staff) and not session.is_full

    def session_at(self, start: datetime) -> Appointment | None:
        """Return the session that is joined at a start: as in the booking, the fullest that has a free seat."""
        there = (one for one in self.sessions if one.start == start)
        return max(there, key=lambda one: (one.filled, one.id), default=None)

    def window(self, start: datetime) -> Window:
        """Return the window that has all starts around one."""
        zone = self.calendar.business.time_zone
        return window_for(
            self.service, days_window(local_date(start - AROUND, zone), local_date(start + AROUND, zone), zone)
        )

    def occurrences(self) -> list[PlannedOccurrence]:
        """Return what is found of each start, without names; no two alternatives overlap, nor any with a start."""
        taken = [claim_of(self.service, start) for start in self.starts]
        found = []
        for start in self.starts:
            session = self.session_at(start)
            one = PlannedOccurrence(start, self._finding(start), self._rules(start), session=session)
            others = [each for each in taken if each != claim_of(self.service, start)]
            if one.finding != "free" and (instead := self._instead(start, others)):
                taken.append(claim_of(self.service, instead.start))
                one = one._replace(instead=instead)
            found.append(one)
        return found

    def _finding(self, start: datetime) -> Finding:
        if self.session_at(start):
            return "free" if self._request(start).refusal() is None else "beyond"
        service, months = self.service, months_in(claim_of(self.service, start))
        masks = {
            month: {one: each[month].busy for one, each in self.ledgers.items() if month in each}
            for month in months
        }
        found = presence(self.people, service, start, calendar=self.calendar, masks=masks)
        is_all = bool(self.staff) or service.assignment == "all"
        busy = [one == "busy" for one in found.values()]
        if not busy or (any(busy) if is_all else all(busy)):
            return "taken"
        is_within = self._request(start).refusal() is None and (is_all or "free" in found.values())
        return "free" if is_within else "beyond"

    def _request(self, start: datetime) -> TimeRequest:
        """Return the request of somebody who keeps to the rules."""
        return TimeRequest(
            *(self.calendar, self.service, start, start + self.service.duration, self.staff),
            *(Actor("", is_bound=True), False, self.now),
        )

    def _judged_at(self, start: datetime) -> datetime:
        """Return the moment from which a start is judged: of one that is too far ahead, other rules tell more."""
        return max(self.now, start - self.calendar.policy_of(self.service).maximum_advance)

    def _rules(self, start: datetime) -> Mapping[str, RuleName]:
        rules = explain(self.calendar, self.service, start, self._judged_at(start), self.ledgers)
        if start > self.now and all(one == "offered" for one in rules.values()):
            return explain(self.calendar, self.service, start, self.now, self.ledgers)
        return rules

    def _instead(self, start: datetime, taken: Sequence[Window]) -> Alternative | None:
        """Return the nearest start that only lead times may stand against; None if it is this one."""
        zone, policy = self.calendar.business.time_zone, self.calendar.policy_of(self.service)
        days = days_window(local_date(start - AROUND, zone), local_date(start + AROUND, zone), zone)
        is_far = is_outside_lead_times(policy, start, self.now) and start > self.now
        judge = BookingRules(
            self.calendar,
            self.service,
            days,
            max(self.now, start + AROUND - policy.maximum_advance) if is_far else self.now,
        )
        if joined := self._nearest_session(start, judge, taken):
            is_beyond = is_outside_lead_times(policy, joined.start, self.now)
            return Alternative(joined.start, is_beyond, joined.capacity - joined.filled)
        starts = judge.starts(self._busy(judge.window, taken))
        one = self.staff[0] if len(self.staff) == 1 and self.service.assignment == "one" else None
        near = AvailableSlots(self.calendar, self.service, judge.window, starts, staff=one).nearest(start, 1)
        if not near or near[0].start == start:
            return None
        return Alternative(near[0].start, is_outside_lead_times(policy, near[0].start, self.now))

    def _nearest_session(
        self, start: datetime, judge: BookingRules, taken: Sequence[Window]
    ) -> Appointment | None:
        """Return the nearest session with free seats, but for those at the time of another of the series."""
        free = [
            one
            for one in self.sessions
            if one.start != start and not any(_overlap(claim_of(self.service, one.start), each) for each in taken)
        ]
        known = [Session(one.id, one.start, one.staff, one.capacity - one.filled) for one in free]
        names = {one.id for one in judge.joinable(known)}
        able = [one for one in free if one.id in names]
        return min(able, key=lambda one: (abs(one.start - start), one.start, -one.filled, one.id), default=None)

    def _busy(self, window: Window, taken: Sequence[Window]) -> dict[str, int]:
        others, months = 0, months_in(window)
        for one in taken:
            others |= window.cut(one.first, one.last)
        return {
            one.id: others | busy_in(window, {month: self._ledger(one, month).busy for month in months})
            for one in self.calendar.staff_of(self.service)
        }

    def _ledger(self, person: StaffMember, month: str) -> Ledger:
        return self.ledgers.get(person.id, {}).get(month) or Ledger()


def _overlap(one: Window, other: Window) -> bool:
    return one.first < other.last and other.first < one.last
