"""Links die with what they were made for, and whoever is to have a new one is sent it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.appointments.visit_links import join_token, manage_token
from shared.domain.errors import NotFound
from shared.domain.links import LINK_LIFE
from shared.records.keys import APPOINTMENT, DECISION
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from tests.support.builders import SECRET, a_calendar, a_key, a_service
from tests.support.clinic import ANA, BOB, TEN, World, a_group, persisting, refusal_of, settled, three_people
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, cancel, change, history, make, renew, seats_of
from tests.use_cases.visits.app import Clinic, online


DAY = timedelta(days=1)
CLAIRE, OMAR = "claire@clinic.example", "omar@clinic.example"


async def is_void(world: World, token: str) -> bool:
    """Return whether a manage link is void for everything that it could be used for."""
    answers = [
        await refusal_of(world.find(token)),
        await refusal_of(world.move(token, TEN + DAY)),
        await refusal_of(world.cancel(token)),
    ]
    assert len({answer == "not-found" for answer in answers}) == 1, answers
    return answers[0] == "not-found"


async def is_shut(clinic: Clinic, token: str) -> bool:
    return await refusal_of(clinic.entry_state(token)) == "not-found"


def links_to(world: World, address: str) -> list[str]:
    return [letter.manage_token for letter in world.postman.to(address)]


@virtually
@pytest.mark.parametrize(
    ("party", "is_another"),
    [
        ({"name": "Ana", "email": BOB}, True),
        ({"name": "Bob", "email": BOB}, True),
        ({"name": "Bob"}, True),
        ({"name": "Ana", "email": ""}, True),
        ({"name": " ANA ", "email": "Ana@Example.com"}, False),
        ({"name": "Ana", "phone": "+33 1 23 45 67 89"}, False),
        ({"name": "Ana", "notes": "Prefers the morning"}, False),
    ],
)
async def test_a_link_dies_where_its_customer_or_their_address_is_another(party, is_another) -> None:
    world = await World.opened()
    booked = await world.book()
    await change(world, booked.id, parties=(party,))
    assert await is_void(world, booked.token) is is_another


@virtually
async def test_a_telephone_number_is_the_address_of_who_has_no_mail() -> None:
    world = await World.opened()
    made = await make(world, parties=[a_party("", name="Ana", phone="+33 1 23 45 67 89")])
    before = world.appointment(made.id).seat
    await change(world, made.id, parties=({"name": "Ana", "phone": "+33123456789"},))
    assert world.appointment(made.id).seat.link_version == before.link_version
    await change(world, made.id, parties=({"name": "Ana", "phone": "+33 1 98 76 54 32"},))
    assert world.appointment(made.id).seat.link_version == before.link_version + 1


@virtually
async def test_a_link_that_an_sms_brought_dies_with_its_number_and_the_new_one_gets_another() -> None:
    world = await World.opened(a_calendar(services=[a_service(send_sms=True)]))
    made = await make(world, parties=[a_party(ANA, phone="+33 1 23 45 67 89", send_sms=True)])
    before = world.appointment(made.id).seat
    for same in ({"phone": "+33123456789"}, {"notes": "Prefers the morning"}):
        await change(world, made.id, parties=({"name": "Ana", "email": ANA, **same},))
        assert world.appointment(made.id).seat.link_version == before.link_version
    await world.tick()
    await change(world, made.id, parties=({"name": "Ana", "email": ANA, "phone": "+33 1 98 76 54 32"},))
    assert world.appointment(made.id).seat.link_version == before.link_version + 1
    await world.tick()
    old, *_, new = links_to(world, ANA)
    assert await refusal_of(world.find(old)) == "not-found"
    await world.cancel(new)


@virtually
async def test_whoever_has_it_now_is_sent_a_link_that_works_and_who_lost_it_is_not() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.tick()
    await change(world, booked.id, parties=({"name": "Bob", "email": BOB},))
    await world.tick()
    (old,), (new,) = links_to(world, ANA), links_to(world, BOB)
    assert await refusal_of(world.find(old)) == "not-found"
    assert (await world.find(new)).seat.customer.email == BOB
    await world.cancel(new)


@virtually
async def test_the_answer_to_a_repeated_booking_holds_no_link_to_what_is_now_somebody_elses() -> None:
    world, key = await World.opened(), a_key()
    booked = await world.book(key=key)
    await change(world, booked.id, parties=({"name": "Bob", "email": BOB},))
    assert await is_void(world, (await world.book(key=key)).token)
    await world.purge()
    assert await refusal_of(world.book(key=key)) == "key-reused"
    assert world.rows(DECISION) == {}
    assert len(world.rows(APPOINTMENT)) == 1


@virtually
async def test_the_links_of_a_visit_die_with_those_of_its_booking() -> None:
    clinic = await Clinic.meeting()
    await change(clinic, clinic.booked.id, parties=({"name": "Bob", "email": BOB},))
    assert await is_shut(clinic, clinic.ana)
    assert not await is_shut(clinic, clinic.doc)
    clinic.take_links(replace(clinic.booked))
    assert not await is_shut(clinic, clinic.ana)


@virtually
async def test_in_a_group_only_the_links_of_those_die_who_are_others_now() -> None:
    world = await World.opened(a_group())
    ana, bob = await world.book(email=ANA), await world.book(email=BOB)
    seats = seats_of(world, ana.appointment)
    parties = (
        a_party("new@example.com", customer_id=seats[ANA].customer_id),
        a_party(BOB, customer_id=seats[BOB].customer_id),
    )
    await world.tick()
    await change(world, ana.appointment, parties=parties)
    await world.tick()
    assert await refusal_of(world.find(ana.token)) == "not-found"
    assert await refusal_of(world.find(bob.token)) == ""
    assert len(links_to(world, ANA)) == len(links_to(world, BOB)) == 1
    assert (await world.find(links_to(world, "new@example.com")[-1])).seat.id == ana.id


@virtually
async def test_a_link_that_is_void_stays_so_where_its_seat_moved_to_another_session() -> None:
    world = await World.opened(a_group())
    ana = await world.book(email=ANA)
    moved = await world.move(ana.token, TEN + DAY)
    customer = seats_of(world, moved.appointment)[ANA].customer_id
    await renew(world, moved.appointment, "customer", customer)
    for token in (ana.token, moved.token):
        assert await is_void(world, token)
    await world.tick()
    assert (await world.find(links_to(world, ANA)[-1])).appointment.id == moved.appointment


@virtually
@pytest.mark.parametrize("way", ["reassigned", "changed", "moved", "address"])
async def test_a_hosts_link_dies_with_who_serves_and_not_only_for_who_lost_it(way: str) -> None:
    clinic = await Clinic.meeting(staff=("claire", "omar"))
    booked = clinic.take_links(clinic.booked, clinic.booked.staff[0])
    mine, other = booked.staff[0], "omar" if booked.staff[0] == "claire" else "claire"
    await clinic.tick()
    if way == "reassigned":
        await clinic.reassign(booked.appointment, other)
        await clinic.reassign(booked.appointment, mine)
    elif way == "changed":
        await change(clinic, booked.appointment, staff=(other,))
        await change(clinic, booked.appointment, staff=(mine,))
    elif way == "moved":
        await clinic.move(booked.token, TEN + DAY, other)
        await clinic.move(booked.token, TEN, mine)
    else:
        await readdress(clinic, mine)
    assert await is_shut(clinic, clinic.doc)
    assert not await is_shut(clinic, clinic.ana)


async def readdress(world: World, person: str, email: str = "new@x.example") -> None:
    settings = SettingsChange(
        world.business, Author("admin", a_key()), "", Context(world.store, SECRET, world.now)
    )
    await settings.change("staff", person, lambda _, one: one.model_copy(update={"email": email}), None)


@virtually
async def test_who_serves_is_sent_a_hosts_link_that_works_after_each_change() -> None:
    clinic = await Clinic.opened(online(staff=("claire", "omar"), assignment="all"))
    booked = await clinic.meet()
    await clinic.tick()
    await clinic.reassign(booked.appointment, "omar")
    await clinic.tick()
    (gone, lost), (old, new) = ([one.visit_token for one in clinic.postman.to(who)] for who in (CLAIRE, OMAR))
    assert [await is_shut(clinic, token) for token in (gone, lost, old, new)] == [True, True, True, False]


NEW = "new@x.example"


async def some_ticks(world: World, count: int = 4) -> None:
    for _ in range(count):
        await world.tick()


@virtually
@pytest.mark.parametrize("seats", [1, 3])
async def test_whoever_gets_a_new_address_is_sent_a_link_to_each_online_appointment_to_come(seats: int) -> None:
    clinic = await Clinic.opened(online(staff=("claire", "omar"), assignment="all", maximum_attendees=seats))
    gone = await clinic.book(TEN)
    first, second, off = [await clinic.book(TEN + day * DAY) for day in (1, 2, 3)]
    await clinic.cancel(off.token)
    await some_ticks(clinic)
    await clinic.wait_until(gone.end)
    told = {who: len(clinic.postman.to(who)) for who in (CLAIRE, OMAR, ANA)}
    await readdress(clinic, "claire")
    await some_ticks(clinic)
    letters = clinic.postman.to(NEW)
    assert [one.kind for one in letters] == ["new_link"] * 2
    assert {one.appointment.id for one in letters} == {first.appointment, second.appointment}
    assert not any([await is_shut(clinic, one.visit_token) for one in letters])
    assert {who: len(clinic.postman.to(who)) for who in told} == told, "nobody else hears of it"
    await some_ticks(clinic)
    assert len(clinic.postman.to(NEW)) == 2
    assert not clinic.rows("M|00000000000")


@virtually
async def test_what_takes_place_in_person_has_no_link_to_send_anew() -> None:
    world = await World.opened()
    await world.book()
    await some_ticks(world)
    await readdress(world, "claire")
    await some_ticks(world)
    assert world.postman.to(NEW) == []


@virtually
async def test_two_new_addresses_and_a_manual_link_at_once_are_each_told_of_the_last_one_once() -> None:
    clinic = await Clinic.opened(online())
    booked = await clinic.meet()
    await some_ticks(clinic)
    await readdress(clinic, "claire", "between@x.example")
    await readdress(clinic, "claire")
    await renew(clinic, booked.appointment, "staff", "claire")
    await some_ticks(clinic)
    assert clinic.postman.to("between@x.example") == []
    letters = clinic.postman.to(NEW)
    assert 1 <= len(letters) <= 2
    assert not await is_shut(clinic, letters[-1].visit_token)


@virtually
@pytest.mark.parametrize("seed", range(6))
async def test_in_a_bad_network_the_new_links_arrive_as_well(seed: int) -> None:
    clinic = await Clinic.opened(online())
    made = [await clinic.book(TEN + day * DAY) for day in range(3)]
    await some_ticks(clinic)
    await readdress(clinic, "claire")
    processes = clinic.unreliable(3, 0.2, seed)
    for _ in range(40):
        await asyncio.gather(*(one.tick() for one in processes), return_exceptions=True)
        await asyncio.sleep(20)
    await settled(processes)
    assert {one.appointment.id for one in clinic.postman.to(NEW)} == {one.appointment for one in made}


@virtually
async def test_whoever_gets_a_new_address_has_no_old_links_and_gets_a_new_one_with_the_next_mail() -> None:
    clinic = await Clinic.meeting()
    await readdress(clinic, "claire")
    await clinic.reassign(clinic.booked.appointment, "claire", "omar")
    await clinic.tick()
    assert not await is_shut(clinic, clinic.postman.to("new@x.example")[-1].visit_token)
    await readdress(clinic, "claire")  # the same address once more
    assert not await is_shut(clinic, clinic.postman.to("new@x.example")[-1].visit_token)


@virtually
async def test_links_end_thirty_days_after_the_appointment_wherever_it_was_moved() -> None:
    world = await World.opened()
    booked = await world.book()
    later = TEN + 20 * DAY
    moved = await world.move(booked.token, later)
    over = moved.end + LINK_LIFE
    await world.wait_until(over - timedelta(seconds=1))
    assert await refusal_of(world.find(booked.token)) == ""
    await world.wait_until(over)
    assert await is_void(world, booked.token)
    assert await is_void(world, moved.token)


@virtually
async def test_an_earlier_time_brings_the_end_of_its_links_forward() -> None:
    world = await World.opened()
    booked = await world.book(TEN + 20 * DAY)
    moved = await world.move(booked.token, TEN)
    await world.wait_until(moved.end + LINK_LIFE)
    assert await is_void(world, booked.token)


@virtually
@pytest.mark.parametrize("by", ["seat", "customer"])
async def test_a_new_link_voids_the_one_before_and_is_mailed(by: str) -> None:
    world = await World.opened()
    booked = await world.book()
    await world.tick()
    name = booked.id if by == "seat" else world.appointment(booked.id).seat.customer_id
    assert await renew(world, booked.id, "customer", name)
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "new_link"]
    assert world.postman.kinds(CLAIRE) == ["confirmation"]
    assert await is_void(world, booked.token)
    assert (await world.find(links_to(world, ANA)[-1])).seat.id == booked.id
    assert history(world).count("sent a new link") == 1


@virtually
async def test_what_was_not_told_yet_is_told_with_the_new_link() -> None:
    world = await World.opened()
    booked = await world.book()
    await renew(world, booked.id, "customer", booked.id)
    await world.tick()
    assert (world.postman.kinds(ANA), world.postman.kinds(CLAIRE)) == (["confirmation"], ["confirmation"])
    await world.move(links_to(world, ANA)[-1], TEN + DAY)
    await renew(world, booked.id, "customer", booked.id)
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    await renew(world, booked.id, "customer", booked.id)
    await cancel(world, booked.id)
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "change", "cancellation"]


@virtually
async def test_who_has_no_address_is_sent_nothing_and_the_old_link_is_void_all_the_same() -> None:
    world = await World.opened()
    made = await make(world, parties=[a_party("", name="Ana", phone="+33 1 23 45 67 89")])
    seat = world.appointment(made.id).seat
    token = manage_token(SECRET, world.business, made.id, seat.id, seat.link_version, TEN)
    assert not await renew(world, made.id, "customer", seat.id)
    await world.tick()
    assert await is_void(world, token)
    assert world.postman.kinds(CLAIRE) == ["confirmation"]


@virtually
@pytest.mark.parametrize("calendar", ["alone", "group"])
async def test_a_new_link_for_who_serves_voids_all_hosts_links_and_leaves_the_customers(calendar: str) -> None:
    more = {"maximum_attendees": 3} if calendar == "group" else {}
    clinic = await Clinic.opened(online(staff=("claire", "omar"), assignment="all", **more))
    booked = await clinic.book()
    await clinic.tick()
    old = [clinic.postman.to(who)[-1].visit_token for who in (CLAIRE, OMAR)]
    assert await renew(clinic, booked.appointment, "staff", "claire")
    await clinic.tick()
    await clinic.tick()
    new = [clinic.postman.to(who)[-1].visit_token for who in (CLAIRE, OMAR)]
    assert [await is_shut(clinic, token) for token in (*old, *new)] == [True, True, False, False]
    for who in (CLAIRE, OMAR):
        assert clinic.postman.kinds(who) == ["confirmation", "new_link"]
    assert clinic.postman.kinds(ANA) == ["confirmation"]
    assert await refusal_of(clinic.find(booked.token)) == ""
    assert await clinic.problems() == []


@virtually
async def test_each_place_of_a_customer_in_a_group_has_a_link_of_its_own() -> None:
    world = await World.opened(a_group())
    booked = [await world.book(email=ANA, another_seat=one) for one in (False, True)]
    booked.append(await world.book(email=BOB))
    await world.tick()
    customer = seats_of(world, booked[0].appointment)[ANA].customer_id
    assert await renew(world, booked[0].appointment, "customer", customer)
    await world.tick()
    assert [await refusal_of(world.find(one.token)) for one in booked] == ["not-found", "not-found", ""]
    assert world.postman.kinds(ANA) == ["confirmation", "confirmation", "new_link", "new_link"]
    assert {(await world.find(token)).seat.id for token in links_to(world, ANA)[2:]} == {
        booked[0].id,
        booked[1].id,
    }


@virtually
async def test_a_seat_that_has_yet_to_learn_of_its_session_learns_its_new_link_with_that() -> None:
    world = await World.opened(a_group())
    booked = await world.book()
    await world.tick()
    await change(world, booked.appointment, start=TEN + DAY)
    await renew(world, booked.appointment, "customer", booked.id)
    await world.tick()
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert (await world.find(links_to(world, ANA)[-1])).seat.id == booked.id
    assert await refusal_of(world.find(booked.token)) == "not-found"


@virtually
async def test_a_new_link_is_refused_where_there_is_none_to_send() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="claire")
    for holder, name in (("customer", "nobody"), ("customer", "claire"), ("staff", "marc"), ("staff", "nobody")):
        assert await refusal_of(renew(world, booked.id, holder, name)) == "invalid-fields"
    assert await refusal_of(renew(world, "nowhere", "customer", booked.id)) == "not-found"
    marc = Actor("marc", own=frozenset({"marc"}))
    assert await refusal_of(renew(world, booked.id, "customer", booked.id, editor=marc)) == "forbidden"
    await world.cancel(booked.token)
    assert await refusal_of(renew(world, booked.id, "customer", booked.id)) == "already-cancelled"
    other = await world.book(TEN + DAY)
    await world.wait_until(other.end + LINK_LIFE)
    assert await refusal_of(renew(world, other.id, "customer", other.id)) == "changes-closed"


@virtually
async def test_one_key_sends_one_link_whatever_the_network_does() -> None:
    world, key = await World.opened(), a_key()
    booked = await world.book()
    await world.tick()
    processes = world.unreliable(4, 0.3, 7)
    await asyncio.gather(*(persisting(renew, one, booked.id, "customer", booked.id, key=key) for one in processes))
    await settled(processes)
    await world.tick()
    assert world.appointment(booked.id).seat.link_version == 2
    assert world.postman.kinds(ANA) == ["confirmation", "new_link"]
    assert history(world).count("sent a new link") == 1


@virtually
async def test_a_join_link_made_from_an_older_row_is_void_too() -> None:
    clinic = await Clinic.meeting()
    appointment = clinic.appointment(clinic.booked.appointment)
    await renew(clinic, appointment.id, "customer", clinic.booked.id)
    with pytest.raises(NotFound):
        await clinic.entry_state(join_token(SECRET, clinic.business, appointment, appointment.seat))
