"""Staff book for customers: at any minute, beyond the policy, over a busy time on purpose only."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.appointments.terms import TermsChange
from shared.domain.calendar.place import Location
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Price, Reminder
from shared.records.keys import APPOINTMENT, CUSTOMER, LEDGER, WORK
from shared.storage.limits import MAXIMUM_OPERATIONS
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service
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
from tests.use_cases.appointments.desk import APP, DESK, a_party, history, make, seats_of


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CLAIRE = "claire@clinic.example"


@virtually
async def test_a_booking_by_staff_claims_tells_both_sides_and_is_in_every_index() -> None:
    world = await World.opened()
    made = await make(world)
    one = world.appointment(made.id)
    assert (one.staff, one.start, one.end, one.chosen_by) == (("claire",), TEN, TEN + HALF, "anyone")
    assert (one.seat.made_by, one.seat.customer.email) == ("staff", ANA)
    assert world.claimed("claire") == 6
    assert await world.problems() == []
    await world.tick()
    assert world.postman.kinds(ANA) == world.postman.kinds(CLAIRE) == ["confirmation"]
    (letter,) = world.postman.to(ANA)
    assert (await world.find(letter.manage_token)).appointment.id == made.id
    assert history(world) == ["booked"]


@virtually
async def test_terms_of_its_own_are_kept_and_what_is_not_named_is_the_services() -> None:
    world = await World.opened(
        a_calendar(services=[a_service(price=Price(kind="free"), location=Location(name="A"))])
    )
    reminder = Reminder(offset=timedelta(hours=2), message="Bring your card.")
    terms = TermsChange(
        service_name="A long talk",
        price=Price(kind="fixed", amount=Decimal("80.50")),
        pre_buffer=timedelta(minutes=7),
        reminders=(reminder,),
        notes="Afraid of needles",
        label="vip",
        is_online=True,
    )
    made = await make(world, TEN + 3 * DAY + 7 * MINUTE, end=TEN + 3 * DAY + 68 * MINUTE, terms=terms)
    one = world.appointment(made.id)
    assert one.terms is not None
    assert (one.terms.notes, one.terms.label, one.terms.location.name) == ("Afraid of needles", "vip", "A")
    assert world.claimed("claire") == 14  # 10:00 to 11:08, rounded outwards
    await world.tick_for(5 * DAY, every=600)
    first, second = world.postman.to(ANA)
    assert (first.service.name, first.service.duration) == ("A long talk", 61 * MINUTE)
    assert (second.kind, second.text) == ("reminder", "Bring your card.")
    assert await world.problems() == []


@virtually
async def test_a_customer_who_wants_no_mail_gets_none() -> None:
    world = await World.opened()
    await make(world, terms=TermsChange(tells_customer=False))
    await world.tick()
    assert (world.postman.kinds(ANA), world.postman.kinds(CLAIRE)) == ([], ["confirmation"])


@virtually
async def test_staff_may_book_at_night_too_soon_and_too_far_ahead_and_an_app_may_not() -> None:
    policy = SchedulingPolicy(minimum_lead_time=timedelta(hours=24), maximum_advance=30 * DAY)
    world = await World.opened(a_calendar(business=a_business(policy=policy)))
    for start, code in [
        (TEN + 10 * timedelta(hours=1), "not-offered"),
        (TEN - 25 * timedelta(hours=1), "outside-lead-time"),
        (TEN + 40 * DAY, "outside-lead-time"),
    ]:
        assert await refusal_of(make(world, start, editor=APP)) == code
        assert await refusal_of(make(world, start)) == ""
    assert await refusal_of(make(world, TEN + DAY + 7 * MINUTE, editor=APP)) == ""
    assert await world.problems() == []


@virtually
async def test_an_app_books_the_services_length_and_those_who_may_be_chosen() -> None:
    policy = SchedulingPolicy(allow_staff_selection=False)
    world = await World.opened(three_people(policy=policy))
    long = {"end": TEN + 2 * HALF}
    assert await refusal_of(make(world, editor=APP, **long)) == "not-offered"
    assert await refusal_of(make(world, editor=APP, staff=("marc",))) == "staff-not-offered"
    assert await refusal_of(make(world, editor=APP)) == ""
    assert await refusal_of(make(world, staff=("marc",), **long)) in ("", "slot-taken")
    assert await refusal_of(make(world, TEN + DAY, staff=("marc",), end=TEN + DAY + 2 * HALF)) == ""
    assert await refusal_of(make(world, staff=("nobody",))) == "staff-not-offered"


@virtually
async def test_over_the_appointments_that_were_confirmed_and_over_no_others() -> None:
    world = await World.opened()
    there = await world.book(TEN)
    over = {"staff": ("claire",), "overbook": True}
    assert await refusal_of(make(world, TEN, **over, over=())) == "slot-taken"
    assert await refusal_of(make(world, TEN, **over, over=("another",))) == "slot-taken"
    made = await make(world, TEN, **over, over=(there.id,))
    assert await refusal_of(make(world, TEN, **over, over=(there.id,))) == "slot-taken"
    assert (await make(world, TEN, **over, over=(there.id, made.id))).is_new


@virtually
async def test_the_rule_that_is_exceeded_is_recorded() -> None:
    world = await World.opened()
    await make(world, TEN - 360 * MINUTE, staff=("claire",))
    assert "booked beyond business_hours" in history(world)


@virtually
async def test_over_a_busy_time_only_on_purpose_and_then_the_clash_is_named() -> None:
    world = await World.opened()
    there = await world.book(TEN)
    assert await refusal_of(make(world, TEN + 10 * MINUTE, staff=("claire",))) == "slot-taken"
    assert await refusal_of(make(world, TEN, editor=APP, staff=("claire",), overbook=True)) == "slot-taken"
    made = await make(world, TEN + 10 * MINUTE, staff=("claire",), overbook=True)
    one = world.appointment(made.id)
    assert one.is_overbooked
    assert [plane.bit_count() for plane in world.ledger("claire").claimed] == [8, 4]
    assert f"booked over {there.id}" in history(world)
    assert await world.problems() == []
    await world.cancel(there.token)
    assert world.claimed("claire") == 6
    assert await world.problems() == []
    assert await refusal_of(world.book(TEN)) == "slot-taken"


@virtually
async def test_over_time_off_the_clash_is_that() -> None:
    world = await World.opened()
    await world.take_off("claire", TEN, TEN + HALF)
    assert await refusal_of(make(world, staff=("claire",))) == "slot-taken"
    made = await make(world, staff=("claire",), overbook=True)
    assert world.appointment(made.id).is_overbooked
    assert "booked over time off" in history(world)
    assert await world.problems() == []


@virtually
async def test_what_is_free_is_not_overbooked_though_it_was_allowed() -> None:
    world = await World.opened()
    made = await make(world, staff=("claire",), overbook=True)
    assert not world.appointment(made.id).is_overbooked
    assert history(world) == ["booked"]


@virtually
async def test_without_a_person_somebody_serves_who_is_free_and_at_work_before_others() -> None:
    staff = [a_person("claire"), a_person("marc", hours=((),) * 7), a_person("zoe")]
    world = await World.opened(a_calendar(staff=staff))
    found = [world.appointment((await make(world, parties=[a_party(f"c{n}@x.org")])).id).staff for n in range(3)]
    assert sorted(found[:2]) == [("claire",), ("zoe",)]
    assert found[2] == ("marc",)
    assert await refusal_of(make(world)) == "slot-taken"
    assert await world.problems() == []


@virtually
async def test_a_known_customer_is_taken_by_id_and_what_is_given_comes_first() -> None:
    world = await World.opened()
    booked = await world.book(TEN, email=ANA)
    known = world.appointment(booked.id).seat.customer_id
    made = await make(world, TEN + HALF, parties=[a_party("", customer_id=known, phone="+33 1 23 45 67")])
    seat = world.appointment(made.id).seat
    assert (seat.customer_id, seat.customer.email, seat.customer.phone) == (known, ANA, "+33 1 23 45 67")
    nobody = [a_party(customer_id="nobody")]
    assert await errors_of(make(world, parties=nobody)) == ["/customers/0/customerId"]
    assert await errors_of(make(world, parties=[a_party(customer_id="a|b")])) == ["/customers/0/customerId"]
    assert await world.problems() == []


@virtually
async def test_a_group_of_forty_is_booked_at_once_and_each_is_told() -> None:
    reminder = Reminder(offset=DAY, recipients="all")
    world = await World.opened(a_group(80, reminders=(reminder,)))
    made = await make(world, TEN + 3 * DAY, parties=[a_party(f"c{n}@x.org") for n in range(40)])
    assert world.appointment(made.id).filled == 40
    assert await world.problems() == []
    await world.tick_for(MINUTE)
    assert await world.problems() == []
    assert {world.postman.kinds(f"c{n}@x.org")[0] for n in range(40)} == {"confirmation"}
    assert world.postman.kinds(CLAIRE) == ["confirmation"]
    await world.tick_for(5 * DAY, every=600)
    assert world.postman.kinds("c7@x.org") == ["confirmation", "reminder"]
    assert world.postman.kinds(CLAIRE) == ["confirmation", "reminder"]
    assert max(len(operations) for operations in world.table.sent) <= MAXIMUM_OPERATIONS
    more = [a_party(f"d{n}@x.org") for n in range(60)]
    assert await errors_of(make(world, TEN + 3 * DAY + HALF, parties=more)) == ["/customers"]
    assert world.rows(WORK) == {}


@virtually
async def test_more_join_an_open_session_and_those_who_are_in_it_hear_nothing() -> None:
    world = await World.opened(a_group(4))
    first = await world.book(TEN, email=ANA)
    await world.tick_for(MINUTE)
    made = await make(world, parties=[a_party(BOB), a_party("c@x.org")])
    assert made.id == first.appointment
    assert world.appointment(made.id).filled == 3
    await world.tick_for(MINUTE)
    assert [world.postman.kinds(one) for one in (ANA, BOB, "c@x.org")] == [["confirmation"]] * 3
    assert {seat.version for seat in seats_of(world, made.id).values()} == {1}
    assert await refusal_of(make(world, parties=[a_party("d@x.org"), a_party("e@x.org")])) == "slot-taken"
    assert (
        await refusal_of(make(world, TEN + HALF, parties=[a_party(f"c{n}@x.org") for n in range(5)]))
        == "group-full"
    )
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"start": TEN + timedelta(seconds=30)}, ["/start", "/end"]),
        ({"end": TEN}, ["/end"]),
        ({"end": TEN + 8 * DAY}, ["/end"]),
        ({"start": TEN + 5000 * DAY}, ["/start"]),
        ({"service": "nothing"}, ["/serviceId"]),
        ({"parties": ()}, ["/customers"]),
        ({"parties": (a_party(), a_party(BOB))}, ["/customers"]),
        ({"parties": (a_party("nobody"),)}, ["/customers/0/email"]),
        ({"parties": (a_party(name=" "),)}, ["/customers/0/name"]),
        ({"parties": (a_party(phone="call me"),)}, ["/customers/0/phone"]),
        ({"parties": (a_party(time_zone="Mars/Base"),)}, ["/customers/0/timeZone"]),
        ({"parties": (a_party(name="x" * 121),)}, ["/customers/0/name"]),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_left(changes: dict, pointers: list[str]) -> None:
    world = await World.opened()
    assert await errors_of(make(world, **{"start": TEN, **changes})) == pointers
    assert world.rows(APPOINTMENT) == world.rows(LEDGER) == world.rows(CUSTOMER) == {}


@virtually
async def test_the_same_key_is_the_same_appointment_even_when_its_decision_was_purged() -> None:
    world, key = await World.opened(), a_key()
    made = await make(world, key=key)
    again = await make(world, key=key)
    assert (again.id, again.is_new) == (made.id, False)
    await world.purge()
    assert (await make(world, key=key)).id == made.id
    assert len(world.rows(APPOINTMENT)) == 1


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(8))
async def test_under_faults_staff_and_customers_never_have_one_time_twice(seed: int) -> None:
    world = await World.opened(three_people())
    processes = world.unreliable(3, 0.15, seed * 5)
    keys = [a_key() for _ in range(12)]
    calls = [
        persisting(make, processes[n % 3], TEN + n % 2 * 10 * MINUTE, key=key, editor=DESK if n % 2 else APP)
        if n % 3
        else persisting(processes[n % 3].book, TEN, key=key)
        for n, key in enumerate(keys)
    ]
    await asyncio.gather(*calls, return_exceptions=True)
    await settled(processes)
    assert len(world.rows(APPOINTMENT)) == 3
    assert await world.problems() == []
