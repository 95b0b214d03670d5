"""What several of Graph's entities share: moments, addresses, locations, hours, policies, reminders."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from functions.graph.models.patch import EmailText, LineText, LongText, Street, changed, within
from functions.graph.models.properties import (
    PropertyTable,
    choice,
    computed,
    each,
    names_of,
    nullable,
    part,
    stored,
)
from functions.graph.models.values import DAYS, Date, Duration, Minutes, duration, parse_moment, week
from shared.domain.calendar.place import Address, Location, LocationKind, UniqueIdKind
from shared.domain.calendar.policy import Availability, DatedAvailability, SchedulingPolicy
from shared.domain.calendar.service import Recipients
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.domain.timeline.hours import ALWAYS, MINUTES_A_DAY, WeeklyHours


RECIPIENTS: dict[str, Recipients] = {"allAttendees": "all", "staff": "staff", "customer": "customer"}
AVAILABILITY: dict[str, Availability] = {
    "bookWhenStaffAreFree": "when_staff_are_free",
    "notBookable": "not_bookable",
    "customWeeklyHours": "weekly_hours",
}
MOST_DAYS = 50  # a day may be named several times


class MomentBody(Request):
    """A dateTimeTimeZone."""

    date_time: str = Field(max_length=100)
    time_zone: str | None = Field(default=None, max_length=100)

    def moment(self, name: str) -> datetime:
        """Return the instant in UTC. Raises InvalidFields at the member `name`."""
        try:
            found = parse_moment(self.date_time, self.time_zone)
        except (ValueError, OverflowError) as wrong:
            raise InvalidFields([(f"/{name}", str(wrong))]) from None
        if not 1971 <= found.year <= 2200:
            raise InvalidFields([(f"/{name}", "out of reach")])
        return found


class AddressBody(PropertyTable):
    """A physicalAddress."""

    street: Annotated[Street | None, nullable("street")] = None
    city: Annotated[LineText | None, nullable("city")] = None
    state: Annotated[LineText | None, nullable("state")] = None
    country_or_region: Annotated[LineText | None, nullable("country_or_region")] = None
    postal_code: Annotated[LineText | None, nullable("postal_code")] = None

    def address(self) -> Address:
        return Address(**self.fields())


class CoordinatesBody(PropertyTable):
    """outlookGeoCoordinates."""

    latitude: Annotated[float | None, Field(ge=-90, le=90), stored("latitude")] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180), stored("longitude")] = None
    altitude: Annotated[float | None, Field(allow_inf_nan=False), stored("altitude")] = None
    accuracy: Annotated[float | None, Field(allow_inf_nan=False), stored("accuracy")] = None
    altitude_accuracy: Annotated[float | None, Field(allow_inf_nan=False), stored("altitude_accuracy")] = None


class LocationBody(PropertyTable):
    """A location."""

    display_name: Annotated[LineText | None, nullable("name")] = None
    location_email_address: Annotated[EmailText | None, nullable("email")] = None
    location_uri: Annotated[LineText | None, nullable("uri")] = None
    location_type: Annotated[LocationKind | None, stored("kind", kept=lambda sent: sent or "default")] = None
    unique_id: Annotated[LineText | None, nullable("unique_id")] = None
    unique_id_type: Annotated[
        UniqueIdKind | None, stored("unique_id_kind", kept=lambda sent: sent or "unknown")
    ] = None
    address: Annotated[AddressBody | None, part("address", AddressBody, Address())] = None
    coordinates: Annotated[CoordinatesBody | None, part("coordinates", CoordinatesBody)] = None

    def location(self) -> Location:
        return Location(**self.fields())


class SlotBody(Request):
    start_time: Minutes
    end_time: Minutes


class DayBody(Request):
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    time_slots: list[SlotBody] | None = Field(default=None, max_length=48)


Days = Annotated[list[DayBody] | None, Field(max_length=MOST_DAYS)]


class AvailabilityBody(PropertyTable):
    """A bookingsAvailability: hours count, and are shown, for customWeeklyHours only."""

    availability_type: Annotated[
        Literal["bookWhenStaffAreFree", "notBookable", "customWeeklyHours"], choice("availability", AVAILABILITY)
    ] = "bookWhenStaffAreFree"
    business_hours: Annotated[Days, computed(lambda one, _: _weekly(one))] = None

    def value(self) -> dict[str, Any]:
        """Return the rule with its weekly hours. Raise InvalidFields."""
        if self.availability_type != "customWeeklyHours":
            return {**self.fields(), "hours": ALWAYS}
        with within("businessHours"):
            return {**self.fields(), "hours": hours_of(self.business_hours)}


def _weekly(one: SchedulingPolicy | DatedAvailability) -> list[dict[str, Any]] | None:
    return week(one.hours) if one.availability == "weekly_hours" else None


class WindowBody(AvailabilityBody):
    """A bookingsAvailabilityWindow."""

    start_date: Annotated[Date, stored("first", date.isoformat)]
    end_date: Annotated[Date, stored("last", date.isoformat)]


class PolicyBody(PropertyTable):
    """A bookingSchedulingPolicy, of which a client may give a part."""

    time_slot_interval: Annotated[Duration | None, stored("time_slot_interval", duration)] = None
    minimum_lead_time: Annotated[Duration | None, stored("minimum_lead_time", duration)] = None
    maximum_advance: Annotated[Duration | None, stored("maximum_advance", duration)] = None
    send_confirmations_to_owner: Annotated[bool | None, stored("send_confirmations_to_owner")] = None
    allow_staff_selection: Annotated[bool | None, stored("allow_staff_selection")] = None
    is_meeting_invite_to_customers_enabled: Annotated[bool | None, stored("send_invitation_to_customer")] = None
    general_availability: Annotated[
        AvailabilityBody | None, computed(lambda policy, _: AvailabilityBody.document(policy))
    ] = None
    custom_availabilities: Annotated[
        list[WindowBody] | None, Field(max_length=200), each("exceptions", WindowBody)
    ] = None

    def policy(self, base: SchedulingPolicy) -> SchedulingPolicy:
        """Return the policy with what is given; the rest is as in `base`. Raise InvalidFields.

        null gives the general availability and the exceptions their defaults, and is ignored elsewhere.
        """
        sent = self.model_fields_set
        given = {name for name in sent if getattr(self, name) is not None or name == "custom_availabilities"}
        changes = self.fields(given)
        if "general_availability" in sent:
            with within("generalAvailability"):
                changes |= (self.general_availability or AvailabilityBody()).value()
        names = {**names_of(PolicyBody), "hours": "generalAvailability/businessHours"}
        return changed(base, names, **changes)


class ReminderBody(PropertyTable):
    """A bookingReminder."""

    message: Annotated[LongText | None, stored("message", kept=lambda sent: sent or "")] = None
    offset: Annotated[Duration, stored("offset", duration)]
    recipients: Annotated[Literal["allAttendees", "staff", "customer"], choice("recipients", RECIPIENTS)] = (
        "allAttendees"
    )


def hours_of(days: Iterable[DayBody] | None) -> WeeklyHours:
    """Return weekly hours. A day that is not named is closed; an end at 00:00 is the end of that day.

    Raise InvalidFields for slots that overlap, or end before they start.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for day in days or ():
        slots = [(slot.start_time, slot.end_time or MINUTES_A_DAY) for slot in day.time_slots or []]
        found.setdefault(day.day, []).extend(slots)
    for name_of_day, slots in found.items():
        slots.sort()
        if any(start >= end for start, end in slots):
            raise InvalidFields([("", f"{name_of_day}: a time slot ends after it starts")])
        if any(one[1] > other[0] for one, other in pairwise(slots)):
            raise InvalidFields([("", f"{name_of_day}: the time slots overlap")])
    return tuple(tuple(found.get(day, ())) for day in DAYS)
