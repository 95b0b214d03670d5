"""Appointments by the official SDK: every property, what is done with them, and what cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.models.booking_appointment import BookingAppointment
from msgraph.generated.models.booking_customer import BookingCustomer
from msgraph.generated.models.booking_customer_information import BookingCustomerInformation
from msgraph.generated.models.booking_price_type import BookingPriceType
from msgraph.generated.models.booking_reminder import BookingReminder
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.solutions.booking_businesses.item.appointments.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)

from tests.graph_sdk.bookings import DAY, NOBODY, a_full_appointment, book, moment, one, view
from tests.graph_sdk.wire import error_of, facts, unset


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
READ_ONLY = {
    f"BookingAppointment.{name}" for name in ("created_date_time", "last_updated_date_time", "duration")
} | {
    "BookingAppointment.id",
    "BookingAppointment.filled_attendees_count",
    "BookingAppointment.self_service_appointment_id",
    "BookingAppointment.join_web_url",
    "BookingAppointment.anonymous_join_web_url",
}


async def test_every_property_of_an_appointment_comes_back(staffed):
    sent = a_full_appointment(staffed)
    assert unset(sent) == READ_ONLY | {"BookingCustomerInformation.customer_id"}
    expected = facts(sent)
    made = await staffed.appointments.post(sent)
    for found in (made, await one(staffed, made.id).get()):
        assert facts(found, like=expected) == expected
        assert (found.duration, found.filled_attendees_count) == (timedelta(hours=1, minutes=30), 1)
        assert (found.self_service_appointment_id, found.additional_data["status"]) == (NOBODY, "booked")
        assert found.join_web_url.endswith(f"{made.id}/join")
        assert type(found.customers[0]) is BookingCustomerInformation
        assert found.customers[0].customer_id
        assert found.created_date_time
        assert found.last_updated_date_time
    (listed,) = (await staffed.appointments.get()).value
    only_by_id = {"service_notes": None, "customer_notes": None, "reminders": []}
    assert facts(listed, like=expected) == {**expected, **only_by_id}
    assert await staffed.appointments.count.get() == 1


async def test_what_is_not_said_is_as_the_service_has_it(staffed):
    made = await book(staffed, start_date_time=moment("10:00", "Romance Standard Time"), staff_member_ids=None)
    assert (made.service_name, made.duration, made.staff_member_ids) == (
        "Service",
        timedelta(hours=1),
        [staffed.person],
    )
    assert made.start_date_time.time_zone == "UTC"
    assert (made.price, made.price_type, made.pre_buffer) == (0.0, BookingPriceType.NotSet, timedelta())


async def test_what_was_got_can_be_patched_back(staffed):
    made = await staffed.appointments.post(a_full_appointment(staffed))
    shown = await one(staffed, made.id).get()
    before = facts(shown)
    shown.service_notes = "rewritten"
    assert await one(staffed, made.id).patch(shown) is None
    after = facts(await one(staffed, made.id).get())
    for name in ("last_updated_date_time", "additional_data"):
        after.pop(name), before.pop(name)
    assert after == {**before, "service_notes": "rewritten"}


async def test_a_change_of_time_of_people_and_of_the_customer(staffed):
    made = await book(staffed)
    await one(staffed, made.id).patch(
        BookingAppointment(
            start_date_time=moment("15:00"), customer_name="Ana S.", pre_buffer=timedelta(minutes=15)
        )
    )
    found = await one(staffed, made.id).get()
    assert (found.start_date_time.date_time, found.end_date_time.date_time) == (
        f"{DAY}T15:00:00.0000000Z",
        f"{DAY}T16:00:00.0000000Z",
    )
    assert (found.customer_name, found.pre_buffer) == ("Ana S.", timedelta(minutes=15))
    found.customers[0].phone = "555 0100"
    await one(staffed, made.id).patch(found)
    assert (await one(staffed, made.id).get()).customer_phone == "555 0100"


async def test_a_group_leaves_out_whom_it_does_not_know_and_takes_others_in(staffed):
    people = [
        (await staffed.customers.post(BookingCustomer(display_name=name, email_address=f"{name}@contoso.com"))).id
        for name in ("adele", "bea", "carl", "dora")
    ]
    named = [BookingCustomerInformation(customer_id=name) for name in (people[0], NOBODY)]
    made = await book(staffed, service_id=staffed.course, maximum_attendees_count=3, customers=named)
    assert (made.filled_attendees_count, [it.customer_id for it in made.customers]) == (1, people[:1])
    shown = await one(staffed, made.id).get()
    shown.customers += [BookingCustomerInformation(customer_id=name) for name in people[1:3]]
    await one(staffed, made.id).patch(shown)
    full = await one(staffed, made.id).get()
    assert (full.filled_attendees_count, {it.name for it in full.customers}) == (3, {"adele", "bea", "carl"})
    full.customers.append(BookingCustomerInformation(customer_id=people[3]))
    with pytest.raises(ODataError) as refused:
        await one(staffed, made.id).patch(full)
    assert error_of(refused) == (409, "Conflict")


async def test_a_cancelled_appointment_leaves_the_calendar_and_can_still_be_read(staffed):
    made = await book(staffed)
    for _ in range(2):
        await one(staffed, made.id).cancel.post(CancelPostRequestBody(cancellation_message="The doctor is ill."))
    assert (await staffed.calendar_view.get(view("00:00", "23:00"))).value == []
    assert (await staffed.appointments.get()).value == []
    assert (await one(staffed, made.id).get()).additional_data["status"] == "cancelled"
    await book(staffed)


async def test_deleting_what_is_to_come_cancels_it(staffed):
    made = await book(staffed)
    await one(staffed, made.id).delete()
    assert (await one(staffed, made.id).get()).additional_data["status"] == "cancelled"
    assert (await staffed.appointments.get()).value == []
    await book(staffed)


async def test_what_is_no_appointment_is_not_found(staffed):
    for call in (
        one(staffed, "none").get(),
        one(staffed, "none").patch(BookingAppointment(service_notes="x")),
        one(staffed, "none").delete(),
        one(staffed, "none").cancel.post(CancelPostRequestBody(cancellation_message="x")),
    ):
        with pytest.raises(ODataError) as gone:
            await call
        assert error_of(gone) == (404, "ErrorItemNotFound")


async def test_a_taken_time_is_a_conflict(staffed):
    await book(staffed)
    other = await book(staffed, "14:00")
    for call in (
        book(staffed, "09:30"),
        one(staffed, other.id).patch(BookingAppointment(start_date_time=moment("09:30"))),
    ):
        with pytest.raises(ODataError) as refused:
            await call
        assert error_of(refused) == (409, "Conflict")


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"service_id": NOBODY}, "/serviceId"),
        ({"start_date_time": DateTimeTimeZone(date_time="soon", time_zone="UTC")}, "/startDateTime"),
        ({"end_date_time": DateTimeTimeZone(date_time="2020-01-01T00:00:00", time_zone="UTC")}, "/endDateTime"),
        ({"customers": []}, "/customers"),
        ({"customers": [BookingCustomerInformation(customer_id=NOBODY)]}, "/customers/0/customerId"),
        ({"reminders": [BookingReminder(offset=timedelta(seconds=1))]}, "/reminders/0/offset"),
        ({"additional_data": {"planet": "Mars"}}, "/planet"),
    ],
)
async def test_what_cannot_be_is_a_bad_request_that_names_the_field(staffed, changes, target):
    with pytest.raises(ODataError) as refused:
        await book(staffed, **changes)
    assert error_of(refused) == (400, "BadRequest")
    assert refused.value.error.details[0].target == target


async def test_a_state_that_is_not_the_last_one_is_not_overwritten(staffed):
    made = await book(staffed)
    headers = HeadersCollection()
    headers.add("If-Match", made.additional_data["@odata.etag"])
    config = RequestConfiguration(headers=headers)
    await one(staffed, made.id).patch(BookingAppointment(service_notes="first"), config)
    for call in (
        one(staffed, made.id).patch(BookingAppointment(service_notes="second"), config),
        one(staffed, made.id).delete(config),
    ):
        with pytest.raises(ODataError) as refused:
            await call
        assert error_of(refused) == (412, "PreconditionFailed")
