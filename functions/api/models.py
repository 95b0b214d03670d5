"""The response models of the public JSON endpoints, camelCase in JSON."""

from datetime import datetime
from typing import Literal

from functions.http.problem_document import SlotDocument
from shared.domain.model import Model


class PriceDocument(Model):
    kind: Literal["not_set", "fixed", "hourly", "free", "starts_at", "varies", "callback"]
    amount: str | None = None
    currency: str | None = None


class QuestionDocument(Model):
    """A question. Answers are one of `options`, which are called `optionTexts` in the reader's language."""

    id: str
    text: str
    kind: Literal["text", "choice", "checkbox"]
    options: list[str]
    option_texts: list[str]
    required: bool


class CustomerFieldsDocument(Model):
    email: Literal["required", "optional", "hidden"]
    phone: Literal["required", "optional", "hidden"]
    address: Literal["required", "optional", "hidden"]
    notes: Literal["required", "optional", "hidden"]


class PolicyDocument(Model):
    """The scheduling policy: slot interval in minutes, lead time in hours, how far ahead in days."""

    time_slot_interval_minutes: int
    minimum_lead_time_hours: int
    maximum_advance_days: int
    allow_staff_selection: bool


class ServiceDocument(Model):
    id: str
    name: str
    description: str
    location: str
    duration_minutes: int
    price: PriceDocument
    staff: list[str]
    assignment: Literal["one", "all"]
    questions: list[QuestionDocument]
    customer_fields: CustomerFieldsDocument
    maximum_attendees: int
    is_online: bool
    policy: PolicyDocument


class StaffDocument(Model):
    id: str
    name: str


class ConsentDocument(Model):
    text: str
    privacy_url: str
    terms_url: str


class BusinessDocument(Model):
    """A published calendar, as the public may see it.

    `language` is that of its own texts. `readIn` is the reader's, in which all that is translated is; a booking
    whose customer read these texts says so in its `readIn`.
    """

    name: str
    business_type: str
    header: str
    phone: str
    email: str
    address: str
    web_site: str
    language: str
    languages: list[str]
    read_in: str
    time_zone: str
    always_business_time_zone: bool
    require_email_code: bool
    policy: PolicyDocument
    services: list[ServiceDocument]
    staff: list[StaffDocument]
    consent: ConsentDocument | None = None


class SlotsDocument(Model):
    time_zone: str
    slots: list[SlotDocument]


class AppointmentDocument(Model):
    """A booking as its holder sees it. `manage` and `ics` are links; the token is the last segment of `manage`.

    `id` is the appointment's, the same as in the Graph API; `seat` identifies one customer's booking in a group,
    and stays the same when it is moved.
    `joinUrl` is where an online appointment is joined. Where it cannot be joined from a browser, `takePart` says
    what to do instead, in the reader's language.
    `toBeConfirmed` is true while the time is reserved and staff have yet to confirm the appointment.
    """

    id: str
    seat: str
    status: str
    start: datetime
    end: datetime
    service: str
    staff: list[str]
    manage: str
    ics: str
    join_url: str | None = None
    take_part: str | None = None
    to_be_confirmed: bool = False
