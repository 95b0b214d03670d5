"""Calendars for the browser tests, written through the use case as a console would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.domain.calendar.business import BookingPage, Business, Calendar, SpecialDates, StaffMember
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Price, Question, Service
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.visit_seeding import online


if TYPE_CHECKING:
    from infra.local.pieces import Azurite

EVERY_DAY = tuple(((8 * 60, 18 * 60),) for _ in range(7))
STAFF = {
    "ada": StaffMember(id="ada", name="Ada Byron"),
    "jon": StaffMember(id="jon", name="Jon Berg"),
    "ivy": StaffMember(id="ivy", name="Ivy Solo"),
}
QUESTIONS = {
    "before": Question(id="before", text="Have you been here before?", kind="choice", options=("Yes", "No")),
    "notes": Question(id="notes", text="I have read the [notes](https://example.com/notes)", kind="checkbox"),
}
SERVICES = (
    Service(
        id="visit",
        name="First visit",
        description="With **care** & <attention>.",
        price=Price(kind="fixed", amount=Decimal(45)),
        staff=("ada", "jon"),
        questions=(AskedQuestion(id="before", required=True), AskedQuestion(id="notes")),
    ),
    Service(id="group", name="Yoga", duration=timedelta(hours=1), maximum_attendees=3, staff=("jon",)),
    Service(id="solo", name="One to one", duration=timedelta(hours=1), staff=("ivy",), is_online=True),
    Service(
        id="never",
        name="Not now",
        staff=("ada",),
        policy=SchedulingPolicy(availability="not_bookable", maximum_advance=timedelta(days=120)),
    ),
)
QUICK = Service(id="quick", name="Quick call", staff=("ada",), customer_fields=CustomerFields(phone="hidden"))


def closed_first() -> tuple[SpecialDates, ...]:
    """Closed today and tomorrow, so that the first free day is a whole one whenever the tests run."""
    today = datetime.now(UTC).date()
    return (SpecialDates(first=today - timedelta(days=1), last=today + timedelta(days=1)),)


def clinic(frame_origins: tuple[str, ...]) -> Calendar:
    """Asks for consent, in Paris, open every day; `frame_origins` may frame it."""
    page = BookingPage(
        is_published=True,
        accent="#0f766e",
        header="Family medicine by the river.",
        consent="I agree, as the [privacy policy](https://example.com/privacy) says.",
        privacy_url="https://example.com/privacy",
        frame_origins=frame_origins,
        index_by_search_engines=True,
    )
    business = Business(
        most_open=0,
        id="b-clinic",
        slug="riverside",
        name="Riverside Clinic",
        business_type="health",
        phone="+33 1 23 45 67 89",
        address="12 quai de la Rive, Paris",
        time_zone="Europe/Paris",
        hours=EVERY_DAY,
        special_dates=closed_first(),
        policy=SchedulingPolicy(maximum_advance=timedelta(days=120)),
        page=page,
    )
    return Calendar(business, {one.id: one for one in SERVICES}, STAFF, QUESTIONS)


def shop() -> Calendar:
    """Asks for nothing but a name and an address; nobody may frame it."""
    page = BookingPage(is_published=True, accent="#f5c400", layout="cards")
    business = Business(
        most_open=0,
        id="b-shop",
        slug="corner-shop",
        name="Corner Shop",
        hours=EVERY_DAY,
        special_dates=closed_first(),
        page=page,
    )
    return Calendar(business, {"quick": QUICK}, STAFF, {})


def careful() -> Calendar:
    """Asks for a code from the mail."""
    page = BookingPage(is_published=True, require_email_code=True, accent="#6d28d9", consent="I agree.")
    business = Business(
        most_open=0,
        id="b-careful",
        slug="careful",
        name="Careful Counsel",
        hours=EVERY_DAY,
        special_dates=closed_first(),
        page=page,
    )
    return Calendar(business, {"quick": QUICK}, STAFF, {})


async def seed(tables: Azurite, secret: str, frame_origins: tuple[str, ...]) -> None:
    adapter = Tables(tables.connection_string)
    store = TableStore(adapter)
    await adapter.create_tables()
    for calendar in (clinic(frame_origins), shop(), careful(), online()):
        await save_calendar(calendar, key=f"seed-{calendar.business.id}-000000", store=store, secret=secret)
    await adapter.close()
