"""Staff change time, people, terms and customers of an appointment, in one command."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.appointments.appointment import Seat
from shared.domain.appointments.terms import TermsChange
from shared.domain.calendar.place import Location
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Reminder
from shared.domain.errors import EditConflict
from shared.records.calendars import etag_of
from shared.records.codec import load_row
from shared.use_cases.appointments.staff_request import CustomerInput
from tests.support.builders import A_REMINDER, a_business, a_calendar, a_key, a_service
from tests.support.clinic import (
    ANA,
    BOB,
    HALF,
    TEN,
    World,
    a_group,
    errors_of,
    persisting,
    refusal_of,
    settled,
    three_people,
)
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import APP, a_party, cancel, change, history, make, seats_of


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CLAIRE, MARC = "claire@clinic.example", "marc@clinic.example"


@virtually
async def test_a_new_time_and_other_people_are_one_change_and_all_parties_hear_of_it() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="claire")
    await world.tick()
    await change(world, booked.id, start=TEN + 7 * MINUTE, staff=("marc",))
    one = world.appointment(booked.id)
    assert (one.start, one.end, one.staff) == (TEN + 7 * MINUTE, TEN + 37 * MINUTE, ("marc",))
    assert (world.claimed("claire"), world.claimed("marc")) == (0, 7)
    assert len(world.rows("D|")) == 1
    assert await world.problems() == []
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert (world.postman.kinds(CLAIRE), world.postman.kinds(MARC)) == (
        ["confirmation", "cancellation"],
        ["confirmation"],
    )


@virtually
async def test_notes_and_labels_are_nobodys_business_and_no_mail_is_sent() -> None:
    world = await World.opened()
    made = await make(world)
    await world.tick()
    world.postman.letters.clear()
    await change(world, made.id, terms=TermsChange(notes="Call before", label="vip"))
    one = world.appointment(made.id)
    assert one.terms is not None
    assert (one.terms.notes, one.terms.label, one.terms.service_name) == ("Call before", "vip", "Consultation")
    await world.tick()
    assert world.postman.letters == []
    assert await world.problems() == []


@virtually
async def test_another_place_is_told() -> None:
    world = await World.opened()
    made = await make(world)
    await world.tick()
    await change(world, made.id, terms=TermsChange(location=Location(name="Annex")))
    await world.tick()
    assert str(world.postman.to(ANA)[-1].service.location) == "Annex"
    assert world.postman.kinds(ANA) == world.postman.kinds(CLAIRE) == ["confirmation", "change"]


@virtually
async def test_other_reminders_take_the_place_of_those_before() -> None:
    world = await World.opened(a_calendar(services=[a_service(reminders=(A_REMINDER,))]))
    made = await make(world, TEN + 3 * DAY)
    reminders = (Reminder(offset=2 * HOUR, message="Soon."),)
    await change(world, made.id, terms=TermsChange(reminders=reminders))
    await world.tick_for(5 * DAY, every=600)
    assert [(one.kind, one.text) for one in world.postman.to(ANA)] == [("confirmation", ""), ("reminder", "Soon.")]


@virtually
async def test_longer_buffers_are_claimed_and_a_longer_visit_needs_the_time() -> None:
    world = await World.opened()
    made, _ = await make(world), await world.book(TEN + 2 * HALF, email=BOB)
    assert await refusal_of(change(world, made.id, end=TEN + 3 * HALF)) == "slot-taken"
    await change(world, made.id, terms=TermsChange(post_buffer=20 * MINUTE))
    assert world.claimed("claire") == 16
    await change(world, made.id, end=TEN + 3 * HALF, overbook=True)
    assert world.appointment(made.id).is_overbooked
    assert any(one.startswith("changed over ") for one in history(world))
    assert await world.problems() == []
    await change(world, made.id, start=TEN + 4 * HOUR)
    assert not world.appointment(made.id).is_overbooked
    assert await world.problems() == []


@virtually
async def test_only_the_state_that_was_seen_is_changed() -> None:
    world = await World.opened()
    made = await make(world)
    etag = etag_of(world.appointment(made.id))
    await change(world, made.id, etag=etag, terms=TermsChange(label="one"))
    with pytest.raises(EditConflict):
        await change(world, made.id, etag=etag, terms=TermsChange(label="two"))
    await change(world, made.id, terms=TermsChange(label="three"))
    assert await refusal_of(change(world, "nothing")) == "not-found"
    await cancel(world, made.id)
    assert await refusal_of(change(world, made.id, start=TEN + HALF)) == "already-cancelled"


@virtually
async def test_two_who_saw_the_same_state_are_one_winner() -> None:
    for _ in range(5):
        world = await World.opened()
        made = await make(world)
        etag = etag_of(world.appointment(made.id))
        calls = [change(world.beside(), made.id, etag=etag, terms=TermsChange(label=str(n))) for n in range(4)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == ["EditConflict"] * 3 + ["NoneType"]


@virtually
async def test_what_is_as_it_was_is_not_written() -> None:
    world = await World.opened()
    made = await make(world)
    before = world.appointment(made.id)
    await change(world, made.id, start=before.start, staff=before.staff)
    assert world.appointment(made.id) == before
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation"]


@virtually
async def test_an_app_moves_within_the_policy_and_need_not_choose_people_for_it() -> None:
    policy = SchedulingPolicy(minimum_lead_time=2 * HOUR, allow_staff_selection=False)
    world = await World.opened(a_calendar(business=a_business(policy=policy)))
    booked = await world.book()
    assert await refusal_of(change(world, booked.id, editor=APP, start=TEN + 10 * HOUR)) == "not-offered"
    assert await refusal_of(change(world, booked.id, editor=APP, end=TEN + 2 * HALF)) == "not-offered"
    assert await refusal_of(change(world, booked.id, editor=APP, start=TEN, staff=("claire",))) == ""
    assert await refusal_of(change(world, booked.id, editor=APP, start=TEN + HALF)) == ""
    assert await refusal_of(change(world, booked.id, start=TEN + 10 * HOUR)) == ""
    assert await world.problems() == []


@virtually
async def test_the_customer_stays_and_what_they_gave_may_change() -> None:
    world = await World.opened()
    made = await make(world)
    await world.tick()
    before = world.appointment(made.id).seat
    party = a_party("new@x.org", name="Ana Maria")
    await change(world, made.id, parties=(party,))
    seat = world.appointment(made.id).seat
    assert (seat.customer.name, seat.customer.email, seat.customer_id) == (
        "Ana Maria",
        "new@x.org",
        before.customer_id,
    )
    await world.tick()
    assert world.postman.kinds("new@x.org") == ["change"]
    assert world.postman.kinds(CLAIRE) == ["confirmation"]
    assert await errors_of(change(world, made.id, parties=())) == ["/customers"]
    assert await errors_of(change(world, made.id, parties=(a_party(customer_id="other"),))) == [
        "/customers/0/customerId"
    ]
    assert await errors_of(change(world, made.id, end=TEN - HALF)) == ["/end"]
    assert await world.problems() == []


@pytest.mark.walk
@virtually
async def test_a_session_of_two_hundred_moves_at_once_and_each_seat_is_told_and_reminded_anew() -> None:
    world = await World.opened(a_group(200, reminders=(A_REMINDER,)))
    start = TEN + 3 * DAY
    for number in range(200):
        booked = await world.book(start, email=f"c{number}@x.org")
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await change(world, booked.appointment, start=start + HALF)
    assert await world.problems() == []
    await world.tick_for(MINUTE)
    assert await world.problems() == []
    told = [one for one in world.postman.letters if one.role == "customer"]
    assert len({one.to for one in told}) == len(told) == 200
    assert {one.appointment.start for one in world.postman.letters} == {start + HALF}
    assert (await world.find(booked.token)).appointment.start == start + HALF
    await world.cancel(booked.token)
    assert await world.problems() == []
    world.postman.letters.clear()
    await world.tick_for(4 * DAY, every=600)
    assert world.postman.kinds("c7@x.org") == ["reminder"]
    assert world.rows("M|") == {}


@virtually
async def test_the_list_of_customers_says_who_joins_and_who_leaves() -> None:
    world = await World.opened(a_group(5))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)])
    await world.tick_for(MINUTE)
    seats = seats_of(world, made.id)
    keep = CustomerInput(customer_id=seats[BOB].customer_id)
    unknown = a_party("who@x.org", customer_id="nobody")
    world.postman.letters.clear()
    await change(world, made.id, parties=(keep, a_party("eve@x.org"), unknown))
    assert world.appointment(made.id).filled == 2
    assert await world.problems() == []
    await world.tick_for(MINUTE)
    assert world.postman.kinds(ANA) == ["cancellation"]
    assert (world.postman.kinds(BOB), world.postman.kinds("eve@x.org")) == ([], ["confirmation"])
    live = {email for email, seat in seats_of(world, made.id).items() if seat.status == "booked"}
    assert live == {BOB, "eve@x.org"}
    many = tuple(a_party(f"d{number}@x.org") for number in range(6))
    assert await refusal_of(change(world, made.id, parties=many)) == "group-full"
    assert await errors_of(change(world, made.id, parties=())) == ["/customers"]
    assert await world.problems() == []


@virtually
async def test_who_is_listed_twice_has_two_seats_and_who_is_listed_once_then_gives_one_up() -> None:
    world = await World.opened(a_group(5))
    made = await make(world, parties=[a_party(ANA), a_party(ANA)])
    await world.tick_for(MINUTE)
    await change(world, made.id, parties=(a_party(ANA), a_party(BOB), a_party(BOB)))
    seats = [load_row(Seat, row) for row in world.rows(f"S|{made.id}|").values()]
    live = [seat for seat in seats if seat.status == "booked"]
    assert sorted(seat.customer.email for seat in live) == [ANA, BOB, BOB]
    assert world.appointment(made.id).filled == 3
    known = [CustomerInput(customer_id=seat.customer_id) for seat in live]
    await change(
        world, made.id, parties=[*known, next(one for one in known if one.customer_id == live[0].customer_id)]
    )
    assert world.appointment(made.id).filled == 4
    added = [load_row(Seat, row).customer for row in world.rows(f"S|{made.id}|").values()]
    assert all(one.name and one.email for one in added)
    assert await world.problems() == []


@virtually
async def test_what_the_list_says_of_who_stays_is_kept_and_a_new_address_hears_of_its_seat() -> None:
    world = await World.opened(a_group(5))
    made = await make(world, parties=[a_party(ANA), a_party(BOB)])
    await world.tick_for(MINUTE)
    seats = seats_of(world, made.id)
    ana, bob = (CustomerInput(customer_id=seats[email].customer_id) for email in (ANA, BOB))
    world.postman.letters.clear()
    noted = CustomerInput(customer_id=ana.customer_id, notes="by the window")
    moved = CustomerInput(customer_id=bob.customer_id, email="new@x.org")
    await change(world, made.id, parties=(noted, moved))
    assert await world.problems() == []
    await world.tick_for(MINUTE)
    found = seats_of(world, made.id)
    assert (found[ANA].customer.notes, found[ANA].customer.name) == ("by the window", seats[ANA].customer.name)
    assert world.postman.kinds(ANA) == []
    assert world.postman.kinds("new@x.org") == ["change"]
    await change(
        world, made.id, parties=(ana, CustomerInput(customer_id=bob.customer_id, email=BOB)), start=TEN + HALF
    )
    await world.tick_for(MINUTE)
    assert (world.postman.kinds(ANA), world.postman.kinds(BOB)) == (["change"], ["change"])
    assert await world.problems() == []
    assert world.rows("M|") == {}


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(8))
async def test_under_faults_staff_and_customers_change_one_session_and_all_of_it_counts(seed: int) -> None:
    world = await World.opened(a_group(20, staff=("claire", "marc")))
    made = await make(world, staff=("claire",), parties=[a_party(f"c{number}@x.org") for number in range(10)])
    await world.tick_for(MINUTE)
    processes = world.unreliable(3, 0.15, seed * 7)
    more = tuple(a_party(f"c{number}@x.org") for number in range(4, 13))
    await asyncio.gather(
        persisting(change, processes[0], made.id, staff=("marc",), key=a_key()),
        persisting(change, processes[1], made.id, start=TEN + HALF, key=a_key()),
        persisting(change, processes[2], made.id, parties=more, key=a_key()),
        processes[2].tick_for(2 * MINUTE),
        return_exceptions=True,
    )
    await settled(processes)
    await world.tick_for(10 * MINUTE)
    assert world.appointment(made.id).filled == 9
    assert await world.problems() == []
    assert world.rows("M|") == {}
