"""A series is booked appointment by appointment, each once, and people are told of all of them in one message."""

from datetime import timedelta

import pytest

from shared.domain.errors import InvalidFields, KeyReused, OutsideLeadTime, SlotTaken
from shared.records.keys import APPOINTMENT, CUSTOMER
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from shared.use_cases.messages.find_messages import find_messages
from shared.use_cases.messages.find_undelivered import find_undelivered
from shared.use_cases.series.book_series import BookedSeries, Occurrence, book_series
from tests.support.builders import a_key
from tests.support.clinic import ANA, DESK, HALF, TEN, World, a_group, three_people
from tests.support.faulty_table import Call, Fault, no_faults
from tests.support.virtual_time import virtually
from tests.use_cases.appointments import desk


CLAIRE, WEEK = "claire@clinic.example", timedelta(weeks=1)
SERVED = timedelta(minutes=2)  # by then people are told


def weekly(times: int = 3) -> list[Occurrence]:
    return [Occurrence(number=number + 1, start=TEN + number * WEEK, beyond=True) for number in range(times)]


async def repeat(
    world: World,
    occurrences: list[Occurrence] | None = None,
    *,
    key: str = "",
    editor: Actor = DESK,
    party: CustomerInput | None = None,
    **changes: object,
) -> BookedSeries:
    service = next(iter(world.calendar.services))
    request = StaffBooking(**{"service": service, "start": TEN, "parties": (party or desk.a_party(),), **changes})
    chosen = weekly() if occurrences is None else occurrences
    return await book_series(request, chosen, key=key or a_key(), editor=editor, **world.args())


@virtually
async def test_all_are_booked_and_know_their_series() -> None:
    world = await World.opened()
    done = await repeat(world)
    assert done.is_complete
    booked = [world.appointment(one.appointment) for one in done.booked]
    assert [one.start for one in booked] == [TEN, TEN + WEEK, TEN + 2 * WEEK]
    assert {one.series for one in booked} == {done.id}
    assert await world.problems() == []


@virtually
async def test_one_message_tells_each_recipient_of_all_of_them() -> None:
    world = await World.opened()
    done = await repeat(world)
    await world.tick()
    assert world.postman.letters == []  # more may come
    await world.tick_for(SERVED)
    for address, role in ((ANA, "customer"), (CLAIRE, "staff")):
        (letter,) = world.postman.to(address)
        assert (letter.kind, letter.role, letter.uid) == ("series", role, done.id)
        told = [one.appointment.id for one in letter.series if one.appointment]
        assert told == [one.appointment for one in done.booked]
    (letter,) = world.postman.to(ANA)
    for one in letter.series:
        assert (await world.find(one.manage_token)).appointment == one.appointment


@virtually
async def test_each_of_several_people_is_told_of_what_they_serve() -> None:
    world = await World.opened(three_people(anyone="evenly"))
    await repeat(world, weekly(6))
    await world.tick_for(SERVED)
    told = {}
    for name in ("claire", "marc", "zoe"):
        for letter in world.postman.to(f"{name}@clinic.example"):
            told[name] = [one.appointment.staff for one in letter.series or (letter,) if one.appointment]
    assert sum(map(len, told.values())) == 6
    assert all(staff == [(name,)] * len(staff) for name, staff in told.items())


@virtually
async def test_of_a_series_of_one_people_get_a_common_confirmation() -> None:
    world = await World.opened()
    await repeat(world, weekly(1))
    await world.tick_for(SERVED)
    assert world.postman.kinds(ANA) == world.postman.kinds(CLAIRE) == ["confirmation"]


@virtually
async def test_a_repeated_request_books_nothing_twice_and_says_what_is_there() -> None:
    world = await World.opened()
    first = await repeat(world, key=(key := a_key()))
    again = await repeat(world, key=key)
    assert again == first
    assert len(world.rows(APPOINTMENT)) == 3
    await world.tick_for(SERVED)
    await repeat(world, key=key)
    await world.tick_for(SERVED)
    assert world.postman.kinds(ANA) == ["series"]


@virtually
async def test_one_that_is_taken_is_refused_and_the_others_are_booked() -> None:
    world = await World.opened()
    await world.book(TEN + WEEK, email="bob@example.com")
    done = await repeat(world)
    assert [type(one.refusal) for one in done.outcomes] == [type(None), SlotTaken, type(None)]
    assert not done.is_complete
    assert len(done.booked) == 2


@virtually
async def test_another_start_for_a_refused_one_joins_the_same_series() -> None:
    world = await World.opened()
    await world.book(TEN + WEEK, email="bob@example.com")
    first = await repeat(world, key=(key := a_key()))
    instead = await repeat(world, [Occurrence(number=54, start=TEN + WEEK + HALF)], key=key)
    assert (instead.id, instead.is_complete) == (first.id, True)
    await world.tick_for(SERVED)
    (letter,) = world.postman.to(ANA)
    starts = [one.appointment.start for one in letter.series if one.appointment]
    assert starts == [TEN, TEN + WEEK + HALF, TEN + 2 * WEEK]


@virtually
async def test_what_is_booked_after_the_message_is_told_in_another_with_all() -> None:
    world = await World.opened()
    whole = weekly()
    await repeat(world, whole[:2], key=(key := a_key()))
    await world.tick_for(SERVED)
    await repeat(world, whole[2:], key=key)
    await world.tick_for(SERVED)
    assert [len(letter.series) for letter in world.postman.to(ANA)] == [2, 3]


@virtually
async def test_one_that_is_cancelled_before_people_are_told_is_left_out() -> None:
    world = await World.opened()
    done = await repeat(world)
    await desk.cancel(world, done.booked[1].appointment)
    await world.tick_for(SERVED)
    (letter,) = [one for one in world.postman.to(ANA) if one.kind == "series"]
    assert len(letter.series) == 2


@virtually
async def test_a_message_that_nobody_accepts_is_found_with_the_next_of_the_series() -> None:
    world = await World.opened()
    world.postman.refused.add(ANA)
    done = await repeat(world)
    await world.tick_for(SERVED)
    await world.wait_until(TEN + timedelta(hours=1))
    (found,) = await find_undelivered(world.business, store=world.store, now=world.now)
    assert found.appointment is not None
    assert (found.recipient.kind, found.appointment.id) == ("customer", done.booked[1].appointment)


@virtually
async def test_the_messages_of_each_appointment_include_that_about_its_series() -> None:
    world = await World.opened()
    done = await repeat(world)
    await world.tick_for(SERVED)
    one = world.appointment(done.booked[1].appointment)
    found = await find_messages(one, [], None, business=world.business, store=world.store, now=world.now)
    assert {(each.kind, each.state, each.recipient.kind) for each in found} == {
        ("series", "sent", "customer"),
        ("series", "sent", "staff"),
        ("series", "sent", "business"),
    }


@virtually
async def test_only_those_marked_go_beyond_the_rules() -> None:
    world = await World.opened()
    late = [Occurrence(number=1, start=TEN), Occurrence(number=2, start=TEN + 80 * WEEK)]
    done = await repeat(world, late)
    assert [type(one.refusal) for one in done.outcomes] == [type(None), OutsideLeadTime]


@virtually
async def test_a_customer_without_address_is_one_customer() -> None:
    world = await World.opened()
    await repeat(world, party=CustomerInput(name="Dora"))
    assert len(world.rows(CUSTOMER)) == 1


@virtually
async def test_where_the_storage_is_too_busy_the_rest_is_left_and_a_repetition_goes_on() -> None:
    world, tries = await World.opened(), 0

    def busy_after_the_first(call: Call) -> Fault | None:
        nonlocal tries
        tries += call.writes(APPOINTMENT)
        return Fault.BUSY if tries > 1 else None

    world.table.plan = busy_after_the_first
    first = await repeat(world, key=(key := a_key()))
    assert [(bool(one.appointment), one.refusal) for one in first.outcomes] == [
        (True, None),
        (False, None),
        (False, None),
    ]
    await world.beside().tick_for(SERVED)
    world.table.plan = no_faults
    assert (await repeat(world, key=key)).is_complete
    assert len(world.rows(APPOINTMENT)) == 3
    await world.tick_for(SERVED)
    assert world.postman.kinds(ANA) == ["confirmation", "series"]


@virtually
async def test_what_is_wrong_with_all_is_said_before_anything_is_booked() -> None:
    world = await World.opened(a_group())
    with pytest.raises(InvalidFields):
        await repeat(world, parties=(desk.a_party(), desk.a_party()))
    world = await World.opened()
    for wrong in ([], [*weekly(1), *weekly(1)], [Occurrence(number=1, start=TEN + timedelta(days=4500))]):
        with pytest.raises(InvalidFields):
            await repeat(world, wrong)
    with pytest.raises(InvalidFields):
        await repeat(world, party=CustomerInput(name=""))
    assert world.rows(APPOINTMENT) == {}


@virtually
async def test_a_key_that_came_with_other_content_is_refused() -> None:
    world = await World.opened()
    await repeat(world, key=(key := a_key()))
    with pytest.raises(KeyReused):
        await repeat(world, key=key, party=CustomerInput(name="Somebody else"))
