"""Letters to write in tests: a clinic in Paris, a bank in São Paulo, and everything a customer may give."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

from shared.delivery.mail.message import Sender
from shared.domain.appointments.appointment import Answer, Appointment, Consent, Customer, Seat, TimeOff
from shared.domain.appointments.messages import Message
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.place import Location
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Price, Reminder, Service
from shared.domain.reports.mailed_report import MailedReport
from shared.domain.reports.report_mail import DueReport
from shared.domain.reports.visit_figures import VisitFigures


NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
SENDER = Sender("bookings@openslot.test", "https://book.openslot.test", "openslot.test")
LANGUAGES = ("en", "fr", "ru", "pt-BR")
KINDS = ("confirmation", "change", "cancellation", "reminder", "follow_up", "new_link", "series")
ROLES = ("customer", "staff", "business")
EVERY = [
    *product(KINDS, ROLES, LANGUAGES),
    *product(("time_off",), ("staff", "business"), LANGUAGES),
    *product(("code",), ("customer",), LANGUAGES),
    *product(("invitation",), ("staff",), LANGUAGES),
    *product(("own_calendar",), ("staff",), LANGUAGES),
    *product(("unconfirmed",), ("staff",), LANGUAGES),
    *product(("report",), ("staff",), LANGUAGES),
]

BUSINESS = Business(
    id="b1",
    slug="demo-clinic",
    name="Clinique des Tilleuls",
    business_type="health",
    phone="+33 1 23 45 67 89",
    email="accueil@tilleuls.test",
    address="12 rue des Tilleuls, 75003 Paris",
    web_site="https://tilleuls.test",
    time_zone="Europe/Paris",
    language="fr",
    page=BookingPage(is_published=True, accent="#0f766e", privacy_url="https://tilleuls.test/privacy"),
    policy=SchedulingPolicy(minimum_lead_time=timedelta(hours=24)),
)
SERVICE = Service(
    id="s1",
    name="Première consultation",
    duration=timedelta(minutes=30),
    price=Price(kind="fixed", amount=Decimal("60.00")),
    staff=("p1",),
    confirmation_text="Please bring your card and [our form](https://tilleuls.test/form.pdf).\nThe entrance is in the yard.",
    internal_notes="INTERNAL: room 4",
    reminders=(Reminder(offset=timedelta(days=1)), Reminder(offset=timedelta(hours=2))),
)
DOCTOR = StaffMember(id="p1", name="Dr Camille Moreau", email="camille@tilleuls.test")
CUSTOMER = Customer(
    name="Ada Lovelace",
    email="ada@example.test",
    phone="+1 212 555 0100",
    address="1 Main Street\nNew York",
    notes="I use a wheelchair.\nThank you!",
)
SEAT = Seat(
    id="seat1",
    customer=CUSTOMER,
    answers=(
        Answer(question="q1", text="Have you been with us before? See [here](https://x.test)", answer="No, never"),
    ),
    consent=Consent(at=NOW, text="I agree that my data are kept."),
    time_zone="America/New_York",
    language="en",
    ref_id="REF-7",
    made_at=NOW,
)
APPOINTMENT = Appointment(
    id="a1", service="s1", staff=("p1",), start=START, end=START + timedelta(minutes=30), claim=(0, 6), seat=SEAT
)
CALENDAR = Calendar(BUSINESS, {"s1": SERVICE}, {"p1": DOCTOR}, {})
TIME_OFF = TimeOff(
    id="t1", staff="p1", title="Congress", start=START, end=START + timedelta(days=2), notes="Back on Thursday"
)
REPORT = MailedReport(
    DueReport("week", date(2026, 11, 16), "Europe/Paris"),
    VisitFigures(visits=40, completed=36, no_shows=3, not_admitted=1, met=36, waited=40)
    + VisitFigures(duration=36 * timedelta(minutes=20), wait=40 * timedelta(seconds=95)),
    VisitFigures(visits=38, completed=36, no_shows=2, met=36, duration=36 * timedelta(minutes=21)),
)
ADDRESSES = {"customer": "ada@example.test", "staff": "camille@tilleuls.test", "business": "accueil@tilleuls.test"}
NAMES = {"customer": "Ada Lovelace", "staff": "Dr Camille Moreau", "business": ""}


def letter(kind="confirmation", role="customer", language="en", **changes) -> Message:
    is_off, is_code = kind == "time_off", kind in ("code", "invitation", "own_calendar", "report")
    made = Message(
        kind=kind,
        role=role,
        to=ADDRESSES[role],
        name=NAMES[role],
        language=language,
        time_zone="America/New_York" if role == "customer" else "Europe/Paris",
        calendar=CALENDAR,
        service=None if is_off or is_code else SERVICE,
        appointment=None if is_off or is_code else APPOINTMENT,
        seat=None if is_off or is_code else SEAT,
        staff=(DOCTOR,),
        uid="seat1",
        sequence=1,
        manage_token="payload.tag" if role == "customer" and not is_code else "",
        time_off=TIME_OFF if is_off else None,
        text="no_answer 2026-11-20T09:00:00+00:00" if kind == "own_calendar" else "",
        code="048213" if kind == "code" else "",
        membership_token="payload.tag" if kind == "invitation" else "",
        report=REPORT if kind == "report" else None,
        leave_token="payload.tag" if kind == "report" else "",
    )
    return replace(made, **({"series": weekly(made)} if kind == "series" else {}), **changes)


def weekly(made: Message) -> tuple[Message, ...]:
    """The confirmations of a series of two that begins with the appointment of a letter."""
    later = {"id": "a2", "start": START + timedelta(days=7), "end": START + timedelta(days=7, minutes=30)}
    first = replace(made, kind="confirmation")
    second = replace(first, appointment=APPOINTMENT.model_copy(update=later), uid="seat2")
    return (first, replace(second, manage_token="payload.2" if made.manage_token else ""))


def of_service(made: Message, **changes) -> Message:
    """The letter with its service changed; a location is given by its name, whatever that holds."""
    if "location" in changes:
        changes["location"] = Location().model_copy(update={"name": changes["location"]})
    return replace(made, service=made.service.model_copy(update=changes))


def of_business(made: Message, **changes) -> Message:
    business = made.calendar.business.model_copy(update=changes)
    return replace(made, calendar=replace(made.calendar, business=business))


def of_customer(made: Message, **changes) -> Message:
    customer = made.seat.customer.model_copy(update=changes)
    return replace(made, seat=made.seat.model_copy(update={"customer": customer}))


def with_policy(made: Message, **changes) -> Message:
    return of_business(made, policy=BUSINESS.policy.model_copy(update=changes))
