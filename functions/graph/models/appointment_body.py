"""What a client may set of a bookingAppointment: a new booking, or a change."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from functions.graph.call import GraphDocument
from functions.graph.models.appointment_customer import SeatBody
from functions.graph.models.parts import LocationBody, MomentBody, ReminderBody
from functions.graph.models.patch import LineText, LongText, cleaned, parse, validated
from functions.graph.models.service import PRICES
from functions.graph.models.values import Duration, Number
from shared.domain.appointments.terms import TermsChange, terms_of
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.place import Location
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.use_cases.appointments.staff_request import AppointmentChange, CustomerInput, StaffBooking


READ_ONLY = frozenset({"duration", "filledAttendeesCount", "selfServiceAppointmentId", "status"}) | {
    "isToBeConfirmed",
    "joinWebUrl",
    "anonymousJoinWebUrl",
    "onlineMeetingUrl",
    "invoiceAmount",
    "invoiceDate",
    "invoiceId",
    "invoiceStatus",
    "invoiceUrl",
}
"""Members that clients cannot set; the last six are of Graph's beta, and have no meaning here."""
OF_SEATS = frozenset({"seatId", "refId", "consent"})
"""Members of a customer that clients cannot set."""
SYNONYMS = {"start": "startDateTime", "end": "endDateTime"}
"""The names in Graph's beta, and in some of its documentation."""
CONTACT = {
    "customerName": "name",
    "customerEmailAddress": "emailAddress",
    "customerPhone": "phone",
    "customerNotes": "notes",
    "customerTimeZone": "timeZone",
}
"""The members about the only customer, by their names in the list of customers."""
NAMES = {
    "start": "startDateTime",
    "end": "endDateTime",
    "staff": "staffMemberIds",
    "parties": "customers",
    "seats": "maximumAttendeesCount",
    "service": "serviceId",
    "location": "serviceLocation",
    "notes": "serviceNotes",
    "label": "appointmentLabel",
    "allow_anonymous_join": "isAnonymousJoinEnabled",
}
PARTY_NAMES = {"email": "emailAddress", "address": "location", "answers": "customQuestionAnswers"}
TERMS = {
    "service_name": "service_name",
    "is_location_online": "is_online",
    "pre_buffer": "pre_buffer",
    "post_buffer": "post_buffer",
    "service_notes": "notes",
    "additional_information": "additional_information",
    "appointment_label": "label",
    "sms_notifications_enabled": "send_sms",
    "is_customer_allowed_to_manage_booking": "customers_may_manage",
}
TEXTS = ("service_notes", "additional_information", "appointment_label")


class AppointmentBody(Request):
    """The body of a bookingAppointment. The last two members are beyond Graph.

    `isOverbooked` books over what is there; `isAnonymousJoinEnabled` may be null.
    """

    service_id: LineText
    start_date_time: MomentBody
    end_date_time: MomentBody | None = None
    staff_member_ids: list[LineText] | None = Field(default=None, max_length=100)
    customers: list[SeatBody] | None = Field(default=None, max_length=1000)
    maximum_attendees_count: int | None = None
    service_name: LineText | None = None
    service_location: LocationBody | None = None
    service_notes: LongText | None = None
    pre_buffer: Duration | None = None
    post_buffer: Duration | None = None
    price: Number | None = None
    price_type: (
        Literal["undefined", "fixedPrice", "startingAt", "hourly", "free", "priceVaries", "callUs", "notSet"]
        | None
    ) = None
    reminders: list[ReminderBody] | None = Field(default=None, max_length=100)
    is_location_online: bool | None = None
    sms_notifications_enabled: bool | None = None
    opt_out_of_customer_email: bool | None = None
    is_customer_allowed_to_manage_booking: bool | None = None
    additional_information: LongText | None = None
    appointment_label: LineText | None = None
    is_overbooked: bool | None = None
    is_anonymous_join_enabled: bool | None = None

    def booking(self, calendar: Calendar) -> StaffBooking:
        """Return the booking to make. Raises InvalidFields."""
        end = self.end_date_time.moment("endDateTime") if self.end_date_time else None
        values = {
            "service": self.service_id,
            "start": self.start_date_time.moment("startDateTime"),
            "end": end,
            "staff": tuple(self.staff_member_ids or ()),
            "parties": self._parties(calendar),
            "seats": self.maximum_attendees_count,
            "terms": self._terms(self.model_fields_set, calendar),
            "overbook": bool(self.is_overbooked),
        }
        return validated(lambda: StaffBooking.model_validate(values), NAMES)

    def change_from(self, before: "AppointmentBody", sent: GraphDocument, calendar: Calendar) -> AppointmentChange:
        """Return what differs from `before`. Raises InvalidFields, also for what can never change.

        An end that was sent counts even if unchanged; without one, a new start keeps the length.
        """
        differing = {name for name in type(self).model_fields if getattr(self, name) != getattr(before, name)}
        if "service_id" in differing:
            raise InvalidFields([("/serviceId", "it cannot be changed")])
        values: dict[str, Any] = {"overbook": bool(self.is_overbooked) and "isOverbooked" in sent}
        if differing & {"start_date_time", "end_date_time"}:
            values["start"] = self.start_date_time.moment("startDateTime")
            if "endDateTime" in sent and self.end_date_time:
                values["end"] = self.end_date_time.moment("endDateTime")
        if "staff_member_ids" in differing:
            values["staff"] = tuple(self.staff_member_ids or ())
        if "customers" in differing:
            values["parties"] = self._parties(calendar)
        if "maximum_attendees_count" in differing and self.maximum_attendees_count is not None:
            values["seats"] = self.maximum_attendees_count
        values["terms"] = self._terms(differing, calendar)
        return validated(lambda: AppointmentChange.model_validate(values), NAMES)

    def _parties(self, calendar: Calendar) -> tuple[CustomerInput, ...]:
        return tuple(one.party(calendar) for one in self.customers or [])

    def _terms(self, given: set[str], calendar: Calendar) -> TermsChange:
        """Return the terms that are given. null clears a text, a place or reminders, and is ignored elsewhere."""
        values: dict[str, Any] = {}
        for name, ours in TERMS.items():
            value = getattr(self, name)
            if name in given and (value is not None or name in TEXTS):
                values[ours] = "" if value is None else value
        if "service_location" in given:
            values["location"] = self.service_location.location() if self.service_location else Location()
        if "reminders" in given:
            values["reminders"] = [one.value() for one in self.reminders or []]
        if "opt_out_of_customer_email" in given and self.opt_out_of_customer_email is not None:
            values["tells_customer"] = not self.opt_out_of_customer_email
        if "is_anonymous_join_enabled" in given:
            values["allow_anonymous_join"] = self.is_anonymous_join_enabled
        if given & {"price", "price_type"}:
            values["price"] = self._price(calendar)
        if values.get("service_name") == "":
            del values["service_name"]
        return validated(lambda: TermsChange.model_validate(values), NAMES)

    def _price(self, calendar: Calendar) -> dict[str, Any]:
        """Return the price; kind or amount that is not given is the service's."""
        service = calendar.services.get(self.service_id)
        known = terms_of(service).price if service else None
        kind = PRICES[self.price_type] if self.price_type else known.kind if known else "not_set"
        amount = known.amount if known else Decimal(0)
        return {"kind": kind, "amount": amount if self.price is None else Decimal(repr(self.price))}


def parse_appointment(sent: GraphDocument) -> AppointmentBody:
    """Return the body of a new appointment. Raises InvalidFields."""
    return parse(AppointmentBody, {}, _folded(_named(sent), {}), READ_ONLY)


def parse_change(shown: GraphDocument, sent: GraphDocument, calendar: Calendar) -> AppointmentChange:
    """Return the change of an appointment that was `shown`. Raises InvalidFields."""
    shown = _named(shown)
    known = {name: value for name, value in shown.items() if name not in CONTACT}
    named = _as_one(_folded(_named(sent), shown), shown)
    # both are parsed, so that another spelling of the same value is no change
    before, after = (parse(AppointmentBody, known, one, READ_ONLY) for one in ({}, named))
    return after.change_from(before, named, calendar)


def _named(sent: GraphDocument) -> GraphDocument:
    """Return what was sent by the names of Graph's v1.0."""
    found = cleaned(sent, ())
    if isinstance(found.get("customers"), list):
        found["customers"] = [_without(one, OF_SEATS) for one in found["customers"]]
    for name, ours in SYNONYMS.items():
        if name in found:
            value = found.pop(name)
            found.setdefault(ours, value)
    return found


def _without(one: Any, names: frozenset[str]) -> Any:
    return {name: value for name, value in one.items() if name not in names} if isinstance(one, dict) else one


def _folded(sent: GraphDocument, shown: GraphDocument) -> GraphDocument:
    """Return what was sent, with the members about the only customer moved into the list of customers.

    Those that are as they were shown are dropped: a client that sends everything back and changes only the list
    means the list.
    """
    said = {name: sent[name] for name in CONTACT if name in sent and sent[name] != shown.get(name)}
    rest = {name: value for name, value in sent.items() if name not in CONTACT}
    if not said:
        return rest
    listed = rest.get("customers", shown.get("customers")) or [{}]
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], dict):
        raise InvalidFields([(f"/{name}", "only where there is one customer") for name in said])
    return {**rest, "customers": [{**listed[0], **{CONTACT[name]: value for name, value in said.items()}}]}


def _as_one(sent: GraphDocument, shown: GraphDocument) -> GraphDocument:
    """Return what was sent with the only customer's id, so that new contact data does not make a new customer."""
    match sent.get("customers"), shown["customers"]:
        case [{**said}], [{"customerId": known}] if shown["maximumAttendeesCount"] == 1:
            return {**sent, "customers": [{"customerId": known, **said}]}
    return sent


@contextmanager
def in_graphs_names() -> Iterator[None]:
    """Rename the fields of InvalidFields within to Graph's members."""
    try:
        yield
    except InvalidFields as refusal:
        raise InvalidFields([one._replace(pointer=_pointer(one.pointer)) for one in refusal.errors]) from None


def _pointer(pointer: str) -> str:
    if found := re.fullmatch(r"(/customers/\d+/)(\w+)(.*)", pointer):
        return f"{found[1]}{PARTY_NAMES.get(found[2], found[2])}{found[3]}"
    head, slash, rest = pointer.removeprefix("/").partition("/")
    return f"/{NAMES.get(head, head)}{slash}{rest}"
