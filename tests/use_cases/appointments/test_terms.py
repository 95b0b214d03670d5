"""What was agreed on stays as it was agreed on, whatever becomes of the service."""

import json
from datetime import timedelta
from decimal import Decimal

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.terms import Terms, TermsChange, terms_of
from shared.domain.calendar.place import Location
from shared.domain.calendar.service import Price
from shared.records.codec import dump
from shared.records.keys import APPOINTMENT, WORK, appointment_key
from shared.records.table import Operation
from tests.support.builders import A_REMINDER, a_calendar, a_service
from tests.support.clinic import ANA, HALF, TEN, World
from tests.support.virtual_time import virtually


DAY, ANNEX = timedelta(days=1), Location(name="Annex")


@virtually
async def test_a_service_that_changes_leaves_what_is_booked_as_it_is() -> None:
    service = a_service(price=Price(kind="fixed", amount=Decimal(60)), pre_buffer=timedelta(minutes=10))
    world = await World.opened(a_calendar(services=[service]))
    booked = await world.book()
    await world.change_service(name="consultation", duration=2 * HALF, pre_buffer=timedelta(), location=ANNEX)
    held = await world.find(booked.token)
    assert held.service is not None
    assert (held.service.price.amount, held.service.duration, held.service.location.name) == (60, HALF, "")
    moved = await world.move(booked.token, TEN + 2 * HALF)
    assert moved.end - moved.start == HALF
    assert world.claimed("claire") == 8
    await world.tick()
    (letter,) = world.postman.to(ANA)
    assert letter.service.price.amount == 60
    assert await world.problems() == []


@virtually
async def test_what_was_stored_before_there_were_terms_is_read_and_has_what_the_service_has() -> None:
    world = await World.opened()
    booked = await world.book()
    key, row = next(iter(world.rows(APPOINTMENT).items()))
    body = json.loads(row.values["body"])
    del body["terms"]
    world.inner.apply("bookings", world.business, [Operation("upsert", key, {"body": json.dumps(body)})])
    await world.change_service(location=ANNEX)
    assert world.appointment(booked.id).terms is None
    world.calendar = await world.store.calendars.reload(world.business)
    assert str((await world.find(booked.token)).service.location) == "Annex"
    assert (await world.cancel(booked.token)).status == "cancelled"


@virtually
async def test_a_reminder_that_an_appointment_no_longer_has_is_not_sent() -> None:
    world = await World.opened(a_calendar(services=[a_service(reminders=(A_REMINDER,))]))
    booked = await world.book(TEN + 3 * DAY)
    one = world.appointment(booked.id)
    assert one.terms is not None
    quiet = one.model_copy(update={"terms": one.terms.model_copy(update={"reminders": ()})})
    world.inner.apply("bookings", world.business, [Operation("upsert", appointment_key(one.id), dump(quiet))])
    await world.tick_for(5 * DAY, every=600)
    assert world.postman.kinds(ANA) == ["confirmation"]
    assert world.rows(WORK) == {}


def test_a_change_of_terms_touches_only_what_it_names() -> None:
    terms = terms_of(a_service(price=Price(kind="free")))
    changed = TermsChange(notes="Allergic to cats").applied(terms)
    assert changed == terms.model_copy(update={"notes": "Allergic to cats"})
    assert TermsChange(notes="").applied(changed) == terms


def test_a_service_that_is_gone_is_still_known_by_what_was_agreed() -> None:
    terms = Terms(service_name="Yoga", tells_customer=False)
    appointment = Appointment(
        id="a", service="gone", staff=(), start=TEN, end=TEN + HALF, claim=(0, 6), terms=terms
    )
    service = appointment.service_of(None)
    assert service is not None
    assert (service.id, service.name, service.duration, service.confirm_customer) == ("gone", "Yoga", HALF, False)
    assert appointment.model_copy(update={"terms": None}).service_of(None) is None
