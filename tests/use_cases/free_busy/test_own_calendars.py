"""A person's own calendar, connected once: it blocks every calendar they work in, and what fails takes nothing back."""

from datetime import timedelta

import pytest
import pytest_asyncio

from shared.records.free_busy.own_calendars import PARTITION, own_of
from shared.records.keys import ledger_key
from shared.records.organisation import ORGANISATION
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect, disconnect, find_own
from shared.use_cases.free_busy.read_due import read_due
from tests.support.builders import MONDAY, a_business, a_calendar, a_key, a_person, a_service
from tests.support.edge import the_world
from tests.support.outside.published import published, reads


CLAIRE = "claire@clinic.example"
TEN = MONDAY + timedelta(days=1, hours=2)  # Tuesday 10:00 in Paris
HOUR = timedelta(hours=1)
LATER = "2027-01-19"


@pytest_asyncio.fixture
async def own():
    """Claire, alone on the service "solo", works in a second calendar too, and her calendar outside is published."""
    async with published() as calendar:
        world = await the_world()
        second = a_calendar(
            a_business(id="biz0second", slug="second"), [a_service()], [a_person(email="Claire@clinic.example")]
        )
        await world.save(second)
        reads(world, calendar.origin)
        calendar.world = world
        yield calendar


async def connected(own, **more):
    return await connect(CLAIRE, own.place, own.world.services.reading(), Author("claire", a_key()), **more)


async def pass_on(own, minutes=5):
    """Let time pass, and the timer read what is due."""
    own.world.now += timedelta(minutes=minutes)
    return await read_due(own.world.services.reading())


async def state(own):
    row = await find_own(CLAIRE, store=own.world.store)
    return own_of(row) if row else None


async def is_offered(own, calendar="clinic", service="solo", at="10:00", day="2027-01-12"):
    world = own.world.another_process()
    answer = await world.call("GET", f"/api/{calendar}/slots?service={service}&from={day}&to={day}")
    return at in {slot["start"][11:16] for slot in answer.json()["slots"]}


async def book(own, **changes):
    return await own.world.book(TEN, service="solo", **changes)


async def test_an_event_blocks_every_calendar_in_which_the_person_works(own):
    own.add(TEN, TEN + HOUR)
    assert await is_offered(own)
    assert await connected(own) is None
    assert not await is_offered(own)
    assert not await is_offered(own, "second", "consultation")
    assert await is_offered(own, at="11:00")
    assert await is_offered(own, service="consultation"), "others are free"
    assert (await book(own)).status == 409


async def test_an_event_that_is_new_blocks_after_the_timer_has_read_it(own):
    await connected(own)
    own.add(TEN, TEN + HOUR)
    assert await pass_on(own, minutes=4) == (0, 0)
    assert await is_offered(own)
    assert await pass_on(own, minutes=1) == (1, 0)
    assert not await is_offered(own)
    assert not await is_offered(own, "second", "consultation")
    own.events.clear()
    await pass_on(own)
    assert await is_offered(own)


async def test_what_has_not_changed_is_neither_sent_nor_written_again(own):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    table = own.world.table
    await pass_on(own)
    before = await table.get("bookings", "biz0clinic", ledger_key("202701", "claire"))
    await pass_on(own)
    assert own.asked[-2:] == [304, 304]
    assert (await table.get("bookings", "biz0clinic", ledger_key("202701", "claire"))).etag == before.etag


@pytest.mark.parametrize(
    ("status", "cause"), [(401, "password_refused"), (404, "not_found"), (503, "server_error")]
)
async def test_a_failed_reading_frees_nothing(own, status, cause):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    own.status = status
    for _ in range(4):
        assert await pass_on(own, minutes=30) == (0, 1)
        assert not await is_offered(own)
    found = await state(own)
    assert (found.cause, found.failures, found.is_failing) == (cause, 4, True)
    assert found.read_at == MONDAY
    own.status = 200
    own.events.clear()
    await pass_on(own, minutes=40)
    assert await is_offered(own)
    assert ((await state(own)).cause, (await state(own)).failing_since) == (None, None)


@pytest.mark.parametrize("text", [b"<html>", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"])
async def test_a_page_in_place_of_a_calendar_frees_nothing(own, text):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    own.text = text
    await pass_on(own)
    assert not await is_offered(own)
    assert (await state(own)).cause == "not_a_calendar"


async def test_a_calendar_that_cannot_be_read_is_not_connected(own):
    own.status = 404
    assert await connected(own) == "not_found"
    assert await state(own) is None
    assert not (await own.world.store.calendars.reload("biz0clinic")).staff["claire"].minds_personal_calendar


async def test_what_is_stored_tells_neither_address_nor_password(own):
    await connected(own)
    rows = (await own.world.table.range(ORGANISATION, PARTITION, "A", "~")).rows
    assert len(rows) == 2
    assert "anna.ics" not in repr(rows)
    assert (await state(own)).host == "127.0.0.1"


async def test_disconnecting_frees_what_it_blocked(own):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    await disconnect(CLAIRE, own.world.services.reading())
    assert await is_offered(own)
    assert await is_offered(own, "second", "consultation")
    assert (await own.world.table.range(ORGANISATION, PARTITION, "A", "~")).rows == []
    assert await pass_on(own) == (0, 0)
    await disconnect(CLAIRE, own.world.services.reading())


async def test_a_calendar_that_does_not_mind_is_not_blocked(own):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    calm = a_calendar(a_business(id="biz0second", slug="second"), [a_service()], [a_person()])
    await own.world.save(calm)
    await pass_on(own)
    assert await is_offered(own, "second", "consultation")
    assert not await is_offered(own)


async def test_a_person_who_is_no_longer_on_a_staff_is_free_there(own):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    other = a_calendar(
        a_business(id="biz0second", slug="second"), [a_service()], [a_person(email="new@clinic.example")]
    )
    await own.world.save(other)
    await pass_on(own)
    assert await is_offered(own, "second", "consultation")


async def test_an_event_put_there_just_now_refuses_the_booking(own):
    await connected(own)
    own.world.now += timedelta(minutes=1)
    own.add(TEN, TEN + HOUR)
    assert await is_offered(own)
    answer = await book(own)
    assert (answer.status, answer.json()["type"].rpartition("/")[2]) == (409, "slot-taken")
    assert answer.json()["alternatives"]
    assert not await is_offered(own)


async def test_somebody_else_serves_whose_calendar_is_free(own):
    await connected(own)
    own.world.now += timedelta(minutes=1)
    own.add(TEN, TEN + HOUR)
    staff = set()
    for _ in range(2):
        answer = await own.world.book(TEN)
        assert answer.status == 201
        staff |= set((await own.world.stored(answer.json()["id"])).staff)
    assert staff == {"omar", "vera"}
    assert (await own.world.book(TEN)).status == 409


async def test_a_calendar_that_stays_silent_leaves_what_was_read_last(own):
    own.add(TEN, TEN + HOUR)
    await connected(own)
    own.world.now += timedelta(minutes=1)
    own.status = 500
    assert (await book(own)).status == 409
    assert (await own.world.book(TEN + HOUR, service="solo")).status == 201


async def test_nobody_without_such_a_calendar_waits_for_one(own):
    before = len(own.asked)
    assert (await own.world.book(TEN, service="course")).status == 201
    await connected(own)
    before = len(own.asked)
    assert (
        await own.world.book(
            TEN,
            service="detailed",
            customer={"name": "A", "email": "a@b.example", "phone": "1234567"},
            answers={"before": "Yes"},
        )
    ).status in (201, 409)
    assert len(own.asked) == before


async def test_an_appointment_is_not_blocked_by_its_own_copy_outside(own):
    await connected(own)
    token = (await book(own)).json()["manage"].rpartition("/")[2]
    own.add(TEN, TEN + HOUR, uid="anything@example.org")  # the host of our mail address
    await pass_on(own)
    later = (TEN + timedelta(minutes=15)).isoformat()
    answer = await own.world.call(
        "PATCH", f"/api/clinic/appointments/{token}", {"start": later}, idempotency_key=a_key()
    )
    assert answer.status in (200, 422), answer.body
    assert "slot_taken" not in answer.body.decode()


async def test_two_workers_read_a_calendar_once(own):
    await connected(own)
    own.world.now += timedelta(minutes=5)
    before, own.delay = len(own.asked), 0.05
    import asyncio

    counts = await asyncio.gather(*(read_due(own.world.services.reading()) for _ in range(3)))
    assert sum(one.read for one in counts) == 1
    assert len(own.asked) == before + 1


async def test_a_reading_that_a_crash_ended_is_done_again(own):
    await connected(own)
    own.world.now += timedelta(minutes=5)
    (due,) = (await own.world.table.range(ORGANISATION, PARTITION, "P|", "P~")).rows
    from shared.use_cases.free_busy.read_due import _lease

    assert await _lease(due, own.world.services.reading())
    assert await read_due(own.world.services.reading()) == (0, 0)
    own.world.now += timedelta(minutes=2)
    assert await read_due(own.world.services.reading()) == (1, 0)


async def test_months_that_become_bookable_are_asked_for(own):
    far = MONDAY + timedelta(days=395 + 40)
    own.add(far, far + HOUR)
    await connected(own)
    key = ledger_key(f"{far:%Y%m}", "claire")
    assert await own.world.table.get("bookings", "biz0clinic", key) is None
    await pass_on(own, minutes=60 * 24 * 40)
    row = await own.world.table.get("bookings", "biz0clinic", key)
    assert row.values["external"]


async def failing_for(own, days):
    """Let days pass in which the calendar cannot be read; return who was told, with the day."""
    told, began = [], own.world.now
    for _ in range(4 * days):
        own.world.now += timedelta(hours=6)
        await read_due(own.world.services.reading())
        before, day = len(own.world.postman.letters), (own.world.now - began - timedelta(hours=6)).days
        await own.world.drain()
        told += [(day, one.to) for one in own.world.postman.letters[before:] if one.kind == "own_calendar"]
    return told


@pytest.mark.walk
async def test_the_person_is_told_on_four_days_and_an_administrator_on_the_third(own):
    alma = a_person("alma", role="administrator", is_bookable=False)
    calendar = await own.world.store.calendars.reload("biz0clinic")
    from dataclasses import replace as with_

    await own.world.save(with_(calendar, staff={**calendar.staff, "alma": alma}))
    await connected(own)
    own.status = 404
    told = await failing_for(own, 20)
    assert told == [(1, CLAIRE), (3, CLAIRE), (3, "alma@clinic.example"), (7, CLAIRE), (14, CLAIRE)]


async def test_a_calendar_that_is_read_again_ends_the_telling(own):
    await connected(own)
    own.status = 404
    assert await failing_for(own, 2) == [(1, CLAIRE)]
    own.status = 200
    assert await failing_for(own, 3) == []
    own.status = 503
    assert await failing_for(own, 2) == [(1, CLAIRE)]


async def test_an_unread_calendar_blocks_after_so_many_days_where_the_rules_say_so(own):
    calendar = await own.world.store.calendars.reload("biz0clinic")
    from dataclasses import replace as with_

    strict = calendar.business.model_copy(update={"most_unread": 2})
    await own.world.save(with_(calendar, business=strict))
    await connected(own)
    own.status = 404
    await pass_on(own)
    assert await is_offered(own, day=LATER)
    await pass_on(own, minutes=60 * 47)
    assert await is_offered(own, day=LATER)
    await pass_on(own, minutes=60 * 2)
    assert not await is_offered(own, day=LATER)
    assert not await is_offered(own, at="11:00", day=LATER)
    assert await is_offered(own, "second", "consultation", day=LATER), "whose rules do not say so"
    own.status = 200
    await pass_on(own, minutes=60)
    assert await is_offered(own, day=LATER)


async def test_an_unread_calendar_has_its_person_confirm_where_the_rules_say_so(own):
    calendar = await own.world.store.calendars.reload("biz0clinic")
    from dataclasses import replace as with_

    rules = {"most_unread": 2, "when_unread": "confirm"}
    await own.world.save(with_(calendar, business=calendar.business.model_copy(update=rules)))
    await connected(own)
    own.status = 404
    await pass_on(own)
    before = await own.world.stored((await own.world.book(TEN + 7 * 24 * HOUR, service="solo")).json()["id"])
    assert not before.is_to_confirm
    await pass_on(own, minutes=60 * 49)
    assert await is_offered(own, day=LATER, at="14:00")
    made = await own.world.book(TEN + 7 * 24 * HOUR + 2 * HOUR, service="solo")
    assert (await own.world.stored(made.json()["id"])).is_to_confirm
    own.status = 200
    await pass_on(own, minutes=60)
    made = await own.world.book(TEN + 7 * 24 * HOUR + 4 * HOUR, service="solo")
    assert not (await own.world.stored(made.json()["id"])).is_to_confirm
