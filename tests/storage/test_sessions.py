"""A session of 300 seats over real tables: reassigned in one transaction, and every seat told."""

from datetime import timedelta

from shared.domain.appointments.appointment import Appointment, Seat
from shared.records.appointments import appointment_rows, seat_rows
from shared.records.codec import load_row
from shared.records.keys import appointment_key, seat_key, seats_of
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.storage.trace import traced
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.messages.send_due import send_due
from tests.support.builders import MONDAY, SECRET, a_calendar, a_key, a_person, a_request, a_service
from tests.support.fakes import Postman


BUSINESS, SEATS, AT_ONCE = "biz0clinic", 300, 40


async def fill(tables: Tables, session: str) -> None:
    """Put copies of the first seat beside it, each of a customer with a mailbox of their own."""
    row = await tables.get("bookings", BUSINESS, appointment_key(session))
    first = await tables.get("bookings", BUSINESS, seat_key(session, session))
    assert row
    assert first
    appointment, seat = load_row(Appointment, row), load_row(Seat, first)
    for start in range(1, SEATS, AT_ONCE):
        changes = {}
        for number in range(start, min(start + AT_ONCE, SEATS)):
            customer = seat.customer.model_copy(update={"email": f"c{number}@example.com"})
            changes |= seat_rows(seat.model_copy(update={"id": f"s{number}", "customer": customer}), appointment)
        await tables.transact(
            "bookings", BUSINESS, [Operation("upsert", key, values) for key, values in changes.items() if values]
        )
    full = appointment.model_copy(update={"filled": SEATS, "version": SEATS})
    await tables.transact(
        "bookings",
        BUSINESS,
        [
            Operation("upsert", key, values) if values else Operation("delete", key)
            for key, values in appointment_rows(full, appointment).items()
        ],
    )


async def test_every_seat_of_a_large_session_hears_that_somebody_else_serves(tables: Tables) -> None:
    store, postman = TableStore(tables), Postman()
    people = [a_person("claire"), a_person("marc")]
    yoga = a_service("yoga", staff=("claire", "marc"), maximum_attendees=SEATS, confirm_customer=True)
    await save_calendar(a_calendar(staff=people, services=[yoga]), key=a_key(), store=store, secret=SECRET)
    args = {"calendar": await store.calendars.find("clinic"), "context": Context(store, SECRET, MONDAY)}
    booked = await create_appointment(a_request(service="yoga", staff="claire"), key=a_key(), **args)

    async def tick(worker: str) -> None:
        shards = ["s0", "s1", "s2", "s3"]
        later = MONDAY + timedelta(minutes=1)
        await send_due(context=Context(store, SECRET, later), mailer=postman, worker=worker, shards=shards)

    await tick("first")
    await fill(tables, booked.appointment)
    postman.letters.clear()
    async with traced() as trace:
        await reassign_appointment(booked.appointment, ["marc"], key=a_key(), editor=Actor("desk"), **args)
    assert trace.transactions == 1
    await tick("second")
    await tick("third")
    seats = (await tables.range("bookings", BUSINESS, *seats_of(booked.appointment))).rows
    assert {load_row(Seat, row).version for row in seats} == {2}
    customers = [letter.to for letter in postman.letters if letter.role == "customer"]
    assert len(customers) == len(set(customers)) == SEATS
    assert sorted(letter.kind for letter in postman.letters if letter.role == "staff") == [
        "cancellation",
        "confirmation",
    ]
    assert (await tables.range("bookings", BUSINESS, "M|0", "M|1")).rows == []
