"""All operations of the v1.0 surface by the official SDK: what is asked for on the wire, and how it is answered."""

from __future__ import annotations

import re

import pytest
from msgraph.generated.models.booking_appointment import BookingAppointment
from msgraph.generated.models.booking_business import BookingBusiness
from msgraph.generated.models.booking_custom_question import BookingCustomQuestion
from msgraph.generated.models.booking_customer import BookingCustomer
from msgraph.generated.models.booking_service import BookingService
from msgraph.generated.models.booking_staff_member import BookingStaffMember
from msgraph.generated.models.booking_staff_role import BookingStaffRole
from msgraph.generated.solutions.booking_businesses.item.appointments.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)

from tests.graph_sdk.bookings import a_booking, availability, view
from tests.graph_sdk.settings import item


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
ALL, ONE = "solutions/bookingBusinesses", "solutions/bookingBusinesses/{}"
KINDS = {"services": 204, "staffMembers": 204, "customers": 200, "customQuestions": 200, "appointments": 204}
"""What can be made of a calendar, and how a change of one is answered."""
OPERATIONS = {
    ("GET", ALL, 200),
    ("POST", ALL, 201),
    ("GET", ONE, 200),
    ("PATCH", ONE, 204),
    ("DELETE", ONE, 204),
    ("POST", f"{ONE}/publish", 204),
    ("POST", f"{ONE}/unpublish", 204),
    ("POST", f"{ONE}/getStaffAvailability", 200),
    ("GET", f"{ONE}/calendarView", 200),
    ("POST", f"{ONE}/appointments/{{}}/cancel", 204),
    ("GET", "solutions/bookingCurrencies", 200),
    ("GET", "solutions/bookingCurrencies/{}", 200),
}
for kind, changed in KINDS.items():
    OPERATIONS |= {("GET", f"{ONE}/{kind}", 200), ("POST", f"{ONE}/{kind}", 201)}
    OPERATIONS |= {(method, f"{ONE}/{kind}/{{}}", status) for method, status in (("GET", 200), ("PATCH", changed), ("DELETE", 204))}  # fmt: skip


def template(path: str) -> str:
    """Return a path without its ids, which stand at every second place."""
    parts = path.split("/")
    return "/".join("{}" if place in (2, 4) else part for place, part in enumerate(parts))


async def every_child(calendar, kind: str, new, change) -> str:
    """Add one of a kind, read it by itself and in the list, change it; return its id."""
    made = await getattr(calendar, kind).post(new)
    one = item(calendar, kind, made.id)
    assert (await one.get()).id == made.id
    assert made.id in {it.id for it in (await getattr(calendar, kind).get()).value}
    await one.patch(change)
    return made.id


async def test_all_thirty_seven_operations(app):
    seen: list[tuple[str, str, int]] = []
    client, program = app.client(seen=seen), app.client("app@demo.example", seen=seen)
    made = await client.solutions.booking_businesses.post(BookingBusiness(display_name="Everything"))
    calendar = client.solutions.booking_businesses.by_booking_business_id(made.id)
    assert made.id in {one.id for one in (await client.solutions.booking_businesses.get()).value}
    await calendar.patch(BookingBusiness(phone="555 0100"))
    assert (await calendar.get()).phone == "555 0100"
    await calendar.publish.post()
    await calendar.unpublish.post()
    person = BookingStaffMember(display_name="Dana", email_address="d@contoso.com", role=BookingStaffRole.Guest)
    calendar.person = await every_child(calendar, "staff_members", person, BookingStaffMember(display_name="D."))
    question = await every_child(
        calendar,
        "custom_questions",
        BookingCustomQuestion(display_name="Why?"),
        BookingCustomQuestion(display_name="Why then?"),
    )
    customer = await every_child(
        calendar,
        "customers",
        BookingCustomer(display_name="Ana"),
        BookingCustomer(display_name="Ana S."),
    )
    calendar.service = await every_child(
        calendar,
        "services",
        BookingService(display_name="Talk", staff_member_ids=[calendar.person]),
        BookingService(display_name="Long talk"),
    )
    appointment = await every_child(
        calendar,
        "appointments",
        a_booking(calendar),
        BookingAppointment(service_notes="x"),
    )
    assert [one.id for one in (await calendar.calendar_view.get(view("00:00", "23:00"))).value] == [appointment]
    programs = program.solutions.booking_businesses.by_booking_business_id(made.id)
    assert (await programs.get_staff_availability.post(availability(calendar))).value
    booked = calendar.appointments.by_booking_appointment_id(appointment)
    await booked.cancel.post(CancelPostRequestBody(cancellation_message="Another day"))
    await booked.delete()
    await calendar.services.by_booking_service_id(calendar.service).delete()
    await calendar.customers.by_booking_customer_base_id(customer).delete()
    await calendar.custom_questions.by_booking_custom_question_id(question).delete()
    await calendar.staff_members.by_booking_staff_member_base_id(calendar.person).delete()
    await client.solutions.booking_currencies.get()
    await client.solutions.booking_currencies.by_booking_currency_id("EUR").get()
    await calendar.delete()
    assert len(OPERATIONS) == 37
    assert {(method, template(path), status) for method, path, status in seen} == OPERATIONS
    assert all(re.fullmatch(r"[A-Za-z0-9@.=/-]+", path) for _, path, _ in seen)
