"""What a request costs in storage: requests in sequence and transactions, counted over a table that is far away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.storage.trace import traced
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import cancel_appointment
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.booking.find_appointment import find_appointment
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.messages.send_due import send_due
from tests.support.builders import (
    A_REMINDER,
    MONDAY,
    SECRET,
    a_business,
    a_calendar,
    a_key,
    a_person,
    a_request,
    a_service,
)
from tests.support.fakes import Postman
from tests.support.far_table import FarTable
from tests.support.virtual_time import virtually


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from shared.records.table import Table
    from shared.storage.tables import Tables
    from shared.storage.trace import Trace

HALF = timedelta(minutes=30)


async def a_clinic(people: int = 3, table: Table | None = None, **service) -> TableStore:
    """A store that knows its settings, as a process does after its first page."""
    staff = [a_person(f"p{number:03d}") for number in range(people)]
    visit = a_service(staff=tuple(one.id for one in staff), reminders=(A_REMINDER,), **service)
    store = TableStore(table or FarTable())
    await save_calendar(a_calendar(staff=staff, services=[visit]), key=a_key(), store=store, secret=SECRET)
    return store


async def page(store: TableStore) -> Trace:
    async with traced() as trace:
        calendar = await store.calendars.find("clinic")
        request = SlotsRequest(
            "consultation", MONDAY.date(), (MONDAY + timedelta(days=30)).date(), calendar.business.time_zone
        )
        assert (await find_slots(request, calendar=calendar, store=store, now=MONDAY)).slots()
    return trace


async def book(store: TableStore, **changes) -> tuple[Trace, str]:
    calendar = await store.calendars.find("clinic")
    async with traced() as trace:
        booked = await create_appointment(
            a_request(**changes), key=a_key(), calendar=calendar, context=Context(store, SECRET, MONDAY)
        )
    return trace, booked.token


@virtually
async def test_a_page_with_a_month_of_a_hundred_people_is_one_round_trip_deep_and_two_when_cold() -> None:
    table = FarTable()
    store = await a_clinic(100, table)
    await store.calendars.find("clinic")
    await page(store)
    store.calendars.forget_masks("biz0clinic")
    warm = await page(store)
    cold = await page(TableStore(table))
    assert (warm.depth, warm.transactions) == (1, 0)
    assert warm.requests <= 3
    assert cold.transactions == 0
    assert cold.depth <= 3  # the slug, the settings, the masks


class Noting(FarTable):
    """Notes which ledgers are read, one by one or by the month."""

    def __init__(self) -> None:
        super().__init__()
        self.ledgers: list[str] = []

    async def get(self, table, partition, key, select=()):
        self.ledgers += [key] if key.startswith("L|") else []
        return await super().get(table, partition, key, select)

    async def range(self, table, partition, low, high, select=(), limit=0):
        self.ledgers += [low] if low.startswith("L|") else []
        return await super().range(table, partition, low, high, select, limit)


@virtually
async def test_one_persons_times_read_that_persons_ledgers_alone() -> None:
    table = Noting()
    store = await a_clinic(100, table)
    await book(store, staff="p042", start=MONDAY + timedelta(days=1, hours=2))
    calendar = await store.calendars.find("clinic")
    zone = calendar.business.time_zone

    async def times(staff: str | None):
        table.ledgers.clear()
        request = SlotsRequest("consultation", MONDAY.date(), (MONDAY + timedelta(days=7)).date(), zone, staff)
        found = await find_slots(request, calendar=calendar, store=store, now=MONDAY)
        return found, [slot.start for slot in found.slots()], list(table.ledgers)

    alone, starts, read = await times("p042")
    assert read == ["L|202701|p042"]
    assert list(alone.starts) == ["p042"]
    _, again, read = await times("p042")
    assert (again, read) == (starts, [])
    everybody, anyone, read = await times(None)
    assert read == ["L|202701|"]
    assert len(everybody.starts) == 100
    assert set(anyone) - set(starts) == {MONDAY + timedelta(days=1, hours=2)}
    _, from_all, read = await times("p042")
    assert (from_all, read) == (starts, []), "what was read of everybody serves one of them too"
    assert (await times("nobody"))[1] == []


@virtually
async def test_a_booking_without_contention_is_two_deep_and_exactly_one_transaction() -> None:
    store = await a_clinic()
    for _ in range(3):
        trace, _ = await book(store)
        assert (trace.depth, trace.transactions) == (2, 1)


@virtually
async def test_a_booking_among_many_candidates_is_two_deep_and_exactly_one_transaction() -> None:
    store = await a_clinic(people=30)
    trace, _ = await book(store)
    assert (trace.depth, trace.transactions) == (2, 1)
    assert trace.requests <= 8


async def in_four_calendars(people: int = 1) -> TableStore:
    """A store whose people work in three more calendars, with settings and markers known as after a first booking."""
    store = await a_clinic(people)
    for name in ("north", "south", "west"):
        staff = [a_person(f"p{number:03d}") for number in range(people)]
        other = a_calendar(a_business(id=f"biz0{name}", slug=name), staff=staff)
        await save_calendar(other, key=a_key(), store=store, secret=SECRET)
    await book(store, start=a_request().start + 4 * HALF)
    return store


@virtually
@pytest.mark.parametrize("people", [1, 30])
async def test_a_booking_of_somebody_in_four_calendars_is_three_deep(people: int) -> None:
    store = await in_four_calendars(people)
    trace, _ = await book(store)
    assert (trace.depth, trace.transactions) == (3, 4)


@virtually
async def test_a_page_of_people_in_four_calendars_is_one_deep() -> None:
    store = await in_four_calendars(100)
    store.calendars.forget_masks("biz0clinic")
    trace = await page(store)
    assert (trace.depth, trace.transactions) == (1, 0)
    assert trace.requests <= 3


@virtually
async def test_a_refusal_of_one_ledger_is_two_deep_and_no_transaction() -> None:
    store = await a_clinic(people=1)
    await book(store)
    async with traced() as trace:
        try:
            await book(store)
        except Exception as error:  # noqa: BLE001 - the inner trace is what counts; this one only keeps it apart
            assert type(error).__name__ == "SlotTaken"  # noqa: PT017
    assert trace.transactions == 0


@virtually
async def test_joining_a_group_is_three_deep_and_exactly_one_transaction() -> None:
    store = await a_clinic(people=1, maximum_attendees=5)
    await book(store)
    trace, _ = await book(store, customer={"name": "Bob", "email": "bob@example.com"})
    assert (trace.depth, trace.transactions) == (3, 1)


@virtually
async def test_moving_and_cancelling_are_three_deep_and_exactly_one_transaction() -> None:
    store = await a_clinic()
    _, token = await book(store)
    calendar = await store.calendars.find("clinic")
    args = {"calendar": calendar, "context": Context(store, SECRET, MONDAY)}
    async with traced() as move:
        await move_appointment(token, MoveRequest(start=a_request().start + HALF), key=a_key(), **args)
    async with traced() as cancel:
        await cancel_appointment(token, **args)
    assert [(one.depth, one.transactions) for one in (move, cancel)] == [(3, 1), (3, 1)]


@virtually
async def test_giving_it_to_somebody_else_is_three_deep_and_exactly_one_transaction() -> None:
    store = await a_clinic()
    args = {"calendar": await store.calendars.find("clinic"), "context": Context(store, SECRET, MONDAY)}
    booked = await create_appointment(a_request(staff="p000"), key=a_key(), **args)
    async with traced() as trace:
        await reassign_appointment(booked.appointment, ["p001"], key=a_key(), editor=Actor("desk"), **args)
    assert (trace.depth, trace.transactions) == (3, 1)


@virtually
async def test_a_manage_page_is_one_round_trip_deep() -> None:
    store = await a_clinic()
    _, token = await book(store)
    calendar = await store.calendars.find("clinic")
    async with traced() as trace:
        await find_appointment(token, calendar=calendar, context=Context(store, SECRET, MONDAY))
    assert (trace.depth, trace.transactions) == (1, 0)


@virtually
async def test_a_timer_with_nothing_due_is_one_round_trip_deep() -> None:
    store = TableStore(FarTable())
    async with traced() as trace:
        await send_due(
            context=Context(store, SECRET, MONDAY), mailer=Postman(), worker="w", shards=["s0", "s1", "s2", "s3"]
        )
    assert (trace.depth, trace.transactions, trace.requests) == (1, 0, 4)


@virtually
async def test_a_message_costs_three_round_trips_and_a_share_of_what_its_calendar_reads() -> None:
    """Lease, appointment, and the note that it was sent; nothing is filed for staff who get no mail."""
    table, postman, letters = FarTable(), Postman(), 12
    quiet = [a_person("p0", is_told_by_mail=False), a_person("p1", email="")]
    visit = a_service(staff=("p0", "p1"), assignment="all")
    store = TableStore(table)
    calendar = a_calendar(a_business(email=""), staff=quiet, services=[visit])
    await save_calendar(calendar, key=a_key(), store=store, secret=SECRET)
    for number in range(letters):
        customer = {"name": "Ana", "email": f"ana{number}@example.com"}
        await book(store, start=MONDAY + timedelta(days=1 + number % 4, hours=2 + number // 4), customer=customer)
    async with traced() as trace:
        counts = await send_due(
            context=Context(store, SECRET, MONDAY), mailer=postman, worker="w", shards=["s0", "s1", "s2", "s3"]
        )
    assert (counts.sent, counts.dropped, len(postman.letters)) == (letters, 0, letters)
    assert trace.requests <= 4 * letters, trace


async def test_a_far_table_counts_what_goes_over_the_wire(tables: Tables) -> None:
    for table in (far := FarTable(), tables):
        for first in range(0, 1100, 100):
            rows = [Operation("insert", f"r{first + number:04d}", {"n": 1}) for number in range(100)]
            await table.transact("bookings", "p", rows)
    found = [await counts_of(table) for table in (far, tables)]
    assert found[0] == found[1]
    assert found[0] == [(1, 0, 1), (1, 0, 1), (2, 0, 2), (1, 0, 1), (1, 1, 1), (1, 1, 1), (1, 0, 1), (1, 1, 1)]


async def counts_of(table: Table) -> list[tuple[int, int, int]]:
    """Return depth, transactions and requests of each kind of call."""
    replaced, gone = Operation("replace", "r0001", {"n": 2}), Operation("delete", "r0002")
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: table.get("bookings", "p", "r0000"),
        lambda: table.get("bookings", "p", "absent"),
        lambda: table.range("bookings", "p", "r", "s"),
        lambda: table.range("bookings", "p", "r", "s", limit=1000),
        lambda: table.transact("bookings", "p", [replaced]),
        lambda: table.transact("bookings", "p", [gone]),
        lambda: table.transact("bookings", "p", [Operation("upsert", "x", {})]),
        lambda: table.transact("bookings", "p", [Operation("touch", "x", {}), Operation("insert", "y", {})]),
    ]
    found = []
    for call in calls:
        async with traced() as trace:
            await call()
        found.append((trace.depth, trace.transactions, trace.requests))
    return found


async def test_a_booking_is_sent_out_over_real_tables_and_its_work_is_gone(tables: Tables) -> None:
    store, postman = await a_clinic(table=tables), Postman()
    await book(store)
    tally = await send_due(
        context=Context(store, SECRET, MONDAY), mailer=postman, worker="w", shards=["s0", "s1", "s2", "s3"]
    )
    assert tally.sent == len(postman.letters) == 3
    page = await tables.range("bookings", "biz0clinic", "M|0", "M|1")
    assert page.rows == []
