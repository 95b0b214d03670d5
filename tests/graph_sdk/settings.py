"""Services, people, questions and customers with every property set, as objects of the SDK."""

from __future__ import annotations

from datetime import date, time, timedelta

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
from msgraph.generated.models.booking_work_hours import BookingWorkHours
from msgraph.generated.models.booking_work_time_slot import BookingWorkTimeSlot
from msgraph.generated.models.bookings_availability import BookingsAvailability
from msgraph.generated.models.bookings_availability_window import BookingsAvailabilityWindow
from msgraph.generated.models.bookings_service_availability_type import BookingsServiceAvailabilityType
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.location import Location
from msgraph.generated.models.location_type import LocationType
from msgraph.generated.models.location_unique_id_type import LocationUniqueIdType
from msgraph.generated.models.outlook_geo_coordinates import OutlookGeoCoordinates
from msgraph.generated.models.phone import Phone
from msgraph.generated.models.phone_type import PhoneType
from msgraph.generated.models.physical_address import PhysicalAddress


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
    "appointments": "by_booking_appointment_id",
}


def item(business, kind, name):
    return getattr(getattr(business, kind), ITEM[kind])(name)


def hours(*days, start=time(8), end=time(17)):
    slot = BookingWorkTimeSlot(start_time=start, end_time=end)
    week = [*list(DayOfWeek)[1:], DayOfWeek.Sunday]  # as the week is shown, Monday first
    return [BookingWorkHours(day=day, time_slots=[slot] if day in days else []) for day in week]


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


def reminders() -> list[BookingReminder]:
    everybody, staff = BookingReminderRecipients.AllAttendees, BookingReminderRecipients.Staff
    return [
        BookingReminder(message="tomorrow", offset=timedelta(days=1), recipients=everybody),
        BookingReminder(message="soon", offset=timedelta(hours=2), recipients=staff),
    ]


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
        default_location=a_place("Contoso Lunch Delivery"),
        default_reminders=reminders(),
        custom_questions=[BookingQuestionAssignment(question_id=question.id, is_required=True)],
        is_anonymous_join_enabled=True,
        is_customer_allowed_to_manage_booking=False,
        is_hidden_from_customers=True,
        is_location_online=True,
        sms_notifications_enabled=False,
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
        availability_is_affected_by_personal_calendar=False,
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
