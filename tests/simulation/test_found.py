"""What the simulation found in the protocol, each reduced to the one interleaving that it takes."""

import asyncio
from datetime import timedelta

from shared.domain.appointments.appointment import Seat
from shared.domain.errors import NotFound
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, LEDGER, SEAT, SESSION, WORK
from shared.use_cases.ports import Command
from tests.simulation.between import Between, a_seat_that_moves_while_it_is_read
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, refusal_of, three_people
from tests.support.faulty_table import Fault, times
from tests.support.virtual_time import virtually


@virtually
async def test_leaving_a_group_while_its_last_seat_is_taken_is_no_fault_of_ours() -> None:
    """Seed 1: the session was read open and its index row gone; the customer saw a page that says 500."""
    world = await World.opened(a_group(seats=2))
    ana = await world.book()
    Between(world, SESSION, lambda: world.beside().book(email=BOB))
    await world.cancel(ana.token)
    assert world.appointment(ana.appointment).filled == 1
    assert await world.problems() == []


@virtually
async def test_moving_what_is_cancelled_meanwhile_is_refused_and_no_fault_of_ours() -> None:
    """The appointment was read live and its ledger empty: "only what is claimed can be released", and a 500."""
    world = await World.opened()
    ana = await world.book()
    Between(world, LEDGER, lambda: world.beside().cancel(ana.token))
    assert await refusal_of(world.move(ana.token, TEN + HALF)) == "already-cancelled"
    assert await world.problems() == []


@virtually
async def test_a_refusal_that_a_decision_raises_is_recorded_like_one_that_it_returns() -> None:
    """Seed 2: a seat's trail, read while it moved, raised NotFound past the engine; a repetition said moved."""
    world = await World.opened()

    def nothing_here(_: object) -> NotFound:
        raise NotFound

    command = Command(world.business, "a-command", "its-content")
    assert await refusal_of(world.store.decide(command, lambda _: [], nothing_here)) == "not-found"
    assert "refused" in world.rows("I|a-command")["I|a-command"].values["outcome"]


@virtually
async def test_a_seat_that_two_move_at_once_is_not_lost_to_either() -> None:
    """Both find the other's trail half read; one of them used to be told that there is nothing here."""
    world = await World.opened(a_group(seats=3))
    ana = await world.book()
    there = await world.book(TEN + HALF, email=BOB)
    Between(world, SEAT, lambda: world.beside().move(ana.token, TEN + HALF))
    moved = await world.move(ana.token, TEN + HALF)
    assert moved.appointment == there.appointment
    assert await refusal_of(world.find(ana.token)) == ""
    assert (await world.find(ana.token)).seat.customer.email == ANA
    assert await world.problems() == []


@virtually
async def test_two_holidays_entered_at_once_both_block_the_person() -> None:
    """Seed 4: time off was read before the ledger, and a holiday added between the two fell out of the mask."""
    world, day = await World.opened(), timedelta(days=1)
    Between(world, LEDGER, lambda: world.beside().take_off("claire", TEN, TEN + day))
    await world.take_off("claire", TEN + day, TEN + 2 * day)
    assert await world.problems() == []
    assert await refusal_of(world.book()) == "slot-taken"


@virtually
async def test_whoever_joins_while_a_group_is_reassigned_is_told_of_it_too() -> None:
    """The seats were read before the session: one taken between the two was neither counted up nor told."""
    world = await World.opened(a_group(seats=3, staff=("claire", "marc")))
    ana = await world.book(staff="claire")
    Between(world, APPOINTMENT, lambda: world.beside().book(email=BOB, staff="claire"))
    await world.reassign(ana.appointment, "marc")
    await world.tick()
    assert [load_row(Seat, row).version for row in world.rows(SEAT).values()] == [2, 2]
    assert await world.problems() == []


@virtually
async def test_a_cancellation_is_not_taken_as_done_while_the_seat_moves_on() -> None:
    """A seat read where it was, and its session read empty: "already cancelled", while the party sat elsewhere."""
    world, bob = await a_seat_that_moves_while_it_is_read()
    await world.cancel(bob.token)
    assert not (await world.find(bob.token)).is_live
    assert await world.problems() == []


@virtually
async def test_who_was_perhaps_told_of_an_appointment_hears_that_it_is_gone() -> None:
    """The provider took the confirmation and did not say so; then the appointment went to somebody else."""
    world = await World.opened(three_people(confirm_customer=False))
    booked = await world.book(staff="marc")
    world.postman.forgets_to_answer = 1
    await world.tick()
    await world.reassign(booked.id, "claire")
    await world.tick_for(timedelta(minutes=3))
    assert world.postman.kinds("marc@clinic.example")[-1] == "cancellation"
    assert world.postman.kinds("claire@clinic.example") == ["confirmation"]


@virtually
async def test_whoever_holds_a_session_hears_that_its_last_seat_has_moved_away() -> None:
    """They were told of the new session only; the empty one stayed in their calendar for good."""
    world = await World.opened(a_group(seats=3))
    ana = await world.book()
    await world.tick()
    moved = await world.move(ana.token, TEN + HALF)
    await world.tick()
    told = {letter.uid: letter.kind for letter in world.postman.to("claire@clinic.example")}
    assert told == {ana.appointment: "cancellation", moved.appointment: "change"}
    assert world.rows(WORK) == {}


@virtually
async def test_a_person_who_knows_a_session_by_one_seat_hears_that_it_is_gone_though_another_was_never_told() -> (
    None
):
    """Told by Ana's seat, not yet by Bob's; Ana left, the session went to Claire, and Marc was told by nobody."""
    world = await World.opened(a_group(seats=3, staff=("claire", "marc")))
    ana = await world.book(staff="marc")
    await world.tick()
    await world.book(email=BOB, staff="marc")
    await world.cancel(ana.token)
    await world.reassign(ana.appointment, "claire")
    await world.tick()
    assert world.postman.kinds("marc@clinic.example")[-1] == "cancellation"


@virtually
async def test_a_seat_that_comes_back_at_once_is_told_of_once() -> None:
    """Away and back between two runs of the timer: its people got the same version of the session twice."""
    world = await World.opened(a_group(seats=3))
    ana = await world.book()
    await world.book(email=BOB)
    await world.tick()
    await world.move(ana.token, TEN + HALF)
    await world.move(ana.token, TEN)
    await world.tick()
    told = [letter for letter in world.postman.to("claire@clinic.example") if letter.sequence > 2]
    assert [(letter.kind, letter.uid, letter.sequence) for letter in told] == [("change", ana.appointment, 4)]
    assert world.rows(WORK) == {}


@virtually
async def test_a_person_who_knows_a_session_by_its_own_row_hears_that_it_is_gone_though_no_seat_told_them() -> (
    None
):
    """Reassigned before the first notice, told of that, and then cancelled: the session stayed in the calendar."""
    world = await World.opened(a_group(seats=3, staff=("claire", "marc")))
    ana = await world.book(staff="marc")
    await world.reassign(ana.appointment, "marc", "claire")
    world.postman.is_broken_for.add(ANA)  # so that only the session's row is served
    await world.tick()
    assert world.postman.kinds("marc@clinic.example") == ["change"]
    await world.cancel(ana.token)
    world.postman.is_broken_for.clear()
    await world.tick_for(timedelta(minutes=3))
    assert world.postman.kinds("marc@clinic.example")[-1] == "cancellation"


@virtually
async def test_a_letter_that_is_out_is_noted_however_often_the_storage_is_busy() -> None:
    """Five tries in a row failed, the lease ran out, and the letter went once more though nobody had died."""
    world = await World.opened()
    await world.book()
    writes = iter(range(1000))
    busy = times(12, Fault.BUSY, lambda call: call.writes(WORK) and next(writes) > 0)  # the lease itself goes in
    world.table.plan = busy
    await world.tick_for(timedelta(minutes=5))
    assert len(world.postman.letters) == len({(one.to, one.kind) for one in world.postman.letters}) == 3
    assert world.rows(WORK) == {}


@virtually
async def test_who_dies_while_a_note_gets_no_answer_has_looked_by_then_whether_it_was_written() -> None:
    """The service took seconds over it; the process died in them, and the letter went twice."""
    world = await World.opened()
    await world.book()
    lone, slow = world.beside(), iter((60.0,))

    def slowness() -> float:
        return next(slow, 0.0) if world.postman.letters else 0.0

    lone.table.slowness = slowness
    run = asyncio.create_task(lone.tick("dies"))
    await asyncio.sleep(10)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await world.tick_for(timedelta(minutes=5))
    assert len(world.postman.letters) == len({(one.to, one.kind) for one in world.postman.letters}) == 3
