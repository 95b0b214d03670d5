"""What the simulation found in what staff do, each reduced to the one interleaving that it takes."""

from datetime import timedelta

from shared.domain.appointments.terms import TermsChange
from shared.domain.calendar.service import Reminder
from shared.records.keys import APPOINTMENT, WORK
from shared.records.table import Operation
from tests.simulation.between import Between
from tests.support.builders import SECRET
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, three_people
from tests.support.invariants import audit
from tests.support.virtual_time import virtually
from tests.use_cases.appointments import desk


@virtually
async def test_staff_move_a_session_that_has_free_seats() -> None:
    """Its row among the open ones was to be written at the new start unread: a 500."""
    world = await World.opened(a_group(seats=3))
    ana = await world.book()
    await desk.change(world, ana.appointment, start=TEN + HALF)
    assert world.appointment(ana.appointment).start == TEN + HALF
    assert await world.problems() == []


@virtually
async def test_the_calendar_files_of_a_person_count_on_though_notes_were_changed_in_between() -> None:
    """The cancellation took the seat's number, which notes do not raise: calendars ignored it as an old one."""
    world = await World.opened()
    ana = await world.book()
    for text in ("Bring the papers", "Bring all papers"):
        await desk.change(world, ana.appointment, terms=TermsChange(notes=text))
    await desk.change(world, ana.appointment, start=TEN + HALF)
    await world.tick()
    await world.cancel(ana.token)
    await world.tick()
    told = [letter.sequence for letter in world.postman.to("claire@clinic.example")]
    assert told == sorted(set(told))
    assert world.appointment(ana.appointment).version == 5


@virtually
async def test_who_moved_away_from_a_session_keeps_their_place_when_it_is_deleted() -> None:
    """What their customer's index said of the new place was deleted too, and their first link led nowhere."""
    world = await World.opened(a_group(seats=3))
    ana = await world.book()
    bob = await world.book(email=BOB)
    moved = await world.move(ana.token, TEN + HALF)
    await desk.delete(world, ana.appointment)
    await world.tick()
    assert (await world.find(ana.token)).appointment.id == moved.appointment
    moved = await world.move(ana.token, TEN)
    deleted = {ana.appointment: [bob.id]}
    assert await audit(world.inner, world.business, secret=SECRET, deleted=deleted) == []
    assert (await world.cancel(ana.token)).appointment == moved.appointment


@virtually
async def test_a_note_of_staff_does_not_remind_a_customer_again() -> None:
    """Another machine's clock was behind: for it the reminder was still to come, and it was written anew."""
    world = await World.opened(three_people(reminders=(Reminder(offset=timedelta(hours=1)),)))
    ana = await world.book(TEN)
    await world.wait_until(TEN - timedelta(minutes=59))
    await world.tick()
    slow = world.beside()
    slow.skew = -timedelta(minutes=5)
    await desk.change(slow, ana.appointment, terms=TermsChange(notes="Bring the papers"))
    await world.tick_for(timedelta(minutes=10), every=60)
    assert world.postman.kinds(ANA).count("reminder") == 1


@virtually
async def test_a_person_who_had_a_session_only_for_a_while_hears_that_it_is_gone_though_only_a_seat_told_them() -> (
    None
):
    """New by one row, gone by the next, and told in between by a seat: the two rows cancelled each other out."""
    world = await World.opened(a_group(seats=3, staff=("claire", "marc")))
    ana = await world.book(staff="marc")
    await world.book(email=BOB, staff="marc")
    await world.tick()
    await world.reassign(ana.appointment, "claire")
    held = {key: row for key, row in world.rows(WORK).items() if "session" in key}
    await world.table.transact("bookings", world.business, [Operation("delete", key) for key in held])
    await world.cancel(ana.token)
    await world.tick()  # while a session's own row waits, as it does where somebody else holds it
    back = [Operation("upsert", key, row.values) for key, row in held.items()]
    await world.table.transact("bookings", world.business, back)
    await world.reassign(ana.appointment, "marc")
    await world.tick()
    assert world.postman.kinds("claire@clinic.example")[-1] == "cancellation"


@virtually
async def test_a_person_hears_once_of_what_staff_did_twice_while_they_were_being_told() -> None:
    """The letter about the first already spoke of the second, whose row then brought the very same letter again."""
    world = await World.opened(a_group(seats=3))
    ana = await world.book()
    for number in range(2):
        await world.book(email=f"c{number}@x.org")
    await world.tick_for(timedelta(minutes=1))
    world.postman.letters.clear()
    await desk.change(world, ana.appointment, parties=(desk.a_party(), desk.a_party("c0@x.org")))
    Between(world, APPOINTMENT, lambda: desk.change(world.beside(), ana.appointment, parties=(desk.a_party(),)))
    await world.tick_for(timedelta(minutes=1))
    assert world.rows(WORK) == {}
    told = [
        one.sequence for one in world.postman.letters if one.to == "claire@clinic.example" and one.seat is None
    ]
    assert told == [world.appointment(ana.appointment).version]
