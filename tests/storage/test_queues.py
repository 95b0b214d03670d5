"""Queues as a process knows them: what a view reads, what it reads again, and that it never shows an older state."""

import asyncio
from datetime import date, timedelta

import pytest

from shared.domain.visits.visit import Event, Visit, apply
from shared.records.appointments import projection
from shared.records.keys import day_key, visit_key
from shared.records.queue_keys import queue_column, queue_hours, queue_key, version_bumps
from shared.records.table import Ambiguous, Operation
from shared.records.visits import dump_visit
from shared.storage.queues import PRESENCE_LASTS
from shared.storage.store import TableStore
from shared.storage.trace import Trace, traced
from shared.use_cases.visits.find_queue import find_queue, queue_marks
from tests.support.builders import MONDAY, a_calendar, a_person, a_service, an_appointment
from tests.support.fakes import MemoryTable
from tests.support.far_table import FarTable
from tests.support.virtual_time import virtually


DAY, BUSINESS = MONDAY.date(), "biz0clinic"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LARGE = a_calendar(services=[a_service("video", is_online=True)], staff=[a_person(f"p{n}") for n in range(100)])
SMALL = a_calendar(services=[a_service("video", is_online=True)])


def starting(minutes: int, name: str, **changes):
    return an_appointment(MONDAY + minutes * MINUTE, id=name, service="video", **changes)


async def put(table, *appointments, mark: str = "seeded") -> None:
    """Write them to the index of starts as the engine does: with their hours touched."""
    rows = [Operation("upsert", day_key(one.start, one.id), projection(one)) for one in appointments]
    for index in range(0, len(rows), 90):
        await table.transact("bookings", BUSINESS, rows[index : index + 90])
    hours = sorted({queue_key(one.start) for one in appointments})
    await table.transact("bookings", BUSINESS, version_bumps(hours, mark))


async def ids(store, calendar=LARGE, marks=None) -> list[str]:
    listed, _ = await find_queue(calendar, DAY, marks, store=store)
    return [one.planned.id for one in listed]


async def counted(store, calendar=LARGE) -> Trace:
    async with traced() as trace:
        await find_queue(calendar, DAY, store=store)
    return trace


@virtually
async def test_a_first_view_is_one_round_trip_deep_whatever_the_size() -> None:
    table = FarTable()
    await put(table, *(starting(5 * n, f"x{n:03d}") for n in range(120)))
    small = await counted(TableStore(table), SMALL)
    large = await counted(TableStore(table))
    assert (small.depth, small.requests) == (1, 3)
    assert (large.depth, large.requests) == (1, 49)  # the marks, and two ranges for each hour of the day


@virtually
async def test_an_unchanged_poll_is_one_point_read_and_a_change_reads_its_hour_alone() -> None:
    table = FarTable()
    store = TableStore(table)
    await put(table, *(starting(5 * n, f"x{n:03d}") for n in range(120)))
    await asyncio.sleep(2.5)  # so that the first view knows of which state it is
    before, version = await find_queue(LARGE, DAY, store=store)
    assert version
    async with traced() as unchanged:
        marks = await queue_marks(LARGE, DAY, store=store)
        same, _ = await find_queue(LARGE, DAY, marks, store=store)
    assert (unchanged.depth, unchanged.requests) == (1, 1)
    assert same == before
    await put(table, starting(61, "new"), mark="changed")
    async with traced() as changed:
        now, other = await find_queue(LARGE, DAY, await queue_marks(LARGE, DAY, store=store), store=store)
    assert (changed.depth, changed.requests) == (2, 3)
    assert {one.planned.id for one in now} - {one.planned.id for one in before} == {"new"}
    assert other != version


@virtually
async def test_a_sunday_which_is_of_two_weeks_is_polled_by_one_request_too() -> None:
    table, sunday = FarTable(), DAY + timedelta(days=(6 - DAY.weekday()) % 7)
    store, noon = TableStore(table), MONDAY + (sunday - DAY)
    starts = [an_appointment(noon + hours * HOUR, id=f"x{hours}", service="video") for hours in (-8, 8)]
    assert len({queue_column(queue_key(one.start))[0] for one in starts}) == 2
    await put(table, *starts)
    await asyncio.sleep(2.5)
    listed, version = await find_queue(LARGE, sunday, store=store)
    assert [one.planned.id for one in listed] == ["x-8", "x8"]
    for one in starts:
        async with traced() as unchanged:
            marks = await queue_marks(LARGE, sunday, store=store)
            _, same = await find_queue(LARGE, sunday, marks, store=store)
        assert (unchanged.depth, unchanged.requests) == (1, 1)
        assert same == version
        await put(table, one, mark=f"changed {one.id}")
        _, version = await find_queue(LARGE, sunday, await queue_marks(LARGE, sunday, store=store), store=store)
        assert version != same
    nothing, version = await find_queue(LARGE, sunday + timedelta(days=14), store=store)
    assert (nothing, bool(version)) == ([], True)


async def test_a_crowd_that_asks_at_once_shares_the_reading() -> None:
    table = MemoryTable()
    store = TableStore(table)
    await put(table, starting(0, "one"))
    requests = table.requests
    await asyncio.gather(*(queue_marks(LARGE, DAY, store=store) for _ in range(100)))
    assert table.requests - requests <= 2
    marks = await queue_marks(LARGE, DAY, store=store)
    requests = table.requests
    await asyncio.gather(*(find_queue(LARGE, DAY, marks, store=store) for _ in range(100)))
    assert table.requests - requests == 48


@pytest.mark.walk
@pytest.mark.parametrize("calendar", [SMALL, LARGE])
async def test_a_day_of_more_rows_than_one_answer_holds_is_whole(calendar) -> None:
    table = MemoryTable()
    await put(table, *(starting(n % 60, f"x{n:04d}") for n in range(2300)))
    assert len(set(await ids(TableStore(table), calendar))) == 2300


async def test_a_state_that_may_be_older_than_its_marks_is_not_kept() -> None:
    table = MemoryTable()
    store = TableStore(table)
    await put(table, starting(0, "one"))  # in this very moment
    _, version = await find_queue(LARGE, DAY, store=store)
    assert version == ""
    requests = table.requests
    _, version = await find_queue(LARGE, DAY, store=store)
    assert version
    assert table.requests - requests == 49  # read once more, after the marks


@virtually
async def test_a_change_between_the_reading_of_lines_and_marks_is_seen_by_the_next() -> None:
    class Sly(MemoryTable):
        """Books another one once the lines were read, before the marks are."""

        is_armed = False

        async def get(self, table, partition, key, select=()):
            if self.is_armed:
                self.is_armed = False
                await asyncio.sleep(1)
                await put(self, starting(1, "sly"), mark="sly")
            return await super().get(table, partition, key, select)

    table = Sly()
    store = TableStore(table)
    await put(table, starting(0, "one"))
    await asyncio.sleep(60)
    table.is_armed = True
    assert await ids(store) == ["one"]
    assert sorted(await ids(store)) == ["one", "sly"]


@virtually
async def test_signs_of_life_are_read_again_before_they_are_too_old() -> None:
    table = MemoryTable()
    store, one = TableStore(table), starting(0, "one")
    await put(table, one)
    key = visit_key(one.start, one.id)

    async def seen(at) -> None:
        visit = apply(Visit(), [Event("come", at, "s.claire")])
        await table.transact("bookings", BUSINESS, [Operation("upsert", key, dump_visit(visit))])

    async def last_seen():
        (listed,) = (await find_queue(LARGE, DAY, store=store))[0]
        return listed.visit.parties[0].seen

    await seen(MONDAY)
    await asyncio.sleep(60)
    assert await last_seen() == MONDAY
    await seen(MONDAY + MINUTE)  # a sign of life changes no mark
    assert await last_seen() == MONDAY
    await asyncio.sleep(PRESENCE_LASTS + 1)
    assert await last_seen() == MONDAY + MINUTE


@virtually
async def test_a_reading_that_failed_is_not_kept() -> None:
    class Away(MemoryTable):
        is_away = True

        async def range(self, *args, **more):
            if self.is_away:
                raise Ambiguous("no answer")
            return await super().range(*args, **more)

    table = Away()
    store = TableStore(table)
    await put(table, starting(0, "one"))
    for _ in range(2):
        with pytest.raises(Ambiguous):
            await find_queue(LARGE, DAY, store=store)
    table.is_away = False
    assert await ids(store) == ["one"]


@virtually
async def test_settings_that_changed_are_read_into_the_lines() -> None:
    table = MemoryTable()
    store = TableStore(table)
    await put(table, starting(0, "one"))
    await asyncio.sleep(60)
    offline = a_calendar(services=[a_service("video")], staff=list(LARGE.staff.values()))
    business = offline.business.model_copy(update={"version": "later"})
    later = type(offline)(business, offline.services, offline.staff, offline.questions)
    for calendar, is_online in ((LARGE, True), (later, False)):
        listed, _ = await find_queue(calendar, DAY, store=store)
        assert [one.planned.is_online for one in listed] == [is_online]


@pytest.mark.parametrize("hours", range(-12, 13))
def test_one_row_holds_the_marks_of_any_day_but_sunday_nearly_everywhere(hours) -> None:
    for day in range(1, 7):  # from Monday on
        midnight = MONDAY.replace(hour=0) + timedelta(days=day - 1) - hours * HOUR
        keys = queue_hours(midnight, midnight + timedelta(days=1))
        assert len({queue_column(key)[0] for key in keys}) == 1
        assert len(keys) == 24


def test_the_hours_of_a_day_are_those_in_which_its_appointments_start() -> None:
    first = MONDAY.replace(hour=18, minute=30)  # midnight in India
    keys = queue_hours(first, first + timedelta(days=1))
    assert {queue_key(first + 5 * n * MINUTE) for n in range(288)} == set(keys)
    assert date(2027, 1, 10).strftime("Q|%Y%m%d") == queue_column(queue_key(MONDAY))[0]
