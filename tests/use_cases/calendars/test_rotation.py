"""The secret rotates: what the old one signed and named goes on, for as long as it is listed after the new one."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.errors import KeyReused
from shared.records.keys import APPOINTMENT, CUSTOMER
from shared.use_cases.calendars.answer_invitation import find_invited, invitation_token
from shared.use_cases.context import Context
from tests.support.builders import SECRET, a_key
from tests.support.clinic import ANA, BOB, TEN, World, a_group, persisting, refusal_of, settled
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, change, make, seats_of
from tests.use_cases.visits.app import Clinic


NEW = "the-secret-after-it-which-is-long-enough-as-well"
DAY = timedelta(days=1)


def rotated(world: World, *secrets: str) -> World:
    """Another process, which knows these secrets."""
    process = world.beside()
    process.secret = "\n".join(secrets)
    return process


@virtually
async def test_links_of_the_old_secret_work_until_it_is_taken_away_and_new_ones_afterwards() -> None:
    world = await World.opened()
    both, after = rotated(world, NEW, SECRET), rotated(world, NEW)
    old = await world.book()
    new = await both.book(TEN + DAY)
    for process, token, answer in (
        (both, old.token, ""),
        (both, new.token, ""),
        (world, new.token, "not-found"),
        (after, old.token, "not-found"),
        (after, new.token, ""),
    ):
        assert await refusal_of(process.find(token)) == answer
    assert (await both.move(old.token, TEN + 2 * DAY)).id == old.id
    await both.cancel(old.token)
    await after.cancel(new.token)


@virtually
async def test_a_letter_that_is_sent_after_the_rotation_brings_a_link_by_the_new_secret() -> None:
    world = await World.opened()
    await world.book()
    await rotated(world, NEW, SECRET).tick()
    (letter,) = world.postman.to(ANA)
    assert await refusal_of(rotated(world, NEW).find(letter.manage_token)) == ""


@virtually
async def test_a_visit_goes_on_across_the_rotation() -> None:
    clinic = await Clinic.meeting()
    clinic.secret = f"{NEW}\n{SECRET}"
    for token in (clinic.ana, clinic.doc):
        assert await refusal_of(clinic.entry_state(token)) == ""
    clinic.secret = NEW
    assert await refusal_of(clinic.entry_state(clinic.ana)) == "not-found"


@virtually
async def test_an_invitation_to_the_staff_is_answered_across_the_rotation() -> None:
    world = await World.opened()
    token = invitation_token(SECRET, world.business, world.calendar.staff["claire"], world.now)
    for secret, answer in ((f"{NEW}\n{SECRET}", ""), (NEW, "not-found")):
        asked = find_invited(token, context=Context(world.store, secret, world.now))
        assert await refusal_of(asked) == answer


@virtually
@pytest.mark.parametrize(
    ("first", "second"),
    [((SECRET,), (NEW, SECRET)), ((NEW, SECRET), (SECRET,)), ((NEW, SECRET), (NEW,)), ((NEW,), (NEW, SECRET))],
)
async def test_a_key_has_one_answer_on_both_sides_of_each_step(
    first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    world, key, refused = await World.opened(), a_key(), a_key()
    one, other = rotated(world, *first), rotated(world, *second)
    booked = await one.book(key=key)
    assert await refusal_of(one.book(key=refused)) == "slot-taken"
    again = await other.book(key=key)
    assert (again.id, again.is_new) == (booked.id, False)
    with pytest.raises(KeyReused):
        await other.book(TEN + DAY, key=key)
    await other.cancel(again.token)
    assert await refusal_of(other.book(key=refused)) == "slot-taken"
    assert len(world.rows(APPOINTMENT)) == 1


@virtually
@pytest.mark.parametrize("seed", range(6))
async def test_of_processes_that_know_different_secrets_one_decides(seed: int) -> None:
    world, key = await World.opened(), a_key()
    processes = world.unreliable(6, 0.3, seed)
    for number, process in enumerate(processes):
        process.secret = f"{NEW}\n{SECRET}" if number % 2 else SECRET
    booked = await asyncio.gather(*(persisting(one.book, key=key) for one in processes))
    await settled(processes)
    assert len({one.id for one in booked}) == 1
    assert len(world.rows(APPOINTMENT)) == 1
    assert await world.problems() == []


@virtually
async def test_who_books_again_is_the_customer_they_were_and_keeps_their_place() -> None:
    world = await World.opened(a_group())
    both = rotated(world, NEW, SECRET)
    ana = await world.book(email=ANA)
    await both.book(email=BOB)
    made = await make(both, TEN + DAY, parties=[a_party(ANA)], service="yoga")
    assert len(world.rows(CUSTOMER)) == 2
    assert seats_of(world, made.id)[ANA].customer_id == seats_of(world, ana.appointment)[ANA].customer_id
    await change(both, ana.appointment, parties=(a_party(ANA), a_party(BOB)))
    assert await refusal_of(both.find(ana.token)) == ""
    assert {seat.status for seat in seats_of(world, ana.appointment).values()} == {"booked"}


@virtually
async def test_a_booking_is_known_by_its_key_though_its_decision_is_forgotten() -> None:
    world, key = await World.opened(), a_key()
    booked = await world.book(TEN + 9 * DAY, key=key)
    await world.purge()
    again = await rotated(world, NEW, SECRET).book(TEN + 9 * DAY, key=key)
    assert (again.id, len(world.rows(APPOINTMENT))) == (booked.id, 1)
