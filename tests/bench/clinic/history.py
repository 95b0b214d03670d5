"""A clinic with 100,000 appointments behind it, against one that opened today: what it costs the app.

Only the app's own processor time is compared: a range in Azurite walks the whole table, and in Azure its own rows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from statistics import median
from typing import TYPE_CHECKING

from shared.records.table import Ambiguous, Operation
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.appointments.find_appointments import Span, find_appointments
from shared.use_cases.booking.create_appointment import AppointmentRequest, create_appointment
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.context import Context
from shared.use_cases.visits.find_queue import find_queue
from tests.bench.days.calendars import HALF_HOUR, SECRET, round_the_clock, save
from tests.bench.days.one_person import STAFF, rows_of_clinic
from tests.bench.table import Row


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from infra.local.pieces import Azurite
    from shared.domain.calendar.business import Calendar

PAST, REGULAR = 100_000, 2000  # appointments that are over; of these the ones of one person
COMING, TURNS, WARM = 60, 60, 10
AT_ONCE, SIDE_BY_SIDE, TRIES = 100, 8, 4
MOST = 1.1


async def measure(tables: Azurite) -> list[Row]:
    adapter, now = Tables(tables.connection_string), datetime.now(UTC)
    opened, old = (Clinic(round_the_clock(STAFF, name), TableStore(adapter), now) for name in ("opened", "old"))
    for clinic in (opened, old):
        await save(clinic.calendar, clinic.store, now)
    await old.add_past()
    for _ in range(COMING):
        await opened.book()
        await old.book()
    rows = [await _compared(name, opened, old) for name in ("times", "book", "week", "queue")]
    await adapter.close()
    return rows


async def _compared(name: str, opened: Clinic, old: Clinic) -> Row:
    spent: dict[Clinic, list[float]] = {opened: [], old: []}
    for turn in range(WARM + TURNS):
        for clinic in (opened, old) if turn % 2 else (old, opened):
            took = await _cpu_ms(getattr(clinic, name))
            spent[clinic] += [took] if turn >= WARM else []
    without, with_past = median(spent[opened]), median(spent[old])
    note = f"{with_past:.2f} ms against {without:.2f} ms"
    return Row(f"{PAST:,} past appointments, {TOLD[name]}", with_past / without, "×", MOST, note=note)


TOLD = {
    "times": "a month of times",
    "book": "a booking",
    "week": "a week to come",
    "queue": "tomorrow's queue",
}


async def _cpu_ms(work: Callable[[], Awaitable[object]]) -> float:
    before = time.process_time()
    await work()
    return (time.process_time() - before) * 1000


class Clinic:
    """A calendar, and what is asked of it; nothing that it read before is of use."""

    def __init__(self, calendar: Calendar, store: TableStore, now: datetime) -> None:
        self.calendar, self.store, self.now = calendar, store, now
        self._numbers = count()
        self._first = now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)

    async def add_past(self) -> None:
        rows = (Operation("upsert", *one) for one in rows_of_clinic(self.now, REGULAR, PAST))
        while some := [part for _ in range(SIDE_BY_SIDE) if (part := list(islice(rows, AT_ONCE)))]:
            await asyncio.gather(*map(self._write, some))

    async def _write(self, operations: list[Operation]) -> None:
        for _ in range(TRIES):  # a service that is busy for seconds closes connections that rest
            with contextlib.suppress(Ambiguous):
                await self.store.table.transact("bookings", self.calendar.business.id, operations)
                return
        raise Ambiguous("the past could not be written")

    async def book(self) -> None:
        number = next(self._numbers)
        request = AppointmentRequest.model_validate(
            {
                "service": "visit",
                "start": (self._first + number // STAFF * HALF_HOUR).isoformat(),
                "staff": f"p{number % STAFF:04d}",
                "customer": {"name": "Ana Souza", "email": f"ana{number}@bench.example"},
            }
        )
        context = Context(self.store, SECRET, self.now)
        await create_appointment(
            request, key=f"bench-history-{number:06d}", calendar=self.calendar, context=context
        )

    async def times(self) -> None:
        self.store.calendars.forget_masks(self.calendar.business.id)
        first = self.now.date() + timedelta(days=1)
        asked = SlotsRequest("visit", first, first + timedelta(days=30), "Europe/Paris")
        found = await find_slots(asked, calendar=self.calendar, store=self.store, now=self.now)
        assert found.mask

    async def week(self) -> None:
        first = self._first - timedelta(hours=4)  # what began within three hours before is read as well
        span = Span(first, first + timedelta(days=7))
        found = await find_appointments(span, "", COMING, lambda _: True, calendar=self.calendar, store=self.store)
        assert len(found) == COMING

    async def queue(self) -> None:
        store = TableStore(self.store.table)
        await find_queue(self.calendar, self._first.date(), store=store)
