"""A small clinic for the tests of pages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from functions.pages.visitor import read_visitor
from shared.domain.availability.slots import AvailableSlots, BookingRules
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, Price, Question, Service
from shared.domain.timeline.hours import days_window


NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
STAFF = {"ada": StaffMember(id="ada", name="Ada Byron"), "jon": StaffMember(id="jon", name="Jon Berg")}
QUESTIONS = {
    "before": Question(id="before", text="Have you been here before?", kind="choice", options=("Yes", "No")),
    "number": Question(id="number", text="Your [insurance](https://example.com/i) number"),
}
VISIT = Service(
    id="visit",
    name="First visit",
    description="With *care*.",
    price=Price(kind="fixed", amount=Decimal(45)),
    staff=("ada", "jon"),
    questions=(AskedQuestion(id="before", required=True), AskedQuestion(id="number")),
)
GROUP = Service(id="group", name="Yoga", duration=timedelta(hours=1), maximum_attendees=12, staff=("jon",))


def calendar_of(*, policy: SchedulingPolicy | None = None, services=(VISIT, GROUP), **page) -> Calendar:
    business = Business(
        id="b1",
        slug="riverside",
        name="Riverside Clinic",
        business_type="health",
        phone="+33 1 23 45 67 89",
        time_zone="Europe/Paris",
        policy=policy or SchedulingPolicy(maximum_advance=timedelta(days=120)),
        page=BookingPage(is_published=True, consent="I agree.", **page),
    )
    return Calendar(business, {service.id: service for service in services}, STAFF, QUESTIONS)


def visitor_of(calendar: Calendar, accept: str = "en-GB", **query):
    return read_visitor(query, accept, calendar.business)


def offer_of(calendar: Calendar, service: Service, ask, zone: str, busy=None) -> AvailableSlots:
    """What is offered in the window of an ask; everybody is free but for the masks in `busy`."""
    judge = BookingRules(calendar, service, days_window(*ask.window, zone), NOW)
    return AvailableSlots(calendar, service, judge.window, judge.starts(busy or {}))
