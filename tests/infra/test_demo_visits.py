"""Today's visits of the demo: one in every status, made once a start, alive as long as somebody gives signs of life."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from infra.local.demo.clinic import clinic
from infra.local.demo.visits import set_stage, visits_of_today
from shared.domain.appointments.appointment import Appointment
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, visit_key
from shared.records.visits import load_visit
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.support.builders import SECRET
from tests.support.fakes import MemoryTable
from tests.support.moments import MOMENTS, PARIS


if TYPE_CHECKING:
    from infra.local.pieces import Azurite
    from shared.domain.visits.visit import Visit
    from shared.records.table import Table

NOW = datetime(2026, 11, 17, 9, 20, 30, tzinfo=UTC)  # a Tuesday morning: the clinic is open
PREFIX = "visits"
EVERY_ONE = {
    "completed": 2,
    "no_show": 1,
    "not_admitted": 1,
    "in_progress": 1,
    "in_lobby": 3,
    "booked": 2,
    "cancelled": 1,
}

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60), pytest.mark.walk]


async def _all(tables: Table) -> dict[str, tuple[Appointment, Visit]]:
    found, business = {}, "a-demo-clinic"
    for row in (await tables.range("bookings", business, APPOINTMENT, "A~")).rows:
        one = load_row(Appointment, row)
        visit = await tables.get("bookings", business, visit_key(one.start, one.id))
        found[one.id] = (one, load_visit(visit.values if visit else None))
    return found


def _statuses(found: dict[str, tuple[Appointment, Visit]]) -> dict[str, int]:
    return Counter("cancelled" if not one.is_live else visit.status for one, visit in found.values())


async def test_every_status_is_there_and_a_second_start_makes_them_anew(azurite: Azurite):
    tables = Tables(azurite.connection_string, PREFIX)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENSLOT_SECRET", SECRET)
        patch.setenv("OPENSLOT_TABLE_PREFIX", PREFIX)
        await tables.create_tables()
        async with visits_of_today(azurite.connection_string, NOW) as nothing:
            assert nothing is None  # there is no clinic yet
        await save_calendar(clinic(NOW, ()).calendar, key="k" * 16, store=TableStore(tables), secret=SECRET)
        async with visits_of_today(azurite.connection_string, NOW) as stage:
            first = await _all(tables)
            assert _statuses(first) == EVERY_ONE
            later = NOW + timedelta(seconds=60)
            await stage.live(later)
        here = [one.is_here(later) for _, visit in (await _all(tables)).values() for one in visit.parties]
        assert sum(here) == 5  # three wait, two are in a visit
        async with visits_of_today(azurite.connection_string, NOW + timedelta(minutes=5)):
            again = await _all(tables)
        assert again.keys() == first.keys()
        async with visits_of_today(azurite.connection_string, NOW + timedelta(hours=5)):
            anew = await _all(tables)
        assert _statuses(anew) == EVERY_ONE
        assert anew.keys().isdisjoint(first)
    await tables.close()


@pytest.mark.parametrize("name", MOMENTS)
async def test_the_queue_is_alive_at_any_moment(name: str):
    """On its day there are people who wait, a visit under way, and some to come; who is through may be of yesterday."""
    now, store = MOMENTS[name].astimezone(UTC), await _with_the_clinic(MOMENTS[name])
    stage = await set_stage(store, SECRET, now)
    await stage.live(now)
    found = await _all(store.table)
    assert _statuses(found) in (EVERY_ONE, EVERY_ONE | {"in_lobby": 2})  # it may be closed to who just comes
    _is_alive(found, now)
    midnight = datetime.combine(now.astimezone(PARIS) + timedelta(days=1), time(0, 0, 10), PARIS)
    await stage.live(midnight)
    _is_alive(await _all(store.table), midnight)
    stage = await set_stage(store, SECRET, midnight + timedelta(minutes=3))
    await stage.live(midnight)
    again = await _all(store.table)
    _is_alive(again, midnight)
    assert again.keys() > found.keys()
    await set_stage(store, SECRET, midnight + timedelta(hours=9))
    assert (await _all(store.table)).keys().isdisjoint(again)


async def _with_the_clinic(moment: datetime) -> TableStore:
    """A store in memory: what each moment asks of the demo is asked of its visits, not of the table service."""
    store = TableStore(MemoryTable())
    demo = clinic(moment.astimezone(UTC), ())
    await save_calendar(demo.calendar, key="k" * 16, store=store, secret=SECRET)
    return store


def _is_alive(found: dict[str, tuple[Appointment, Visit]], now: datetime) -> None:
    """The queue of that day in Paris has them, as seen then."""
    day = now.astimezone(PARIS).date()
    of_today = {name: one for name, one in found.items() if one[0].start.astimezone(PARIS).date() == day}
    statuses = _statuses(of_today)
    assert statuses["in_lobby"] >= 2
    assert statuses["in_progress"] == 1
    assert statuses["booked"] == 2
    here = [party.is_here(now) for _, visit in of_today.values() for party in visit.parties]
    assert sum(here) >= 4


async def test_a_start_before_midnight_does_not_serve_for_one_after_it():
    before = MOMENTS["ten minutes before New Year"].astimezone(UTC)
    store = await _with_the_clinic(before)
    for now in (before, before + timedelta(minutes=15)):
        stage = await set_stage(store, SECRET, now)
        await stage.live(now)
        _is_alive(await _all(store.table), now)
