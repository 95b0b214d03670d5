"""Busy times of Microsoft 365, read for many people by few calls, against a server that keeps to its contract."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from shared.delivery.free_busy.own_calendars import OutsideCalendars
from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.records.free_busy.own_calendars import PARTITION, due_key, own_key, own_row, person_of
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect, find_own
from shared.use_cases.free_busy.outside import CalendarPlace
from shared.use_cases.free_busy.read_due import read_due
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.edge import World, the_world
from tests.support.outside.microsoft_schedules import microsoft_schedules
from tests.use_cases.free_busy.test_own_calendars import CLAIRE, HOUR, TEN, is_offered


WEEKS = timedelta(days=21)


@pytest_asyncio.fixture
async def microsoft():
    async with microsoft_schedules() as graph:
        graph.world = await the_world()
        outside = OutsideCalendars(SECRET, schedules=graph.account)
        graph.world.services = replace(graph.world.services, outside=lambda: outside)
        graph.events[CLAIRE] = []
        yield graph


async def connected(graph, email=CLAIRE):
    place = CalendarPlace("graph", graph.url)
    return await connect(email, place, graph.world.services.reading(), Author("claire", a_key()))


async def pass_on(graph, minutes=5):
    graph.world.now += timedelta(minutes=minutes)
    return await read_due(graph.world.services.reading())


@pytest.mark.parametrize(
    ("status", "blocks"),
    [
        ("busy", True),
        ("oof", True),
        ("tentative", True),
        ("unknown", True),
        ("free", False),
        ("workingElsewhere", False),
    ],
)
async def test_what_a_status_means(microsoft, status, blocks):
    microsoft.events[CLAIRE].append((TEN, TEN + HOUR, status))
    assert await connected(microsoft) is None
    assert await is_offered(microsoft) is not blocks
    assert await is_offered(microsoft, at="11:00")


async def test_the_next_two_weeks_are_read_every_time_and_the_rest_every_half_hour(microsoft):
    await connected(microsoft)
    microsoft.asked.clear()
    microsoft.events[CLAIRE] += [(TEN, TEN + HOUR, "busy"), (TEN + WEEKS, TEN + WEEKS + HOUR, "busy")]
    far = f"{TEN + WEEKS:%Y-%m-%d}"
    await pass_on(microsoft)
    assert microsoft.asked == [(1, timedelta(days=14))]
    assert not await is_offered(microsoft)
    assert await is_offered(microsoft, day=far)
    for _ in range(5):
        await pass_on(microsoft)
    assert microsoft.asked[-2:] == [(1, timedelta(days=61))] * 2  # 60 days can be booked, and a month more is read
    assert not await is_offered(microsoft, day=far)
    microsoft.events[CLAIRE].clear()
    await pass_on(microsoft)
    assert await is_offered(microsoft)
    assert not await is_offered(microsoft, day=far), "it has not been asked for again"


async def test_an_appointment_of_ours_that_comes_back_does_not_block_itself(microsoft):
    """Once it is cancelled its time is free, though the copy that the invitation made is there for a while."""
    await connected(microsoft)
    token = await microsoft.world.token(service="solo")
    microsoft.events[CLAIRE] += [(TEN, TEN + HOUR / 2, "busy"), (TEN + 4 * HOUR, TEN + 5 * HOUR, "busy")]
    await pass_on(microsoft)
    path = f"/api/clinic/appointments/{token}"
    gone = await microsoft.world.call("DELETE", path, idempotency_key=a_key())
    assert gone.status in (200, 204), gone.body
    assert await is_offered(microsoft)
    assert not await is_offered(microsoft, at="14:00"), "what is not ours blocks"


async def test_an_event_of_a_moment_ago_is_seen_at_booking(microsoft):
    await connected(microsoft)
    microsoft.world.now += timedelta(minutes=1)
    microsoft.events[CLAIRE].append((TEN + WEEKS, TEN + WEEKS + HOUR, "busy"))
    assert (await microsoft.world.book(TEN + WEEKS, service="solo")).status == 409
    assert (await microsoft.world.book(TEN, service="solo")).status == 201


async def test_who_is_unknown_there_is_not_connected(microsoft):
    assert await connected(microsoft, "omar@clinic.example") == "not_found"
    assert await find_own("omar@clinic.example", store=microsoft.world.store) is None


@pytest.mark.parametrize(
    ("status", "cause"), [(403, "password_refused"), (429, "server_error"), (503, "server_error")]
)
async def test_trouble_frees_nothing(microsoft, status, cause):
    microsoft.events[CLAIRE].append((TEN, TEN + HOUR, "busy"))
    await connected(microsoft)
    microsoft.trouble.append(status)
    microsoft.events[CLAIRE].clear()
    assert await pass_on(microsoft) == (0, 1)
    assert not await is_offered(microsoft)
    assert await pass_on(microsoft) == (1, 0)
    assert await is_offered(microsoft)


async def test_a_secret_that_is_wrong_is_a_refused_password(microsoft):
    account = microsoft.account
    wrong = account._replace(application=replace(account.application, client_secret="x"))
    outside = OutsideCalendars(SECRET, schedules=wrong)
    microsoft.world.services = replace(microsoft.world.services, outside=lambda: outside)
    assert await connected(microsoft) == "password_refused"


async def test_many_people_are_read_by_few_calls(*, is_full):
    """Of 1,000 people, 50 calls for two months; a test run has 100."""
    async with microsoft_schedules() as graph:
        world, count = World(), 1000 if is_full else 100
        people = [a_person(f"p{number:03d}", minds_personal_calendar=True) for number in range(count)]
        services = [a_service(staff=tuple(one.id for one in people))]
        await world.save(a_calendar(a_business(), services, people))
        outside = OutsideCalendars(SECRET, schedules=graph.account)
        graph.world = world
        world.services = replace(world.services, outside=lambda: outside)
        graph.events |= {one.email: [(TEN, TEN + HOUR, "busy")] for one in people}
        sealed, now = outside.seal(CalendarPlace("graph", graph.url)), world.now
        for one in people:  # as they are once connected
            known = {
                "kind": "graph",
                "sealed": sealed,
                "host": "",
                "connected_at": now,
                "next_at": now,
                "far_at": now,
            }
            own = OwnCalendar(person=person_of(one.email), email=one.email, **known)
            rows = [Operation("insert", own_key(own.person), own_row(own, {}))]
            rows.append(Operation("insert", due_key(now, own.person), {}))
            world.table.apply(ORGANISATION, PARTITION, rows)
        graph.asked.clear()
        assert await pass_on(graph) == (count, 0)
        assert graph.asked == [(20, timedelta(days=14))] * (count // 20)
        graph.asked.clear()
        await pass_on(graph, 30)
        assert graph.asked == [(20, timedelta(days=61))] * 2 * (count // 20)
