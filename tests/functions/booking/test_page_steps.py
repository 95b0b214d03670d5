"""What visitors of a booking page do is counted by the day: at no cost to a page, and nothing about a person."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shared.domain.reports.page_steps import PageSteps
from shared.domain.reports.period import ReportPeriod
from shared.records.table import Ambiguous, Stale
from shared.storage.store import TableStore
from shared.use_cases.organisation.settings import change_organisation
from shared.use_cases.reports.count_page_steps import PageCounter, add_steps, find_page_report
from tests.functions.pages.test_limits import FORM
from tests.support.builders import MONDAY, a_key
from tests.support.edge import World, clinic
from tests.support.fakes import MemoryTable


BUSINESS, TODAY = "biz0clinic", MONDAY.date()
BROWSER = {"user_agent": "Mozilla/5.0 (X11; Linux) Gecko/20100101", "accept_language": "en-GB"}
WITHIN = {**BROWSER, "sec_fetch_site": "same-origin"}
START = MONDAY + timedelta(days=1, hours=2)
SERVICE = "/book/clinic/consultation"


@pytest.fixture
async def world() -> World:
    found = World(now=MONDAY)
    await found.save(clinic())
    return found


async def kept(store: TableStore) -> PageSteps:
    return (await find_page_report(ReportPeriod(TODAY, TODAY, "Etc/UTC"), business=BUSINESS, store=store)).whole


async def counted(world: World) -> PageSteps:
    await world.services.page_counter.flush(store=world.store)
    return await kept(world.store)


async def requests_of(world: World, **headers: str) -> int:
    before = world.table.requests
    assert (await world.call("GET", "/book/clinic", **headers)).status == 200
    return world.table.requests - before


async def send(world: World, **changes: str) -> int:
    body = urlencode({**FORM, "start": START.isoformat(), **changes}).encode()
    return (
        await world.call("POST", SERVICE, body=body, content_type="application/x-www-form-urlencoded", **WITHIN)
    ).status


async def test_each_step_counts_and_a_form_that_is_sent_twice_counts_once(world):
    await world.call("GET", "/book/clinic", **BROWSER)
    await world.call("GET", SERVICE, **WITHIN)
    await world.call("GET", f"{SERVICE}?{urlencode({'start': START.isoformat()})}", **WITHIN)
    assert await send(world, name="") == 422
    assert [await send(world) for _ in range(2)] == [303, 303]
    assert await counted(world) == PageSteps(1, 1, 1)
    await world.call("GET", SERVICE, **BROWSER)
    assert await counted(world) == PageSteps(2, 1, 1), "who comes to a service by its link has seen the page"


async def test_it_costs_a_page_no_request_and_programs_and_staff_are_left_out(world):
    await requests_of(world, user_agent="Googlebot")  # what others read too is known now
    uncounted = await requests_of(world, user_agent="Googlebot")
    assert await requests_of(world, **BROWSER) == uncounted
    await requests_of(world, **BROWSER, cookie="openslot_session=x")
    assert await counted(world) == PageSteps(1, 0, 0)


async def test_nothing_is_kept_while_reports_are_off(world):
    off = {"actor": "head", "number": a_key()[:12], "store": world.store, "now": MONDAY}
    await change_organisation(lambda one: one.model_copy(update={"has_analytics": False}), **off)
    await world.call("GET", "/book/clinic", **BROWSER)
    assert await counted(world) == PageSteps()


class Hindered(MemoryTable):
    """A table whose next writes are refused, or whose answers are lost after they were done."""

    faults: tuple[type[Exception], ...] = ()

    async def transact(self, table, partition, operations):
        fault, self.faults = self.faults[:1], self.faults[1:]
        if fault == (Stale,):
            raise Stale("another one was faster")
        await super().transact(table, partition, operations)
        if fault:
            raise Ambiguous("no answer")


async def test_processes_add_to_one_row_and_nothing_counts_twice():
    table = Hindered()
    store, counter = TableStore(table), PageCounter()
    assert await add_steps(BUSINESS, TODAY, PageSteps(1, 0, 0), store=store)
    table.faults = (Stale,)
    assert await add_steps(BUSINESS, TODAY, PageSteps(2, 1, 0), store=store)
    for fault in ((Stale,) * 3, (Ambiguous,), ()):
        table.faults = fault
        counter.count(BUSINESS, TODAY, "booked", store=store)
        await counter.flush(store=store)
    assert await kept(store) == PageSteps(3, 1, 3), (
        "what was refused is added later, what was written is not again"
    )
