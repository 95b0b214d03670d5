"""How long what is kept about people stays, by class, and whether a legal hold keeps all of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from shared.domain.model import Model


RetentionClass = Literal["appointments", "answers", "messages", "facts", "audit"]
CLASSES: tuple[RetentionClass, ...] = get_args(RetentionClass)
LONGEST_DAYS = 36_500
MONTH, YEAR = 30, 365
DaysKept = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]


class Retention(Model):
    """For how many days each class is kept; 0: as long as the calendar.

    appointments   who an appointment was with; its time and service stay. Customers without any go with them
    answers        what customers answered and noted
    messages       what was written in the waiting room, and which messages were sent
    facts          what visits took, for reports
    audit          who did what
    """

    appointments: DaysKept = 0
    answers: DaysKept = 0
    messages: DaysKept = 0
    facts: DaysKept = 0
    audit: DaysKept = 0

    def days(self, name: RetentionClass) -> int:
        """Return for how many days a class is kept; 0 for as long as the calendar."""
        return int(getattr(self, name))

    def before(self, name: RetentionClass, now: datetime) -> datetime | None:
        """Return the moment before which a class is erased; None where it is kept as long as the calendar."""
        days = self.days(name)
        return now - timedelta(days=days) if days else None

    @property
    def is_on(self) -> bool:
        """Return whether anything is erased by time."""
        return any(self.days(name) for name in CLASSES)


PROPOSED: Mapping[str, Retention] = {
    "health": Retention(appointments=2 * YEAR, answers=6 * MONTH, messages=MONTH, facts=2 * YEAR, audit=6 * YEAR),
    "finance": Retention(appointments=5 * YEAR, answers=YEAR, messages=3 * MONTH, facts=2 * YEAR, audit=6 * YEAR),
    "public_sector": Retention(
        appointments=2 * YEAR, answers=6 * MONTH, messages=3 * MONTH, facts=2 * YEAR, audit=5 * YEAR
    ),
    "hr": Retention(appointments=YEAR, answers=6 * MONTH, messages=MONTH, facts=YEAR, audit=2 * YEAR),
}
"""By kinds of business. They are a start, and no legal advice: the law of the place says what is right."""
USUAL = Retention(appointments=2 * YEAR, answers=YEAR, messages=3 * MONTH, facts=2 * YEAR, audit=2 * YEAR)


def proposed_for(business_type: str) -> Retention:
    """Return what a kind of business is proposed to begin with."""
    return PROPOSED.get(business_type, USUAL)


class KeptByCalendar(NamedTuple):
    """What counts for a calendar: its own retention or else the organisation's, and the hold on it, if any."""

    retention: Retention
    hold: str = ""


def kept_by(own: Retention | None, hold: str, organisation: Retention, organisation_hold: str) -> KeptByCalendar:
    """Return what counts for a calendar with this retention and hold of its own in an organisation with these."""
    return KeptByCalendar(organisation if own is None else own, hold or organisation_hold)
