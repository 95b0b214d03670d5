"""Three appointments that nobody has booked, by which texts are shown: in person, online, and of a group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from shared.domain.appointments.appointment import Appointment, Customer, Seat
from shared.domain.appointments.messages import Message
from shared.domain.calendar.service import Price, Service
from shared.domain.reports.mailed_report import MailedReport
from shared.domain.reports.report_mail import DueReport
from shared.domain.reports.visit_figures import VisitFigures
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from shared.domain.appointments.messages import MessageKind
    from shared.domain.calendar.business import Calendar
    from shared.domain.messages.message_text import TextKind

SampleName = Literal["in_person", "online", "group"]
SAMPLES: Mapping[SampleName, str] = {
    "in_person": marked("In person"),
    "online": marked("Online"),
    "group": marked("Group"),
}
SAMPLE_PHONE, SAMPLE_MAIL = "+1 202 555 0147", "ada@example.com"
SAMPLE_WEEK = VisitFigures(visits=12, completed=11, no_shows=1, met=11, duration=11 * timedelta(minutes=20))
TOKEN = "sample"  # noqa: S105 - of links that lead nowhere


@dataclass(frozen=True, slots=True)
class SampleReader:
    """To whom a sample goes: the person who tries the texts, or nobody."""

    to: str
    name: str = ""


NOBODY = SampleReader(SAMPLE_MAIL)


def sample_message(
    calendar: Calendar,
    kind: TextKind,
    language: str,
    *,
    sample: SampleName,
    now: datetime,
    texts: NullTranslations,
    reader: SampleReader = NOBODY,
    service: str = "",
    before: int = 0,
) -> Message:
    """Return a message of a kind about a sample appointment; of the given service, else of the first that fits."""
    is_staff, customer = _is_for_staff(kind), _customer(texts)
    served = _service(calendar, sample, service, texts)
    staff = [*calendar.staff_of(served)][:1]
    made = Message(
        kind=_message_kind(kind),
        role="staff" if is_staff else "customer",
        to=reader.to,
        name=customer.name if not is_staff else staff[0].name if staff else reader.name,
        language=language,
        time_zone=calendar.business.time_zone,
        calendar=calendar,
        service=served,
        appointment=_appointment(calendar, served, customer, language, now),
        seat=_seat(customer, language, now),
        staff=staff,
        uid=f"sample-{now.timestamp():.0f}",
        sequence=1,
        manage_token="" if is_staff else TOKEN,
        visit_token=TOKEN if served.is_joinable or (is_staff and served.is_online) else "",
        before=timedelta(minutes=before) if before else None,
        is_test=True,
    )
    return _of_kind(made.in_its_language, kind)


def _is_for_staff(kind: TextKind) -> bool:
    return kind.startswith("staff_") or kind in ("invitation", "report")


def _customer(texts: NullTranslations) -> Customer:
    return Customer(name=texts.gettext("Ada Lovelace"), email=SAMPLE_MAIL, phone=SAMPLE_PHONE)


def _of_kind(made: Message, kind: TextKind) -> Message:
    """Return the message with what distinguishes its kind."""
    assert made.appointment is not None
    bare = replace(made, service=None, appointment=None, seat=None, manage_token="", visit_token="")
    if kind == "report":
        return replace(bare, name="", staff=(), report=_report(made), leave_token=TOKEN)
    if kind in ("code", "invitation"):
        return replace(bare, code="048213", name="") if kind == "code" else replace(bare, membership_token=TOKEN)
    if kind == "staff_cancellation":
        return replace(made, appointment=made.appointment.model_copy(update={"status": "cancelled"}))
    if kind in ("series", "staff_series"):
        first = replace(made, kind="confirmation")
        week = timedelta(days=7)
        times = {"start": made.appointment.start + week, "end": made.appointment.end + week}
        return replace(made, series=(first, replace(first, appointment=made.appointment.model_copy(update=times))))
    return made


def _report(made: Message) -> MailedReport:
    """Return the report of a week with a few visits."""
    day = made.appointment.start.date() if made.appointment else date(2027, 1, 11)
    due = DueReport("week", day - timedelta(days=day.weekday()), made.time_zone)
    return MailedReport(due, SAMPLE_WEEK, SAMPLE_WEEK)


def _message_kind(kind: TextKind) -> MessageKind:
    kinds: dict[str, MessageKind] = {
        "confirmation": "confirmation",
        "change": "change",
        "cancellation": "cancellation",
        "reassigned": "cancellation",
        "reminder": "reminder",
        "follow_up": "follow_up",
        "new_link": "new_link",
        "series": "series",
        "code": "code",
        "invitation": "invitation",
        "report": "report",
    }
    return kinds[kind.removeprefix("staff_")]


def _service(calendar: Calendar, sample: SampleName, wanted: str, texts: NullTranslations) -> Service:
    """Return a service of the sample's kind: the wanted one, else the first that fits, made to fit if need be."""
    own = calendar.services.get(wanted)
    known = [own] if own else [one for one in calendar.listed_services if _fits(one, sample)]
    found = next(iter(known or calendar.listed_services), None)
    found = found or Service(id=TOKEN, name=texts.gettext("Consultation"), price=Price(kind="free"))
    if _fits(found, sample):
        return found
    size = max(found.maximum_attendees, 8) if sample == "group" else 1
    is_online = sample == "online"
    return found.model_copy(
        update={"is_online": is_online, "allow_anonymous_join": True, "maximum_attendees": size}
    )


def _fits(service: Service, sample: SampleName) -> bool:
    if sample == "group":
        return service.is_group
    return service.is_online == (sample == "online") and not service.is_group


def _appointment(
    calendar: Calendar, service: Service, customer: Customer, language: str, now: datetime
) -> Appointment:
    """Return an appointment in the forenoon of a day in two weeks."""
    zone = ZoneInfo(calendar.business.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=14)
    start = datetime.combine(day, time(10), zone)
    return Appointment(
        id=TOKEN,
        service=service.id,
        staff=service.staff[:1],
        start=start,
        end=start + service.duration,
        claim=(0, 1),
        capacity=service.maximum_attendees,
        filled=min(service.maximum_attendees, 3),
        seat=None if service.is_group else _seat(customer, language, now),
    )


def _seat(customer: Customer, language: str, now: datetime) -> Seat:
    return Seat(id="a1b2c3d4", customer=customer, language=language, made_at=now)
