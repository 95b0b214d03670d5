"""Coming without a booking: who may, what is written, who is told, and how it ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.calendar.business import BookingPage, WaitingRoom
from shared.domain.errors import InvalidFields, NotFound, NotOffered
from shared.domain.visits.fact import fact_of
from shared.domain.visits.on_demand import on_demand_service
from shared.records.keys import APPOINTMENT, CUSTOMER, LEDGER
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.result import Booked
from shared.use_cases.visits.walk_in import trial_of, try_visit, walk_in
from tests.support.builders import A_LINK, SECRET, a_business, a_calendar, a_key, a_person, a_request, a_service
from tests.support.clinic import TEN
from tests.support.virtual_time import virtually
from tests.use_cases.visits.app import Clinic


KEY = "a-key-of-a-walk-in-0000"


class Open(Clinic):
    """Two doctors who see people without a booking."""

    async def walk(self, key: str = KEY, **changes) -> Booked:
        return self.take_links(await walk_in(a_request(**changes), key=key, **self.args()), "omar")


def people_come(service=None, on_demand: str = "consultation", **business):
    staff = [a_person("claire"), a_person("omar")]
    values = {"staff": ("claire", "omar"), "is_online": True, **(service or {})}
    room = WaitingRoom(on_demand=on_demand)
    return a_calendar(a_business(waiting_room=room, **business), [a_service(**values)], staff)


async def open_clinic(**changes) -> Open:
    clinic = await Open.opened(people_come(**changes))
    await clinic.wait_until(TEN)
    return clinic


@virtually
async def test_somebody_comes_is_seen_by_whoever_has_time_and_a_fact_is_filed():
    clinic = await open_clinic()
    booked = await clinic.walk()
    appointment = clinic.appointment(booked.appointment)
    assert (appointment.start, appointment.staff, appointment.origin) == (TEN, ("claire", "omar"), "on_demand")
    assert clinic.visit.status == "in_lobby"
    assert clinic.rows(LEDGER) == {}  # nobody's time is claimed
    await clinic.beat(clinic.ana)
    await clinic.come(clinic.doc)
    await asyncio.sleep(30)
    await clinic.admit()
    for token, session in ((clinic.ana, "anaanaana"), (clinic.doc, "docdocdoc")):
        await clinic.beat(token, "room", session)
    await asyncio.sleep(60)
    await clinic.mark("end")
    await clinic.tick()
    (fact,) = clinic.facts()
    assert (fact["status"], fact["wait"], fact["staff"]) == ("completed", "PT30S", ["omar"])
    assert await clinic.problems() == []


@virtually
async def test_the_customer_alone_is_told_with_the_links_of_the_visit():
    clinic = await open_clinic()
    await clinic.walk()
    await clinic.tick()
    (letter,) = clinic.postman.letters
    assert (letter.to, letter.kind, letter.visit_token) == ("ana@example.com", "confirmation", clinic.ana)


@virtually
async def test_whoever_has_gone_again_is_not_admitted_in_the_end():
    clinic = await open_clinic()
    await clinic.walk()
    await clinic.tick_for(timedelta(hours=1), 30)
    assert clinic.status == "not_admitted"
    (fact,) = clinic.facts()
    assert fact["status"] == "not_admitted"
    assert "staff" in fact


@virtually
async def test_one_who_came_without_a_booking_may_be_cancelled_and_nobodys_time_is_touched():
    clinic = await open_clinic()
    booked = await clinic.walk()
    how = {**clinic.args(), "editor": Actor("desk"), "key": a_key()}
    await cancel_by_staff(booked.appointment, "", **how)
    assert clinic.status == "cancelled"
    assert clinic.rows(LEDGER) == {}
    assert await clinic.problems() == []


@virtually
async def test_the_same_form_sent_twice_is_one_visit():
    clinic = await open_clinic()
    first = await clinic.walk()
    await asyncio.sleep(70)
    again = await clinic.walk()
    assert (again.id, again.is_new) == (first.id, False)
    assert len(clinic.rows(APPOINTMENT)) == 1


@virtually
async def test_a_closed_calendar_sees_nobody():
    clinic = await Open.opened(people_come())  # at eight
    with pytest.raises(NotOffered):
        await clinic.walk()
    assert clinic.rows(APPOINTMENT) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"on_demand": ""},
        {"on_demand": "gone"},
        {"service": {"is_online": False}},
        {"service": {"allow_anonymous_join": False, "meeting": A_LINK}},
        {"service": {"maximum_attendees": 3}},
        {"service": {"staff": ()}},
        {"page": BookingPage(is_published=True, require_email_code=True)},
        {"page": BookingPage(is_published=False)},
    ],
)
@virtually
async def test_nobody_comes_where_the_calendar_does_not_allow_it(changes):
    clinic = await open_clinic(**changes)
    with pytest.raises(NotFound):
        await clinic.walk()


@virtually
async def test_a_name_an_address_and_the_consent_are_needed():
    clinic = await open_clinic(page=BookingPage(is_published=True, consent="I agree."))
    with pytest.raises(InvalidFields) as refusal:
        await clinic.walk(customer={"name": " ", "email": "nobody"})
    assert {one.pointer for one in refusal.value.errors} == {"/customer/name", "/customer/email", "/consent"}


@virtually
async def test_settings_that_change_meanwhile_count():
    clinic = await open_clinic()
    await clinic.change_business(waiting_room=WaitingRoom())
    with pytest.raises(NotFound):
        await clinic.walk()


def test_a_service_that_was_removed_is_not_there_to_come_for():
    calendar = people_come()
    gone = {"consultation": a_service(is_online=True, removed_at=TEN)}
    assert on_demand_service(calendar)
    assert on_demand_service(replace(calendar, services=gone)) is None


@virtually
async def test_a_trial_tells_nobody_claims_nothing_and_is_in_no_report():
    clinic = await open_clinic()
    booked = clinic.take_links(
        await try_visit("consultation", "claire", "Test patient", key=a_key(), **clinic.args())
    )
    appointment = clinic.appointment(booked.appointment)
    length = appointment.end - TEN
    assert (appointment.origin, appointment.staff, length) == ("trial", ("claire",), timedelta(minutes=15))
    await clinic.come(clinic.doc)
    await clinic.admit()
    await clinic.beat(clinic.ana, "room", "anaanaana")
    await clinic.mark("end")
    await clinic.tick_for(timedelta(minutes=5), 30)
    assert clinic.status == "completed"
    assert fact_of(appointment, clinic.visit, clinic.now) is None
    assert clinic.facts() == []
    assert clinic.rows(CUSTOMER) == clinic.rows(LEDGER) == {}
    assert clinic.postman.letters == []


@virtually
async def test_a_trial_is_found_by_its_key_and_needs_an_online_service_of_ones_own_calendar():
    clinic = await open_clinic()
    key = a_key()
    booked = await try_visit("consultation", "claire", "Test patient", key=key, **clinic.args())
    assert trial_of(SECRET, clinic.business, "claire", key) == booked.appointment
    await clinic.save(people_come({"is_online": False}))
    with pytest.raises(NotFound):
        await try_visit("consultation", "claire", "Test patient", key=a_key(), **clinic.args())
