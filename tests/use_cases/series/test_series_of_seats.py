"""A customer takes a seat in each session of a series: joined or opened, each once, told in one message."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.appointments.visit_links import manage_token
from shared.domain.errors import GroupFull, InvalidFields, SlotTaken
from shared.records.keys import APPOINTMENT, DECISION
from shared.records.table import Operation
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.messages.find_messages import find_messages
from shared.use_cases.messages.find_undelivered import find_undelivered
from shared.use_cases.series.book_series import Occurrence
from shared.use_cases.series.change_series import SeriesChange, from_here_on, pending_together
from shared.use_cases.series.find_series import SeatPart, find_parts, find_seat_parts
from shared.use_cases.series.plan_series import plan_series
from tests.support.builders import SECRET, a_key, a_service
from tests.support.clinic import ANA, DESK, HALF, TEN, World, a_group
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, cancel, make, seats_of
from tests.use_cases.series.test_book_series import CLAIRE, SERVED, WEEK, repeat, weekly


STARTS = [TEN, TEN + WEEK, TEN + 2 * WEEK]


async def yoga(*taken: int, seats: int = 3) -> World:
    """A course of so many places with these numbers taken in the sessions of three weeks; 0 is no session yet."""
    world = await World.opened(a_group(seats))
    for start, count in zip(STARTS, taken, strict=False):
        if count:
            await make(world, start, parties=[a_party(f"p{one}@example.com") for one in range(count)])
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    return world


@virtually
async def test_sessions_with_room_are_joined_and_others_are_opened() -> None:
    world = await yoga(2, 0, 1)
    done = await repeat(world)
    assert done.is_complete
    found = [world.appointment(one.appointment) for one in done.booked]
    assert [(one.start, one.filled, one.capacity) for one in found] == [
        (STARTS[0], 3, 3),
        (STARTS[1], 1, 3),
        (STARTS[2], 2, 3),
    ]
    assert len(world.rows(APPOINTMENT)) == 3
    for one in found:
        seat = seats_of(world, one.id)[ANA]
        assert (seat.version, seat.series, one.series) == (1, done.id, "")
    assert await world.problems() == []


@virtually
async def test_one_message_tells_the_customer_and_those_who_serve_of_all_sessions_and_each_can_be_managed() -> (
    None
):
    world = await yoga(1, 0, 1)
    done = await repeat(world)
    await world.tick_for(SERVED)
    for address in (ANA, CLAIRE):
        (letter,) = world.postman.to(address)
        assert letter.kind == "series"
        assert [one.appointment.start for one in letter.series if one.appointment] == STARTS
        assert {one.seat.customer.email for one in letter.series if one.seat} == {ANA}
    (letter,) = world.postman.to(ANA)
    assert [(await world.find(one.manage_token)).appointment.id for one in letter.series] == [
        one.appointment for one in done.booked
    ]
    assert world.postman.to("p0@example.com") == []


@virtually
async def test_a_full_session_is_refused_and_a_repetition_takes_no_second_seat() -> None:
    world = await yoga(1, 3, 2)
    done = await repeat(world, key=(key := a_key()))
    assert [type(one.refusal) for one in done.outcomes] == [type(None), GroupFull, type(None)]
    again = await repeat(world, key=key)
    assert [one.appointment for one in again.outcomes] == [one.appointment for one in done.outcomes]
    instead = await repeat(world, [Occurrence(number=54, start=STARTS[1] + HALF)], key=key)
    assert (instead.is_complete, instead.id) == (True, done.id)
    await world.tick_for(SERVED)
    (letter,) = world.postman.to(ANA)
    assert [one.appointment.start for one in letter.series if one.appointment] == [
        STARTS[0],
        STARTS[1] + HALF,
        STARTS[2],
    ]
    assert await world.problems() == []


@virtually
async def test_where_who_is_asked_for_is_busy_with_something_else_the_time_is_taken_and_nothing_full() -> None:
    other = a_service("other", staff=("claire",))
    (group,) = (calendar := a_group(2)).services.values()
    world = await World.opened(replace(calendar, services={group.id: group, other.id: other}))
    await make(world, TEN, service=other.id)
    done = await repeat(world, weekly(1), service=group.id)
    assert [type(one.refusal) for one in done.outcomes] == [SlotTaken]


@virtually
async def test_a_repetition_after_the_decision_was_forgotten_finds_the_seat() -> None:
    world = await yoga(1)
    done = await repeat(world, weekly(1), key=(key := a_key()))
    forgotten = [Operation("delete", name) for name in world.rows(DECISION)]
    await world.store.table.transact("bookings", world.business, forgotten)
    assert await repeat(world, weekly(1), key=key) == done
    assert world.appointment(done.booked[0].appointment).filled == 2


@virtually
async def test_a_seat_or_session_that_is_given_up_before_people_are_told_is_left_out() -> None:
    world = await yoga(1, 1, 1)
    done = await repeat(world)
    name = done.booked[0].appointment
    seat = seats_of(world, name)[ANA]
    await world.cancel(manage_token(SECRET, world.business, name, seat.id, seat.link_version, TEN))
    await cancel(world, done.booked[1].appointment)
    parts = await find_parts(done.id, business=world.business, store=world.store)
    assert [one.is_live for one in parts] == [False, False, True]
    await world.tick_for(SERVED)
    kinds = [(one.kind, one.appointment.start if one.appointment else None) for one in world.postman.to(ANA)]
    assert ("confirmation", STARTS[2]) in kinds
    assert "series" not in [kind for kind, _ in kinds]


@virtually
async def test_what_became_of_the_message_stands_with_the_seat_and_among_the_undelivered() -> None:
    world = await yoga(1, 1)
    world.postman.refused.add(ANA)
    done = await repeat(world, weekly(2))
    await world.tick_for(SERVED)
    one = world.appointment(done.booked[0].appointment)
    seats = list(seats_of(world, one.id).values())
    own = next(seat.id for seat in seats if seat.customer.email == ANA)
    found = await find_messages(one, seats, None, business=world.business, store=world.store, now=world.now)
    assert ("series", "customer", own) in {(each.kind, each.recipient.kind, each.seat) for each in found}
    (failed,) = await find_undelivered(world.business, store=world.store, now=world.now)
    assert failed.appointment is not None
    assert failed.appointment.id == one.id


@virtually
async def test_a_series_of_seats_is_of_one_customer() -> None:
    world = await yoga(1)
    with pytest.raises(InvalidFields):
        await repeat(world, parties=(a_party(), a_party("bob@example.com")))


@virtually
async def test_the_preview_says_how_full_each_is_names_full_ones_and_offers_the_nearest_with_places() -> None:
    world = await yoga(1, 3, 0)
    near = (await make(world, STARTS[1] + 2 * HALF, parties=[a_party("q@example.com")])).id
    (service,) = world.calendar.services.values()
    about = {"calendar": world.calendar, "store": world.store, "now": world.now}
    joined, full, new = await plan_series(service, (), STARTS, **about)
    assert (joined.finding, joined.session and joined.session.filled) == ("free", 1)
    assert (new.finding, new.session) == ("free", None)
    assert (full.finding, [one.filled for one in full.full]) == ("taken", [3])
    assert full.instead is not None
    assert (full.instead.start, full.instead.seats) == (STARTS[1] + 2 * HALF, 2)
    await cancel(world, near)
    (_, full, _) = await plan_series(service, (), STARTS, **about)
    assert full.instead is not None
    assert (abs(full.instead.start - STARTS[1]), full.instead.seats) == (HALF, 0)
    assert (await plan_series(service, ("nobody",), STARTS, **about))[0].session is None


@virtually
async def test_of_two_full_ones_beside_each_other_each_has_an_alternative_of_its_own() -> None:
    world = await yoga(3)
    starts = [TEN, TEN + HALF]
    await make(world, TEN + HALF, parties=[a_party(f"p{one}@example.com") for one in range(3)])
    for hours in (3, 4):
        await make(world, TEN + timedelta(hours=hours), parties=[a_party("q@example.com")])
    (service,) = world.calendar.services.values()
    about = {"calendar": world.calendar, "store": world.store, "now": world.now}
    found = [one.instead.start for one in await plan_series(service, (), starts, **about) if one.instead]
    assert found == [TEN + timedelta(hours=3), TEN + timedelta(hours=4)]


LATER = timedelta(minutes=11)


async def a_course(*taken: int) -> tuple[World, list[SeatPart]]:
    """Ana's seats of a course of three weeks, of which everybody knows."""
    world = await yoga(*taken)
    done = await repeat(world)
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    return world, await hers(world, done.booked[0].appointment)


async def hers(world: World, session: str) -> list[SeatPart]:
    return await find_seat_parts(seats_of(world, session)[ANA], business=world.business, store=world.store)


def changing(world: World, key: str = "") -> SeriesChange:
    return SeriesChange(DESK, key or a_key(), "later", **world.args())


def told(world: World, address: str) -> list[tuple[str, int]]:
    return [(one.kind, len(one.series)) for one in world.postman.to(address)]


@virtually
async def test_her_seats_from_one_on_are_cancelled_and_told_of_in_one_message_and_nobody_elses() -> None:
    world, seats = await a_course(1, 0, 1)
    parts = from_here_on(seats, seats[1], seats[1].start)
    done = await changing(world, key := a_key()).cancel(parts, "Get well")
    assert [bool(one.refusal) for one in done] == [False, False]
    again = await changing(world, key).cancel(parts, "Get well")
    assert not any(one.refusal for one in again)
    assert [one.is_live for one in await hers(world, seats[0].session.id)] == [True, False, False]
    assert [world.appointment(one.session.id).filled for one in seats] == [2, 0, 1]
    await world.tick_for(LATER)
    assert told(world, ANA) == [("cancellation", 2)]
    assert sorted(told(world, CLAIRE)) == [("cancellation", 0), ("change", 0)]  # one of the sessions goes on
    assert world.postman.to("p0@example.com") == []
    assert await world.problems() == []


@virtually
async def test_her_seats_are_moved_into_each_others_place_and_all_of_it_is_undone() -> None:
    world, seats = await a_course(1, 0, 1)
    before = [world.appointment(one.session.id).filled for one in seats]
    done = await changing(world).move(seats, TEN, AppointmentChange(start=TEN + WEEK))
    assert not any(one.refusal for one in done)
    now = await find_seat_parts(seats[0].seat, business=world.business, store=world.store)
    assert [one.start for one in now] == [start + WEEK for start in STARTS]
    pending = pending_together(now, now[1])
    assert (pending[0].id, len(pending)) == (now[1].id, 3)
    undone = await changing(world).undo(pending, pending[0].version)
    assert not any(one.refusal for one in undone)
    now = await find_seat_parts(seats[0].seat, business=world.business, store=world.store)
    assert [one.session.id for one in now] == [one.session.id for one in seats]
    assert [world.appointment(one.session.id).filled for one in seats] == before
    await world.tick_for(LATER)
    assert world.postman.letters == []
    assert await world.problems() == []


@virtually
async def test_moved_and_told_the_customer_and_those_who_serve_get_one_message_each_of_a_kind() -> None:
    world, seats = await a_course(1, 1, 1)
    for start in STARTS[:2]:
        await make(world, start + HALF, parties=[a_party("q@example.com")])
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    await changing(world).move(seats, TEN, AppointmentChange(start=TEN + HALF))
    now = await find_seat_parts(seats[0].seat, business=world.business, store=world.store)
    found = pending_together(now, now[0])
    assert not any(one.refusal for one in await changing(world).tell(found, found[0].version))
    await world.tick_for(SERVED)
    assert told(world, ANA) == [("change", 3)]
    assert told(world, CLAIRE) == [("change", 6)]  # of the sessions that she left, and of those that she joined
    assert await world.problems() == []


@virtually
async def test_a_full_session_on_the_way_refuses_only_that_seat() -> None:
    world, seats = await a_course(1, 1, 1)
    await make(world, TEN + WEEK + HALF, parties=[a_party(f"q{one}@example.com") for one in range(3)])
    done = await changing(world).move(seats, TEN, AppointmentChange(start=TEN + HALF))
    assert [type(one.refusal) for one in done] == [type(None), GroupFull, type(None)]
    assert await world.problems() == []


@virtually
async def test_a_seat_that_is_cancelled_before_people_know_of_the_series_is_confirmed_as_it_was() -> None:
    world = await yoga(1)
    done = await repeat(world)
    seats = await hers(world, done.booked[0].appointment)
    await changing(world).cancel(seats[1:], "")
    await changing(world).move(seats[:1], TEN, AppointmentChange(start=TEN + HALF))
    await world.tick_for(SERVED)
    (letter,) = world.postman.to(ANA)
    assert [one.appointment.start for one in letter.series if one.appointment] == STARTS
    assert await world.problems() == []
