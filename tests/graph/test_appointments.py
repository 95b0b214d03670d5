"""Appointments, calendarView and getStaffAvailability by the official SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.models.answer_input_type import AnswerInputType
from msgraph.generated.models.booking_appointment import BookingAppointment
from msgraph.generated.models.booking_customer import BookingCustomer
from msgraph.generated.models.booking_customer_information import BookingCustomerInformation
from msgraph.generated.models.booking_price_type import BookingPriceType
from msgraph.generated.models.booking_question_answer import BookingQuestionAnswer
from msgraph.generated.models.booking_reminder import BookingReminder
from msgraph.generated.models.booking_reminder_recipients import BookingReminderRecipients
from msgraph.generated.models.booking_service import BookingService
from msgraph.generated.models.booking_staff_member import BookingStaffMember
from msgraph.generated.models.booking_staff_role import BookingStaffRole
from msgraph.generated.models.bookings_availability_status import BookingsAvailabilityStatus
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.location import Location
from msgraph.generated.models.location_type import LocationType
from msgraph.generated.models.location_unique_id_type import LocationUniqueIdType
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.outlook_geo_coordinates import OutlookGeoCoordinates
from msgraph.generated.models.physical_address import PhysicalAddress
from msgraph.generated.solutions.booking_businesses.item.appointments.appointments_request_builder import (
    AppointmentsRequestBuilder,
)
from msgraph.generated.solutions.booking_businesses.item.appointments.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)
from msgraph.generated.solutions.booking_businesses.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.solutions.booking_businesses.item.get_staff_availability.get_staff_availability_post_request_body import (
    GetStaffAvailabilityPostRequestBody,
)
from msgraph_core.tasks.page_iterator import PageIterator

from shared.storage.tables import Tables
from shared.use_cases.appointment_rows import projection
from shared.use_cases.ports import Operation
from shared.use_cases.rows import day_key
from tests.builders import an_appointment
from tests.graph.test_settings import ADDRESS, a_question
from tests.graph.wire import error_of, facts, unset


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
ListQuery = AppointmentsRequestBuilder.AppointmentsRequestBuilderGetQueryParameters
ViewQuery = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
TODAY = datetime.now(UTC).date()
DAY = TODAY + timedelta(days=28 - TODAY.weekday())  # a Monday
NOBODY = "00000000-0000-0000-0000-000000000000"
READ_ONLY = {
    f"BookingAppointment.{name}" for name in ("created_date_time", "last_updated_date_time", "duration")
} | {
    "BookingAppointment.id",
    "BookingAppointment.filled_attendees_count",
    "BookingAppointment.self_service_appointment_id",
    "BookingAppointment.join_web_url",
    "BookingAppointment.anonymous_join_web_url",
}
ONE_CUSTOMERS = {
    "customer_name": "Jordan Miller",
    "customer_email_address": "jordanm@contoso.com",
    "customer_phone": "213-555-0199",
    "customer_notes": "Please be on time.",
    "customer_time_zone": "America/Chicago",
}


def moment(clock: str, zone: str = "UTC") -> DateTimeTimeZone:
    return DateTimeTimeZone(
        date_time=f"{DAY}T{clock}:00.0000000Z" if zone == "UTC" else f"{DAY}T{clock}", time_zone=zone
    )


def instant(clock: str) -> str:
    return f"{DAY}T{clock}:00+00:00"


@pytest_asyncio.fixture(loop_scope="session")
async def staffed(business):
    """A calendar with somebody, a service for one and one for groups; `.person`, `.service`, `.course`, `.question`."""
    person = BookingStaffMember(display_name="Dana", email_address="dana@contoso.com", role=BookingStaffRole.Guest)
    business.person = (await business.staff_members.post(person)).id
    business.question = (await business.custom_questions.post(a_question())).id
    for name, seats in (("service", 1), ("course", 3)):
        service = BookingService(
            display_name=name.title(),
            staff_member_ids=[business.person],
            maximum_attendees_count=seats,
            default_duration=timedelta(hours=1),
        )
        setattr(business, name, (await business.services.post(service)).id)
    return business


def a_place(name: str) -> Location:
    return Location(
        display_name=name,
        location_email_address="lunch@contoso.com",
        location_uri="https://contoso.com",
        location_type=LocationType.Restaurant,
        unique_id="7",
        unique_id_type=LocationUniqueIdType.Directory,
        address=PhysicalAddress(**ADDRESS),
        coordinates=OutlookGeoCoordinates(
            latitude=42.5, longitude=-78.5, altitude=180.0, accuracy=3.0, altitude_accuracy=1.5
        ),
    )


def a_customer(staffed) -> BookingCustomerInformation:
    answer = BookingQuestionAnswer(
        question_id=staffed.question,
        question="How did you hear of us?",
        answer="Press",
        answer_input_type=AnswerInputType.RadioButton,
        answer_options=["Friends", "Press"],
        selected_options=["Press"],
        is_required=True,
    )
    return BookingCustomerInformation(
        name="Jordan Miller",
        email_address="jordanm@contoso.com",
        phone="213-555-0199",
        notes="Please be on time.",
        time_zone="America/Chicago",
        location=a_place("Customer"),
        custom_question_answers=[answer],
        additional_data={"smsNotificationsEnabled": True},
    )


def a_full_appointment(staffed) -> BookingAppointment:
    """Everything that can be set."""
    return BookingAppointment(
        service_id=staffed.service,
        service_name="Catered bento",
        service_location=a_place("Customer location"),
        service_notes="Customer requires punctual service.",
        start_date_time=moment("12:00"),
        end_date_time=moment("13:30"),
        staff_member_ids=[staffed.person],
        customers=[a_customer(staffed)],
        maximum_attendees_count=1,
        pre_buffer=timedelta(minutes=5),
        post_buffer=timedelta(minutes=10),
        price=10.5,
        price_type=BookingPriceType.StartingAt,
        reminders=[
            BookingReminder(message="tomorrow", offset=timedelta(days=1), recipients=BookingReminderRecipients.AllAttendees),
            BookingReminder(message="soon", offset=timedelta(hours=2), recipients=BookingReminderRecipients.Staff),
        ],
        is_location_online=True,
        sms_notifications_enabled=True,
        opt_out_of_customer_email=True,
        is_customer_allowed_to_manage_booking=True,
        additional_information="Bring your card.",
        appointment_label="vip",
        **ONE_CUSTOMERS,
    )  # fmt: skip


def a_booking(staffed, clock: str = "09:00", **changes) -> BookingAppointment:
    values = {
        "service_id": staffed.service,
        "start_date_time": moment(clock),
        "staff_member_ids": [staffed.person],
        "customers": [BookingCustomerInformation(name="Ana", email_address="ana@contoso.com")],
    }
    return BookingAppointment(**{**values, **changes})


def one(staffed, name: str):
    return staffed.appointments.by_booking_appointment_id(name)


async def book(staffed, clock: str = "09:00", **changes):
    return await staffed.appointments.post(a_booking(staffed, clock, **changes))


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


async def listed_ones(staffed, azurite, count: int) -> None:
    """Put appointments into the index that lists are read from: booking them one by one would take long."""
    tables, name = Tables(azurite.connection_string, "graph"), staffed.id.partition("@")[0]
    start = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    made = [
        an_appointment(start + timedelta(minutes=number), id=f"x{number:03d}", staff=(staffed.person,))
        for number in range(count)
    ]
    rows = [Operation("insert", day_key(one.start, one.id), projection(one)) for one in made]
    for first in range(0, count, 100):
        await tables.transact("bookings", name, rows[first : first + 100])
    await tables.close()


async def test_lists_are_followed_from_page_to_page_and_looked_through(graph, staffed, azurite):
    await listed_ones(staffed, azurite, 104)
    first = await staffed.appointments.get()
    found = []
    await PageIterator(first, graph.request_adapter).iterate(lambda it: found.append(it) or True)
    starts = [it.start_date_time.date_time for it in found]
    assert (len(first.value), len(starts), starts == sorted(starts)) == (100, 104, True)
    query = ListQuery(filter=f"staffMemberIds/any(s:s eq '{staffed.person}')", top=3, select=["id"])
    few = await staffed.appointments.get(RequestConfiguration(query_parameters=query))
    assert [it.id for it in few.value] == [it.id for it in found[:3]]
    assert few.value[0].service_name is None
    query = ListQuery(orderby=["startDateTime/dateTime desc"], top=1, count=True)
    last = await staffed.appointments.get(RequestConfiguration(query_parameters=query))
    assert (last.odata_count, last.value[0].id) == (104, found[-1].id)


def view(start: str, end: str) -> RequestConfiguration:
    return RequestConfiguration(query_parameters=ViewQuery(start=instant(start), end=instant(end)))


async def test_the_calendar_shows_what_a_stretch_of_time_touches(staffed):
    early, late = await book(staffed, "09:00"), await book(staffed, "11:00")
    for start, end, expected in (
        ("09:30", "11:30", [early.id, late.id]),
        ("10:00", "11:00", []),
        ("00:00", "10:00", [early.id]),
    ):
        assert [it.id for it in (await staffed.calendar_view.get(view(start, end))).value] == expected
    with pytest.raises(ODataError) as refused:
        await staffed.calendar_view.get()
    assert error_of(refused) == (400, "BadRequest")


async def test_a_cancelled_appointment_leaves_the_calendar_and_can_still_be_read(staffed):
    made = await book(staffed)
    for _ in range(2):
        await one(staffed, made.id).cancel.post(CancelPostRequestBody(cancellation_message="The doctor is ill."))
    assert (await staffed.calendar_view.get(view("00:00", "23:00"))).value == []
    assert (await staffed.appointments.get()).value == []
    assert (await one(staffed, made.id).get()).additional_data["status"] == "cancelled"
    await book(staffed)


async def test_a_deleted_appointment_is_not_there(staffed):
    made = await book(staffed)
    await one(staffed, made.id).delete()
    for call in (
        one(staffed, made.id).get(),
        one(staffed, made.id).patch(BookingAppointment(service_notes="x")),
        one(staffed, made.id).delete(),
        one(staffed, made.id).cancel.post(CancelPostRequestBody(cancellation_message="x")),
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


def availability(staffed, *people: str) -> GetStaffAvailabilityPostRequestBody:
    return GetStaffAvailabilityPostRequestBody(
        staff_ids=list(people or [staffed.person]),
        start_date_time=DateTimeTimeZone(date_time=f"{DAY}T00:00:00", time_zone="UTC"),
        end_date_time=DateTimeTimeZone(date_time=f"{DAY}T23:00:00", time_zone="UTC"),
    )


async def test_programs_ask_when_people_are_free_and_nobody_else_does(app, staffed):
    await book(staffed, "09:00", pre_buffer=timedelta(minutes=5))
    await book(staffed, "14:00", service_id=staffed.course)
    program = app.client("app@demo.example").solutions.booking_businesses.by_booking_business_id(staffed.id)
    (found,) = (await program.get_staff_availability.post(availability(staffed))).value
    free, seats, busy = (BookingsAvailabilityStatus(name) for name in ("available", "slotsAvailable", "busy"))
    assert found.staff_id == staffed.person
    assert [(it.status, it.start_date_time.date_time[11:16], it.end_date_time.date_time[11:16], it.service_id) for it in found.availability_items] == [
        (free, "08:00", "08:55", None),
        (busy, "08:55", "10:00", None),
        (free, "10:00", "14:00", None),
        (seats, "14:00", "15:00", staffed.course),
        (free, "15:00", "17:00", None),
    ]  # fmt: skip
    with pytest.raises(ODataError) as missing:
        await program.get_staff_availability.post(availability(staffed, NOBODY))
    assert error_of(missing) == (404, "ErrorItemNotFound")
    with pytest.raises(ODataError) as refused:
        await staffed.get_staff_availability.post(availability(staffed))
    assert error_of(refused) == (403, "Forbidden")


async def test_a_program_obeys_the_policy_and_needs_its_permissions(app, staffed):
    program = app.client("app@demo.example").solutions.booking_businesses.by_booking_business_id(staffed.id)
    with pytest.raises(ODataError) as refused:
        await program.appointments.post(a_booking(staffed, "03:00"))
    assert error_of(refused) == (400, "BadRequest")
    made = await program.appointments.post(a_booking(staffed))
    reader = app.client("admin@demo.example", "Bookings.Read.All").solutions.booking_businesses
    reads = reader.by_booking_business_id(staffed.id).appointments
    assert (await reads.by_booking_appointment_id(made.id).get()).id == made.id
    outsider = app.client("outsider@demo.example").solutions.booking_businesses
    for call, expected in (
        (reads.post(a_booking(staffed, "15:00")), (403, "Forbidden")),
        (reads.by_booking_appointment_id(made.id).delete(), (403, "Forbidden")),
        (outsider.by_booking_business_id(staffed.id).appointments.get(), (404, "ErrorItemNotFound")),
    ):
        with pytest.raises(ODataError) as denied:
            await call
        assert error_of(denied) == expected
