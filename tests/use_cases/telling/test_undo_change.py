"""Staff change an appointment, people are told ten minutes later, and until then all can be undone without a word."""

import asyncio
import itertools
import json
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.calendar.service import Reminder
from shared.records.keys import AUDIT, CUSTOMER_APPOINTMENT, DAY, LEDGER, LONG_ONE, SEAT, SESSION, WORK
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.telling.announce import Telling
from shared.use_cases.telling.undo_change import tell_now, undo_change
from tests.support.builders import a_business, a_calendar, a_key, a_service
from tests.support.clinic import ANA, BOB, DESK, HALF, TEN, World, a_group, refusal_of, reminding, three_people
from tests.support.faulty_table import Call, at_random
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, change, history, make, renew, seats_of


MINUTE = timedelta(minutes=1)
DESK_MAIL = "desk@clinic.example"


async def move(world: World, name: str, start=TEN + HALF, telling="later", key="", **changes: Any) -> None:
    wanted = AppointmentChange(start=start, **changes)
    await change_by_staff(name, wanted, editor=DESK, key=key or a_key(), telling=telling, **world.args())


async def give(world: World, name: str, *staff: str, telling="later") -> None:
    await reassign_appointment(name, staff, editor=DESK, key=a_key(), telling=telling, **world.args())


async def cancel(world: World, name: str, message="", telling="later") -> None:
    await cancel_by_staff(name, message, editor=DESK, key=a_key(), telling=telling, **world.args())


async def undo(world: World, name: str, version: int = 0, editor: Actor = DESK, key: str = "") -> None:
    version = version or world.appointment(name).version
    await undo_change(name, version, editor=editor, key=key or a_key(), **world.args())


async def tell(world: World, name: str, version: int = 0) -> None:
    version = version or world.appointment(name).version
    await tell_now(name, version, editor=DESK, key=a_key(), **world.args())


async def a_told_one(calendar=None, **changes: Any) -> tuple[World, str]:
    """An appointment of which everybody knows, and empty mailboxes."""
    world = await World.opened(calendar or three_people())
    booked = await world.book(staff="claire", **changes)
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    return world, booked.appointment


def mails(world: World) -> list[tuple[str, str]]:
    return sorted((letter.to.partition("@")[0], letter.kind) for letter in world.postman.letters)


def stands(world: World, name: str) -> Any:
    """All that is stored of an appointment but its version, which goes on."""
    one = world.appointment(name).model_copy(update={"version": 0, "pending": None})
    busy = {key: row.values for key, row in world.rows(LEDGER).items() if any(row.values.values())}
    return one, busy, sorted(world.rows(DAY)), sorted(world.rows(SESSION)), sorted(world.rows(LONG_ONE))


MOVED, GIVEN, BOTH = "moved", "given to another", "moved to another"
CHANGES = {
    MOVED: move,
    GIVEN: lambda world, name: give(world, name, "marc"),
    BOTH: lambda world, name: move(world, name, staff=("marc",)),
    "cancelled": lambda world, name: cancel(world, name, "We are ill."),
    "moved, then given": lambda world, name: several(move(world, name), give(world, name, "marc")),
    "moved, then cancelled": lambda world, name: several(move(world, name), cancel(world, name)),
}
TOLD = {
    MOVED: [("ana", "change"), ("claire", "change"), ("desk", "change")],
    GIVEN: [("ana", "change"), ("claire", "cancellation"), ("marc", "confirmation")],
    BOTH: [("ana", "change"), ("claire", "cancellation"), ("desk", "change"), ("marc", "confirmation")],
    "cancelled": [("ana", "cancellation"), ("claire", "cancellation"), ("desk", "cancellation")],
    "moved, then given": [
        ("ana", "change"),
        ("claire", "cancellation"),
        ("desk", "change"),
        ("marc", "confirmation"),
    ],
    "moved, then cancelled": [("ana", "cancellation"), ("claire", "cancellation"), ("desk", "cancellation")],
}


async def several(*changes: Any) -> None:
    for one in changes:
        await one
        await asyncio.sleep(120)


@virtually
@pytest.mark.parametrize("how", CHANGES)
async def test_people_are_told_after_ten_minutes_by_one_message_each(how) -> None:
    world, name = await a_told_one()
    await CHANGES[how](world, name)
    pending = world.appointment(name).pending
    assert pending is not None
    await world.tick_for(pending.due - world.now - 10 * timedelta(seconds=1))
    assert mails(world) == []
    await world.tick_for(MINUTE)
    assert mails(world) == TOLD[how]
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("how", CHANGES)
async def test_an_undone_change_leaves_all_as_it_was_and_nobody_hears_of_it(how) -> None:
    world, name = await a_told_one()
    before, seat = stands(world, name), world.appointment(name).seat
    await CHANGES[how](world, name)
    assert stands(world, name) != before
    await undo(world, name)
    assert stands(world, name) == before
    assert world.appointment(name).seat == seat
    assert {row.values["status"] for row in world.rows(CUSTOMER_APPOINTMENT).values()} <= {"booked", "moved"}
    assert await world.problems() == []
    await world.tick_for(15 * MINUTE)
    assert mails(world) == []
    assert world.rows(WORK) == {}


FIRST: dict[str, Any] = {
    "moved": lambda world, name: move(world, name, TEN + 2 * HALF),
    "given": lambda world, name: give(world, name, "marc"),
    "longer": lambda world, name: move(world, name, TEN, end=TEN + 2 * HALF),
}
THEN: dict[str, Any] = {
    "moved and given": lambda world, name, how: move(world, name, TEN + 4 * HALF, how, staff=("marc",)),
    "given to a third": lambda world, name, how: give(world, name, "zoe", telling=how),
    "cancelled": lambda world, name, how: cancel(world, name, telling=how),
}
THEN_SILENT: dict[str, Any] = {
    "moved": lambda world, name: move(world, name, telling="never"),
    "given": lambda world, name: give(world, name, "marc", telling="never"),
    "cancelled": lambda world, name: cancel(world, name, telling="never"),
}
SERVING = ("claire", "marc", "zoe")


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("is_group", [False, True])
@pytest.mark.parametrize("second", ["later", "now", "never"])
async def test_of_two_changes_everybody_hears_only_what_they_did_not_know(
    second: Telling, *, is_group: bool
) -> None:
    """A cancellation names the time that its reader knows; who never knew of the appointment hears nothing."""
    calendar = a_group(5, SERVING) if is_group else three_people()
    for first, then in itertools.product(FIRST, THEN):
        world, name = await a_told_one(calendar)
        was = world.appointment(name)
        await FIRST[first](world, name)
        await THEN[then](world, name, second)
        await world.tick_for(11 * MINUTE)
        after, told = world.appointment(name), {}
        for letter in world.postman.letters:
            assert letter.appointment
            told.setdefault(letter.to.partition("@")[0], []).append((letter.kind, letter.appointment.start))
        here, gone = ("change", after.start), ("cancellation", was.start)
        expected = {"ana": here if after.is_live else gone}
        for person in SERVING:
            is_there, knew = after.is_live and person in after.staff, person in was.staff
            if is_there or knew:
                expected[person] = ("change" if knew else "confirmation", after.start) if is_there else gone
        told.pop("desk", None)  # is not told who serves
        assert told == {person: [one] for person, one in expected.items()}, (first, then)
        assert after.is_live or (after.start, after.end) == (was.start, was.end)
        assert world.rows(WORK) == {}
        assert await world.problems() == []


@virtually
@pytest.mark.parametrize("is_group", [False, True])
async def test_what_is_cancelled_before_its_move_was_mailed_is_so_where_people_know_it(*, is_group: bool) -> None:
    world, name = await a_told_one(a_group(5) if is_group else three_people())
    await move(world, name, telling="now")
    await cancel(world, name, telling="now")
    await world.tick_for(2 * MINUTE)
    told = {(one.to, one.kind, one.appointment.start) for one in world.postman.letters if one.appointment}
    assert told == {(to, "cancellation", TEN) for to in (ANA, "claire@clinic.example", DESK_MAIL)}
    assert len(world.postman.letters) == 3


@virtually
async def test_who_moves_an_own_appointment_is_told_of_its_cancellation_at_the_time_that_they_chose() -> None:
    world = await World.opened(three_people())
    mine = await world.book(email=BOB)
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await world.move(mine.token, TEN + 2 * HALF)
    await cancel(world, mine.appointment, telling="now")
    await world.tick_for(2 * MINUTE)
    told = {one.to: one.appointment.start for one in world.postman.letters if one.appointment}
    assert (told[BOB], told[DESK_MAIL]) == (TEN + 2 * HALF, TEN)


@virtually
async def test_a_page_can_say_when_people_are_told_and_it_is_true() -> None:
    world, name = await a_told_one()
    await asyncio.sleep(17)
    asked = world.now
    await move(world, name)
    pending = world.appointment(name).pending
    assert pending is not None
    assert pending.due.second == 0
    assert timedelta() <= pending.due - asked - 10 * MINUTE < MINUTE


@virtually
@pytest.mark.parametrize("telling", ["now", "later", "never"])
async def test_a_change_that_ends_where_it_began_sends_nothing(telling) -> None:
    world, name = await a_told_one()
    before = stands(world, name)
    await move(world, name, staff=("marc",))
    await move(world, name, TEN, staff=("claire",), telling=telling)
    assert stands(world, name) == before
    assert not world.appointment(name).has_pending_notice
    await world.tick_for(15 * MINUTE)
    assert mails(world) == []
    assert await world.problems() == []


@virtually
async def test_undoing_after_several_changes_leads_back_to_what_people_know() -> None:
    world, name = await a_told_one()
    before = stands(world, name)
    await move(world, name)
    await move(world, name, TEN + 4 * HALF)
    await undo(world, name)
    assert stands(world, name) == before


@virtually
async def test_a_change_that_is_told_at_once_takes_the_pending_one_with_it() -> None:
    world, name = await a_told_one()
    await give(world, name, "marc")
    await move(world, name, telling="now")
    await world.tick_for(MINUTE)
    assert mails(world) == TOLD[BOTH]
    assert await refusal_of(undo(world, name)) == "nothing-to-undo"
    await world.tick_for(15 * MINUTE)
    assert len(world.postman.letters) == 4


@virtually
async def test_what_the_customer_does_meanwhile_is_told_at_once_and_ends_undoing() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="claire")
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await give(world, booked.appointment, "marc")
    version = world.appointment(booked.appointment).version
    await world.cancel(booked.token)
    assert await refusal_of(undo(world, booked.appointment, version)) == "nothing-to-undo"
    await world.tick_for(15 * MINUTE)
    # Marc never knew of it, and Claire thinks that she serves it
    assert mails(world) == [("ana", "cancellation"), ("claire", "cancellation"), ("desk", "cancellation")]
    assert world.rows(WORK) == {}


@virtually
async def test_a_confirmation_that_was_not_sent_yet_is_still_sent_after_undoing() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="claire")
    await move(world, booked.id)
    await world.tick_for(MINUTE)
    assert mails(world) == []
    await undo(world, booked.id)
    await world.tick_for(MINUTE)
    assert mails(world) == [("ana", "confirmation"), ("claire", "confirmation"), ("desk", "confirmation")]
    assert {letter.appointment.start for letter in world.postman.letters if letter.appointment} == {TEN}


@virtually
async def test_telling_now_sends_at_once_with_the_words_of_the_change() -> None:
    world, name = await a_told_one()
    await cancel(world, name, "We are ill.")
    version = world.appointment(name).version
    await tell(world, name)
    await world.tick_for(MINUTE)
    assert mails(world) == TOLD["cancelled"]
    assert {letter.text for letter in world.postman.letters} == {"We are ill."}
    assert await refusal_of(undo(world, name, version)) == "nothing-to-undo"
    assert await refusal_of(tell(world, name, version)) == "nothing-to-undo"
    assert "told at once" in history(world)


@virtually
async def test_telling_now_what_was_just_told_sends_nothing_again() -> None:
    world, name = await a_told_one()
    await move(world, name)
    await world.tick_for(11 * MINUTE)
    sent = len(world.postman.letters)
    assert sent
    await tell(world, name)
    await world.tick_for(MINUTE)
    assert len(world.postman.letters) == sent


@virtually
async def test_once_told_nothing_is_undone() -> None:
    world, name = await a_told_one()
    await move(world, name)
    await world.tick_for(11 * MINUTE)
    after = stands(world, name)
    assert await refusal_of(undo(world, name)) == "already-told"
    assert stands(world, name) == after


@virtually
async def test_nothing_is_undone_while_it_may_have_been_told() -> None:
    """The mail server took the message, and was not heard to say so."""
    world, name = await a_told_one()
    await move(world, name)
    await asyncio.sleep(11 * 60)
    world.postman.forgets_to_answer = 1
    await world.tick()
    assert await refusal_of(undo(world, name)) == "already-told"


async def after_steps(steps: int, run: Coroutine[Any, Any, Any]) -> Any:
    for _ in range(steps):
        await asyncio.sleep(0)
    return await run


async def of_both(ahead: int) -> str:
    """Let undoing and the timer begin so many steps apart; return what undoing was answered."""
    world, name = await a_told_one()
    before = stands(world, name)
    await move(world, name)
    await asyncio.sleep(11 * 60)
    timer = asyncio.create_task(after_steps(ahead, world.beside().tick()))
    refusal = await after_steps(-ahead, refusal_of(undo(world, name)))
    await timer
    await world.tick_for(15 * MINUTE)
    assert (refusal, bool(world.postman.letters)) in (("", False), ("already-told", True))
    assert (stands(world, name) == before) == (refusal == "")
    assert world.rows(WORK) == {}
    assert await world.problems() == []
    return str(refusal)


@virtually
async def test_of_undoing_and_the_timer_exactly_one_wins() -> None:
    assert {await of_both(ahead) for ahead in range(-40, 41, 8)} == {"", "already-told"}


@virtually
async def test_undoing_a_cancellation_claims_the_time_anew_and_finds_it_taken() -> None:
    world, name = await a_told_one()
    await cancel(world, name)
    other = await world.book(staff="claire", email=BOB)
    assert await refusal_of(undo(world, name)) == "slot-taken"
    assert not world.appointment(name).is_live
    await world.cancel(other.token)
    await undo(world, name)
    assert world.appointment(name).is_live
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("seed", range(6))
async def test_of_undoing_a_cancellation_and_booking_its_time_exactly_one_wins(seed) -> None:
    world, name = await a_told_one()
    await cancel(world, name)
    one, other = world.unreliable(2, 0.1, seed)
    answers = await asyncio.gather(
        refusal_of(undo(one, name)), refusal_of(other.book(staff="claire", email=BOB)), return_exceptions=True
    )
    await asyncio.gather(one.table.settled(), other.table.settled())
    assert sum(answer == "" for answer in answers) <= 1
    assert world.claimed("claire") == 6
    assert await world.problems() == []


@virtually
async def test_undoing_finds_time_off_in_its_way() -> None:
    world, name = await a_told_one()
    await move(world, name)
    await world.take_off("claire", TEN, TEN + HALF)
    assert await refusal_of(undo(world, name)) == "slot-taken"


@virtually
async def test_undoing_finds_that_who_served_it_has_left() -> None:
    world, name = await a_told_one()
    await give(world, name, "marc")
    rest = {one: person for one, person in world.calendar.staff.items() if one != "claire"}
    world.calendar = replace(world.calendar, staff=rest)
    assert await refusal_of(undo(world, name)) == "staff-not-offered"


@virtually
async def test_only_the_change_that_a_page_shows_is_undone() -> None:
    world, name = await a_told_one()
    await move(world, name)
    shown = world.appointment(name).version
    await give(world, name, "marc")
    assert await refusal_of(undo(world, name, shown)) == "nothing-to-undo"
    assert await refusal_of(undo(world, "nothing", 2)) == "not-found"


@virtually
async def test_undoing_again_with_the_same_key_is_one_and_with_another_is_refused() -> None:
    world, name = await a_told_one()
    await move(world, name)
    version, key = world.appointment(name).version, a_key()
    for _ in range(2):
        await undo(world, name, version, key=key)
    assert world.appointment(name).version == version + 1
    assert await refusal_of(undo(world, name, version)) == "nothing-to-undo"


@virtually
async def test_people_undo_only_what_they_may_change() -> None:
    world, name = await a_told_one()
    await move(world, name)
    assert await refusal_of(undo(world, name, editor=Actor("marc", own=frozenset({"marc"})))) == "forbidden"
    await undo(world, name, editor=Actor("claire", own=frozenset({"claire"})))


@virtually
async def test_notes_that_are_written_meanwhile_do_not_end_undoing() -> None:
    world, name = await a_told_one()
    await move(world, name)
    await change(world, name, terms={"notes": "Called back."})
    await undo(world, name)
    one = world.appointment(name)
    assert (one.start, one.terms.notes if one.terms else "") == (TEN, "Called back.")


@virtually
async def test_a_new_link_tells_at_once_what_was_to_be_told_later() -> None:
    world, name = await a_told_one()
    await move(world, name)
    await renew(world, name, "customer", name)
    await world.tick_for(MINUTE)
    assert world.postman.kinds(ANA) == ["change"]
    assert await refusal_of(undo(world, name)) == "nothing-to-undo"
    assert world.rows(WORK) == {}


@virtually
async def test_a_reminder_comes_as_before_after_undoing_even_if_its_time_passed_meanwhile() -> None:
    world, name = await a_told_one(reminding())
    await world.wait_until(TEN - timedelta(hours=24) - MINUTE)
    await move(world, name, TEN + timedelta(days=1))
    await world.tick_for(3 * MINUTE)
    await undo(world, name)
    await world.tick_for(MINUTE)
    assert world.postman.kinds(ANA) == ["reminder"]


@pytest.mark.parametrize("how", ["moved", "given", "cancelled"])
@virtually
async def test_who_hears_of_a_change_of_a_session_without_telling_is_said(how: str) -> None:
    world = await World.opened(a_group(5, ("claire", "marc")))
    name = (await make(world, parties=[a_party(ANA)], staff=("claire",))).id
    await world.tick_for(2 * MINUTE)
    world.postman.letters.clear()
    await world.book(email=BOB)  # his confirmation is on its way
    ways = {"moved": move, "given": lambda *one, **about: give(*one, "marc", **about), "cancelled": cancel}
    await ways[how](world, name, telling="never")
    assert any(one.endswith(", told to some") for one in history(world))
    await world.tick_for(5 * MINUTE)
    assert world.postman.kinds(ANA) == []
    assert len(world.postman.kinds(BOB)) == 1
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
async def test_a_change_without_telling_is_told_by_a_message_that_was_tried_in_vain() -> None:
    world, name = await a_told_one()
    world.postman.is_away = True
    await move(world, name, telling="now")
    await world.tick_for(MINUTE)
    await move(world, name, TEN + 2 * HALF, telling="never")
    assert "not told" not in history(world)[-1]
    world.postman.is_away = False
    await world.tick_for(10 * MINUTE)
    assert [one.appointment.start for one in world.postman.to(ANA) if one.appointment] == [TEN + 2 * HALF]


@virtually
async def test_no_reminder_tells_of_a_change_before_its_message_does() -> None:
    soon = a_calendar(services=[a_service(reminders=(Reminder(offset=timedelta(hours=1)),))])
    world, name = await a_told_one(soon)
    await world.wait_until(TEN - timedelta(hours=2))
    await move(world, name, world.now + timedelta(hours=1, minutes=5))
    await world.tick_for(20 * MINUTE)
    assert world.postman.kinds(ANA) == ["change"]


@virtually
@pytest.mark.parametrize("how", ["moved", "given", "cancelled"])
async def test_a_change_without_telling_is_in_the_history_and_nobody_hears_of_it(how) -> None:
    world, name = await a_told_one()
    if how == "moved":
        await move(world, name, telling="never")
    elif how == "given":
        await give(world, name, "marc", telling="never")
    else:
        await cancel(world, name, telling="never")
    await world.tick_for(20 * MINUTE)
    assert mails(world) == []
    assert world.rows(WORK) == {}
    assert history(world)[-1].endswith(", not told")
    assert await refusal_of(undo(world, name)) == "nothing-to-undo"
    assert await world.problems() == []


@virtually
async def test_what_was_to_be_told_later_is_still_told_when_the_next_change_is_without_telling() -> None:
    world, name = await a_told_one()
    await move(world, name)
    due = world.appointment(name).pending
    await give(world, name, "marc", telling="never")
    after = world.appointment(name).pending
    assert (due and due.due) == (after and after.due)
    assert "reassigned, told later" in history(world)
    await world.tick_for(12 * MINUTE)
    assert mails(world) == TOLD[BOTH]


@pytest.mark.parametrize("is_session", [False, True])
@pytest.mark.parametrize("how", ["moved", "given", "cancelled"])
@virtually
async def test_a_change_without_telling_is_said_to_be_told_where_that_is_on_its_way(
    how: str, *, is_session: bool
) -> None:
    world = await World.opened(a_group(5, ("claire", "marc")) if is_session else three_people())
    if is_session:
        name = (await make(world, parties=[a_party(ANA)], staff=("claire",))).id
    else:
        name = (await world.book(staff="claire")).appointment
    await THEN_SILENT[how](world, name)
    assert not any(one.endswith("not told") for one in history(world))
    await world.tick_for(2 * MINUTE)
    assert world.postman.kinds(ANA)[:1] == ["cancellation" if how == "cancelled" else "confirmation"]
    assert await world.problems() == []


@virtually
async def test_the_same_key_with_another_way_of_telling_is_another_request() -> None:
    world, name = await a_told_one()
    key = a_key()
    await move(world, name, key=key)
    assert await refusal_of(move(world, name, key=key, telling="now")) == "key-reused"


@virtually
async def test_the_audit_has_what_was_undone_before_and_after() -> None:
    world, name = await a_told_one()
    await cancel(world, name)
    await asyncio.sleep(1)
    await undo(world, name)
    newest = json.loads(min(world.rows(AUDIT).items())[1].values["body"])
    assert (newest["action"], newest["actor"]) == ("undone", "desk")
    assert newest["changes"] == [["", "status", "cancelled", "booked"]]
    assert [one.partition(",")[2].strip() for one in history(world)[-2:]] == ["told later", ""]


@virtually
@pytest.mark.parametrize("how", ["moved", "cancelled"])
async def test_a_whole_session_is_undone_like_one_appointment(how) -> None:
    world = await World.opened(a_group(5))
    first = await world.book(email=ANA)
    await world.book(email=BOB)
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    name = first.appointment
    before = stands(world, name)
    await (move(world, name) if how == "moved" else cancel(world, name))
    await world.tick_for(5 * MINUTE)
    await undo(world, name)
    assert stands(world, name) == before
    await world.tick_for(15 * MINUTE)
    assert mails(world) == []
    assert await world.problems() == []
    await (move(world, name) if how == "moved" else cancel(world, name))
    await world.tick_for(12 * MINUTE)
    kind = "change" if how == "moved" else "cancellation"
    assert mails(world) == [(who, kind) for who in ("ana", "bob", "claire", "desk")]
    assert world.rows(WORK) == {}


@virtually
async def test_a_session_is_not_undone_once_somebody_has_joined_it_at_its_new_time() -> None:
    world = await World.opened(a_group(5))
    first = await world.book(email=ANA)
    await world.tick_for(MINUTE)
    await move(world, first.appointment)
    shown = world.appointment(first.appointment).version
    await world.book(TEN + HALF, email=BOB)
    assert await refusal_of(undo(world, first.appointment, shown)) == "nothing-to-undo"
    await world.tick_for(12 * MINUTE)
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert world.postman.kinds(BOB)[0] == "confirmation"
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("how", ["moved", "given", "cancelled"])
async def test_a_whole_session_is_changed_without_telling_and_its_seats_know(how) -> None:
    world = await World.opened(a_group(5, ("claire", "marc")))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)], staff=("claire",))
    await world.tick_for(2 * MINUTE)
    world.postman.letters.clear()
    await THEN_SILENT[how](world, made.id)
    await world.tick_for(20 * MINUTE)
    assert mails(world) == []
    assert world.rows(WORK) == {}
    assert history(world)[-1].endswith(", not told")
    seats, session = seats_of(world, made.id), world.appointment(made.id)
    assert {(one.version, one.status, one.listed) for one in seats.values()} == {
        (1, "booked" if session.is_live else "cancelled", session.start)
    }
    assert not any(session.has_unseen_changes(one) for one in seats.values())
    assert await world.problems() == []


@pytest.mark.parametrize("moves", [False, True])
@virtually
async def test_who_cancels_on_their_page_is_told_of_the_time_that_it_shows(*, moves: bool) -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="claire")
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await move(world, booked.appointment, TEN + HALF, telling="now")
    if moves:
        await world.move(booked.token, TEN + 2 * HALF)
    await world.cancel(booked.token)
    await world.tick_for(MINUTE)
    told = {one.to.partition("@")[0]: one.appointment.start for one in world.postman.letters if one.appointment}
    assert told == {"ana": TEN + (2 if moves else 1) * HALF, "claire": TEN, "desk": TEN}
    assert await world.problems() == []


@virtually
async def test_who_cancels_a_place_in_a_session_that_was_moved_is_told_of_the_time_that_their_page_shows() -> None:
    world = await World.opened(a_group(5))
    booked = await world.book(email=ANA)
    await world.book(email=BOB)
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await move(world, booked.appointment, TEN + HALF, telling="now")
    world.postman.is_away = True
    await world.tick_for(MINUTE)  # the seats have the change by now, and no mail goes out
    await world.cancel(booked.token)
    world.postman.is_away = False
    await world.tick_for(5 * MINUTE)
    told = [(one.kind, one.appointment.start) for one in world.postman.to(ANA) if one.appointment]
    assert told == [("cancellation", TEN + HALF)]
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("telling", ["now", "later"])
async def test_a_change_that_comes_while_seats_get_a_silent_one_is_told(telling: Telling) -> None:
    world = await World.opened(a_group(5))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)])
    await world.tick_for(2 * MINUTE)
    world.postman.letters.clear()
    await move(world, made.id, telling="never")
    timer, moves = world.beside(), list[asyncio.Task[None]]()

    def move_again(call: Call) -> None:
        if call.writes(SEAT) and not moves:
            moves.append(asyncio.create_task(move(world, made.id, TEN + 2 * HALF, telling=telling)))

    timer.table.before_each, timer.table.slowness = move_again, lambda: 0.5
    await timer.tick_for(MINUTE)
    await asyncio.gather(*moves, timer.table.settled())
    await world.tick_for(15 * MINUTE)
    assert len(moves) == 1
    assert mails(world) == [(who, "change") for who in ("ana", "bob", "claire", "desk")]
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("is_known", [False, True])
async def test_what_a_session_was_still_to_tell_is_told_with_what_is_not_to_be_told(*, is_known: bool) -> None:
    world = await World.opened(a_group(5))
    made = await make(world, parties=[a_party(ANA)])
    if is_known:
        await world.tick_for(2 * MINUTE)
        world.postman.letters.clear()
        await move(world, made.id, telling="now")
    await move(world, made.id, TEN + 2 * HALF, telling="never")
    await world.tick_for(5 * MINUTE)
    told = [(one.kind, one.appointment.start) for one in world.postman.to(ANA) if one.appointment]
    assert told == [("change" if is_known else "confirmation", TEN + 2 * HALF)]
    assert await world.problems() == []


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(8))
async def test_under_faults_a_change_is_undone_without_a_word_or_told_once(seed) -> None:
    world, name = await a_told_one()
    desk, timer = world.beside(), world.beside()
    desk.table.plan = timer.table.plan = at_random(0.15, seed)
    await refusal_of(move(desk, name, staff=("marc",)))
    await world.tick_for(9 * MINUTE)
    if not world.appointment(name).has_pending_notice:
        return  # the desk had no answer, and the change did not take place
    version, ticking = world.appointment(name).version, asyncio.create_task(timer.tick_for(3 * MINUTE))
    await asyncio.sleep(50 + seed * 3)
    await refusal_of(undo(desk, name, version))
    await ticking
    await asyncio.gather(desk.table.settled(), timer.table.settled())
    await world.tick_for(15 * MINUTE)
    is_undone = world.appointment(name).start == TEN
    assert set(mails(world)) == (set() if is_undone else set(TOLD[BOTH]))
    assert world.rows(WORK) == {}
    assert await world.problems() == []


def test_a_business_is_told_by_the_same_rule() -> None:
    """What the other tests expect of the desk's address rests on this."""
    assert a_business().email == DESK_MAIL
