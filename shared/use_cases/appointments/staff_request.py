"""What staff send to book or change an appointment, and the checks of its fields."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from shared.domain.appointments.appointment import FAR, LONGEST_VISIT, Answer
from shared.domain.appointments.terms import Terms, TermsChange
from shared.domain.calendar.business import Business, Calendar
from shared.domain.calendar.place import ValidLocation
from shared.domain.calendar.service import MAXIMUM_TOGETHER, Service
from shared.domain.calendar.time_zone import is_known_zone
from shared.domain.errors import FieldProblem, InvalidFields
from shared.domain.model import Instant, Request
from shared.domain.text.pasted import PastedAddress, PastedLine, PastedPhone, PastedText
from shared.domain.text.phones import e164, region_of
from shared.use_cases.booking.check_form import (
    LONGEST,
    LONGEST_IN_ALL,
    NOT_PHONE,
    NOT_ZONE,
    REQUIRED,
    TOO_LONG,
    email_problem,
    is_blank,
    is_phone,
    text_problem,
)
from shared.use_cases.calendars.change_calendar import STRANDED


MOST_PARTIES = 60  # customers that one command can add to a session; their rows may allow fewer
MINUTE = timedelta(minutes=1)


StaffId = Annotated[str, Field(max_length=500)]


class CustomerInput(Request):
    """A customer of a booking: a known one by id, whose record fills what is not given, or a new one."""

    customer_id: str = Field(default="", max_length=60)
    name: PastedLine = ""
    email: PastedAddress = ""
    phone: PastedPhone = ""
    address: PastedText = ""
    notes: PastedText = ""
    answers: tuple[Answer, ...] = Field(default=(), max_length=50)
    time_zone: str = Field(default="", max_length=100)
    time_zone_written: str = Field(default="", max_length=100)
    language: str = Field(default="", max_length=20)
    location: ValidLocation | None = None
    send_sms: bool = False


class StaffBooking(Request):
    """A booking. Without `end` it lasts as long as the service; without `staff` a person who is free serves.

    `seats` is the capacity of a new group session, if it differs from the service's. With `over`, it overbooks no
    other appointments than these: those that the person who confirms it has seen.
    """

    service: str = Field(max_length=60)
    start: Instant
    end: Instant | None = None
    staff: tuple[StaffId, ...] = Field(default=(), max_length=MAXIMUM_TOGETHER)
    parties: tuple[CustomerInput, ...] = Field(default=(), max_length=1000)
    seats: int | None = Field(default=None, ge=1, le=1000)
    terms: TermsChange = TermsChange()
    overbook: bool = False
    over: tuple[StaffId, ...] | None = Field(default=None, max_length=100)


class AppointmentChange(Request):
    """The fields to change; what is not given stays. A new start without an end keeps the duration.

    `parties` is the full list of a group's customers, or the one customer with the given details; `seats` is the
    capacity of a group.
    """

    start: Instant | None = None
    end: Instant | None = None
    staff: tuple[StaffId, ...] | None = Field(default=None, min_length=1, max_length=MAXIMUM_TOGETHER)
    parties: tuple[CustomerInput, ...] | None = Field(default=None, max_length=1000)
    seats: int | None = Field(default=None, ge=1, le=1000)
    terms: TermsChange = TermsChange()
    overbook: bool = False


def check_times(start: datetime, end: datetime, now: datetime) -> None:
    """Raise InvalidFields for a time with seconds, an impossible duration, or a far date."""
    errors = [(f"/{name}", "a whole minute") for name, it in (("start", start), ("end", end)) if it.second]
    if not MINUTE <= end - start <= LONGEST_VISIT:
        errors.append(("/end", f"after the start, and at most {LONGEST_VISIT.days} days later"))
    if abs((start - now).days) > FAR:
        errors.append(("/start", "a date within reach"))
    if errors:
        raise InvalidFields(errors)


def check_seats(seats: int | None, *, is_group: bool) -> None:
    """Raise InvalidFields for a number of seats that the service cannot have."""
    if seats is not None and is_group != (seats > 1):
        wrong = "2 or more, for its service is for groups" if is_group else "1, for its service is for one"
        raise InvalidFields([("/maximumAttendeesCount", wrong)])


def check_terms(change: TermsChange, terms: Terms, calendar: Calendar, service: Service) -> None:
    """Raise InvalidFields for terms with which nobody could join."""
    is_asked = not change.model_fields_set.isdisjoint({"is_online", "allow_anonymous_join"})
    if is_asked and terms.allow_anonymous_join is False and calendar.strands(service):
        raise InvalidFields([("/allow_anonymous_join", STRANDED)])


def check_parties(parties: Iterable[CustomerInput], calendar: Calendar) -> None:
    """Raise InvalidFields for names, addresses, numbers or zones that are invalid; SMS needs a real number."""
    errors = [
        problem.at(f"/customers/{index}/{name}")
        for index, party in enumerate(parties)
        for name, problem in (*_problems(party), *_number_problem(party, calendar.business))
    ]
    if errors:
        raise InvalidFields(errors)


def phone_problem(text: str, business: Business) -> FieldProblem | None:
    """Return what is wrong with a number that gets SMS; None if nothing is."""
    is_real = is_phone(text) and e164(text, region_of(business.phone, business.time_zone))
    return None if is_real else NOT_PHONE


def _number_problem(party: CustomerInput, business: Business) -> Iterable[tuple[str, FieldProblem]]:
    if party.send_sms and is_phone(party.phone) and (problem := phone_problem(party.phone, business)):
        yield "phone", problem


def _problems(party: CustomerInput) -> Iterable[tuple[str, FieldProblem]]:
    if is_blank(party.name) and not party.customer_id:
        yield "name", REQUIRED
    for name, longest in LONGEST.items():
        if problem := text_problem(getattr(party, name), longest, multiline=name in ("address", "notes")):
            yield name, problem
    if party.email and (problem := email_problem(party.email)):
        yield "email", problem
    if party.phone and not is_phone(party.phone):
        yield "phone", NOT_PHONE
    if sum(len(one.model_dump_json()) for one in party.answers) > LONGEST_IN_ALL:
        yield "answers", TOO_LONG
    if party.time_zone and not is_known_zone(party.time_zone):
        yield "timeZone", NOT_ZONE
