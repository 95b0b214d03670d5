"""The same key has the same answer, whatever became of settings, times and decision rows."""

import asyncio
from dataclasses import replace

import pytest

from shared.domain.calendar.service import AskedQuestion, Question
from shared.domain.errors import InvalidFields, KeyReused
from shared.records.keys import APPOINTMENT, DECISION
from shared.use_cases.booking.check_form import NOT_EMAIL
from tests.support.builders import SECRET, a_key, a_service
from tests.support.clinic import HALF, TEN, World, a_group, refusal_of, three_people
from tests.support.faulty_table import JUST_THEN, Fault
from tests.support.invariants import seat_of_key
from tests.support.virtual_time import virtually


def kinds(world: World) -> str:
    return "".join(sorted({key[0] for key in world.rows("") if not key.startswith(("0", "I"))}))


@virtually
async def test_a_form_with_mistakes_is_refused_before_anything_is_written_and_may_be_corrected_under_its_key() -> (
    None
):
    world, key = await World.opened(), a_key()
    with pytest.raises(InvalidFields) as wrong:
        await world.book(key=key, email="nobody")
    assert wrong.value.errors == [NOT_EMAIL.at("/customer/email")]
    assert kinds(world) == ""
    assert (await world.book(key=key)).is_new


@virtually
async def test_a_short_or_strange_key_is_refused() -> None:
    world = await World.opened()
    for key in ("short", "x" * 129, "with a space in it", "umlaut-ä-is-not-one-of-them"):
        with pytest.raises(InvalidFields):
            await world.book(key=key)


@virtually
async def test_the_same_key_is_the_same_booking_from_any_process_and_says_that_it_is_not_new() -> None:
    world, key = await World.opened(), a_key()
    first, second = await world.book(key=key), await world.beside().book(key=key)
    assert (first.is_new, second.is_new) == (True, False)
    assert replace(second, is_new=True) == first
    assert first.id == seat_of_key(SECRET, world.business, key)
    with pytest.raises(KeyReused):
        await world.book(TEN + HALF, key=key)
    assert len(world.rows(APPOINTMENT)) == 1


@virtually
async def test_a_refused_key_stays_refused_once_the_time_is_free_again() -> None:
    world, key = await World.opened(), a_key()
    winner = await world.book()
    assert await refusal_of(world.book(key=key)) == "slot-taken"
    await world.cancel(winner.token)
    assert await refusal_of(world.book(key=key)) == "slot-taken"
    assert await refusal_of(world.book()) == ""


@virtually
@pytest.mark.parametrize("change", ["hidden", "unpublished", "question", "staff gone", "service gone", "hours"])
async def test_a_key_that_has_won_has_its_answer_whatever_the_settings_say_now(change: str) -> None:
    world, key = await World.opened(three_people()), a_key()
    first = await world.book(key=key, staff="marc")
    await _change(world, change)
    for process in (world, world.beside()):
        assert replace(await process.book(key=key, staff="marc"), is_new=True) == first


async def _change(world: World, what: str) -> None:
    calendar = world.calendar
    match what:
        case "hidden":
            await world.change_service(is_hidden=True)
        case "unpublished":
            await world.change_business(page=calendar.business.page.model_copy(update={"is_published": False}))
        case "question":
            asked = Question(id="why", text="Why?", required=True)
            service = calendar.services["consultation"].model_copy(
                update={"questions": (AskedQuestion(id="why"),)}
            )
            await world.beside().save(
                replace(calendar, questions={"why": asked}, services={"consultation": service})
            )
        case "staff gone":
            await world.change_service(staff=("claire",))
        case "service gone":
            row = "0svc|consultation"
            from shared.records.table import Operation

            world.inner.apply("bookings", world.business, [Operation("delete", row)])
            await world.beside().save(replace(calendar, services={"other": a_service("other")}))
        case "hours":
            await world.change_business(hours=((),) * 7)


@virtually
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("hidden", "not-found"),
        ("unpublished", "not-found"),
        ("service gone", "not-found"),
        ("question", "invalid-fields"),
        ("staff gone", "staff-not-offered"),
        ("hours", "not-offered"),
    ],
)
async def test_settings_that_changed_since_the_page_was_read_are_what_decides(change: str, code: str) -> None:
    world = await World.opened(three_people())
    await _change(world, change)
    assert await refusal_of(world.book(staff="marc")) == code
    assert kinds(world) == ""


@virtually
async def test_what_was_added_since_this_process_read_the_settings_can_be_booked() -> None:
    world = await World.opened()
    services = {**world.calendar.services, "new": a_service("new")}
    await world.beside().save(replace(world.calendar, services=services))
    assert (await world.book(service="new")).service == "new"


@virtually
async def test_a_refusal_by_settings_is_recorded_so_that_a_late_request_cannot_follow_it() -> None:
    world, key = await World.opened(), a_key()
    world.table.plan = lambda call: Fault.ZOMBIE if call.writes(APPOINTMENT) else None
    slow = asyncio.create_task(refusal_of(world.book(key=key)))
    await asyncio.sleep(JUST_THEN)
    await _change(world, "unpublished")
    assert await slow == "not-found"
    await world.table.settled()
    assert kinds(world) == ""


@virtually
async def test_a_booking_whose_decision_row_was_purged_is_answered_from_the_appointment() -> None:
    from shared.records.table import Operation

    world, key = await World.opened(), a_key()
    first = await world.book(key=key)
    for row in world.rows(DECISION):
        world.inner.apply("bookings", world.business, [Operation("delete", row)])
    again = await world.book(key=key)
    assert replace(again, is_new=True) == first
    assert not again.is_new
    assert len(world.rows(APPOINTMENT)) == 1
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("seats_before", [0, 1])
async def test_a_seat_whose_decision_row_was_purged_is_answered_from_the_seat(seats_before: int) -> None:
    from shared.records.table import Operation

    world, key = await World.opened(a_group(3)), a_key()
    for number in range(seats_before):
        await world.book(email=f"c{number}@x.org")
    first = await world.book(key=key)
    for row in world.rows(DECISION):
        world.inner.apply("bookings", world.business, [Operation("delete", row)])
    assert replace(await world.book(key=key), is_new=True) == first
    assert world.appointment(first.appointment).filled == seats_before + 1
