"""What customers book: a service with its length, buffers, price, people, questions and messages."""

from datetime import timedelta
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.domain.model import Model
from shared.domain.policy import SchedulingPolicy
from shared.domain.ticks import ticks_in


Recipients = Literal["customer", "staff", "all"]
FieldRule = Literal["required", "optional", "hidden"]

MAXIMUM_TOGETHER = 20
MAXIMUM_REMINDERS = 10


class Price(Model):
    """`amount` is in the business's currency and counts only for fixed, hourly and starts_at."""

    kind: Literal["not_set", "fixed", "hourly", "free", "starts_at", "varies", "callback"] = "not_set"
    amount: Decimal = Decimal(0)


class Reminder(Model):
    """`offset` is before the start for reminders, after the end for a follow-up."""

    offset: timedelta
    message: str = ""
    recipients: Recipients = "customer"

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if not timedelta(minutes=15) <= self.offset <= timedelta(days=30):
            raise ValueError("a reminder's offset is 15 minutes to 30 days")
        return self


class Question(Model):
    """A custom question; `text` may hold links as [words](https://…)."""

    id: str
    text: str
    kind: Literal["text", "choice", "checkbox"] = "text"
    options: tuple[str, ...] = ()
    required: bool = False

    @model_validator(mode="after")
    def _choices(self) -> Self:
        if self.kind == "choice" and not self.options:
            raise ValueError("a question with a choice has options")
        return self


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
    id: str
    name: str
    description: str = ""
    location: str = ""
    is_online: bool = False
    duration: timedelta = timedelta(minutes=30)
    pre_buffer: timedelta = timedelta()
    post_buffer: timedelta = timedelta()
    price: Price = Price()
    staff: tuple[str, ...] = ()
    assignment: Literal["one", "all"] = "one"
    anyone: Literal["random", "evenly", "priority"] = "random"
    maximum_attendees: int = Field(default=1, ge=1, le=1000)
    questions: tuple[AskedQuestion, ...] = ()
    customer_fields: CustomerFields = CustomerFields()
    policy: SchedulingPolicy | None = None
    reminders: tuple[Reminder, ...] = ()
    follow_up: Reminder | None = None
    confirm_customer: bool = True
    confirm_staff: bool = True
    confirmation_text: str = ""
    internal_notes: str = ""
    is_hidden: bool = False
    customers_may_manage: bool = True
    language: str = ""
    colour: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not timedelta(minutes=1) <= self.duration <= timedelta(days=7):
            raise ValueError("a service lasts from 1 minute to 7 days")
        if min(self.pre_buffer, self.post_buffer) < timedelta() or max(
            self.pre_buffer, self.post_buffer
        ) > timedelta(days=1):
            raise ValueError("a buffer is at most one day")
        if self.assignment == "all" and len(self.staff) > MAXIMUM_TOGETHER:
            raise ValueError(f"at most {MAXIMUM_TOGETHER} people serve together")
        if len(self.reminders) > MAXIMUM_REMINDERS:
            raise ValueError(f"a service has at most {MAXIMUM_REMINDERS} reminders")
        return self

    @property
    def is_group(self) -> bool:
        return self.maximum_attendees > 1

    @property
    def visit_ticks(self) -> int:
        return ticks_in(self.duration)

    @property
    def pre_ticks(self) -> int:
        return ticks_in(self.pre_buffer)

    @property
    def post_ticks(self) -> int:
        """What is claimed beyond the visit's own ticks: an odd end of the visit counts towards the buffer."""
        return ticks_in(self.duration + self.post_buffer) - self.visit_ticks
