"""Valid by default: a clinic with people and services, and requests for it. Tests change what they are about."""

from datetime import UTC, datetime, timedelta
from itertools import count

from shared.domain.appointments.appointment import Appointment, Customer, Seat
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Reminder, Service
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ticks import ceil_tick, floor_tick
from shared.use_cases.booking.create_appointment import AppointmentRequest


SECRET = "a-secret-of-the-tests-which-is-long-enough-47"
MONDAY = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)  # 08:00 in Paris
A_LINK = MeetingRoom(provider="link", template="https://meet.example/{meeting}")
_numbers = count(1)


def a_key() -> str:
    return f"test-key-{next(_numbers):012d}"


def a_person(name="claire", **changes) -> StaffMember:
    return StaffMember(**{"id": name, "name": name.title(), "email": f"{name}@clinic.example", **changes})


def a_service(name="consultation", **changes) -> Service:
    values = {"id": name, "name": name.title(), "staff": ("claire",), "duration": timedelta(minutes=30)}
    return Service(**{**values, **changes})


def a_business(**changes) -> Business:
    values = {
        "id": "biz0clinic",
        "slug": "clinic",
        "name": "Clinic",
        "email": "desk@clinic.example",
        "time_zone": "Europe/Paris",
        "hours": weekdays((540, 1020)),
        "policy": SchedulingPolicy(maximum_advance=timedelta(days=60)),
        "page": BookingPage(is_published=True),
    }
    return Business(**{**values, **changes})


def a_calendar(business=None, services=None, staff=None, questions=()) -> Calendar:
    staff = staff or [a_person()]
    services = services or [a_service(staff=tuple(person.id for person in staff))]
    return Calendar(
        business or a_business(),
        {one.id: one for one in services},
        {one.id: one for one in staff},
        {one.id: one for one in questions},
    )


def a_request(start=MONDAY + timedelta(days=1, hours=2), **changes) -> AppointmentRequest:
    customer = {"name": "Ana Souza", "email": "ana@example.com"}
    values = {"service": "consultation", "start": start, "customer": customer}
    return AppointmentRequest(**{**values, **changes})


def a_seat(email="ana@example.com", **changes) -> Seat:
    values = {"id": "seat0ana", "customer": Customer(name="Ana Souza", email=email), "made_at": MONDAY}
    return Seat(**{**values, **changes})


def an_appointment(start=MONDAY + timedelta(days=1, hours=2), **changes) -> Appointment:
    end = start + timedelta(minutes=30)
    values = {
        "id": "appointment0",
        "service": "consultation",
        "staff": ("claire",),
        "start": start,
        "end": end,
        "claim": (floor_tick(start), ceil_tick(end)),
        "seat": a_seat(),
    }
    return Appointment(**{**values, **changes})


A_REMINDER = Reminder(offset=timedelta(hours=24))
