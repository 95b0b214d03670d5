"""A bookingService as Graph shows it, and what a client may set of it."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from functions.graph.call import GraphDocument, etag
from functions.graph.models.meeting_room import MeetingRoomBody, meeting_document
from functions.graph.models.parts import (
    LocationBody,
    PolicyBody,
    ReminderBody,
    location_document,
    policy_document,
    reminder_document,
    turned,
)
from functions.graph.models.patch import LanguageTag, LineText, LongText, NameText, changed, parse, within
from functions.graph.models.values import Duration, Number, duration, timestamp
from functions.settings.app import AppSettings
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.place import Location
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import FieldRule, PriceKind, Service
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.records.calendars import etag_of


READ_ONLY = frozenset({"webUrl"})
NAMES = {
    "name": "displayName",
    "duration": "defaultDuration",
    "location": "defaultLocation",
    "reminders": "defaultReminders",
    "price": "defaultPrice",
    "assignment": "staffAssignment",
    "staff": "staffMemberIds",
    "maximum_attendees": "maximumAttendeesCount",
}
PRICES: dict[str, PriceKind] = {
    "notSet": "not_set",
    "fixedPrice": "fixed",
    "startingAt": "starts_at",
    "hourly": "hourly",
    "free": "free",
    "priceVaries": "varies",
    "callUs": "callback",
    "undefined": "undefined",
}
PRICES_SHOWN = turned(PRICES)


class AskedBody(Request):
    question_id: LineText
    is_required: bool = False


class CustomerFieldsBody(Request):
    email: FieldRule = "required"
    phone: FieldRule = "optional"
    address: FieldRule = "hidden"
    notes: FieldRule = "optional"


class ServiceBody(Request):
    """A bookingService. Members after `staffMemberIds` are beyond Graph."""

    display_name: NameText
    description: LongText | None = None
    notes: LongText | None = None
    additional_information: LongText | None = None
    default_duration: Duration
    pre_buffer: Duration
    post_buffer: Duration
    default_price: Number
    default_price_type: Literal[
        "undefined", "fixedPrice", "startingAt", "hourly", "free", "priceVaries", "callUs", "notSet"
    ]
    default_location: LocationBody | None = None
    default_reminders: list[ReminderBody] | None = Field(default=None, max_length=100)
    custom_questions: list[AskedBody] | None = Field(default=None, max_length=100)
    is_anonymous_join_enabled: bool
    is_customer_allowed_to_manage_booking: bool | None = None
    is_hidden_from_customers: bool
    is_location_online: bool
    sms_notifications_enabled: bool
    language_tag: LanguageTag
    maximum_attendees_count: int
    scheduling_policy: PolicyBody | None = None
    staff_member_ids: list[LineText] | None = Field(default=None, max_length=2000)

    staff_assignment: Literal["one", "all"] = "one"
    anyone_rule: Literal["random", "evenly", "priority"] = "random"
    customer_fields: CustomerFieldsBody = CustomerFieldsBody()
    follow_up: ReminderBody | None = None
    confirms_to_customer: bool = True
    confirms_to_staff: bool = True
    color: str | None = Field(default=None, max_length=7, pattern=r"^(#[0-9A-Fa-f]{6})?$")
    meeting_room: MeetingRoomBody | None = None

    def service(self, service: Service, calendar: Calendar) -> Service:
        """Return the service with these settings. Raises InvalidFields."""
        self._check(calendar)
        return changed(
            service,
            NAMES,
            name=self.display_name,
            description=self.description or "",
            internal_notes=self.notes or "",
            confirmation_text=self.additional_information or "",
            duration=self.default_duration,
            pre_buffer=self.pre_buffer,
            post_buffer=self.post_buffer,
            # by repr: Decimal(0.1) has 55 digits
            price={"kind": PRICES[self.default_price_type], "amount": Decimal(repr(self.default_price))},
            location=self.default_location.location() if self.default_location else Location(),
            reminders=[one.values() for one in self.default_reminders or []],
            questions=self._questions(),
            allow_anonymous_join=self.is_anonymous_join_enabled,
            customers_may_manage=bool(self.is_customer_allowed_to_manage_booking),
            is_hidden=self.is_hidden_from_customers,
            is_online=self.is_location_online,
            send_sms=self.sms_notifications_enabled,
            language=self._language(service, calendar),
            maximum_attendees=self.maximum_attendees_count,
            policy=self._policy(service, calendar),
            staff=tuple(dict.fromkeys(self.staff_member_ids or [])),
            assignment=self.staff_assignment,
            anyone=self.anyone_rule,
            customer_fields=self.customer_fields.model_dump(),
            follow_up=self.follow_up.values() if self.follow_up else None,
            confirm_customer=self.confirms_to_customer,
            confirm_staff=self.confirms_to_staff,
            colour=(self.color or "").lower(),
            meeting=self._meeting(),
        )

    def _questions(self) -> list[dict[str, object]]:
        return [{"id": one.question_id, "required": one.is_required} for one in self.custom_questions or []]

    def _meeting(self) -> MeetingRoom | None:
        with within("meetingRoom"):
            return self.meeting_room.room() if self.meeting_room else None

    def _check(self, calendar: Calendar) -> None:
        people, asked = self.staff_member_ids or [], self.custom_questions or []
        errors = [("/staffMemberIds", f"{one} is not on the staff") for one in people if one not in calendar.staff]
        errors += [
            (f"/customQuestions/{place}/questionId", "no such question")
            for place, one in enumerate(asked)
            if one.question_id not in calendar.questions
        ]
        if errors:
            raise InvalidFields(errors)

    def _language(self, service: Service, calendar: Calendar) -> str:
        """Return the service's language, empty while it is the calendar's, so that it follows that."""
        follows = not service.language and self.language_tag == tag(calendar.business.language)
        return "" if follows else self.language_tag

    def _policy(self, service: Service, calendar: Calendar) -> SchedulingPolicy | None:
        if self.scheduling_policy is None:
            return None
        with within("schedulingPolicy"):
            return self.scheduling_policy.policy(service.policy or calendar.business.policy)


def new_service(name: str) -> Service:
    """Return a service with Graph's defaults, and without a name."""
    return Service(id=name, name="", allow_anonymous_join=False, customers_may_manage=False)


def apply_service(service: Service, calendar: Calendar, sent: GraphDocument, settings: AppSettings) -> Service:
    """Return the service with what was sent. Raises InvalidFields.

    By Graph's default, customers cannot join from a browser, which is the only way into our rooms. So a service
    that becomes online, or that nobody could join, lets them join unless the client says otherwise.
    """
    body = parse(ServiceBody, service_document(service, calendar, settings), sent, READ_ONLY)
    after = body.service(service, calendar)
    is_new_to_it = after.is_online and (not service.is_online or calendar.strands(service))
    if is_new_to_it and "isAnonymousJoinEnabled" not in sent:
        return after.model_copy(update={"allow_anonymous_join": True})
    return after


def service_document(
    service: Service, calendar: Calendar, settings: AppSettings, *, is_listed: bool = False
) -> GraphDocument:
    """Return a bookingService; in lists without its reminders, as in Graph."""
    business = calendar.business
    return {
        "@odata.etag": etag(etag_of(service)),
        "id": service.id,
        "displayName": service.name,
        "description": service.description or None,
        "notes": service.internal_notes or None,
        "additionalInformation": service.confirmation_text or None,
        "defaultDuration": duration(service.duration),
        "preBuffer": duration(service.pre_buffer),
        "postBuffer": duration(service.post_buffer),
        "defaultPrice": float(service.price.amount),
        "defaultPriceType": PRICES_SHOWN[service.price.kind],
        "defaultLocation": location_document(service.location),
        "defaultReminders": [] if is_listed else [reminder_document(one) for one in service.reminders],
        "customQuestions": [{"questionId": one.id, "isRequired": one.required} for one in service.questions],
        "isAnonymousJoinEnabled": service.allow_anonymous_join,
        "isCustomerAllowedToManageBooking": service.customers_may_manage,
        "isHiddenFromCustomers": service.is_hidden,
        "isLocationOnline": service.is_online,
        "smsNotificationsEnabled": False,
        "languageTag": tag(service.language or business.language),
        "maximumAttendeesCount": service.maximum_attendees,
        "schedulingPolicy": policy_document(service.policy) if service.policy else None,
        "staffMemberIds": list(service.staff),
        "webUrl": f"{settings.public_url}/book/{business.slug}/{service.id}",
        "createdDateTime": timestamp(service.created_at),
        "lastUpdatedDateTime": timestamp(service.changed_at),
        **_beyond_graph(service),
    }


def _beyond_graph(service: Service) -> GraphDocument:
    return {
        "staffAssignment": service.assignment,
        "anyoneRule": service.anyone,
        "customerFields": service.customer_fields.model_dump(),
        "followUp": reminder_document(service.follow_up) if service.follow_up else None,
        "confirmsToCustomer": service.confirm_customer,
        "confirmsToStaff": service.confirm_staff,
        "color": service.colour or None,
        "meetingRoom": meeting_document(service.meeting) if service.meeting else None,
    }


def tag(language: str) -> str:
    """Return a language tag as Graph writes it, with a hyphen."""
    return language.replace("_", "-")
