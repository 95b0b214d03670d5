"""A row that nobody can read, of whatever kind, stops nothing in the sweep but what is about it alone."""

from datetime import timedelta

import pytest

from shared.domain.errors import TryAgain
from shared.domain.personal_data.retention import Retention
from shared.domain.reports.report_mail import ReportMail
from shared.records.keys import BUSINESS, CUSTOMER_APPOINTMENT, DECISION, SETTINGS
from shared.records.reports.booked_days import booked_key
from shared.records.table import Ambiguous, Operation, Stale
from shared.use_cases.readable import guarded
from tests.support.clinic import ANA, BOB, TEN, World
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import after_a_visit, everything, id_of


DAY = timedelta(days=1)
LATER, OF_THE_APP = TEN + 31 * DAY, (BUSINESS, DECISION, SETTINGS, "Y|")  # settings, and how far the timer is


async def kept() -> World:
    """Ana and Bob were there, Bob twice, and all that is kept of it is soon due to be erased."""
    world = await after_a_visit()
    await world.book(TEN + DAY, email=BOB)
    rules = Retention(appointments=30, answers=20, messages=20, facts=300, audit=300)
    mail = ReportMail(every="week", readers=("reader@example.com",), since=world.now)
    await world.change_business(retention=rules, report_mail=mail)
    await world.tick()
    await world.sweep()
    counted = [Operation("delete", row.key) for row in world.inner.rows("facts", world.business)]
    await world.inner.transact("facts", world.business, counted)
    return world


async def spoil(world: World) -> set[str]:
    """Make a row of each kind unreadable, as a version to come may write it: Ana's, or the first of all."""
    hers = [key.rpartition("|")[2] for key in world.rows(f"{CUSTOMER_APPOINTMENT}{id_of(world)}")]
    kinds = dict[str, list[str]]()
    for key in world.rows(""):
        if not key.startswith(OF_THE_APP):
            kinds.setdefault(key[:2], []).append(key)
    for keys in kinds.values():
        chosen = next((key for key in keys if any(one in key for one in (*hers, id_of(world)))), keys[0])
        row = world.rows(chosen)[chosen]
        spoiled = {name: "{" if isinstance(one, str) else one for name, one in row.values.items()}
        await world.inner.transact("bookings", world.business, [Operation("replace", chosen, spoiled, row.etag)])
    return set(kinds)


@virtually
async def test_what_cannot_be_read_stops_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    world = await kept()
    assert {f"{kind}|" for kind in "ACDJLMNQVXZ"} <= await spoil(world)
    await world.wait_until(LATER + DAY)
    await world.sweep()
    assert BOB not in everything(world)
    facts = [row.key for row in world.inner.rows("facts", world.business)]
    assert [booked_key(day.replace(hour=0)) in facts for day in (TEN, TEN + DAY)] == [False, True]
    assert any(key.startswith("U|") for key in facts)
    assert [key for key in world.rows("M|") if "|report|" in key]
    assert "1 rows of Appointment cannot be read" in caplog.text
    assert "could not be swept" in caplog.text, "the seal that nobody can read"


@virtually
async def test_settings_that_cannot_be_read_stop_only_what_needs_them() -> None:
    world = await kept()
    row = world.rows(BUSINESS)[BUSINESS]
    spoiled = Operation("replace", BUSINESS, {**row.values, "body": "{"}, row.etag)
    await world.inner.transact("bookings", world.business, [spoiled])
    await world.wait_until(LATER + 3 * DAY)
    await world.sweep()
    assert not world.rows(DECISION)
    assert ANA in everything(world), "a hold in these settings may keep it"


@virtually
async def test_only_an_unanswering_storage_stops_the_other_parts(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(error: Exception) -> int:
        raise error

    for error in (Stale("x"), TryAgain(), ZeroDivisionError("secret"), KeyError("x")):
        assert await guarded("a part", fails(error), 7) == 7
    assert ("secret" in caplog.text, caplog.text.count("a part could not be swept")) == (False, 2)
    with pytest.raises(Ambiguous):
        await guarded("a part", fails(Ambiguous("x")), 7)
