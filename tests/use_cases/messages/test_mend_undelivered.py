"""A message that could not be delivered: listed with why, sent again as things are now, or put away."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import Recipient
from shared.records.codec import dump
from shared.records.keys import FAILED, WORK, failed_key, work_key
from shared.records.table import Operation
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.messages.find_undelivered import find_undelivered, list_undelivered
from shared.use_cases.messages.mend_undelivered import mend_undelivered
from tests.support.builders import SECRET, a_calendar, a_key, a_service
from tests.support.clinic import ANA, BOB, HALF, TEN, World, refusal_of
from tests.support.virtual_time import virtually
from tests.use_cases.appointments import desk
from tests.use_cases.appointments.desk import history


async def refused() -> World:
    """The mail server has refused Ana's address, and took the host's message."""
    world = await World.opened()
    world.postman.refused = {ANA}
    await world.book()
    await world.tick()
    return world


async def mend(world: World, how="resend", **changes: str) -> None:
    (one,) = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    key, recipient = changes.get("key", one.key), changes.get("recipient", str(one.recipient))
    await ask(world, key, recipient, how, changes.get("address", ""))


async def ask(world: World, key: str, recipient: str, how="resend", address: str = "") -> None:
    who, world_is = Author("admin", a_key()), {"context": Context(world.store, SECRET, world.now)}
    await mend_undelivered(key, recipient, how, address=address, author=who, business=world.business, **world_is)


@virtually
async def test_what_was_refused_is_listed_and_reaches_them_once_the_address_takes_it() -> None:
    world = await refused()
    (one,) = await find_undelivered(world.business, store=world.store, now=world.now)
    assert [one.why, str(one.recipient), one.entry.kind] == ["refused", "+customer", "notify"]
    before = len(world.postman.letters)
    world.postman.refused = set()
    await mend(world)
    assert world.rows(FAILED) == {}
    await world.tick()
    assert [len(world.postman.letters) - before, world.postman.letters[-1].to] == [1, ANA]
    assert "message sent again" in history(world)
    await world.tick_for(timedelta(minutes=2))
    assert len(world.postman.letters) - before == 1


@virtually
async def test_a_corrected_address_gets_the_message_and_all_that_come_later() -> None:
    world = await refused()
    right = "ana.right@example.com"
    await mend(world, address=right)
    await world.tick()
    letters = [one for one in world.postman.letters if one.to == right]
    assert [one.kind for one in letters] == ["confirmation"]
    (seat,) = world.rows("A|").values()
    await world.reassign(seat.key.partition("|")[2], "claire")
    await world.tick()
    assert [one.kind for one in world.postman.letters if one.to == right] == ["confirmation", "change"]
    assert world.rows(FAILED) == {}


@virtually
async def test_a_corrected_number_leaves_the_link_that_the_customer_has_by_mail() -> None:
    world = await World.opened(a_calendar(services=[a_service(send_sms=True)]))
    party = desk.a_party(ANA, phone="+33 1 23 45 67 89", send_sms=True)
    made = await desk.make(world, parties=[party])
    await world.tick()
    entry = OutboxEntry(kind="notify", appointment=made.id, version=1, recipients=(Recipient("phone"),))
    key = failed_key(work_key(None, made.id, "00000001"))
    world.inner.apply("bookings", world.business, [Operation("upsert", key, dump(entry))])
    await ask(world, key, str(entry.recipients[0]), address="+33 1 98 76 54 32")
    seat = world.appointment(made.id).seat
    assert (seat.customer.phone, seat.link_version) == ("+33 1 98 76 54 32", 1)


@virtually
async def test_no_address_is_corrected_in_what_was_cancelled_meanwhile() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    ana = await world.book()
    await world.tick()
    (one,) = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    await world.cancel(ana.token)
    before = world.rows("A|")
    late = ask(world, one.key, str(one.recipient), address="ana.right@example.com")
    assert await refusal_of(late) == "not-found"
    assert world.rows("A|") == before


@virtually
async def test_what_was_moved_meanwhile_is_told_as_it_is_now() -> None:
    world = await refused()
    (seat,) = world.rows("A|").values()
    await world.reassign(seat.key.partition("|")[2], "claire")
    world.postman.refused = set()
    await mend(world)
    await world.tick_for(timedelta(minutes=1))
    assert [one.kind for one in world.postman.letters if one.to == ANA] == ["confirmation"]


@virtually
async def test_it_is_refused_again_and_listed_again_or_put_away() -> None:
    world = await refused()
    await mend(world)
    await world.tick()
    assert len(world.rows(FAILED)) == 1
    await mend(world, "dismiss")
    assert [world.rows(FAILED), world.rows(WORK)] == [{}, {}]
    assert "message put away" in history(world)


@virtually
async def test_nobody_was_heard_of_in_all_tries() -> None:
    world = await World.opened()
    world.postman.is_away = True
    await world.book()
    await world.tick_for(timedelta(hours=19), every=600)
    found = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {one.why for one in found} == {"not_taken"}


@virtually
async def test_each_who_was_not_reached_has_their_own_reason() -> None:
    world = await World.opened()
    world.postman.refused, world.postman.is_broken_for = {ANA}, {"claire@clinic.example"}
    await world.book()
    await world.tick_for(timedelta(hours=19), every=600)
    found = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    reasons = {one.recipient.kind: one.why for one in found}
    assert reasons == {"customer": "refused", "staff": "not_taken", "business": "not_taken"}
    await ask(world, found[0].key, str(found[0].recipient), "dismiss")
    left = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {one.recipient.kind: one.why for one in left} == {"staff": "not_taken", "business": "not_taken"}
    assert all(one.entry.reasons.keys() == {it.recipient.called for it in left} for one in left)


@virtually
async def test_who_was_not_told_of_a_cancellation_is_listed_for_that_alone() -> None:
    world = await refused()
    done = await world.book(TEN + 4 * HALF, email=BOB)
    await world.tick()
    world.postman.refused = {ANA, BOB, "claire@clinic.example"}
    await world.cancel(done.token)  # by himself
    (of_ana,) = (key.partition("|")[2] for key in world.rows("A|") if not key.endswith(done.appointment))
    await desk.cancel(world, of_ana, "Sorry")
    await world.tick_for(timedelta(minutes=1))
    found = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    about = [(one.appointment.id if one.appointment else "", one.recipient.kind) for one in found]
    assert sorted(about) == sorted([(of_ana, "customer"), (of_ana, "staff"), (done.appointment, "staff")])
    assert [one.recipient.kind for one in found if one.is_correctable] == ["customer"]
    world.postman.refused, before = set(), len(world.postman.letters)
    for one in found:
        await ask(world, one.key, str(one.recipient), address="right@example.com" if one.is_correctable else "")
    await world.tick_for(timedelta(minutes=1))
    assert [one.kind for one in world.postman.letters[before:]] == ["cancellation"] * 3
    assert len(world.postman.to("right@example.com")) == 1
    assert await world.problems() == []


@pytest.mark.parametrize("key", ["M|000000000000|a|b", "U|x", "U|a/b|c|d", "U|000000000000|a|b"])
@virtually
async def test_what_is_no_failed_message_is_not_found(key: str) -> None:
    world = await refused()
    assert await refusal_of(mend(world, key=key)) == "not-found"
    assert await refusal_of(mend(world, recipient="+staff:nobody")) == "not-found"


@virtually
async def test_what_is_over_is_not_listed() -> None:
    world = await refused()
    await world.wait_until(TEN + timedelta(hours=2))
    assert await list_undelivered(world.business, 9, store=world.store, now=world.now) == []


@virtually
async def test_one_who_is_never_reached_does_not_hide_the_others() -> None:
    world = await World.opened()
    world.postman.refused = {ANA, BOB}
    ana, times = await world.book(), (TEN + HALF, TEN)
    for number in range(22):  # each change is another message that does not reach her
        await world.move(ana.token, times[number % 2])
        await world.tick()
    bob = await world.book(TEN + 4 * HALF, email=BOB)
    await world.tick()
    found = await find_undelivered(world.business, store=world.store, now=world.now)
    about = [one.appointment.id for one in found if one.appointment and one.recipient.kind == "customer"]
    assert sorted(about) == sorted([ana.appointment, bob.appointment])


@virtually
async def test_of_two_who_were_refused_both_stay_listed_when_one_is_refused_again() -> None:
    world = await World.opened()
    world.postman.refused = {ANA, "claire@clinic.example"}
    await world.book()
    await world.tick()
    listed = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {str(one.recipient) for one in listed} == {"+customer", "+staff:claire"}
    await ask(world, listed[0].key, "+customer")
    await world.tick()
    again = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {str(one.recipient) for one in again} == {"+customer", "+staff:claire"}


@virtually
async def test_two_who_mend_the_same_message_at_once_take_one_recipient_each() -> None:
    world = await World.opened()
    world.postman.refused = {ANA, "claire@clinic.example"}
    await world.book()
    await world.tick()
    (one, _) = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    world.postman.refused = set()
    others = world.beside()
    await asyncio.gather(
        ask(world, one.key, "+customer"), ask(others, one.key, "+staff:claire", "dismiss"), return_exceptions=True
    )
    assert world.rows(FAILED) == {}
    await world.tick()
    assert [letter.to for letter in world.postman.letters[-1:]] == [ANA]
    assert "claire@clinic.example" not in [letter.to for letter in world.postman.letters]
