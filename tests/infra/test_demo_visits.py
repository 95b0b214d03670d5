"""Today's visits of the demo: one in every status, made once a start, alive as long as somebody gives signs of life."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from infra.local.demo_clinic import clinic
from infra.local.demo_visits import visits_of_today
from shared.domain.appointment import Appointment
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.rows import load_row, visit_key
from shared.use_cases.save_calendar import save_calendar
from shared.use_cases.visit_rows import load_visit
from tests.builders import SECRET


if TYPE_CHECKING:
    from infra.local.pieces import Azurite
    from shared.domain.visit import Visit

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

pytestmark = [pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]


async def _all(tables: Tables) -> dict[str, tuple[Appointment, Visit]]:
    found, business = {}, "a-demo-clinic"
    for row in (await tables.range("bookings", business, "A|", "A~")).rows:
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


async def test_a_start_at_night_makes_all_but_whoever_comes_without_a_booking(azurite: Azurite):
    tables = Tables(azurite.connection_string, f"{PREFIX}night")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENSLOT_SECRET", SECRET)
        patch.setenv("OPENSLOT_TABLE_PREFIX", f"{PREFIX}night")
        await tables.create_tables()
        await save_calendar(clinic(NOW, ()).calendar, key="k" * 16, store=TableStore(tables), secret=SECRET)
        async with visits_of_today(azurite.connection_string, NOW + timedelta(hours=12)):
            assert _statuses(await _all(tables)) == EVERY_ONE | {"in_lobby": 2}
    await tables.close()
