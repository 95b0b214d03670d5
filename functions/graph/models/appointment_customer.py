"""What a client may set of a customer of a bookingAppointment, and of their answers."""

from typing import Any, Literal

from pydantic import Field

from functions.graph.models.customer import customer_of
from functions.graph.models.parts import LocationBody
from functions.graph.models.patch import EmailText, LineText, LongText, PhoneText, validated
from functions.graph.models.question import KINDS
from functions.graph.models.time_zones import Zone, other_name, zone_named
from shared.domain.appointments.appointment import Answer
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.place import Location
from shared.domain.calendar.service import Question
from shared.domain.model import Request
from shared.use_cases.appointments.staff_request import CustomerInput


class AnswerBody(Request):
    question_id: LineText | None = None
    question: LongText | None = None
    answer: LongText | None = None
    answer_input_type: Literal["text", "radioButton", "checkBox"] | None = None
    answer_options: list[LineText] | None = Field(default=None, max_length=100)
    selected_options: list[LineText] | None = Field(default=None, max_length=100)
    is_required: bool | None = None

    def value(self, calendar: Calendar) -> Answer:
        """Return the answer; what is not given about its question is as in the calendar."""
        name, selected = self.question_id or "", tuple(self.selected_options or ())
        asked = calendar.questions.get(name) or Question(id=name, text="")
        return Answer(
            question=name,
            text=self.question or asked.text,
            answer=self.answer or ", ".join(selected),
            kind=asked.kind if self.answer_input_type is None else KINDS[self.answer_input_type],
            options=asked.options if self.answer_options is None else tuple(self.answer_options),
            selected=selected,
            required=self.is_required,
        )


class SeatBody(Request):
    """A bookingCustomerInformation. `smsNotificationsEnabled` is of Graph's beta."""

    customer_id: LineText | None = None
    name: LineText | None = None
    email_address: EmailText | None = None
    phone: PhoneText | None = None
    notes: LongText | None = None
    time_zone: Zone | None = None
    location: LocationBody | None = None
    custom_question_answers: list[AnswerBody] | None = Field(default=None, max_length=50)
    sms_notifications_enabled: bool | None = None

    def party(self, calendar: Calendar) -> CustomerInput:
        """Return the customer with only the members that are given: the rest is kept in a change."""
        texts = {"name": "name", "email_address": "email", "phone": "phone", "notes": "notes"} | {
            "time_zone": "time_zone"
        }
        given = self.model_fields_set
        values: dict[str, Any] = {ours: getattr(self, name) or "" for name, ours in texts.items() if name in given}
        if zone := values.get("time_zone"):
            values |= {"time_zone": zone_named(zone), "time_zone_written": other_name(zone)}
        if self.customer_id:  # a known customer needs no name
            values = {name: value for name, value in values.items() if value or name != "name"}
            values["customer_id"] = customer_of(self.customer_id)
        if "location" in given:
            values["location"] = self.location.location() if self.location else Location()
        if "custom_question_answers" in given:
            values["answers"] = tuple(one.value(calendar) for one in self.custom_question_answers or [])
        if "sms_notifications_enabled" in given:
            values["send_sms"] = bool(self.sms_notifications_enabled)
        return validated(lambda: CustomerInput.model_validate(values))
