"""An appointment, the customer's seat in it, and the ticks it claims."""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import Field

from shared.domain.appointments.cancellation import CancelledBy, CancelReason, PlacesLeft
from shared.domain.appointments.terms import Terms
from shared.domain.calendar.place import Location, ValidLocation
from shared.domain.calendar.service import TICKED, Question, QuestionKind, Service
from shared.domain.calendar.words import Translated
from shared.domain.links import LINK_LIFE
from shared.domain.model import Line, Model
from shared.domain.text.addresses import folded
from shared.domain.timeline.ticks import Window


Status = Literal["booked", "in_lobby", "in_progress", "completed", "no_show", "not_admitted", "cancelled"]
ChosenBy = Literal["customer", "anyone", "all", "staff"]


LONGEST_TEXT = 16_000


class Customer(Model):
    name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    notes: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """Return what identifies the person: if it changes, links that were sent before are void."""
        return folded(self.email) or self.digits, " ".join(self.name.casefold().split())

    @property
    def digits(self) -> str:
        """Return the telephone number without what it is divided by."""
        return "".join(filter(str.isdigit, self.phone))


class Consent(Model):
    """What was agreed to, in the words that were shown, and when; `language` is theirs if not the calendar's."""

    at: datetime
    text: str
    language: str = ""


class Answer(Model):
    """A custom question as it was asked, and its answer; staff may store the options with it."""

    question: str = Field(max_length=LONGEST_TEXT)
    text: str = Field(max_length=LONGEST_TEXT)
    answer: str = Field(max_length=LONGEST_TEXT)
    kind: QuestionKind = "text"
    options: tuple[Line, ...] = Field(default=(), max_length=1000)
    selected: tuple[Line, ...] = Field(default=(), max_length=1000)
    required: bool | None = None  # as it was asked, where that was kept

    def in_words_of(self, question: Question | None) -> tuple[str, str]:
        """Return the question and the answer as a reader gets them, whose language the given question is in.

        A question that was worded otherwise when it was answered stays as it was.
        """
        if question is None:
            return self.text, self.answer
        said = [one for one in (question.text, *question.options) if isinstance(one, Translated)]
        words = {one.own: one for one in said}
        answer = words.get(self.answer, self.answer) if self.is_choice(question) else self.answer
        return words.get(self.text, self.text), answer

    def is_tick(self, question: Question | None) -> bool:
        """Return whether a box was ticked: the form sends a fixed word, which pages do not show as it is."""
        return self.answer == TICKED and self._is("checkbox", question)

    def is_choice(self, question: Question | None) -> bool:
        """Return whether the answer is one of the calendar's options, and so in the calendar's language."""
        return self._is("choice", question)

    def _is(self, kind: QuestionKind, question: Question | None) -> bool:
        return kind in (self.kind, question.kind if question else "")


NOT_CANCELLED = {"cancelled_at": None, "cancelled_by": "", "is_cancelled_late": False, "cancel_reason": ""}


class Pending(Model):
    """What people know of what staff have changed until they are told of it, at `due`.

    It stands as long as what was changed has this `version`. `since` is when the first of the changes was made,
    and `entry` the number of the outbox entry that tells of all of them; `together` names the changes of others
    that are told in the same message. The other fields are those of appointment and seat, as they were before.
    """

    version: int
    since: datetime
    due: datetime
    entry: str
    together: str = ""
    start: datetime
    session_changes: int = 0
    seat_version: int = 0

    def told(self, version: int, due: datetime, entry: str, together: str) -> Self:
        """Return the same knowledge, of which people are told by this entry: what they know stays until then."""
        return self.model_copy(update={"version": version, "due": due, "entry": entry, "together": together})


class PendingSeat(Pending):
    """What people know of a group's seat: that it is in the `session`, which has this start."""

    session: str


class Seat(Model):
    """One customer's side of an appointment; its id never changes, and names the calendar file.

    A change of a whole session reaches its seats later, one by one: `session_changes` is the last one that this
    seat's version includes. Version 0 is a seat whose customer has had no message about it. `listed` is the start
    under which the customer's index has the seat, `was_in` the group sessions that have a row of it from before it
    was moved. `location` is the customer's place, if staff described it. A group's seat names its `series`.
    `undone` is the last version that was undone: a page that shows it must not act on a later change.
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
    was_in: tuple[str, ...] = ()
    customer_id: str = ""
    made_at: datetime
    made_by: Literal["customer", "staff"] = "customer"
    session_changes: int = 0
    listed: datetime | None = None
    location: ValidLocation = Field(default_factory=Location)
    wants_sms: bool = False
    sms_consent: Consent | None = None  # none where staff have noted the wish
    cancelled_at: datetime | None = None  # none of those that were cancelled before this was kept
    cancelled_by: CancelledBy = ""
    is_cancelled_late: bool = False
    cancel_reason: CancelReason = ""
    series: str = ""
    pending: PendingSeat | None = None
    undone: int = 0

    @property
    def has_pending_notice(self) -> bool:
        """Return whether people are not told of its last change before some time, unless they were meanwhile."""
        return self.pending is not None and self.pending.version == self.version

    @property
    def is_leaving(self) -> bool:
        """Return whether it was cancelled, and people are not told of that yet."""
        return self.status == "cancelled" and self.has_pending_notice

    def as_known(self) -> "Seat":
        """Return it as people know it."""
        assert self.pending is not None
        known = {"version": self.pending.seat_version, "session_changes": self.pending.session_changes}
        more = {"status": "booked", "moved_to": "", "pending": None, "undone": self.version, **NOT_CANCELLED}
        return self.model_copy(update={**known, **more})

    def with_customer(self, customer: Customer) -> "Seat":
        """Return the seat with these details; if they are those of another person, links to it are void.

        So they are if an SMS may have brought one to a number that is no longer theirs.
        """
        is_texted = self.wants_sms or self.sms_consent is not None
        is_same_number = self.customer.digits in ("", customer.digits) or not is_texted
        is_same = self.customer.identity == customer.identity and is_same_number
        # True counts as 1: another person raises the version, which voids older links.
        return self.model_copy(update={"customer": customer, "link_version": self.link_version + (not is_same)})


def reference_of(seat: str) -> str:
    """Return a short reference that can be read out on the telephone."""
    return f"{seat[:4]} {seat[4:8]}".upper()


class AwaitedConfirmation(Model):
    """That those who serve an appointment are to confirm it: it was booked while an own calendar was not readable.

    It concerns the staff whose links have the number `of_links`, until `confirmed_at`: others have been chosen.
    They are asked `since` the booking or its last move.
    """

    of_links: int
    since: datetime | None = None
    confirmed_at: datetime | None = None


class PendingNotice(Pending):
    """What people know of an appointment."""

    end: datetime
    staff: tuple[str, ...]
    claim: tuple[int, int]
    status: Status = "booked"
    chosen_by: ChosenBy = "customer"
    is_overbooked: bool = False
    filled: int = 1
    link_version: int = 1
    left: tuple[PlacesLeft, ...] = ()
    awaited: AwaitedConfirmation | None = None


class ReassignmentWish(Model):
    """The wish of a person who serves an appointment that somebody else does, and why.

    It is open as long as the hosts' links are those of the number `of_links`: until others serve it.
    """

    person: str
    message: str = ""
    at: datetime
    of_links: int


RESTORED = (
    "start",
    "end",
    "staff",
    "claim",
    "status",
    "chosen_by",
    "is_overbooked",
    "filled",
    "session_changes",
    "link_version",
    "left",
    "awaited",
)
"""The fields of an appointment that an undone change gives back."""


class Appointment(Model):
    """`claim` holds the absolute ticks [first, last), buffers included, that it claims of each of `staff`.

    `session_changes` counts the changes of a group session as a whole; an outbox entry brings them to its seats.
    An `origin` other than "booking" is a visit without a booking: it claims nobody's time.
    `series` names the series that it was booked in.
    `left` are the places of a group that were given up; a seat alone says so itself.
    `pending` is left as it is by changes that announce themselves: then its version is no longer the present one.
    """

    id: str
    service: str
    staff: tuple[str, ...]
    start: datetime
    end: datetime
    claim: tuple[int, int]
    status: Status = "booked"
    version: int = 1
    chosen_by: ChosenBy = "customer"
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
    pending: PendingNotice | None = None
    series: str = ""
    wish: ReassignmentWish | None = None
    left: tuple[PlacesLeft, ...] = ()
    awaited: AwaitedConfirmation | None = None

    @property
    def is_live(self) -> bool:
        """Return whether it is not cancelled; one that is over is live too."""
        return self.status != "cancelled"

    @property
    def open_wish(self) -> ReassignmentWish | None:
        """Return the wish to be replaced that nobody has decided on yet."""
        is_open = self.wish is not None and self.is_live and self.wish.person in self.staff
        return self.wish if is_open and self.wish and self.wish.of_links == self.link_version else None

    @property
    def is_asked(self) -> bool:
        """Return whether those who serve it were asked to confirm it, whether or not they have."""
        return self.awaited is not None and self.awaited.of_links == self.link_version

    @property
    def is_to_confirm(self) -> bool:
        """Return whether it waits to be confirmed by those who serve it, or by a scheduler."""
        return self.is_live and self.is_asked and self.awaited is not None and self.awaited.confirmed_at is None

    def links_are_over(self, now: datetime) -> bool:
        """Return whether its links have expired."""
        return now >= self.end + LINK_LIFE

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return whom it was booked with; none for a walk-in, whose staff are all who could serve it."""
        return () if self.origin == "on_demand" else self.staff

    @property
    def ticks(self) -> Window:
        """Return the absolute ticks that it claims, buffers included."""
        return Window(*self.claim)

    def served_by(self, staff: tuple[str, ...]) -> dict[str, object]:
        """Return the fields to change if these people serve it; if they are others, the hosts' links are void."""
        is_same = set(staff) == set(self.staff)
        return {"staff": staff, "link_version": self.link_version + (not is_same)}

    @property
    def is_group(self) -> bool:
        """Return whether its seats are rows of their own, even if only one is taken."""
        return self.seat is None

    @property
    def is_full(self) -> bool:
        """Return whether it is a group's that has no seat left."""
        return self.is_group and self.filled >= self.capacity

    def service_of(self, service: Service | None) -> Service | None:
        """Return its service as it was booked: `service`, with the agreed terms in place of its own."""
        return self.terms.service(self.service, service, self.end - self.start) if self.terms else service

    @property
    def has_pending_notice(self) -> bool:
        """Return whether people are not told of its last change before some time, unless they were meanwhile."""
        return self.pending is not None and self.pending.version == self.version

    def known(self, since: datetime) -> PendingNotice:
        """Return what people know before a change that is made at `since`; when they are told is to be set."""
        fields = {name: getattr(self, name) for name in RESTORED}
        seat = self.seat.version if self.seat else 0
        return PendingNotice(version=0, since=since, due=since, entry="", seat_version=seat, **fields)

    def known_at(self, now: datetime) -> "Appointment":
        """Return it as people know it while they are not told of its last change as a whole; else as it is."""
        return self.as_known() if self.pending and now < self.pending.due else self

    def as_known(self) -> "Appointment":
        """Return it as people know it, at its present version."""
        assert self.pending is not None
        fields = {name: getattr(self.pending, name) for name in RESTORED}
        seat = {"version": self.pending.seat_version, "status": "booked", **NOT_CANCELLED}
        fields["seat"] = self.seat.model_copy(update=seat) if self.seat else None
        return self.model_copy(update={**fields, "pending": None})

    def is_where(self, other: "Appointment") -> bool:
        """Return whether it takes place at the other's time, with the same people and the same ticks of them."""
        is_same = self.is_live == other.is_live and set(self.staff) == set(other.staff)
        return is_same and (self.start, self.end, self.claim) == (other.start, other.end, other.claim)

    def has_unseen_changes(self, seat: Seat) -> bool:
        """Return whether a seat lacks changes of its session, or its customer has had no message about it."""
        return seat.status == "booked" and (seat.session_changes < self.session_changes or not seat.version)


class TimeOff(Model):
    """A period in which a person cannot be booked; `version` counts changes of its times, which are announced."""

    id: str
    staff: str
    title: str = ""
    start: datetime
    end: datetime
    notes: str = ""
    is_all_day: bool = False
    version: int = 1


LONGEST_VISIT, FAR = timedelta(days=7), 4000
