"""Rights are judged by the settings that a process knows, and hold only if these are still the calendar's."""

from __future__ import annotations

import asyncio
from contextvars import Context
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from shared.records.calendars import with_document
from shared.records.table import Ambiguous
from shared.storage.calendars import JUST_READ
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_calendar import change_calendar, with_business
from shared.use_cases.commands import Author, name_change
from shared.use_cases.organisation.settings import change_organisation, find_organisation
from tests.functions.console.app import FORM, PEOPLE, Console, a_clinic, hidden
from tests.functions.console.services.place import typed as typed_in
from tests.support.builders import MONDAY, SECRET, a_key, a_person
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import VirtualTimeLoop


if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from shared.domain.access.organisation import Organisation
    from shared.domain.calendar.business import Calendar
    from shared.records.table import Operation, Page, Row

CALENDAR = "/console/calendars/biz0clinic"
HOURS = f"{CALENDAR}/settings/hours"
OPEN = "[[600,960]]"  # from 10:00 to 16:00
STAFF = {**PEOPLE, "boss": a_person("boss", role="administrator"), "alma": a_person("alma", role="administrator")}


async def without_rights(table: MemoryTable, role: str = "viewer") -> None:
    """Take the rights of boss, as another process does it."""

    def change(calendar: Calendar) -> Calendar:
        return with_document(calendar, calendar.staff["boss"].model_copy(update={"role": role}))

    await elsewhere(table, change)


async def elsewhere(
    table: MemoryTable, change: Callable[[Calendar], Calendar], business: str = "biz0clinic"
) -> None:
    author, store = Author("alma", a_key()), TableStore(table)
    await asyncio.sleep(JUST_READ)  # what was read a moment ago is not asked for again
    command = name_change(SECRET, business, "elsewhere", author, "")
    await change_calendar(command, change, action="x", subject="x", author=author, store=store, now=MONDAY)


class Meanwhile(MemoryTable):
    """Has something done just before the first transaction on the calendar, once `then` is set."""

    then: Callable[[MemoryTable], Coroutine[Any, Any, None]] | None = None

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        then, self.then = (self.then, None) if table == "bookings" else (None, self.then)
        if then:  # in another process, which is not judged by what this request is
            await asyncio.create_task(then(self), context=Context())
        return await super().transact(table, partition, operations)


async def a_world() -> Console:
    world = Console(Meanwhile(), now=MONDAY)
    await world.save(a_clinic(STAFF))
    return world


async def typed(world: Console, path: str = HOURS) -> dict[str, str]:
    """Open a form, and return what its page sends along."""
    page = await world.open("boss", path)
    assert page.status == 200
    return {**hidden(page), "hours-0-0-from": "10:00", "hours-0-0-to": "16:00"}


def settings_of(world: Console) -> dict[str, object]:
    rows = world.table.rows("bookings", "biz0clinic")
    return {row.key: row.values for row in rows if row.key.startswith("0")}


async def test_whoever_lost_their_rights_in_another_process_saves_nothing_more():
    world = await a_world()
    form = await typed(world)
    await without_rights(world.table)
    before = settings_of(world)
    assert (await world.post("boss", HOURS, **form)).status == 403
    assert settings_of(world) == before


async def test_nor_do_they_where_what_they_change_is_no_setting():
    world = await a_world()
    form = hidden(await world.open("boss", f"{CALENDAR}/customers/new"))
    await without_rights(world.table)
    before = len(world.table.rows("bookings", "biz0clinic"))
    sent = await world.post("boss", f"{CALENDAR}/customers/new", **form, name="Ana", email="ana@example.org")
    assert sent.status == 403
    assert len(world.table.rows("bookings", "biz0clinic")) == before


async def test_nor_do_they_where_that_happens_after_all_was_read():
    world = await a_world()
    form = await typed(world)
    world.table.then = without_rights
    assert (await world.post("boss", HOURS, **form)).status == 403
    assert OPEN not in settings_of(world)["0biz"]["body"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_shows_nothing_to_whoever_lost_their_rights(method):
    world = await a_world()
    form = {**await typed(world), "hours-0-0-to": "nonsense"}
    await without_rights(world.table, "guest")
    asked = world.open("boss", HOURS) if method == "GET" else world.post("boss", HOURS, **form)
    assert (await asked).status == 404


async def test_whoever_got_a_right_in_another_process_has_it_at_once():
    world = await a_world()
    await without_rights(world.table)
    assert (await world.open("boss", HOURS)).status == 403
    await without_rights(world.table, "administrator")
    assert (await world.open("boss", HOURS)).status == 200


async def test_what_others_changed_meanwhile_is_merged_by_what_it_is_now():
    world = await a_world()
    form = await typed(world)

    async def rename(table: MemoryTable) -> None:
        def change(calendar: Calendar) -> Calendar:
            return replace(calendar, business=calendar.business.model_copy(update={"name": "Practice"}))

        await elsewhere(table, change)

    world.table.then = rename
    assert (await world.post("boss", HOURS, **form)).status == 303
    body = settings_of(world)["0biz"]["body"]
    assert "Practice" in body
    assert OPEN in body


async def test_a_calendar_that_is_deleted_meanwhile_is_not_there():
    world = await a_world()
    form = await typed(world)

    def change(calendar: Calendar) -> Calendar:
        return replace(calendar, business=calendar.business.model_copy(update={"deleted_at": MONDAY}))

    await elsewhere(world.table, change)
    assert (await world.post("boss", HOURS, **form)).status == 404
    assert (await world.open("boss", HOURS)).status == 404


async def test_settings_that_change_again_and_again_are_given_up_on():
    world = await a_world()
    form = await typed(world)
    number = 0

    async def touch(table: MemoryTable) -> None:
        nonlocal number
        number += 1
        table.then = None

        def change(calendar: Calendar) -> Calendar:
            return replace(calendar, business=calendar.business.model_copy(update={"phone": f"{number}"}))

        await elsewhere(table, change)
        table.then = touch

    world.table.then = touch
    sent = {"body": urlencode(form).encode(), "content_type": FORM, "accept": "text/html"}
    answer = await world.call("POST", HOURS, cookie=world.cookie("boss"), sec_fetch_site="same-origin", **sent)
    assert answer.status == 503
    kept = answer.body.decode()
    assert "The server is busy" in kept
    assert 'name="hours-0-0-from" value="10:00"' in kept
    assert "Nothing is saved" not in kept
    assert OPEN not in settings_of(world)["0biz"]["body"]


async def test_whoever_administers_the_organisation_no_more_saves_nothing_more():
    world = Console(MemoryTable(), now=MONDAY)
    await world.save(a_clinic(STAFF))
    change = {"actor": "x", "store": world.store, "now": MONDAY}
    await change_organisation(lambda one: with_heads(one, "boss@clinic.example"), number="1", **change)
    form = typed_in((await world.open("boss", "/console/organisation")).body.decode())
    await change_organisation(with_heads, number="2", **{**change, "store": TableStore(world.table)})
    sent = await world.post("boss", "/console/organisation", **{**form, "mail_senders": "@example.org"})
    assert sent.status == 403
    assert (await find_organisation(store=TableStore(world.table))).mail_senders == ()


def with_heads(organisation: Organisation, *heads: str) -> Organisation:
    return organisation.model_copy(update={"administrators": heads})


class Unreadable(MemoryTable):
    """Has calendars that cannot be read."""

    lost: frozenset[str] = frozenset()

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        self._refuse(table, partition)
        return await super().get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        self._refuse(table, partition)
        return await super().range(table, partition, low, high, select, limit)

    def _refuse(self, table: str, partition: str) -> None:
        if table == "bookings" and partition in self.lost:
            raise Ambiguous(partition)


async def test_of_several_calendars_all_that_are_outdated_are_read_anew_at_once_and_one_may_be_unreadable():
    world = Console(Unreadable(), now=MONDAY)
    names = [f"biz0{number}" for number in range(8)]
    for name in names:
        await world.save(a_clinic(STAFF, id=name, slug=name, name=f"Clinic {name}"))
    assert (await world.open("boss", "/console")).status == 200
    for name in names:
        await elsewhere(world.table, lambda one: with_business(one, name="Practice"), name)
    page = (await world.open("boss", "/console")).body.decode()
    assert page.count("Practice") >= len(names)
    assert "Clinic biz0" not in page
    await asyncio.sleep(JUST_READ)
    world.table.lost = frozenset(names[:1])
    assert (await world.open("boss", "/console")).status == 200


def run_later(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run on virtual time, as what is kept for seconds is."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(work())


async def a_minute_later(table: MemoryTable) -> Console:
    """Return another process, in which somebody was a minute ago."""
    world = Console(table, now=MONDAY)
    assert (await world.open("boss", HOURS)).status == 200
    await asyncio.sleep(60)
    return world


def test_whoever_signed_out_elsewhere_is_out_though_this_process_had_not_heard_of_it():
    async def work() -> None:
        here = await a_world()
        world = await a_minute_later(here.table)
        form = await typed(world)
        await asyncio.sleep(60)
        here.__dict__["sessions"] = world.__dict__["sessions"]
        assert (await here.post("boss", "/console/sign-out", csrf=form["csrf"])).status == 303
        before = settings_of(world)
        assert (await world.post("boss", HOURS, **form)).status == 401
        assert (await world.open("boss", HOURS)).status == 303
        assert settings_of(world) == before

    run_later(work)


def test_who_may_use_it_no_more_by_what_the_organisation_said_elsewhere_saves_nothing():
    async def work() -> None:
        here = await a_world()
        world = await a_minute_later(here.table)
        form = await typed(world)
        await asyncio.sleep(60)
        off = {"actor": "x", "number": "1", "store": here.store, "now": MONDAY}
        await change_organisation(lambda one: one.model_copy(update={"is_on": False}), **off)
        before = settings_of(world)
        assert (await world.post("boss", HOURS, **form)).status == 403
        assert settings_of(world) == before

    run_later(work)
