"""The demo: what `make run` puts into an empty table service, once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from infra.local.demo.bank import bank
from infra.local.demo.clinic import clinic
from infra.local.demo.holidays import brazilian_holidays, easter, french_holidays
from infra.local.demo.plan import Plan
from infra.local.seed import fill, seed
from shared.domain.appointments.appointment import Appointment, TimeOff
from shared.domain.timeline.ledger import Ledger, cut_by_month
from shared.domain.timeline.ticks import Window, bits, moment_of
from shared.domain.visits.fact import VisitFact
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, LEDGER, SESSION, TIME_OFF, WORK, minute
from shared.records.markers import SHARDS
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from tests.support.builders import SECRET
from tests.support.fakes import MemoryTable
from tests.support.moments import MOMENTS


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from infra.local.pieces import Azurite
    from shared.records.table import Table

NOW = datetime(2026, 11, 17, 9, 20, tzinfo=UTC)  # a Tuesday, with a holiday before and after
IDS = {"demo-clinic": "a-demo-clinic", "demo-bank": "a-demo-bank"}
ORIGIN = "http://localhost:7075"

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


class Seeded:
    """The tables of one seed, read row by row."""

    def __init__(self, tables: Table, connection_string: str = "") -> None:
        self.connection_string, self.tables, self.store = connection_string, tables, TableStore(tables)

    async def rows(self, partition: str, kind: str = "", table: str = "bookings"):
        low, high = (kind, f"{kind}~") if kind else ("!", "~~")
        return (await self.tables.range(table, partition, low, high)).rows

    async def appointments(self, slug: str) -> list[Appointment]:
        return [load_row(Appointment, row) for row in await self.rows(IDS[slug], APPOINTMENT)]

    async def everything(self) -> dict[tuple[str, str], str]:
        places = [("bookings", one) for one in IDS.values()] + [("due", shard) for shard in SHARDS]
        places += [("org", "demo"), ("org", "calendars"), *(("slugs", slug) for slug in IDS)]
        return {
            (partition, row.key): row.etag
            for table, partition in places
            for row in await self.rows(partition, table=table)
        }


@pytest.fixture(scope="module")
def environment():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENSLOT_SECRET", SECRET)
        patch.setenv("EMBED_DEMO", ORIGIN)
        patch.setenv("OPENSLOT_TABLE_PREFIX", "seeded")
        yield patch


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seeded(azurite: Azurite, environment: pytest.MonkeyPatch) -> AsyncIterator[Seeded]:
    await seed(azurite.connection_string, NOW)
    tables = Tables(azurite.connection_string, "seeded")
    yield Seeded(tables, azurite.connection_string)
    await tables.close()


async def test_seeding_again_on_a_later_day_changes_nothing(seeded):
    before = await seeded.everything()
    await seed(seeded.connection_string, NOW + timedelta(days=3))
    assert await seeded.everything() == before


async def test_a_seed_that_was_interrupted_is_completed(seeded):
    """The second seed of the same day finds some of the commands decided, and ends where one seed would have."""
    half = Seeded(MemoryTable())
    interrupted = asyncio.create_task(fill(half.store, SECRET, NOW))
    while len(await half.appointments("demo-clinic")) < 40:  # noqa: ASYNC110 - it happens in the store
        await asyncio.sleep(0)
    interrupted.cancel()
    with pytest.raises(asyncio.CancelledError):
        await interrupted
    assert len(await half.appointments("demo-clinic")) < len(await seeded.appointments("demo-clinic"))
    await fill(half.store, SECRET, NOW + timedelta(hours=5))
    for slug in IDS:
        assert await half.appointments(slug) == await seeded.appointments(slug)


async def test_there_are_some_three_hundred_appointments_around_today(seeded):
    everything = [one for slug in IDS for one in await seeded.appointments(slug)]
    appointments = [one for one in everything if len(one.ticks)]  # visits that are over take no time
    seats = sum(one.filled or 1 for one in appointments)
    assert 280 <= seats <= 420
    assert sum(one.start < NOW for one in appointments) > 60
    assert sum(one.start.date() == NOW.date() for one in appointments) >= 8
    assert 5 <= sum(not one.is_live for one in appointments) <= 40
    assert any(one.version > 1 and one.is_live and one.capacity == 1 for one in appointments)  # moved


async def test_three_months_of_visits_are_over(seeded):
    for slug, business in IDS.items():
        facts = [load_row(VisitFact, row) for row in await seeded.rows(business, "2", "facts")]
        over = {one.id: one for one in await seeded.appointments(slug) if not len(one.ticks)}
        assert 200 <= len(facts) <= 500
        assert len(facts) <= len(over) <= 1500
        assert {one.seat.cancelled_by for one in over.values() if not one.is_live and one.seat} == {
            "customer",
            "staff",
        }
        for kind in ("U|", "W|"):  # of each day how much time was booked, and how many saw the page
            assert len(await seeded.rows(business, kind, "facts")) > 60
        assert all(over[one.meeting].status == one.status for one in facts)
        assert {one.status for one in facts} == {"completed", "no_show", "not_admitted"}
        assert NOW - timedelta(days=92) < min(one.start for one in facts) < NOW - timedelta(days=80)
        assert NOW - timedelta(days=5) < max(one.start for one in facts) < NOW


async def test_everybody_has_a_plausible_load(seeded):
    for slug in IDS:
        calendar = await seeded.store.calendars.find(slug)
        days = Counter(
            (person, one.start.date())
            for one in await seeded.appointments(slug)
            if one.is_live
            for person in one.staff
        )
        for person in (name for name, one in calendar.staff.items() if one.is_bookable):
            counts = [count for (who, _), count in days.items() if who == person]
            assert len(counts) >= 6, person
            assert max(counts) <= 20, person


async def test_ledgers_hold_exactly_the_live_appointments_and_the_time_off(seeded):
    for slug, business in IDS.items():
        claimed: Counter[tuple[str, int]] = Counter()
        for one in await seeded.appointments(slug):
            if one.is_live:
                claimed.update((person, tick) for person in one.staff for tick in range(*one.claim))
        off = set()
        for row in await seeded.rows(business, TIME_OFF):
            away = load_row(TimeOff, row)
            ticks = Window.around(away.start, away.end)
            off |= {(away.staff, tick) for tick in range(ticks.first, ticks.last)}
        for row in await seeded.rows(business, LEDGER):
            _, month, person = row.key.split("|")
            ledger = Ledger.from_row(row.values)
            first = next(iter(ticks_of_month(month)))
            assert len(ledger.claimed) <= 1
            for tick in bits(ledger.claimed[0] if ledger.claimed else 0):
                assert claimed.pop((person, first + tick)) == 1
            assert {first + tick for tick in bits(ledger.off)} <= {tick for who, tick in off if who == person}
        assert not claimed


def ticks_of_month(month: str) -> range:
    first = int(datetime(int(month[:4]), int(month[4:]), 1, tzinfo=UTC).timestamp()) // 300
    assert next(iter(cut_by_month(first, first + 1))) == month
    return range(first, first + 1)


async def test_each_service_can_be_booked_this_week_or_next(seeded):
    for slug in IDS:
        calendar = await seeded.store.calendars.find(slug)
        for service in calendar.services:
            offer = await slots(seeded, calendar, service, days=10)
            assert offer.soonest(1), service


async def test_some_days_are_full_and_others_are_not(seeded):
    calendar = await seeded.store.calendars.find("demo-clinic")
    offer = await slots(seeded, calendar, "consultation", days=20)
    counts = offer.count_by_day("Europe/Paris")
    open_days = [day for day in (NOW.date() + timedelta(days=n) for n in range(1, 12)) if day.weekday() < 5]
    assert any(day not in counts for day in open_days)
    assert sum(day in counts for day in open_days) >= 5


async def slots(seeded: Seeded, calendar, service: str, days: int):
    zone, today = calendar.business.time_zone, NOW.date()
    request = SlotsRequest(service, today, today + timedelta(days=days), zone)
    return await find_slots(request, calendar=calendar, store=seeded.store, now=NOW)


async def test_group_sessions_are_partly_filled(seeded):
    sessions = [one for one in await seeded.appointments("demo-clinic") if one.capacity > 1]
    assert {one.filled for one in sessions} >= {3, 5, 8}
    assert await seeded.rows(IDS["demo-clinic"], SESSION)


async def test_nobody_is_told_now_of_what_was_booked_weeks_ago(seeded):
    for business in IDS.values():
        work = [row.key.split("|")[1] for row in await seeded.rows(business, WORK)]
        assert len(work) > 100
        assert min(work) > minute(NOW)
    marks = [row.key for shard in SHARDS for row in await seeded.rows(shard, table="due")]
    assert min(marks) > minute(NOW)
    assert {key.split("|")[1] for key in marks} == set(IDS.values())


async def test_every_reminder_to_come_has_its_marker(seeded):
    marks = {row.key for shard in SHARDS for row in await seeded.rows(shard, table="due")}
    for business in IDS.values():
        for row in await seeded.rows(business, WORK):
            assert f"{row.key.split('|')[1]}|{business}" in marks


async def test_the_embed_demo_may_show_the_clinic_wherever_it_runs(seeded, environment):
    clinic_page = (await seeded.store.calendars.find("demo-clinic")).business.page
    assert ORIGIN in clinic_page.frame_origins
    environment.setenv("EMBED_DEMO", "http://localhost:9075")
    try:
        await seed(seeded.connection_string, NOW + timedelta(days=1))
    finally:
        environment.setenv("EMBED_DEMO", ORIGIN)
    origins = (await seeded.store.calendars.reload(IDS["demo-clinic"])).business.page.frame_origins
    assert {ORIGIN, "http://localhost:9075"} <= set(origins)


@pytest.mark.parametrize("demo", [clinic, bank])
@pytest.mark.parametrize("month", range(1, 13))
async def test_whatever_the_day_the_plan_is_full_and_keeps_the_rules(demo, month, *, is_full):
    """The first day of the demo may be any day: at New Year, in Carnival, at a change of the clocks."""
    for day in (1, 8, 15, 22, 28) if is_full else (1, 28):
        began = datetime(2027, month, day, 15, 40, tzinfo=UTC)
        plan = Plan(demo(began, []), began)
        planned = plan.make()
        assert len(planned) >= 90
        for one in planned:
            service = plan.demo.calendar.services[one.request.service]
            policy = plan.demo.calendar.policy_of(service)
            assert one.made_at < began
            ahead = one.request.start - one.made_at
            assert policy.minimum_lead_time <= ahead <= policy.maximum_advance


@pytest.mark.parametrize("demo", [clinic, bank])
@pytest.mark.parametrize("name", MOMENTS)
async def test_so_it_is_whatever_the_hour(demo, name):
    plan = Plan(demo(MOMENTS[name].astimezone(UTC), []), MOMENTS[name].astimezone(UTC))
    planned = plan.make()
    assert len(planned) >= 90
    assert all(one.made_at < MOMENTS[name] for one in planned)


async def test_a_plan_is_the_same_for_the_same_beginning():
    assert Plan(clinic(NOW, []), NOW).make() == Plan(clinic(NOW, []), NOW).make()


async def test_easter_moves_the_holidays():
    assert [easter(year) for year in (2026, 2027, 2038)] == [
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]
    french = {one.first: one.title for one in french_holidays([2026])}
    assert french[date(2026, 5, 14)] == "Ascension"
    brazilian = {one.first: one.title for one in brazilian_holidays([2026])}
    assert brazilian[date(2026, 2, 17)] == "Carnaval"
    assert brazilian[date(2026, 6, 4)] == "Corpus Christi"


async def test_the_doctor_in_reunion_works_by_the_clock_there(seeded):
    mine = [one for one in await seeded.appointments("demo-clinic") if one.staff == ("anais",)]
    assert mine
    for one in mine:
        hour = moment_of(int(one.start.timestamp()) // 300).hour + 4  # Réunion: UTC+4, no summer time
        assert 13 <= hour < 17
