"""Services, staff, questions and customers by the official SDK."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.models.answer_input_type import AnswerInputType
from msgraph.generated.models.booking_custom_question import BookingCustomQuestion
from msgraph.generated.models.booking_customer import BookingCustomer
from msgraph.generated.models.booking_price_type import BookingPriceType
from msgraph.generated.models.booking_question_assignment import BookingQuestionAssignment
from msgraph.generated.models.booking_reminder import BookingReminder
from msgraph.generated.models.booking_reminder_recipients import BookingReminderRecipients
from msgraph.generated.models.booking_scheduling_policy import BookingSchedulingPolicy
from msgraph.generated.models.booking_service import BookingService
from msgraph.generated.models.booking_staff_member import BookingStaffMember
from msgraph.generated.models.booking_staff_membership_status import BookingStaffMembershipStatus
from msgraph.generated.models.booking_staff_role import BookingStaffRole
from msgraph.generated.models.bookings_availability import BookingsAvailability
from msgraph.generated.models.bookings_availability_window import BookingsAvailabilityWindow
from msgraph.generated.models.bookings_service_availability_type import BookingsServiceAvailabilityType
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.location import Location
from msgraph.generated.models.location_type import LocationType
from msgraph.generated.models.location_unique_id_type import LocationUniqueIdType
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.outlook_geo_coordinates import OutlookGeoCoordinates
from msgraph.generated.models.phone import Phone
from msgraph.generated.models.phone_type import PhoneType
from msgraph.generated.models.physical_address import PhysicalAddress
from msgraph_core.tasks.page_iterator import PageIterator

from tests.graph.test_calendars import hours
from tests.graph.wire import error_of, facts, unset


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
ADDRESS = {
    "street": "4567 Main Street",
    "city": "Buffalo",
    "state": "NY",
    "country_or_region": "USA",
    "postal_code": "98052",
}
ITEM = {
    "services": "by_booking_service_id",
    "staff_members": "by_booking_staff_member_base_id",
    "custom_questions": "by_booking_custom_question_id",
    "customers": "by_booking_customer_base_id",
}
READ_ONLY = {"id", "created_date_time", "last_updated_date_time"}
UNSET = {
    "services": {
        "web_url",
        "business_hours",
    },  # an address of ours; hours where the service is not bookable at all
    "staff_members": set(),
    "custom_questions": set(),
    "customers": set(),
}
ANSWERS_PATCH = ("custom_questions", "customers")


def prefer():
    headers = HeadersCollection()
    headers.add("Prefer", "include-unknown-enum-members")
    return RequestConfiguration(headers=headers)


def item(business, kind, name):
    return getattr(getattr(business, kind), ITEM[kind])(name)


def a_policy():
    window = BookingsAvailabilityWindow(
        availability_type=BookingsServiceAvailabilityType.CustomWeeklyHours,
        business_hours=hours(DayOfWeek.Friday, start=time(9), end=time(11)),
        start_date=date(2030, 12, 1),
        end_date=date(2030, 12, 31),
    )
    return BookingSchedulingPolicy(
        time_slot_interval=timedelta(hours=1),
        minimum_lead_time=timedelta(hours=10),
        maximum_advance=timedelta(days=10),
        send_confirmations_to_owner=False,
        allow_staff_selection=False,
        is_meeting_invite_to_customers_enabled=True,
        general_availability=BookingsAvailability(availability_type=BookingsServiceAvailabilityType.NotBookable),
        custom_availabilities=[window],
    )


async def a_service(business):
    person = await business.staff_members.post(a_person("staff@contoso.com"))
    question = await business.custom_questions.post(a_question())
    return BookingService(
        display_name="Bento",
        description="Individual bento box lunch delivery",
        notes="Home-cooked special",
        additional_information="Please be on time.",
        default_duration=timedelta(hours=1, minutes=30),
        pre_buffer=timedelta(minutes=5),
        post_buffer=timedelta(minutes=10),
        default_price=10.5,
        default_price_type=BookingPriceType.StartingAt,
        default_location=Location(
            display_name="Contoso Lunch Delivery",
            location_email_address="lunch@contoso.com",
            location_uri="https://contoso.com",
            location_type=LocationType.Restaurant,
            unique_id="7",
            unique_id_type=LocationUniqueIdType.Directory,
            address=PhysicalAddress(**ADDRESS),
            coordinates=OutlookGeoCoordinates(latitude=42.5, longitude=-78.5, altitude=180.0, accuracy=3.0, altitude_accuracy=1.5),
        ),
        default_reminders=[
            BookingReminder(message="tomorrow", offset=timedelta(days=1), recipients=BookingReminderRecipients.AllAttendees),
            BookingReminder(message="soon", offset=timedelta(hours=2), recipients=BookingReminderRecipients.Staff),
        ],
        custom_questions=[BookingQuestionAssignment(question_id=question.id, is_required=True)],
        is_anonymous_join_enabled=True,
        is_customer_allowed_to_manage_booking=False,
        is_hidden_from_customers=True,
        is_location_online=True,
        sms_notifications_enabled=True,
        language_tag="fr-CA",
        maximum_attendees_count=4,
        scheduling_policy=a_policy(),
        staff_member_ids=[person.id],
    )  # fmt: skip


def a_person(email="danas@contoso.com"):
    return BookingStaffMember(
        display_name="Dana Swope",
        email_address=email,
        role=BookingStaffRole.ExternalGuest,
        time_zone="America/Chicago",
        use_business_hours=False,
        working_hours=hours(DayOfWeek.Monday, start=time(10), end=time(12, 30)),
        availability_is_affected_by_personal_calendar=True,
        is_email_notification_enabled=False,
        membership_status=BookingStaffMembershipStatus.PendingAcceptance,
    )


def a_question():
    return BookingCustomQuestion(
        display_name="How did you hear of us?",
        answer_input_type=AnswerInputType.RadioButton,
        answer_options=["Friends", "Press"],
    )


def a_customer():
    return BookingCustomer(
        display_name="Joni Sherman",
        email_address="jonis@relecloud.com",
        addresses=[PhysicalAddress(**ADDRESS)],
        phones=[
            Phone(number="206-555-0100", type=PhoneType.Home, language="en-US", region="US"),
            Phone(number="206-555-0200", type=PhoneType.HomeFax),
        ],
    )


async def an(kind, business):
    made = {"staff_members": a_person, "custom_questions": a_question, "customers": a_customer}
    return await a_service(business) if kind == "services" else made[kind]()


EACH = pytest.mark.parametrize("kind", ITEM)


@EACH
async def test_every_property_comes_back(business, kind):
    sent = await an(kind, business)
    assert {name.partition(".")[2] for name in unset(sent)} == READ_ONLY | UNSET[kind]
    expected = facts(sent)
    made = await getattr(business, kind).post(sent)
    assert type(made) is type(sent)
    assert made.created_date_time
    listed = {one.id: one for one in (await getattr(business, kind).get()).value}
    for found in (made, await item(business, kind, made.id).get()):
        assert facts(found, like=expected) == expected
    if kind == "services":  # which hold their reminders only by id
        expected["default_reminders"] = []
        assert made.web_url.endswith(made.id)
    assert facts(listed[made.id], like=expected) == expected
    assert await getattr(business, kind).count.get() == len(listed)


async def test_the_colour_of_a_person_which_is_of_graphs_beta_comes_back(business):
    sent = a_person()
    sent.additional_data = {"colorIndex": 7}
    made = await business.staff_members.post(sent)
    assert made.additional_data["colorIndex"] == 7
    one = item(business, "staff_members", made.id)
    await one.patch(BookingStaffMember(additional_data={"colorIndex": 9}))
    shown = await one.get()
    await one.patch(shown)
    assert (await one.get()).additional_data["colorIndex"] == 9


@EACH
async def test_what_was_got_can_be_patched_back(business, kind):
    made = await getattr(business, kind).post(await an(kind, business))
    one = item(business, kind, made.id)
    shown = await one.get()
    before = facts(shown)
    shown.display_name = "Renamed"
    answer = await one.patch(shown)
    assert (answer is not None) is (kind in ANSWERS_PATCH)
    after = facts(await one.get())
    assert after.pop("display_name") == "Renamed"
    for name in ("last_updated_date_time", "additional_data", "display_name"):
        after.pop(name, None), before.pop(name, None)
    assert after == before


@EACH
async def test_what_is_deleted_is_not_there(business, kind):
    made = await getattr(business, kind).post(await an(kind, business))
    await item(business, kind, made.id).delete()
    with pytest.raises(ODataError) as gone:
        await item(business, kind, made.id).get()
    assert error_of(gone) == (404, "ErrorItemNotFound")
    assert made.id not in {one.id for one in (await getattr(business, kind).get()).value}


@EACH
async def test_what_has_no_name_is_refused(business, kind):
    sent = await an(kind, business)
    sent.display_name = ""
    with pytest.raises(ODataError) as refused:
        await getattr(business, kind).post(sent)
    assert error_of(refused) == (400, "BadRequest")
    assert refused.value.error.details[0].target == "/displayName"


@pytest.mark.parametrize("role", BookingStaffRole)
async def test_roles_beyond_the_sentinel_survive_a_round_trip_of_clients_that_do_not_know_them(business, role):
    if role is BookingStaffRole.UnknownFutureValue:
        with pytest.raises(ODataError) as refused:
            await business.staff_members.post(
                BookingStaffMember(display_name="X", email_address="x@x.example", role=role)
            )
        assert error_of(refused) == (400, "BadRequest")
        return
    made = await business.staff_members.post(
        BookingStaffMember(display_name="Sam", email_address="s@x.example", role=role)
    )
    beyond = role in (BookingStaffRole.Scheduler, BookingStaffRole.TeamMember)
    assert made.role is (BookingStaffRole.UnknownFutureValue if beyond else role)
    one = item(business, "staff_members", made.id)
    shown = await one.get()
    shown.display_name = "Sam S."
    await one.patch(shown)
    again = await one.get(prefer())
    assert (again.role, again.display_name) == (role, "Sam S.")


async def test_a_reminder_or_a_person_that_cannot_be_is_named(business):
    for changes, target in (
        ({"staff_member_ids": ["00000000-0000-0000-0000-000000000000"]}, "/staffMemberIds"),
        ({"default_duration": timedelta()}, "/defaultDuration"),
        ({"default_reminders": [BookingReminder(offset=timedelta(seconds=1))]}, "/defaultReminders/0/offset"),
        ({"maximum_attendees_count": 0}, "/maximumAttendeesCount"),
    ):
        with pytest.raises(ODataError) as refused:
            await business.services.post(BookingService(display_name="X", **changes))
        assert error_of(refused) == (400, "BadRequest")
        assert refused.value.error.details[0].target == target


async def test_customers_are_followed_from_page_to_page(graph, business):
    for number in range(103):
        await business.customers.post(BookingCustomer(display_name=f"Customer {number}"))
    first = await business.customers.get()
    found = []
    await PageIterator(first, graph.request_adapter).iterate(lambda one: found.append(one.id) or True)
    assert len(first.value) == 100
    assert len(set(found)) == 103


async def test_a_state_that_is_not_the_last_one_is_not_overwritten(app, business):
    made = await business.customers.post(a_customer())
    path = f"solutions/bookingBusinesses/{business.id}/customers/{made.id}"
    async with app.http() as http:
        etag = (await http.get(path)).headers["etag"]
        first = await http.patch(path, json={"displayName": "First"}, headers={"If-Match": etag})
        second = await http.patch(path, json={"displayName": "Second"}, headers={"If-Match": etag})
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["error"]["code"] == "PreconditionFailed"


async def test_a_repeated_request_makes_one_thing(app, business):
    path = f"solutions/bookingBusinesses/{business.id}/services"
    async with app.http() as http:
        headers = {"client-request-id": "5a1f0d3c-0000-4000-8000-000000000001"}
        made = [(await http.post(path, json={"displayName": "Once"}, headers=headers)).json() for _ in range(3)]
    assert len({one["id"] for one in made}) == 1
