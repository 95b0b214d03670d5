"""What customers book: a service with its length, buffers, price, people, questions and messages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator

from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.place import Location, ValidLocation
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.words import QuestionWords, ServiceWords, message_name, said, words_in
from shared.domain.model import Line, Model, Text
from shared.domain.timeline.ticks import ticks_in


Recipients = Literal["customer", "staff", "all"]
FieldRule = Literal["required", "optional", "hidden"]

SHORTEST, LONGEST, LONGEST_BUFFER = timedelta(minutes=1), timedelta(days=7), timedelta(days=1)
LARGEST_GROUP = 1000
SOONEST_REMINDER, EARLIEST_REMINDER = timedelta(minutes=15), timedelta(days=30)
MAXIMUM_TOGETHER = 20
MAXIMUM_REMINDERS = 10
TICKED = "yes"  # the one answer to a box


PriceKind = Literal["not_set", "fixed", "hourly", "free", "starts_at", "varies", "callback", "undefined"]


class Price(Model):
    """`amount` is in the business's currency and counts only for fixed, hourly and starts_at."""

    kind: PriceKind = "not_set"
    amount: Decimal = Field(default=Decimal(0), ge=0, le=10**9)


class Reminder(Model):
    """`offset` is before the start for reminders, after the end for a follow-up."""

    offset: timedelta
    message: Text = ""
    recipients: Recipients = "customer"

    @field_validator("offset")
    @classmethod
    def _in_range(cls, offset: timedelta) -> timedelta:
        if not SOONEST_REMINDER <= offset <= EARLIEST_REMINDER:
            raise ValueError("a reminder's offset is 15 minutes to 30 days")
        return offset


QuestionKind = Literal["text", "choice", "checkbox"]


class Question(Model):
    """A custom question; `text` may hold links as [words](https://…)."""

    id: str
    text: str = Field(max_length=1000)
    kind: QuestionKind = "text"
    options: tuple[Line, ...] = Field(default=(), max_length=100, validate_default=True)
    required: bool = False
    translations: tuple[QuestionWords, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @field_validator("options")
    @classmethod
    def _choices(cls, options: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("kind") == "choice" and not options:
            raise ValueError("a question with a choice has options")
        return options

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the possible answers; empty if any text may be written."""
        return {"choice": self.options, "checkbox": (TICKED,)}.get(self.kind, ())

    @property
    def own_texts(self) -> Mapping[str, str]:
        """Return what is translated of it, named as in QuestionWords.texts; the order of options is no matter."""
        return {"text": self.text, "options": "\n".join(sorted(self.options))}

    def in_language(self, language: str, own: str) -> Self:
        """Return the question as a reader of a language gets it; `own` is the calendar's."""
        words = words_in(self.translations, language, own)
        if words is None:
            return self
        called = dict(words.options)
        options = tuple(said(one, called.get(one, "")) for one in self.options)
        return self.model_copy(
            update={"text": said(self.text, words.text), "options": options, "translations": ()}
        )


class AskedQuestion(Model):
    """A question as one service asks it."""

    id: str
    required: bool = False


class CustomerFields(Model):
    email: FieldRule = "required"
    phone: FieldRule = "optional"
    address: FieldRule = "hidden"
    notes: FieldRule = "optional"


class Service(Model):
    """What customers book. A removed service stays, hidden, for the appointments that were made for it."""

    id: str
    name: Line
    description: Text = ""
    location: ValidLocation = Field(default_factory=Location)
    is_online: bool = False
    allow_anonymous_join: bool = True  # from a browser, phones included
    meeting: MeetingRoom | None = None
    duration: timedelta = timedelta(minutes=30)
    pre_buffer: timedelta = timedelta()
    post_buffer: timedelta = timedelta()
    price: Price = Field(default_factory=Price)
    staff: tuple[str, ...] = ()
    assignment: Literal["one", "all"] = "one"
    anyone: Literal["random", "evenly", "priority"] = "random"
    maximum_attendees: int = Field(default=1, ge=1, le=LARGEST_GROUP)
    questions: tuple[AskedQuestion, ...] = ()
    customer_fields: CustomerFields = Field(default_factory=CustomerFields)
    policy: SchedulingPolicy | None = None
    reminders: tuple[Reminder, ...] = ()
    follow_up: Reminder | None = None
    confirm_customer: bool = True
    confirm_staff: bool = True
    confirmation_text: Text = ""
    internal_notes: Text = ""
    is_hidden: bool = False
    customers_may_manage: bool = True
    language: str = ""
    colour: str = ""
    send_sms: bool = False
    translations: tuple[ServiceWords, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None
    removed_at: datetime | None = None

    @field_validator("duration")
    @classmethod
    def _length(cls, duration: timedelta) -> timedelta:
        if not SHORTEST <= duration <= LONGEST:
            raise ValueError("a service lasts from 1 minute to 7 days")
        return duration

    @field_validator("pre_buffer", "post_buffer")
    @classmethod
    def _buffer(cls, buffer: timedelta) -> timedelta:
        if not timedelta() <= buffer <= LONGEST_BUFFER:
            raise ValueError("a buffer is at most one day")
        return buffer

    @field_validator("assignment")
    @classmethod
    def _together(cls, assignment: str, info: ValidationInfo) -> str:
        if assignment == "all" and len(info.data.get("staff", ())) > MAXIMUM_TOGETHER:
            raise ValueError(f"at most {MAXIMUM_TOGETHER} people serve together")
        return assignment

    @field_validator("reminders")
    @classmethod
    def _not_too_many(cls, reminders: tuple[Reminder, ...]) -> tuple[Reminder, ...]:
        if len(reminders) > MAXIMUM_REMINDERS:
            raise ValueError(f"a service has at most {MAXIMUM_REMINDERS} reminders")
        return reminders

    def in_language(self, language: str, own: str) -> Self:
        """Return the service as a reader of a language gets it; `own` is the calendar's."""
        words = words_in(self.translations, language, own)
        if words is None:
            return self
        texts = ("name", "description", "confirmation_text")
        told: dict[str, Any] = {name: said(getattr(self, name), getattr(words, name)) for name in texts}
        name = said(self.location.name, words.location)
        place = self.location.model_copy(update={"name": name})
        return self.model_copy(update={**told, "location": place, "translations": ()})

    def message_in(self, text: str, language: str, own: str) -> str:
        """Return the text of a reminder or follow-up as a reader of a language gets it."""
        words = words_in(self.translations, language, own)
        return said(text, dict(words.messages).get(text, "")) if words else text

    @property
    def own_texts(self) -> Mapping[str, str]:
        """Return what is translated of it, named as in ServiceWords.texts."""
        texts = {name: getattr(self, name) for name in ("name", "description", "confirmation_text")}
        told = {message_name(one): one for one in self.message_texts}
        return {**texts, "location": self.location.name, **told}

    @property
    def message_texts(self) -> tuple[str, ...]:
        """Return what its reminders and its follow-up say to customers in words of the calendar's own."""
        sent = (*self.reminders, *((self.follow_up,) if self.follow_up else ()))
        return tuple(dict.fromkeys(one.message for one in sent if one.message and one.recipients != "staff"))

    @property
    def is_group(self) -> bool:
        """Return whether several customers can book the same session."""
        return self.maximum_attendees > 1

    @property
    def is_joinable(self) -> bool:
        """Return whether customers can join from a browser: only then may a text promise a link."""
        return self.is_online and self.allow_anonymous_join

    @property
    def visit_ticks(self) -> int:
        """Return how many ticks the visit itself claims."""
        return ticks_in(self.duration)

    @property
    def pre_ticks(self) -> int:
        """Return how many ticks are claimed before the visit."""
        return ticks_in(self.pre_buffer)

    @property
    def post_ticks(self) -> int:
        """Return how many ticks are claimed after the visit's; the rest of its last tick is part of the buffer."""
        return ticks_in(self.duration + self.post_buffer) - self.visit_ticks
