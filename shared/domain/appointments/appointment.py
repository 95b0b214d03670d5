"""An appointment, the customer's seat in it, and the ticks it claims."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from shared.domain.appointments.terms import Terms
from shared.domain.calendar.place import Location, ValidLocation
from shared.domain.calendar.service import TICKED, Question, QuestionKind, Service
from shared.domain.links import LINK_LIFE
from shared.domain.model import Line, Model
from shared.domain.text.addresses import folded
from shared.domain.timeline.ticks import Window


Status = Literal["booked", "in_lobby", "in_progress", "completed", "no_show", "not_admitted", "cancelled"]


LONGEST_TEXT = 16_000


class Customer(Model):
    name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    notes: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """Return who this is: a link that one was sent is void for another."""
        reached_at = folded(self.email) or "".join(filter(str.isdigit, self.phone))
        return reached_at, " ".join(self.name.casefold().split())


class Consent(Model):
    """What was agreed to, in the words that were shown, and when."""

    at: datetime
    text: str


class Answer(Model):
    """A custom question as it was asked, and what was answered; staff may keep the choices there were with it."""

    question: str = Field(max_length=LONGEST_TEXT)
    text: str = Field(max_length=LONGEST_TEXT)
    answer: str = Field(max_length=LONGEST_TEXT)
    kind: QuestionKind = "text"
    options: tuple[Line, ...] = Field(default=(), max_length=1000)
    selected: tuple[Line, ...] = Field(default=(), max_length=1000)
    required: bool | None = None  # as it was asked, where that was kept

    def is_tick(self, question: Question | None) -> bool:
        """Whether a box was ticked: the form sends a word that means something to no reader."""
        return self.answer == TICKED and self._is("checkbox", question)

    def is_choice(self, question: Question | None) -> bool:
        """Whether it was chosen from the calendar's own words."""
        return self._is("choice", question)

    def _is(self, kind: QuestionKind, question: Question | None) -> bool:
        return kind in (self.kind, question.kind if question else "")


class Seat(Model):
    """One customer's side of an appointment; its id never changes, and names the calendar file.

    A group's seat learns what happens to its session as a whole: `session_changes` counts how much of that is in
    its version already, and `listed` is the start by which the customer's own index has it. Version 0 has yet to
    be told that it is there. `location` is where the customer is, where staff described it.
    """

    id: str
    customer: Customer
    answers: tuple[Answer, ...] = ()
    consent: Consent | None = None
    time_zone: str = ""
    time_zone_written: str = ""  # by another name, as Windows has them
    language: str = ""
    ref_id: str = ""
    status: Literal["booked", "cancelled", "moved"] = "booked"
    version: int = 1
    link_version: int = 1
    moved_to: str = ""
    customer_id: str = ""
    made_at: datetime
    made_by: Literal["customer", "staff"] = "customer"
    session_changes: int = 0
    listed: datetime | None = None
    location: ValidLocation = Field(default_factory=Location)
    wants_sms: bool = False

    def with_customer(self, customer: Customer) -> "Seat":
        """Return the seat with what is known of its customer now; another person voids the links to it."""
        is_same = self.customer.identity == customer.identity
        return self.model_copy(update={"customer": customer, "link_version": self.link_version + (not is_same)})


def reference_of(seat: str) -> str:
    """Return what people can read to each other on the telephone."""
    return f"{seat[:4]} {seat[4:8]}".upper()


class Appointment(Model):
    """`claim` holds the absolute ticks [first, last), buffers included, that it claims of each of `staff`.

    `session_changes` counts what happened to a group session as a whole; its seats learn of it by a work row.
    An `origin` other than a booking is a visit that somebody came for without one: it claims nobody's time.
    """

    id: str
    service: str
    staff: tuple[str, ...]
    start: datetime
    end: datetime
    claim: tuple[int, int]
    status: Status = "booked"
    version: int = 1
    chosen_by: Literal["customer", "anyone", "all", "staff"] = "customer"
    is_overbooked: bool = False
    capacity: int = Field(default=1, ge=1)
    filled: int = 1
    seat: Seat | None = None  # where there is only one; a group's are rows of their own
    language: str = ""
    session_changes: int = 0
    link_version: int = 1  # a host link that is older is void
    terms: Terms | None = None  # what was agreed; older ones have what their service has now
    made_at: datetime | None = None
    origin: Literal["booking", "on_demand", "trial"] = "booking"

    @property
    def is_live(self) -> bool:
        return self.status != "cancelled"

    def links_are_over(self, now: datetime) -> bool:
        return now >= self.end + LINK_LIFE

    @property
    def ticks(self) -> Window:
        return Window(*self.claim)

    def served_by(self, staff: tuple[str, ...]) -> dict[str, object]:
        """Return what changes where these people serve it: others than before void the hosts' links."""
        is_same = set(staff) == set(self.staff)
        return {"staff": staff, "link_version": self.link_version + (not is_same)}

    @property
    def is_group(self) -> bool:
        return self.seat is None

    def service_of(self, service: Service | None) -> Service | None:
        """Return its service as it was booked: a later change of `service` changes only what was not agreed on."""
        return self.terms.service(self.service, service, self.end - self.start) if self.terms else service

    def has_unseen_changes(self, seat: Seat) -> bool:
        """Tell whether a seat has yet to learn what happened to its session."""
        return seat.status == "booked" and (seat.session_changes < self.session_changes or not seat.version)


class TimeOff(Model):
    """A stretch in which somebody cannot be booked; `version` counts its times, of which the person is told."""

    id: str
    staff: str
    title: str = ""
    start: datetime
    end: datetime
    notes: str = ""
    is_all_day: bool = False
    version: int = 1


LONGEST_VISIT, FAR = timedelta(days=7), 4000
