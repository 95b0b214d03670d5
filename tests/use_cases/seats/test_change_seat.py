"""Staff move or cancel one seat of a group; until people are told, all is restored by undoing it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.appointments.appointment import Seat
from shared.domain.errors import (
    AlreadySeated,
    AlreadyTold,
    Forbidden,
    GroupFull,
    InvalidFields,
    NotFound,
    NothingToUndo,
    SlotTaken,
)
from shared.records.codec import load_row
from shared.records.keys import LEDGER, WORK
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.seats.cancel_seat import cancel_seat
from shared.use_cases.seats.move_seat import move_seat
from shared.use_cases.seats.seat_command import SeatRef
from shared.use_cases.seats.undo_seat import tell_seat, undo_seat
from shared.use_cases.telling.announce import Telling
from tests.support.builders import a_key
from tests.support.clinic import ANA, BOB, DESK, HALF, TEN, World, a_group
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, cancel, change, history, make, seats_of


SERVED, LATER = timedelta(minutes=3), timedelta(minutes=11)
OTHERS = Actor("omar", own=frozenset({"omar"}))


async def a_session(*customers: str, seats: int = 2) -> tuple[World, SeatRef]:
    """Return a session with these, of which everybody knows, and the first one's seat."""
    world = await World.opened(a_group(seats))
    made = await make(world, parties=[a_party(one) for one in customers])
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    return world, SeatRef(made.id, seats_of(world, made.id)[customers[0]].id)


def by(world: World, telling: Telling = "later", **more: Any) -> dict[str, Any]:
    return {"editor": DESK, "key": a_key(), "telling": telling, **world.args(), **more}


def deciding(world: World) -> dict[str, Any]:
    return {"editor": DESK, "key": a_key(), **world.args()}


def seat_in(world: World, session: str, seat: str) -> Seat:
    (row,) = world.rows(f"S|{session}|{seat}").values()
    return load_row(Seat, row)


def ledgers(world: World) -> list[dict[str, Any]]:
    return [row.values for row in world.rows(LEDGER).values() if any(row.values.values())]


def told(world: World, address: str) -> list[str]:
    return [one.kind for one in world.postman.to(address)]


@pytest.mark.parametrize("customers", [(ANA,), (ANA, BOB)])
@virtually
async def test_a_cancelled_seat_is_free_and_undone_it_is_as_it_was(customers: tuple[str, ...]) -> None:
    world, held = await a_session(*customers)
    before, was, seat = ledgers(world), world.appointment(held.session), seat_in(world, *held)
    await cancel_seat(held, "We are ill.", **by(world))
    now = world.appointment(held.session)
    assert (now.filled, now.is_live) == (len(customers) - 1, len(customers) > 1)
    assert await undo_seat(held, seat_in(world, *held).version, **deciding(world)) == held.session
    assert seat_in(world, *held) == seat.model_copy(update={"undone": 2})
    assert world.appointment(held.session) == was.model_copy(update={"version": was.version + 2})
    assert ledgers(world) == before
    await world.tick_for(LATER)
    assert world.postman.letters == []
    assert {*history(world)} >= {"cancelled, told later", "undone"}
    assert await world.problems() == []


@virtually
async def test_who_is_concerned_is_told_of_a_cancellation_with_its_text_and_the_others_are_not() -> None:
    world, held = await a_session(ANA, BOB)
    await cancel_seat(held, "We are ill.", **by(world))
    await world.tick_for(LATER)
    assert told(world, ANA) == ["cancellation"]
    assert told(world, BOB) == []
    assert {one.text for one in world.postman.to(ANA)} == {"We are ill."}
    with pytest.raises(AlreadyTold):
        await undo_seat(held, seat_in(world, *held).version, **deciding(world))
    await cancel_seat(held, "", **by(world))  # again: without effect
    assert await world.problems() == []


@pytest.mark.parametrize("joins", [False, True])
@virtually
async def test_a_seat_moves_into_a_session_or_opens_one_and_undone_it_is_back(*, joins: bool) -> None:
    world, held = await a_session(ANA)
    if joins:
        await make(world, TEN + HALF, parties=[a_party(BOB)])
        await world.tick_for(SERVED)
        world.postman.letters.clear()
    before, was = ledgers(world), world.appointment(held.session)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    moved = world.appointment(there)
    assert (moved.start, moved.filled) == (TEN + HALF, 1 + joins)
    assert not world.appointment(held.session).is_live
    assert await undo_seat(held, seat_in(world, there, held.seat).version, **deciding(world)) == held.session
    assert world.appointment(held.session) == was.model_copy(update={"version": was.version + 2})
    assert world.appointment(there).is_live is joins
    assert ledgers(world) == before
    await world.tick_for(LATER)
    assert world.postman.letters == []
    assert await world.problems() == []


@virtually
async def test_told_now_instead_of_later_the_customer_learns_where_the_seat_is() -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    version = seat_in(world, there, held.seat).version
    await tell_seat(held, version, **deciding(world))
    await world.tick_for(SERVED)
    (letter,) = world.postman.to(ANA)
    assert (letter.kind, letter.appointment and letter.appointment.start) == ("change", TEN + HALF)
    with pytest.raises(NothingToUndo):
        await undo_seat(held, version, **deciding(world))
    assert told(world, BOB) == []
    assert await world.problems() == []


@virtually
async def test_a_repeated_request_changes_nothing_again() -> None:
    world, held = await a_session(ANA, BOB)
    once = by(world, "now")
    there, _ = await move_seat(held, TEN + HALF, **once)
    assert await move_seat(held, TEN + HALF, **once) == (there, "now")
    assert world.appointment(there).filled == 1


@virtually
async def test_what_cannot_be_is_refused_and_says_why() -> None:
    world, held = await a_session(ANA, BOB)
    await make(world, TEN + HALF, parties=[a_party("c@example.com"), a_party("d@example.com")])
    await make(world, TEN + 2 * HALF, parties=[a_party(ANA)])
    await world.tick_for(SERVED)
    later = TEN + 3 * HALF
    for start, refusal, more in (
        (TEN + HALF, GroupFull, {}),
        (TEN + 2 * HALF, AlreadySeated, {}),
        (TEN + 2 * HALF - timedelta(minutes=10), SlotTaken, {}),
        (later, Forbidden, {"editor": OTHERS}),
        (datetime(2090, 1, 1, tzinfo=TEN.tzinfo), InvalidFields, {}),
    ):
        with pytest.raises(refusal):
            await move_seat(held, start, **by(world, **more))
    with pytest.raises(NotFound):
        await cancel_seat(held._replace(seat="nobody"), "", **by(world))
    assert world.appointment(held.session).filled == 2


@virtually
async def test_a_place_that_was_taken_meanwhile_or_a_session_that_was_moved_is_not_given_back() -> None:
    world, held = await a_session(ANA, BOB)
    await cancel_seat(held, "", **by(world))
    version = seat_in(world, *held).version
    with pytest.raises(NothingToUndo):
        await undo_seat(held, version - 1, **deciding(world))
    await make(world, parties=[a_party("c@example.com")])
    with pytest.raises(GroupFull):
        await undo_seat(held, version, **deciding(world))
    await change(world, held.session, start=TEN + HALF)
    with pytest.raises(NothingToUndo):
        await undo_seat(held, version, **deciding(world))
    assert await world.problems() == []


@virtually
async def test_where_a_session_ended_with_its_last_seat_the_time_must_still_be_free() -> None:
    world, held = await a_session(ANA)
    await cancel_seat(held, "", **by(world))
    await make(world, parties=[a_party(BOB)])
    with pytest.raises(SlotTaken):
        await undo_seat(held, seat_in(world, *held).version, **deciding(world))


@virtually
async def test_a_session_that_is_cancelled_tells_the_seat_that_was_moved_there() -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    await cancel(world, there)
    await world.tick_for(LATER)
    assert start_of(world, ANA) == [("cancellation", TEN)]  # nobody knew of the other time
    assert await world.problems() == []


@virtually
async def test_who_was_not_told_of_a_sessions_move_is_told_of_its_cancellation_at_the_time_they_know() -> None:
    world, held = await a_session(ANA, seats=3)
    wanted = AppointmentChange(start=TEN + HALF)
    await change_by_staff(held.session, wanted, **by(world))
    await make(world, TEN + HALF, parties=[a_party(BOB)])  # the move can no longer be undone
    await cancel(world, held.session)
    await world.tick_for(LATER)
    assert start_of(world, ANA) == [("cancellation", TEN)]
    assert start_of(world, BOB)[-1] == ("cancellation", TEN + HALF)
    assert await world.problems() == []


@pytest.mark.parametrize("telling", ["later", "now"])
@virtually
async def test_a_cancelled_seat_is_told_of_at_its_time_though_the_session_has_moved_since(
    telling: Telling,
) -> None:
    world, held = await a_session(ANA, BOB)
    await cancel_seat(held, "We are ill.", **by(world, telling))
    await change(world, held.session, start=TEN + HALF)
    await world.tick_for(LATER)
    assert start_of(world, ANA) == [("cancellation", TEN)]
    assert start_of(world, BOB) == [("change", TEN + HALF)]
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@pytest.mark.parametrize("decide", [undo_seat, tell_seat])
@virtually
async def test_a_page_of_a_change_that_was_undone_does_nothing_to_a_later_one(decide: Any) -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    stale = seat_in(world, there, held.seat).version
    await undo_seat(held, stale, **deciding(world))
    other, _ = await move_seat(held, TEN + 2 * HALF, **by(world))
    for session in (held.session, there):
        with pytest.raises(NothingToUndo):
            await decide(SeatRef(session, held.seat), stale, **deciding(world))
    assert seat_in(world, other, held.seat).status == "booked"
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.letters == []


CLAIRE = Actor("claire", own=frozenset({"claire"}))


@pytest.mark.parametrize(
    ("editor", "chosen", "there", "serves"),
    [
        (DESK, "anyone", {"claire": 1, "marc": 2}, "marc"),  # the fullest
        (CLAIRE, "anyone", {"claire": 1, "marc": 2}, "claire"),
        (CLAIRE, "anyone", {"marc": 1}, "claire"),
        (CLAIRE, "anyone", {}, "claire"),
        (DESK, "customer", {"claire": 1, "marc": 2}, "claire"),
        (DESK, "customer", {"marc": 1}, "claire"),
        (DESK, "customer", {"marc": 1, "claire": 3}, "marc"),  # rather than nobody
    ],
)
@virtually
async def test_a_seat_goes_to_whom_its_customer_chose_then_to_who_moves_it_then_where_most_are(
    editor: Actor, chosen: str, there: dict[str, int], serves: str
) -> None:
    world = await World.opened(a_group(3, ("claire", "marc")))
    if chosen == "customer":
        session = (await world.book(staff="claire")).appointment
    else:
        await world.take_off("marc", TEN, TEN + HALF)
        session = (await world.book()).appointment
    held = SeatRef(session, seats_of(world, session)[ANA].id)
    assert (world.appointment(session).chosen_by, world.appointment(session).staff) == (chosen, ("claire",))
    for person, count in there.items():
        parties = [a_party(f"{person}{number}@example.com") for number in range(count)]
        await make(world, TEN + HALF, parties=parties, staff=(person,))
    now_in, _ = await move_seat(held, TEN + HALF, **by(world, editor=editor))
    assert world.appointment(now_in).staff == (serves,)
    assert await world.problems() == []


DESK_MAIL = "desk@clinic.example"
MARC_MAIL = "marc@clinic.example"


def start_of(world: World, address: str) -> list[tuple[str, datetime]]:
    """What somebody was told, and of which time."""
    return [(one.kind, one.appointment.start) for one in world.postman.to(address) if one.appointment]


@pytest.mark.parametrize("others", [(), (BOB,)])
@virtually
async def test_two_moves_that_nobody_knows_of_are_undone_to_where_people_know_the_seat(
    others: tuple[str, ...],
) -> None:
    world, held = await a_session(ANA, *others)
    before, was, seat = ledgers(world), world.appointment(held.session), seat_in(world, *held)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    await world.tick_for(timedelta(minutes=5))
    third, _ = await move_seat(SeatRef(there, held.seat), TEN + 2 * HALF, **by(world))
    await world.tick_for(timedelta(minutes=6))  # the first notice would have been due
    assert world.postman.letters == []
    now = seat_in(world, third, held.seat)
    assert await undo_seat(SeatRef(third, held.seat), now.version, **deciding(world)) == held.session
    assert ledgers(world) == before
    assert world.appointment(held.session).model_copy(update={"version": 0}) == was.model_copy(
        update={"version": 0}
    )
    assert seat_in(world, *held).version == seat.version
    await world.tick_for(2 * LATER)
    assert world.postman.letters == []
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@pytest.mark.parametrize("others", [(), (BOB,)])
@pytest.mark.parametrize("telling", ["later", "now"])
@virtually
async def test_a_seat_that_is_moved_back_is_told_of_to_nobody(telling: Telling, others: tuple[str, ...]) -> None:
    world, held = await a_session(ANA, *others)
    before = ledgers(world)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    stale = seat_in(world, there, held.seat).version
    assert (await move_seat(SeatRef(there, held.seat), TEN, **by(world, telling)))[0] == held.session
    assert (world.appointment(there).is_live, ledgers(world)) == (False, before)
    with pytest.raises(NothingToUndo):
        await undo_seat(held, stale, **deciding(world))
    await move_seat(held, TEN + HALF, **by(world))
    with pytest.raises(NothingToUndo):
        await undo_seat(held, stale, **deciding(world))
    await undo_seat(held, stale + 1, **deciding(world))
    await world.tick_for(2 * LATER)
    assert world.postman.letters == []
    assert await world.problems() == []


@pytest.mark.parametrize("telling", ["later", "now"])
@virtually
async def test_of_two_moves_people_are_told_once_and_nobody_of_the_place_in_between(telling: Telling) -> None:
    world = await World.opened(a_group(2, ("claire", "marc")))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)], staff=("claire",))
    between = await make(world, TEN + HALF, parties=[a_party("c@example.com")], staff=("marc",))
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    held = SeatRef(made.id, seats_of(world, made.id)[ANA].id)
    await world.take_off("claire", TEN + HALF, TEN + 2 * HALF)
    assert (await move_seat(held, TEN + HALF, **by(world)))[0] == between.id
    await world.take_off("marc", TEN + 2 * HALF, TEN + 3 * HALF)
    third, _ = await move_seat(SeatRef(between.id, held.seat), TEN + 2 * HALF, **by(world, telling))
    await world.tick_for(SERVED if telling == "now" else LATER)
    assert world.appointment(third).staff == ("claire",)
    assert start_of(world, ANA) == [("change", TEN + 2 * HALF)]
    assert sorted(start_of(world, "claire@clinic.example")) == [("change", TEN), ("change", TEN + 2 * HALF)]
    assert [kind for kind in told(world, MARC_MAIL) if kind != "time_off"] == []
    await world.tick_for(LATER)
    assert len(world.postman.to(ANA)) == 1
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@pytest.mark.walk
@pytest.mark.parametrize("others", [(), (BOB,)])
@pytest.mark.parametrize("telling", ["later", "now"])
@virtually
async def test_a_moved_seat_that_is_cancelled_is_so_where_people_know_it(
    telling: Telling, others: tuple[str, ...]
) -> None:
    world, held = await a_session(ANA, *others)
    was = world.appointment(held.session)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    await cancel_seat(SeatRef(there, held.seat), "We are ill.", **by(world, telling))
    assert not world.appointment(there).is_live
    assert seat_in(world, *held).status == "cancelled"
    assert await world.problems() == []
    if telling == "later":
        version = seat_in(world, *held).version
        assert await undo_seat(SeatRef(there, held.seat), version, **deciding(world)) == held.session
        assert (world.appointment(held.session).filled, world.appointment(held.session).left) == (was.filled, ())
        await world.tick_for(2 * LATER)
        assert world.postman.letters == []
        await cancel_seat(held, "We are ill.", **by(world))
    await world.tick_for(2 * LATER)
    assert start_of(world, ANA) == [("cancellation", TEN)]
    kind = "change" if others else "cancellation"
    assert start_of(world, "claire@clinic.example") == [(kind, TEN)]
    assert start_of(world, DESK_MAIL) == [("cancellation", TEN)]
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
async def test_a_change_after_people_were_told_stands_by_itself() -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    await world.tick_for(LATER)
    third, _ = await move_seat(SeatRef(there, held.seat), TEN + 2 * HALF, **by(world))
    now = seat_in(world, third, held.seat)
    assert await undo_seat(SeatRef(third, held.seat), now.version, **deciding(world)) == there
    assert start_of(world, ANA) == [("change", TEN + HALF)]
    assert await world.problems() == []


@virtually
async def test_a_session_that_was_changed_meanwhile_takes_no_seat_back_and_people_are_told_once() -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    await change(world, held.session, start=TEN + 4 * HALF)
    third, _ = await move_seat(SeatRef(there, held.seat), TEN + 2 * HALF, **by(world))
    with pytest.raises(NothingToUndo):
        await undo_seat(SeatRef(third, held.seat), seat_in(world, third, held.seat).version, **deciding(world))
    await cancel_seat(SeatRef(third, held.seat), "", **by(world))
    await world.tick_for(LATER)
    assert told(world, ANA) == ["cancellation"]
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@pytest.mark.parametrize("others", [(), (BOB,)])
@pytest.mark.parametrize("what", ["moved", "cancelled"])
@virtually
async def test_a_change_without_telling_is_in_the_history_and_nobody_hears_of_it(
    what: str, others: tuple[str, ...]
) -> None:
    world, held = await a_session(ANA, *others)
    if what == "moved":
        there, _ = await move_seat(held, TEN + HALF, **by(world, "never"))
    else:
        there = held.session
        await cancel_seat(held, "", **by(world, "never"))
    await world.tick_for(2 * LATER)
    assert world.postman.letters == []
    assert world.rows(WORK) == {}
    assert history(world)[-1] == f"{what}, not told"
    seat = seat_in(world, there, held.seat)
    assert (seat.version, seat.has_pending_notice) == (1, False)
    with pytest.raises(NothingToUndo):
        await undo_seat(SeatRef(there, held.seat), seat.version, **deciding(world))
    assert await world.problems() == []
    if what == "moved":  # what is told afterwards, is told of from there
        await cancel_seat(SeatRef(there, held.seat), "", **by(world, "now"))
        await world.tick_for(SERVED)
        assert start_of(world, ANA) == [("cancellation", TEN + HALF)]


@virtually
async def test_what_was_to_be_told_later_is_still_told_when_the_next_change_is_without_telling() -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    due = seat_in(world, there, held.seat).pending
    await world.tick_for(SERVED)
    third, _ = await move_seat(SeatRef(there, held.seat), TEN + 2 * HALF, **by(world, "never"))
    after = seat_in(world, third, held.seat).pending
    assert (due and due.due) == (after and after.due)
    await world.tick_for(LATER)
    assert start_of(world, ANA) == [("change", TEN + 2 * HALF)]
    assert world.rows(WORK) == {}


@pytest.mark.parametrize("is_moved", [False, True])
@virtually
async def test_a_notice_that_is_on_its_way_is_not_lost_by_a_move_without_telling(*, is_moved: bool) -> None:
    world = await World.opened(a_group(2))
    made = await make(world, parties=[a_party(ANA)])
    held = SeatRef(made.id, seats_of(world, made.id)[ANA].id)
    if is_moved:
        await world.tick_for(SERVED)
        world.postman.letters.clear()
        held = SeatRef((await move_seat(held, TEN + HALF, **by(world, "now")))[0], held.seat)
    await move_seat(held, TEN + 2 * HALF, **by(world, "never"))
    await world.tick_for(LATER)
    assert start_of(world, ANA) == [("change" if is_moved else "confirmation", TEN + 2 * HALF)]
    assert await world.problems() == []


@pytest.mark.parametrize("what", ["moved", "cancelled"])
@virtually
async def test_a_change_without_telling_that_is_told_by_what_is_on_its_way_is_said_to_be_told(what: str) -> None:
    world = await World.opened(a_group(2))
    made = await make(world, parties=[a_party(ANA)])
    held = SeatRef(made.id, seats_of(world, made.id)[ANA].id)
    if what == "moved":
        assert (await move_seat(held, TEN + HALF, **by(world, "never")))[1] == "now"
    else:
        assert await cancel_seat(held, "", **by(world, "never")) == "now"
    await world.tick_for(LATER)
    assert told(world, ANA) == ["confirmation" if what == "moved" else "cancellation"]
    assert sorted(history(world)) == sorted(["booked", what])
    assert await world.problems() == []


@virtually
async def test_a_move_without_telling_that_joins_what_is_told_later_is_said_to_be_told_later() -> None:
    world, held = await a_session(ANA, BOB)
    there, _ = await move_seat(held, TEN + HALF, **by(world))
    again, told_when = await move_seat(SeatRef(there, held.seat), TEN + 2 * HALF, **by(world, "never"))
    assert (told_when, history(world)[-1]) == ("later", "moved, told later")
    assert (await move_seat(SeatRef(again, held.seat), TEN, **by(world)))[1] == "never"  # back, without a word
    await world.tick_for(LATER)
    assert world.postman.letters == []


@pytest.mark.walk
@pytest.mark.parametrize("telling", ["now", "later", "never"])
@pytest.mark.parametrize("what", ["moved", "cancelled"])
@virtually
async def test_who_is_to_serve_a_session_is_told_of_it_once_though_a_place_of_it_is_changed(
    what: str, telling: Telling
) -> None:
    world = await World.opened(a_group(5, ("claire", "marc")))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)], staff=("claire",))
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    await change_by_staff(made.id, AppointmentChange(start=TEN + HALF, staff=("marc",)), **by(world, "later"))
    await world.tick_for(SERVED)
    held = SeatRef(made.id, seats_of(world, made.id)[BOB].id)
    if what == "moved":
        await move_seat(held, TEN + 4 * HALF, **by(world, telling))
    else:
        await cancel_seat(held, "", **by(world, telling))
    await world.tick_for(2 * LATER)
    of_session = [one.kind for one in world.postman.to("marc@clinic.example") if one.uid == made.id]
    assert of_session == ["confirmation"]
    # who was in it knows nothing of its other time
    assert start_of(world, BOB) == [("change", TEN + 4 * HALF) if what == "moved" else ("cancellation", TEN)]
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@pytest.mark.parametrize("what", ["moved", "cancelled"])
@virtually
async def test_who_goes_on_serving_a_session_hears_of_each_place_beside_its_new_time(what: str) -> None:
    world = await World.opened(a_group(5, ("claire", "marc")))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)], staff=("claire",))
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    await change_by_staff(made.id, AppointmentChange(start=TEN + HALF), **by(world, "later"))
    await world.tick_for(SERVED)
    held = SeatRef(made.id, seats_of(world, made.id)[BOB].id)
    if what == "moved":
        await move_seat(held, TEN + 4 * HALF, **by(world, "later"))
    else:
        await cancel_seat(held, "Bob is ill", **by(world, "later"))
    await world.tick_for(2 * LATER)
    told = [one.kind for one in world.postman.to("claire@clinic.example")]
    assert told == ["change"] * (3 if what == "moved" else 2)
