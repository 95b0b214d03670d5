"""Counts how much each person serves in a period, and redistributes appointments that were booked with anyone.

What is to be redistributed is planned first, on a copy of the ledgers, so that people can look at it before.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.explain import explain
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import AlreadyCancelled, NotFound, SlotTaken
from shared.domain.timeline.ledger import Ledger, cut_by_month, months_in
from shared.domain.timeline.ticks import Window
from shared.domain.visits.queue import Planned
from shared.records.codec import load
from shared.records.keys import days_between, start_of
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.availability.explain_start import find_ledgers
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import CHOICES, read_once
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Store
from shared.use_cases.telling.announce import Telling


MOST_MOVED = 100  # in one request, so that it ends before the client gives up


class Load(NamedTuple):
    """How much a person serves in a period."""

    appointments: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Moved:
    """An appointment that is or was reassigned, with the ids of the person before and after."""

    appointment: Appointment
    before: str
    after: str


class Rebalanced(NamedTuple):
    """What was reassigned; and what was planned and left: the person is busy by now, or it was changed."""

    moved: list[Moved]
    left: list[Moved]


class PastAndComing(NamedTuple):
    """How many appointments each person had in the last days, and has in the next, by the person's id."""

    past: Counter[str]
    coming: Counter[str]


async def count_around(now: datetime, period: timedelta, business: str, *, store: Store) -> PastAndComing:
    """Count each person's live appointments that start within `period` before and after now; one round trip."""
    days = days_between(now - period, now + period)
    page = await store.table.range("bookings", business, *days, ("staff", "status"))
    counts = PastAndComing(Counter(), Counter())
    for row in page.rows:
        if row.values["status"] != "cancelled":
            side = counts.coming if start_of(row.key) >= now else counts.past
            side.update(str(row.values["staff"]).split(","))
    return counts


async def find_between(first: datetime, last: datetime, *, calendar: Calendar, store: Store) -> list[Appointment]:
    """Return the live appointments that start in [first, last); one round trip."""
    page = await store.table.range("bookings", calendar.business.id, *days_between(first, last))
    found = (load(Appointment, row.values) for row in page.rows)
    return [one for one in found if one.is_live]


def loads_of(appointments: Iterable[Appointment | Planned], people: Sequence[str]) -> dict[str, Load]:
    """Return each person's load, whatever the service."""
    loads = dict.fromkeys(people, Load(0, 0))
    for one in appointments:
        minutes = int((one.end - one.start).total_seconds()) // 60
        for person in one.staff:
            if person in loads:
                loads[person] = Load(loads[person].appointments + 1, loads[person].minutes + minutes)
    return loads


async def plan_rebalance(
    service: Service,
    last: datetime,
    *,
    calendar: Calendar,
    store: Store,
    now: datetime,
    first: datetime | None = None,
) -> list[Moved]:
    """Return what `rebalance` would reassign now, of what starts from `first` on; one round trip."""
    start = max(first or now, now)
    if start >= last:
        return []
    months = months_in(Window.around(start, last + service.duration + service.post_buffer))
    coming, ledgers = await asyncio.gather(
        find_between(start, last, calendar=calendar, store=store),
        find_ledgers(calendar.business.id, months, store=store),
    )
    return plan_moves(service, coming, ledgers, calendar=calendar, now=now)


def plan_moves(
    service: Service,
    coming: Sequence[Appointment],
    ledgers: Mapping[str, Mapping[str, Ledger]],
    *,
    calendar: Calendar,
    now: datetime,
) -> list[Moved]:
    """Return the reassignments that even out who serves; each sees the ledgers as those before it leave them."""
    people = [person.id for person in calendar.staff_of(service)]
    counts = {person: load.appointments for person, load in loads_of(coming, people).items()}
    planned = {person: dict(months) for person, months in ledgers.items()}
    moves: list[Moved] = []
    for one in coming:
        if len(moves) == MOST_MOVED:
            break
        if not _is_movable(one, service, people):
            continue
        rules = explain(calendar, service, one.start, now, planned)
        free = [person for person, rule in rules.items() if rule == "offered"]
        if target := _lighter(free, one.staff[0], counts):
            moves.append(Moved(one, one.staff[0], target))
            _hand_over(one, target, planned)
            counts[one.staff[0]] -= 1
            counts[target] += 1
    return moves


def _hand_over(one: Appointment, target: str, ledgers: dict[str, dict[str, Ledger]]) -> None:
    """Release what an appointment claims of its person, and claim it of another."""
    for month, mask in cut_by_month(one.ticks.first, one.ticks.last).items():
        given, taken = (ledgers.setdefault(person, {}) for person in (one.staff[0], target))
        taken[month] = taken.get(month, Ledger()).claim(mask)
        with suppress(ValueError):  # read at two moments: it stays claimed, and nobody is moved there
            given[month] = given.get(month, Ledger()).release(mask)


async def rebalance(
    service: Service,
    last: datetime,
    *,
    author: Author,
    calendar: Calendar,
    context: Context,
    first: datetime | None = None,
    chosen: Collection[tuple[str, str]] | None = None,
    telling: Telling = "now",
    reading: Callable[[], ReadingRun] | None = None,
) -> Rebalanced:
    """Reassign appointments of a service that were booked with anyone, up to `last`, to staff who have fewer.

    With `chosen`, pairs of appointment and person, only what is still planned as it was when somebody chose it.

    Only people to whom the page would offer the time get one, and only if that evens out the counts; all are
    informed as of any reassignment. With `reading`, own calendars of those who would get one are read before.
    After a failure half-way, the same request continues with the rest.
    """

    async def planned() -> list[Moved]:
        moves = await plan_rebalance(
            service, last, calendar=calendar, store=context.store, now=context.now, first=first
        )
        return [one for one in moves if chosen is None or (one.appointment.id, one.after) in chosen]

    proposed = moves = await planned()
    seen: set[str] = set()
    for _ in range(CHOICES):
        takers = {one.after for one in moves} - seen
        seen |= takers
        if not takers or not await read_once(takers, calendar=calendar, reading=reading):
            break
        moves = await planned()
    giving = _Giving(author, calendar, context, telling)
    moved = [one for one in moves if await giving.gives(one.appointment, one.after)]
    done = {(one.appointment.id, one.after) for one in moved}
    return Rebalanced(moved, [one for one in proposed if (one.appointment.id, one.after) not in done])


def _is_movable(one: Appointment, service: Service, people: Sequence[str]) -> bool:
    is_anyones = one.chosen_by == "anyone" and len(one.staff) == 1 and one.staff[0] in people
    return is_anyones and one.service == service.id and one.capacity == 1


def _lighter(free: Sequence[str], current: str, counts: Mapping[str, int]) -> str:
    """Return who has so much less that a move evens out; empty if there is no such person."""
    lightest = min(free, key=lambda person: (counts[person], person), default=current)
    return lightest if counts[lightest] + 1 < counts[current] else ""


@dataclass(frozen=True, slots=True)
class _Giving:
    author: Author
    calendar: Calendar
    context: Context
    telling: Telling

    async def gives(self, one: Appointment, target: str) -> bool:
        """Reassign one appointment; return False if it was changed meanwhile, and stays as it is."""
        try:
            await reassign_appointment(
                one.id,
                (target,),
                # One key for each appointment, so that a repeated request repeats no reassignment.
                key=hashlib.sha256(f"{self.author.key}\0{one.id}".encode()).hexdigest(),
                editor=Actor(self.author.actor),
                calendar=self.calendar,
                context=self.context,
                chosen_by="anyone",
                telling=self.telling,
            )
        except (SlotTaken, NotFound, AlreadyCancelled):
            return False
        return True
