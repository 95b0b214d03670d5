"""Appointments as objects of the SDK, on a Monday to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.answer_input_type import AnswerInputType
from msgraph.generated.models.booking_appointment import BookingAppointment
from msgraph.generated.models.booking_customer_information import BookingCustomerInformation
from msgraph.generated.models.booking_price_type import BookingPriceType
from msgraph.generated.models.booking_question_answer import BookingQuestionAnswer
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.solutions.booking_businesses.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.solutions.booking_businesses.item.get_staff_availability.get_staff_availability_post_request_body import (
    GetStaffAvailabilityPostRequestBody,
)

from tests.graph_sdk.settings import a_place, item, reminders


ViewQuery = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
TODAY = datetime.now(UTC).date()
DAY = TODAY + timedelta(days=28 - TODAY.weekday())  # a Monday
NOBODY = "00000000-0000-0000-0000-000000000000"
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
        additional_data={"smsNotificationsEnabled": False},
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
        reminders=reminders(),
        is_location_online=True,
        sms_notifications_enabled=False,
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
    return item(staffed, "appointments", name)


async def book(staffed, clock: str = "09:00", **changes):
    return await staffed.appointments.post(a_booking(staffed, clock, **changes))


def view(start: str, end: str) -> RequestConfiguration:
    return RequestConfiguration(query_parameters=ViewQuery(start=instant(start), end=instant(end)))


def availability(staffed, *people: str) -> GetStaffAvailabilityPostRequestBody:
    return GetStaffAvailabilityPostRequestBody(
        staff_ids=list(people or [staffed.person]),
        start_date_time=DateTimeTimeZone(date_time=f"{DAY}T00:00:00", time_zone="UTC"),
        end_date_time=DateTimeTimeZone(date_time=f"{DAY}T23:00:00", time_zone="UTC"),
    )
