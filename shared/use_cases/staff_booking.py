"""What staff ask for when they book: for whom, when, with whom, on which terms; and the fields that are wrong."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import Field

from shared.domain.appointment import Answer
from shared.domain.business import is_known_zone
from shared.domain.errors import InvalidFields
from shared.domain.model import Instant, Request
from shared.domain.service import MAXIMUM_TOGETHER
from shared.domain.terms import TermsChange
from shared.use_cases.check_form import LONGEST, PHONE, REQUIRED, is_blank, is_email, text_problem


MOST_PARTIES = 60  # that one command adds to a session or takes out of it
LONGEST_VISIT, FAR = timedelta(days=7), 4000
MINUTE = timedelta(minutes=1)


class Party(Request):
    """One customer of a booking: a known one by id, whose data fills what is not given; or a new one."""

    customer_id: str = Field(default="", max_length=60)
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    notes: str = ""
    answers: tuple[Answer, ...] = Field(default=(), max_length=50)
    time_zone: str = ""
    language: str = Field(default="", max_length=20)
    send_sms: bool = False


class StaffBooking(Request):
    """`end` is the service's duration later where none is given; without `staff` somebody who is free serves."""

    service: str = Field(max_length=60)
    start: Instant
    end: Instant | None = None
    staff: tuple[str, ...] = Field(default=(), max_length=MAXIMUM_TOGETHER)
    parties: tuple[Party, ...] = ()
    terms: TermsChange = TermsChange()
    overbook: bool = False


def check_times(start: datetime, end: datetime, now: datetime) -> None:
    """Raise InvalidFields for a time that no calendar has."""
    errors = [(f"/{name}", "a whole minute") for name, it in (("start", start), ("end", end)) if it.second]
    if not MINUTE <= end - start <= LONGEST_VISIT:
        errors.append(("/end", f"after the start, and at most {LONGEST_VISIT.days} days later"))
    if abs((start - now).days) > FAR:
        errors.append(("/start", "a date within reach"))
    if errors:
        raise InvalidFields(errors)


def check_parties(parties: Iterable[Party]) -> None:
    """Raise InvalidFields for what is no name, address, number or zone."""
    errors = [
        (f"/customers/{index}/{name}", problem)
        for index, party in enumerate(parties)
        for name, problem in _problems(party)
    ]
    if errors:
        raise InvalidFields(errors)


def _problems(party: Party) -> Iterable[tuple[str, str]]:
    if is_blank(party.name) and not party.customer_id:
        yield "name", REQUIRED
    for name, longest in LONGEST.items():
        if problem := text_problem(getattr(party, name), longest, multiline=name in ("address", "notes")):
            yield name, problem
    if party.email and not is_email(party.email):
        yield "email", "not an e-mail address"
    if party.phone and not PHONE.fullmatch(party.phone):
        yield "phone", "not a phone number"
    if party.time_zone and not is_known_zone(party.time_zone):
        yield "timeZone", "not an IANA time zone"
