"""Reads what the staff calendar shows: the appointments of days, and the ledgers of the people; one round trip."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.calendar.business import Calendar
from shared.domain.schedule.day import PersonDay, person_day
from shared.domain.timeline.ledger import Ledger, months_in
from shared.domain.timeline.ticks import TICK, Window
from shared.domain.visits.queue import QueueEntry
from shared.records.keys import ledger_key
from shared.use_cases.availability.find_staff_availability import find_ledgers
from shared.use_cases.ports import Store
from shared.use_cases.visits.find_queue import day_of, find_queue


MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Schedule:
    """The entries of each day, cancelled ones too, and the ledgers of people by key.

    `versions` are those of the entries of each day; an empty one means that they may be of several moments.
    `least` is the length of the shortest service, for which a gap must have room.
    """

    calendar: Calendar
    entries: dict[date, list[QueueEntry]]
    ledgers: dict[str, Ledger]
    versions: Sequence[str]
    least: timedelta

    def day(self, person: str, day: date, *, service: str = "", shortest: timedelta = TICK) -> PersonDay:
        """Return a person's day with gaps from `shortest` on; with a `service`, only the appointments of that."""
        start, end = day_of(self.calendar, day)
        months = months_in(Window.around(start, end))
        ledgers = {
            month: self.ledgers[key] for month in months if (key := ledger_key(month, person)) in self.ledgers
        }
        entries = [one for one in self.entries[day] if not service or one.planned.service == service]
        return person_day(
            self.calendar.staff[person],
            self.calendar.business,
            start,
            end,
            entries=entries,
            ledgers=ledgers,
            shortest=max(shortest, self.least),
        )


async def find_schedule(
    days: Sequence[date],
    people: Sequence[str],
    *,
    calendar: Calendar,
    store: Store,
    has_entries: bool = True,
) -> Schedule:
    """Return the days of people, who are on the staff: few days of a hundred people, or six weeks of few people.

    Without `has_entries`, appointments are known only as taken time, and nothing but ledgers is read.
    """
    window = Window.around(day_of(calendar, days[0])[0], day_of(calendar, days[-1])[1])
    found, ledgers = await asyncio.gather(
        asyncio.gather(*(find_queue(calendar, day, store=store) if has_entries else _nothing() for day in days)),
        find_ledgers(people, months_in(window), calendar, store),
    )
    entries = {day: listed for day, (listed, _) in zip(days, found, strict=True)}
    versions = [version for _, version in found]
    return Schedule(calendar, entries, ledgers, versions, shortest_service(calendar))


async def _nothing() -> tuple[list[QueueEntry], str]:
    return [], ""


def shortest_service(calendar: Calendar) -> timedelta:
    """Return the length of the shortest service that is offered; a quarter of an hour where there is none."""
    lengths: Iterable[timedelta] = (one.duration for one in calendar.services.values() if not one.removed_at)
    return min(lengths, default=timedelta(minutes=15))
