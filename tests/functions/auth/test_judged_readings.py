"""A booking at the console reads own calendars first: by the rights that somebody has, and these hold afterwards."""

from __future__ import annotations

import asyncio
from contextvars import Context
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest_asyncio

from shared.records.calendars import with_document
from shared.records.keys import APPOINTMENT
from shared.storage.store import TableStore
from shared.use_cases.organisation.settings import KEPT, ROW, change_organisation, find_organisation
from tests.functions.auth.test_judged import elsewhere
from tests.functions.console.app import PEOPLE, Console, a_clinic, hidden
from tests.support.builders import MONDAY, a_person
from tests.support.fakes import MemoryTable
from tests.support.outside.published import published, reads


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.domain.access.organisation import Organisation
    from shared.domain.calendar.business import Calendar
    from shared.records.table import Operation
    from shared.use_cases.timed_cache import TimedCache
    from tests.support.outside.published import PublishedCalendar

NEW = "/console/bookings/biz0clinic/new"
CONNECT = "/console/calendars/biz0clinic/staff/person/claire/own-calendar"
DAY = MONDAY + timedelta(days=1)
FORM = {"service": "video", "staff": "claire", "name": "Zoe", "email": "z@example.org", "time": "14:00"}


class OnceRead(MemoryTable):
    """Has the desk lose its rights as soon as a reading is saved, once it `takes_rights`."""

    takes_rights = False

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        etags = await super().transact(table, partition, operations)
        if self.takes_rights and table not in {"bookings", "due"}:
            self.takes_rights = False
            await asyncio.create_task(without_rights(self), context=Context())
        return etags


async def without_rights(table: MemoryTable) -> None:
    def change(calendar: Calendar) -> Calendar:
        return with_document(calendar, calendar.staff["desk"].model_copy(update={"role": "viewer"}))

    await elsewhere(table, change)


class Desk(Console):
    """The console, where claire has an own calendar."""

    outside: PublishedCalendar

    async def book(self, form: dict[str, str]) -> int:
        return (await self.post("desk", NEW, **{**form, **FORM, "date": f"{DAY:%Y-%m-%d}"})).status

    def booked(self) -> int:
        return sum(row.key.startswith(APPOINTMENT) for row in self.table.rows("bookings", "biz0clinic"))


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with published() as outside:
        desk = Desk(OnceRead(), now=MONDAY)
        desk.outside = outside
        await desk.save(a_clinic({**PEOPLE, "alma": a_person("alma", role="administrator")}))
        reads(desk, outside.origin)
        assert (await desk.send("claire", CONNECT, kind="feed", url=outside.url, tentative="yes")).status == 303
        desk.now += timedelta(minutes=5)
        outside.asked.clear()
        yield desk


async def test_who_may_book_does_after_a_reading(desk: Desk) -> None:
    form, before = hidden(await desk.open("desk", NEW)), desk.booked()
    assert await desk.book(form) == 303
    assert desk.outside.asked
    assert desk.booked() == before + 1


async def test_who_loses_the_right_after_the_reading_books_nothing(desk: Desk) -> None:
    form, before = hidden(await desk.open("desk", NEW)), desk.booked()
    desk.table.takes_rights = True
    assert await desk.book(form) == 403
    assert desk.outside.asked
    assert desk.booked() == before


async def test_whom_the_organisation_turned_off_elsewhere_has_no_own_calendar_read(desk: Desk) -> None:
    form = hidden(await desk.open("desk", NEW))
    kept: TimedCache[str, Organisation] = desk.store.kept(KEPT)
    kept.put(ROW, await find_organisation(store=desk.store))  # this process knows it of long ago
    off = {"actor": "x", "number": "1", "store": TableStore(desk.table), "now": MONDAY}
    await change_organisation(lambda one: one.model_copy(update={"is_on": False}), **off)
    assert await desk.book(form) == 403
    assert not desk.outside.asked
