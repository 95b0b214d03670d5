"""Reports add up counted days just while these are exact: they equal a naive count of the index at any time."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.cancellation import PlacesLeft
from shared.domain.reports.demand import booked_ahead, demand_of
from shared.domain.reports.period import ReportPeriod
from shared.records.appointments import projection
from shared.records.codec import load_row
from shared.records.keys import DAY, day_key, every
from shared.records.queue_keys import queue_key, version_bumps
from shared.records.reports.booked_days import BOOKED_DAYS
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.reports.count_booked_days import count_booked_days
from shared.use_cases.reports.erase_facts import erase_all, expire_facts
from shared.use_cases.reports.find_cancellations import find_cancellations
from shared.use_cases.reports.find_demand import find_demand
from tests.support.builders import a_business, a_calendar, an_appointment
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually
from tests.use_cases.reports.test_cancellations import naive


BUSINESS, A_DAY = "biz0clinic", timedelta(days=1)
CLOCKS = ("Etc/UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati")
FIRST, NOW = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 10, 30, 10, 20, tzinfo=UTC)


class CountedTable(MemoryTable):
    """Notes which days of the index are read, and tells when."""

    def __init__(self) -> None:
        super().__init__()
        self.days: list[str] = []
        self.asked = asyncio.Event()

    async def range(self, table: str, partition: str, low: str, high: str, *more: Any, **options: Any) -> Any:
        if low.startswith(DAY):
            self.days.append(f"{low[6:10]}-{high[6:10]}")
            self.asked.set()
        return await super().range(table, partition, low, high, *more, **options)


def some_appointment(dice: Random, number: int) -> Appointment:
    start = FIRST + timedelta(minutes=5 * dice.randrange(12 * 288))
    one = an_appointment(start, id=f"a{number}", made_at=start - timedelta(minutes=dice.randrange(-50, 9000)))
    changes: dict[str, Any] = {
        "service": dice.choice(("video", "yoga")),
        "staff": dice.choice(((), ("claire",), ("claire", "samir"))),
        "origin": dice.choice(("booking", "booking", "on_demand", "trial")),
        "status": dice.choice(("booked", "completed", "no_show", "cancelled")),
    }
    if dice.random() < 0.3:
        left = PlacesLeft(by=dice.choice(("customer", "staff")), is_late=dice.random() < 0.5, reason="time")
        changes |= {"seat": None, "capacity": 9, "filled": dice.randrange(9), "left": (left,)}
    return one.model_copy(update=changes)


async def write(table: MemoryTable, one: Appointment, mark: str, *, is_deleted: bool = False) -> None:
    """Change the index as commands do: the hour of the queue gets another version in the same transaction."""
    key = day_key(one.start, one.id)
    row = Operation("delete", key) if is_deleted else Operation("upsert", key, projection(one))
    await table.transact("bookings", BUSINESS, [row, *version_bumps([queue_key(one.start)], mark)])


async def compare(table: MemoryTable, store: TableStore, dice: Random) -> int:
    """Compare the reports of some days with naive counts of all rows; return how many days."""
    first = date(2026, 10, 19) + A_DAY * dice.randrange(12)
    period = ReportPeriod(first, first + A_DAY * dice.randrange(14), dice.choice(CLOCKS))
    rows = (await table.range("bookings", BUSINESS, *every(DAY))).rows
    found = [(row, load_row(Appointment, row)) for row in rows]
    within = [(row, one) for row, one in found if period.start <= one.start < period.end]
    report = await find_cancellations(period, business=BUSINESS, store=store, now=NOW)
    assert report == naive([row for row, _ in within], period.zone), period
    calendar = a_calendar(a_business(id=BUSINESS))
    demand = await find_demand(period, calendar=calendar, store=store, now=NOW)
    assert demand.booked == demand_of(booked_ahead(one for _, one in within)), period
    return period.length


@virtually
async def days_that_equal_a_naive_count(seeds: range) -> int:
    """Return how many days were compared."""
    days = 0
    for seed in seeds:
        dice, table = Random(seed), MemoryTable()
        store = TableStore(table)
        known = [some_appointment(dice, number) for number in range(80)]
        for number, one in enumerate(known):
            await write(table, one, f"made{number}")
        for turn in range(8):
            if dice.random() < 0.7:
                await count_booked_days(BUSINESS, store=store, now=NOW)
            for number in range(dice.randrange(4)):
                one = dice.choice(known)
                if dice.random() < 0.3:
                    known.remove(one)
                    await write(table, one, f"gone{turn}{number}", is_deleted=True)
                else:
                    at = known.index(one)
                    known[at] = one.model_copy(update={"status": dice.choice(("booked", "cancelled", "no_show"))})
                    await write(table, known[at], f"changed{turn}{number}")
            days += await compare(table, store, dice)
    return days


def test_they_equal_a_naive_count_while_the_past_changes(*, is_full):
    assert days_that_equal_a_naive_count(range(40 if is_full else 2)) > 40


async def a_counted_table() -> tuple[CountedTable, TableStore]:
    table = CountedTable()
    for day in range(12):
        start = FIRST + day * A_DAY + timedelta(hours=9)
        await write(table, an_appointment(start, id=f"a{day}"), f"made{day}")
    store = TableStore(table)
    assert await count_booked_days(BUSINESS, store=store, now=NOW) == 10
    table.days.clear()
    return table, store


@virtually
async def test_only_the_days_around_and_those_that_changed_are_read_and_only_these_counted_anew():
    table, store = await a_counted_table()
    period = ReportPeriod(date(2026, 10, 20), date(2026, 10, 31), "Europe/Paris")
    await find_cancellations(period, business=BUSINESS, store=store, now=NOW)
    assert {one[:4] for one in table.days} == {"1019", "1030", "1031"}
    await write(table, an_appointment(FIRST + timedelta(hours=8), id="late"), "late")
    table.days.clear()
    found = await find_cancellations(period, business=BUSINESS, store=store, now=NOW)
    assert found.whole.booked == 13
    assert {one[:4] for one in table.days} == {"1019", "1020", "1030", "1031"}
    assert await count_booked_days(BUSINESS, store=store, now=NOW) == 1
    assert await count_booked_days(BUSINESS, store=store, now=NOW) == 0


@virtually
async def test_a_day_that_changes_while_it_is_counted_is_left_to_the_next_sweep():
    table, store = await a_counted_table()
    await write(table, an_appointment(FIRST, id="one"), "one")
    table.asked.clear()

    async def change() -> None:
        await table.asked.wait()
        await write(table, an_appointment(FIRST, id="two"), "two")

    counted, _ = await asyncio.gather(count_booked_days(BUSINESS, store=store, now=NOW), change())
    assert counted == 0
    assert await count_booked_days(BUSINESS, store=store, now=NOW) == 1


@virtually
async def test_they_go_with_the_facts():
    table, store = await a_counted_table()
    await expire_facts(BUSINESS, FIRST + 4 * A_DAY, store=store)
    assert len((await table.range("facts", BUSINESS, *BOOKED_DAYS)).rows) == 6
    await erase_all(BUSINESS, store=store)
    assert (await table.range("facts", BUSINESS, *BOOKED_DAYS)).rows == []


@virtually
async def test_a_row_that_cannot_be_read_leaves_its_day_uncounted_and_hides_no_other():
    table = CountedTable()
    for day in range(3):
        await write(table, an_appointment(FIRST + day * A_DAY, id=f"a{day}"), f"made{day}")
    await write(table, an_appointment(FIRST, id="b0"), "made")
    key = day_key(FIRST, "a0")
    spoiled = {**projection(an_appointment(FIRST, id="a0")), "body": "{"}
    await table.transact("bookings", BUSINESS, [Operation("upsert", key, spoiled)])
    store = TableStore(table)
    assert await count_booked_days(BUSINESS, store=store, now=NOW) == 2
    period = ReportPeriod(FIRST.date(), FIRST.date() + 5 * A_DAY, "Etc/UTC")
    calendar = a_calendar(a_business(id=BUSINESS))
    found = await find_demand(period, calendar=calendar, store=store, now=NOW)
    assert sum(one.booked for one in found.booked.values()) == 3
