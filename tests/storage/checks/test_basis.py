"""What a request is judged by holds until its commands have decided, whatever it wrote on the way."""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import TryAgain
from shared.records.table import Ambiguous, Operation
from shared.storage.checks.basis import AT_ONCE, Basis, current_basis, judged
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_calendar import change_calendar, with_business
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author, name_change
from shared.use_cases.timed_cache import TimedCache
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import VirtualTimeLoop


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from shared.domain.calendar.business import Calendar
    from shared.records.table import Page, Row

ID = "biz0clinic"
NOTE = Operation("upsert", "note", {"a": "1"})


class Unclear(MemoryTable):
    """Cannot read a partition for so many times."""

    partition, times, asked, sent = "", 0, 0, 0

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        self._ask(partition)
        return await super().get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        self._ask(partition)
        return await super().range(table, partition, low, high, select, limit)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        self.sent += table == "bookings"
        return await super().transact(table, partition, operations)

    def _ask(self, partition: str) -> None:
        if partition == self.partition:
            self.asked += 1
            if self.asked <= self.times:
                raise Ambiguous(partition)


class Desk:
    """A process in which one request after another changes a calendar."""

    def __init__(self) -> None:
        self.table = Unclear()
        self.store = TableStore(self.table)
        self.seen: list[str] = []

    async def found(self) -> None:
        await save_calendar(a_calendar(a_business(id=ID)), key=a_key(), store=self.store, secret=SECRET)
        await asyncio.sleep(1)

    async def change(self, **fields: object) -> Calendar:
        author = Author("boss", a_key())
        command = name_change(SECRET, ID, "test", author, "")
        said = {"action": "x", "subject": "x", "author": author, "now": MONDAY}
        return await change_calendar(command, lambda one: with_business(one, **fields), store=self.store, **said)

    async def change_elsewhere(self, name: str) -> None:
        other = Desk()
        other.table, other.store = self.table, TableStore(self.table)
        await asyncio.create_task(other.change(name=name), context=Context())

    async def asked(self, *steps: Callable[[], Awaitable[object]]) -> None:
        """Run a request that is judged by the settings, takes these steps, and then changes the phone."""

        async def answer() -> None:
            calendar = await self.store.calendars.current(await self.store.calendars.find_by_id(ID))
            self.seen.append(calendar.business.name)
            if calendar.business.name == "Closed":
                return
            for step in steps:
                await step()
            await self.change(phone="22")

        await judged(answer, self.store.calendars.forget)

    async def phone(self) -> str:
        return (await TableStore(self.table).calendars.reload(ID)).business.phone


def on_virtual_time(work: Callable[[Desk], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        desk = Desk()
        await desk.found()
        await work(desk)

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(run())


def test_after_a_write_that_may_repeat_a_request_begins_again_where_its_settings_are_outdated():
    async def work(desk: Desk) -> None:
        async def note() -> None:
            await desk.store.repeatable.transact("organisation", "notes", [NOTE])

        await desk.asked(note, lambda: desk.change_elsewhere("Closed"))
        assert desk.seen[1:] == ["Closed"]
        assert await desk.phone() != "22"

    on_virtual_time(work)


def test_after_any_other_write_it_is_refused_there():
    async def work(desk: Desk) -> None:
        async def write() -> None:
            await desk.store.table.transact("organisation", "notes", [NOTE])

        with pytest.raises(TryAgain):
            await desk.asked(write, lambda: desk.change_elsewhere("Closed"))
        assert await desk.phone() != "22"

    on_virtual_time(work)


def test_what_a_request_changed_itself_is_what_it_goes_on_with_and_what_others_changed_after_it_is_not():
    async def work(desk: Desk) -> None:
        own = [lambda: desk.change(name="Practice"), lambda: desk.change(name="Surgery")]
        await desk.asked(*own)
        assert await desk.phone() == "22"
        await desk.change(phone="1")
        await asyncio.sleep(1)
        with pytest.raises(TryAgain):
            await desk.asked(*own, lambda: desk.change_elsewhere("Closed"))
        assert await desk.phone() == "1"

    on_virtual_time(work)


@pytest.mark.parametrize(("times", "is_saved"), [(1, True), (9, False)])
def test_what_cannot_be_read_is_asked_for_once_more_and_never_taken_for_an_unclear_write(times, is_saved):
    async def work(desk: Desk) -> None:
        kept: TimedCache[str, object] = TimedCache(1)
        kept.put("0", None)
        desk.table.partition, desk.table.times, desk.table.sent = "kept", times, 0

        async def look() -> None:
            await desk.store.lately(kept, "0", 0.1, lambda: desk.table.get("organisation", "kept", "0"), "kept")

        if is_saved:
            await desk.asked(look)
        else:
            with pytest.raises(TryAgain):
                await desk.asked(look)
        assert (desk.table.asked, (await desk.phone()) == "22") == (2, is_saved)
        assert desk.table.sent == is_saved

    on_virtual_time(work)


def test_settings_that_could_not_be_read_once_are_not_forgotten():
    async def work(desk: Desk) -> None:
        before = await desk.store.calendars.find_by_id(ID)
        desk.table.partition, desk.table.times = ID, 1

        async def look() -> Calendar:
            return await desk.store.calendars.current(before)

        assert await judged(look, desk.store.calendars.forget) is before
        assert desk.store.calendars.known(ID) is before
        assert desk.table.asked == 2

    on_virtual_time(work)


async def test_a_request_about_many_calendars_asks_for_a_few_at_a_time():
    now = most = done = 0

    async def is_same() -> bool:
        nonlocal now, most, done
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0)
        now, done = now - 1, done + 1
        return True

    async def look() -> None:
        basis = current_basis()
        assert isinstance(basis, Basis)
        for number in range(3 * AT_ONCE):
            basis.rest_on(f"{number}", is_same)

    await judged(look, str)
    assert (most, done) == (AT_ONCE, 3 * AT_ONCE)
