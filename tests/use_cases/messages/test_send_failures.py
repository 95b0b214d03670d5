"""What cannot be sent is tried again, then shown to somebody; it stands in nobody else's way."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.keys import FAILED, WORK, appointment_key, failed_key, work_key
from shared.records.markers import SHARDS
from shared.records.table import Operation
from tests.support.builders import a_business, a_calendar, a_person
from tests.support.clinic import ANA, BOB, HALF, TEN, World
from tests.support.virtual_time import virtually


CLAIRE, MARC, DESK = "claire@clinic.example", "marc@clinic.example", "desk@clinic.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.walk
@virtually
async def test_tries_come_with_growing_delay_and_after_the_last_an_administrator_can_see_it() -> None:
    world = await World.opened()
    world.postman.is_away = True
    await world.book()
    tries: list[float] = []
    for _ in range(24 * 60):
        if (await world.tick()).postponed:
            tries.append(asyncio.get_running_loop().time())
        await asyncio.sleep(60)
    gaps = [after - before for before, after in pairwise(tries)]
    assert len(tries) == 19
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(3600, abs=60)
    assert world.rows(WORK) == {}
    (failed,) = world.rows(FAILED).values()
    work = load_row(OutboxEntry, failed)
    assert set(map(str, work.recipients)) == {"~customer", "+staff:claire", "+business"}
    assert work.leased_by == ""
    world.postman.is_away = False
    await world.tick_for(HOUR)
    assert world.postman.letters == []


@virtually
async def test_who_is_refused_for_good_does_not_keep_the_others_from_being_served() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    await world.book()
    tally = await world.tick()
    assert (tally.sent, tally.failed) == (2, 1)
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK) == ["confirmation"]
    assert world.rows(WORK) == {}
    (failed,) = world.rows(FAILED).values()
    assert tuple(map(str, load_row(OutboxEntry, failed).recipients)) == ("+customer",)


@virtually
async def test_all_who_were_refused_in_several_tries_are_shown_together() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    world.postman.is_broken_for = {CLAIRE}
    await world.book()
    await world.tick()
    world.postman.is_broken_for, world.postman.refused = set(), {CLAIRE}
    await world.tick_for(timedelta(minutes=5))
    (failed,) = world.rows(FAILED).values()
    assert tuple(map(str, load_row(OutboxEntry, failed).recipients)) == ("+customer", "~staff:claire")
    assert world.postman.kinds(DESK) == ["confirmation"]


@virtually
async def test_a_refusal_is_shown_even_if_the_worker_stops_right_after_it() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    world.postman.takes = 1.0
    await world.book()
    run = asyncio.create_task(world.tick())
    await asyncio.sleep(1.5)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await world.tick_for(timedelta(minutes=5))
    (failed,) = world.rows(FAILED).values()
    assert tuple(map(str, load_row(OutboxEntry, failed).recipients)) == ("+customer",)
    assert world.postman.kinds(CLAIRE) == ["confirmation"]


@pytest.mark.walk
@virtually
async def test_a_letter_that_cannot_be_written_stops_neither_other_bookings_nor_other_calendars() -> None:
    world = await World.opened()
    other = world.beside(a_calendar(business=a_business(id="biz0other", slug="other"), staff=[a_person("otto")]))
    await other.save(other.calendar)
    world.postman.is_broken_for = {ANA}
    await world.book(TEN, email=ANA)
    await world.book(TEN + HALF, email=BOB)
    await other.book(TEN, email="eve@x.org")
    await world.tick()
    assert world.postman.kinds(BOB) == world.postman.kinds("eve@x.org") == ["confirmation"]
    await world.tick_for(timedelta(days=1), every=60)
    (failed,) = world.rows(FAILED).values()
    assert "~customer" in map(str, load_row(OutboxEntry, failed).recipients)


@virtually
async def test_a_row_that_cannot_be_read_stops_no_other_calendar_and_no_log_holds_its_words(caplog) -> None:
    world = await World.opened()
    other = world.beside(a_calendar(business=a_business(id="biz0other", slug="other"), staff=[a_person("otto")]))
    await other.save(other.calendar)
    await world.book(TEN)
    await other.book(TEN, email="eve@x.org")
    (row,) = world.rows(WORK)
    world.inner.apply("bookings", world.business, [Operation("upsert", row, {"body": '"Ana Secret"'})])
    await world.tick()
    assert "cannot be read" in caplog.text
    assert "Secret" not in caplog.text
    assert world.postman.kinds("eve@x.org") == ["confirmation"]


READABLE = '{"kind":"confirmation","appointment":"x","recipients":["customer"]}'
POISONS = {
    "cannot be read": {"body": '"Ana Secret"'},
    "has no body": {"kind": "notify"},
    "is of a kind that nobody knows": {"body": '{"kind":"dance","appointment":"x","recipients":["customer"]}'},
    "lacks what it needs": {"body": '{"kind":"visit","appointment":"x","recipients":["visit"]}'},
    "goes on with what is no text": {"body": "{", "body1": 5},
    "waits until no time": {"body": "{}", "notBefore": "soon"},
    "waits until a time without a zone": {"body": "{}", "notBefore": "2099-01-01T00:00:00"},
    "waits until a number": {"body": "{}", "notBefore": 5},
    "was tried by no number": {"body": "{}", "tries": "many"},
    "was tried less than never": {"body": "{}", "tries": -5},
}


@pytest.mark.walk
@pytest.mark.parametrize("values", POISONS.values(), ids=POISONS)
@virtually
async def test_a_row_that_cannot_be_served_is_tried_as_often_as_mail_and_then_shown(
    values: dict[str, Any],
) -> None:
    world = await World.opened()
    booked = await world.book()
    key = work_key(None, "poison", "1")
    world.inner.apply("bookings", world.business, [Operation("upsert", key, values)])
    assert (await world.tick()).sent == 3
    await world.move(booked.token, TEN + HALF)
    tries = [0.0]
    for _ in range(24 * 60):
        if (tally := await world.tick()).postponed or tally.failed:
            tries.append(asyncio.get_running_loop().time())
        await asyncio.sleep(60)
    gaps = [after - before for before, after in pairwise(tries)][1:]
    assert len(tries) == 20
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(3600, abs=120)
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert list(world.rows(FAILED)) == [failed_key(key)]
    assert world.rows(FAILED)[failed_key(key)].values["body" if "body" in values else "kind"]
    assert world.rows(WORK) == {}
    assert world.markers() == []


@pytest.mark.walk
@virtually
async def test_what_is_about_a_broken_appointment_stands_in_nobody_elses_way() -> None:
    world = await World.opened()
    broken = await world.book(TEN)
    world.inner.apply("bookings", world.business, [Operation("merge", appointment_key(broken.id), {"body": "{}"})])
    await world.book(TEN + HALF, email=BOB)
    await world.tick_for(DAY, every=60)
    assert world.postman.kinds(BOB) == ["confirmation"]
    assert world.postman.kinds(ANA) == []
    assert world.rows(WORK) == {}
    (failed,) = world.rows(FAILED).values()
    assert tuple(map(str, load_row(OutboxEntry, failed).recipients)) == ("~customer", "+staff:claire", "+business")
    assert world.markers() == []


@pytest.mark.parametrize("key", ["M|000000000000", "M|0", "M|000000000000|x", "M|20261301|x|1"])
@pytest.mark.parametrize("body", ["{}", READABLE], ids=["unread", "read"])
@virtually
async def test_a_row_whose_key_names_nothing_stands_in_nobody_elses_way(key: str, body: str) -> None:
    world = await World.opened()
    world.inner.apply("bookings", world.business, [Operation("upsert", key, {"body": body})])
    await world.book()
    assert (await world.tick()).sent == 3


@virtually
async def test_the_sweep_files_the_markers_of_all_rows_but_those_that_are_due_at_no_minute(caplog) -> None:
    world = await World.opened()
    await world.book()
    for shard in SHARDS:
        gone = [Operation("delete", row.key) for row in world.inner.rows("due", shard)]
        world.inner.apply("due", shard, gone)
    world.inner.apply("bookings", world.business, [Operation("upsert", "M|no-minute|x|1", {"body": "{}"})])
    assert await world.beside().sweep() > 0
    assert "is due at no minute" in caplog.text
    assert (await world.tick()).sent == 3


@virtually
async def test_what_was_taken_without_a_word_is_sent_again_under_the_same_name() -> None:
    world = await World.opened()
    world.postman.forgets_to_answer = 1
    await world.book()
    await world.tick_for(timedelta(minutes=5))
    first, second = world.postman.to(ANA)
    assert (first.uid, first.sequence, first.kind) == (second.uid, second.sequence, second.kind)
    assert len(world.postman.to(CLAIRE)) == len(world.postman.to(DESK)) == 1
