"""A bookingService: its properties in Graph, and in the domain."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from functions.graph.call import GraphDocument
from functions.graph.models.capabilities import shows_sms
from functions.graph.models.meeting_room import MeetingRoomBody
from functions.graph.models.parts import LocationBody, PolicyBody, ReminderBody
from functions.graph.models.patch import LanguageTag, LineText, LongText, NameText, within
from functions.graph.models.properties import (
    Changed,
    Created,
    EntityTable,
    EntityView,
    Id,
    PropertyTable,
    computed,
    each,
    nullable,
    part,
    read_only,
    stored,
    turned,
)
from functions.graph.models.values import Duration, Number, duration
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.place import Location
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import FieldRule, PriceKind, Service
from shared.domain.errors import InvalidFields


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
PriceType = Literal["undefined", "fixedPrice", "startingAt", "hourly", "free", "priceVaries", "callUs", "notSet"]


class AskedBody(PropertyTable):
    """A bookingQuestionAssignment."""

    question_id: Annotated[LineText, stored("id")]
    is_required: Annotated[bool, stored("required")] = False


class CustomerFieldsBody(PropertyTable):
    """What the booking form asks for besides the name."""

    email: Annotated[FieldRule, stored("email")] = "required"
    phone: Annotated[FieldRule, stored("phone")] = "optional"
    address: Annotated[FieldRule, stored("address")] = "hidden"
    notes: Annotated[FieldRule, stored("notes")] = "optional"


def _reminders(service: Service, view: EntityView) -> list[GraphDocument]:
    return [] if view.is_listed else [ReminderBody.document(one) for one in service.reminders]


def _language(service: Service, view: EntityView) -> str:
    return tag(service.language or view.calendar.business.language)


def _policy(service: Service, _: EntityView) -> GraphDocument | None:
    return PolicyBody.document(service.policy) if service.policy else None


def _url(service: Service, view: EntityView) -> str:
    return f"{view.settings.public_url}/book/{view.calendar.business.slug}/{service.id}"


class ServiceBody(EntityTable):
    """A bookingService. Properties after `lastUpdatedDateTime` are beyond Graph."""

    id: Id = None
    display_name: Annotated[NameText, stored("name")]
    description: Annotated[LongText | None, nullable("description")] = None
    notes: Annotated[LongText | None, nullable("internal_notes")] = None
    additional_information: Annotated[LongText | None, nullable("confirmation_text")] = None
    default_duration: Annotated[Duration, stored("duration", duration)]
    pre_buffer: Annotated[Duration, stored("pre_buffer", duration)]
    post_buffer: Annotated[Duration, stored("post_buffer", duration)]
    default_price: Annotated[Number, computed(lambda one, _: float(one.price.amount), field="price")]
    default_price_type: Annotated[PriceType, computed(lambda one, _: PRICES_SHOWN[one.price.kind])]
    default_location: Annotated[LocationBody | None, part("location", LocationBody, Location())] = None
    default_reminders: Annotated[
        list[ReminderBody] | None, Field(max_length=100), computed(_reminders, field="reminders")
    ] = None
    custom_questions: Annotated[list[AskedBody] | None, Field(max_length=100), each("questions", AskedBody)] = None
    is_anonymous_join_enabled: Annotated[bool, stored("allow_anonymous_join")]
    is_customer_allowed_to_manage_booking: Annotated[bool | None, stored("customers_may_manage", kept=bool)] = None
    is_hidden_from_customers: Annotated[bool, stored("is_hidden")]
    is_location_online: Annotated[bool, stored("is_online")]
    sms_notifications_enabled: Annotated[bool, stored("send_sms", shown=shows_sms)]
    language_tag: Annotated[LanguageTag, computed(_language)]
    maximum_attendees_count: Annotated[int, stored("maximum_attendees")]
    scheduling_policy: Annotated[PolicyBody | None, computed(_policy)] = None
    staff_member_ids: Annotated[
        list[LineText] | None,
        Field(max_length=2000),
        stored("staff", list, lambda sent: tuple(dict.fromkeys(sent or []))),
    ] = None
    web_url: Annotated[Any, read_only(_url)] = None
    created_date_time: Created = None
    last_updated_date_time: Changed = None

    staff_assignment: Annotated[Literal["one", "all"], stored("assignment")] = "one"
    anyone_rule: Annotated[Literal["random", "evenly", "priority"], stored("anyone")] = "random"
    customer_fields: Annotated[CustomerFieldsBody, part("customer_fields", CustomerFieldsBody)] = (
        CustomerFieldsBody()
    )
    follow_up: Annotated[ReminderBody | None, part("follow_up", ReminderBody)] = None
    confirms_to_customer: Annotated[bool, stored("confirm_customer")] = True
    confirms_to_staff: Annotated[bool, stored("confirm_staff")] = True
    color: Annotated[
        str | None,
        Field(max_length=7, pattern=r"^(#[0-9A-Fa-f]{6})?$"),
        stored("colour", lambda value: value or None, lambda sent: (sent or "").lower()),
    ] = None
    meeting_room: Annotated[MeetingRoomBody | None, part("meeting", MeetingRoomBody)] = None

    @classmethod
    def applied(cls, one: Service, sent: GraphDocument, view: EntityView) -> Service:  # type: ignore[override]
        """Return the service with what was sent. Raise InvalidFields.

        By Graph's default, customers cannot join from a browser, which is the only way into our rooms. So a
        service that becomes online, or that nobody could join, lets them join unless the client says otherwise.
        """
        after = super().applied(one, sent, view)
        is_new_to_it = after.is_online and (not one.is_online or view.calendar.strands(one))
        if is_new_to_it and "isAnonymousJoinEnabled" not in sent:
            return after.model_copy(update={"allow_anonymous_join": True})
        return after

    def changes(self, one: Service, view: EntityView, /) -> dict[str, Any]:
        """Return the service's fields. Raise InvalidFields."""
        self._check(view.calendar)
        return {
            **self.fields(),
            # by repr: Decimal(0.1) has 55 digits
            "price": {"kind": PRICES[self.default_price_type], "amount": Decimal(repr(self.default_price))},
            "reminders": [it.value() for it in self.default_reminders or []],
            "language": self._language(one, view.calendar),
            "policy": self._policy(one, view.calendar),
        }

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


def tag(language: str) -> str:
    """Return a language tag as Graph writes it, with a hyphen."""
    return language.replace("_", "-")
