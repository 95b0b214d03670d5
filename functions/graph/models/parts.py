"""What several of Graph's entities share: moments, addresses, locations, hours, policies, reminders."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field

from functions.graph.models.patch import EmailText, LineText, LongText, Street, changed
from functions.graph.models.values import DAYS, Date, Duration, Minutes, duration, parse_moment, week
from shared.domain.calendar.place import Address, Coordinates, Location, LocationKind, UniqueIdKind
from shared.domain.calendar.policy import Availability, DatedAvailability, SchedulingPolicy
from shared.domain.calendar.service import Recipients, Reminder
from shared.domain.errors import InvalidFields, json_pointer
from shared.domain.model import Request
from shared.domain.timeline.hours import ALWAYS, MINUTES_A_DAY, WeeklyHours


RECIPIENTS: dict[str, Recipients] = {"allAttendees": "all", "staff": "staff", "customer": "customer"}
AVAILABILITY: dict[str, Availability] = {
    "bookWhenStaffAreFree": "when_staff_are_free",
    "notBookable": "not_bookable",
    "customWeeklyHours": "weekly_hours",
}
MOST_DAYS = 50  # a day may be named several times
POLICY_NAMES = {"exceptions": "customAvailabilities", "hours": "generalAvailability/businessHours"}


def turned(names: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping from Graph's names as one to Graph's names."""
    return {ours: theirs for theirs, ours in names.items()}


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


class AddressBody(Request):
    street: Street | None = None
    city: LineText | None = None
    state: LineText | None = None
    country_or_region: LineText | None = None
    postal_code: LineText | None = None

    def address(self) -> Address:
        return Address(**{name: value for name, value in self.model_dump().items() if value})


class CoordinatesBody(Request):
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    altitude: float | None = Field(default=None, allow_inf_nan=False)
    accuracy: float | None = Field(default=None, allow_inf_nan=False)
    altitude_accuracy: float | None = Field(default=None, allow_inf_nan=False)


class LocationBody(Request):
    display_name: LineText | None = None
    location_email_address: EmailText | None = None
    location_uri: LineText | None = None
    unique_id: LineText | None = None
    location_type: LocationKind | None = None
    unique_id_type: UniqueIdKind | None = None
    address: AddressBody | None = None
    coordinates: CoordinatesBody | None = None

    def location(self) -> Location:
        return Location(
            name=self.display_name or "",
            email=self.location_email_address or "",
            uri=self.location_uri or "",
            unique_id=self.unique_id or "",
            kind=self.location_type or "default",
            unique_id_kind=self.unique_id_type or "unknown",
            address=self.address.address() if self.address else Address(),
            coordinates=Coordinates(**self.coordinates.model_dump()) if self.coordinates else None,
        )


class SlotBody(Request):
    start_time: Minutes
    end_time: Minutes


class DayBody(Request):
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    time_slots: list[SlotBody] | None = Field(default=None, max_length=48)


class AvailabilityBody(Request):
    availability_type: Literal["bookWhenStaffAreFree", "notBookable", "customWeeklyHours"] = "bookWhenStaffAreFree"
    business_hours: list[DayBody] | None = Field(default=None, max_length=MOST_DAYS)

    def hours(self) -> WeeklyHours:
        """Return the weekly hours of a rule that has some. Raises InvalidFields."""
        is_weekly = self.availability_type == "customWeeklyHours"
        return hours_of(self.business_hours or [], "businessHours") if is_weekly else ALWAYS


class WindowBody(AvailabilityBody):
    start_date: Date
    end_date: Date

    def dates(self) -> dict[str, Any]:
        """Return the dates with their rule, as a policy stores them. Raises InvalidFields."""
        rule = AVAILABILITY[self.availability_type]
        return {"first": self.start_date, "last": self.end_date, "availability": rule, "hours": self.hours()}


class PolicyBody(Request):
    time_slot_interval: Duration | None = None
    minimum_lead_time: Duration | None = None
    maximum_advance: Duration | None = None
    send_confirmations_to_owner: bool | None = None
    allow_staff_selection: bool | None = None
    is_meeting_invite_to_customers_enabled: bool | None = None
    general_availability: AvailabilityBody | None = None
    custom_availabilities: list[WindowBody] | None = Field(default=None, max_length=200)

    def policy(self, base: SchedulingPolicy) -> SchedulingPolicy:
        """Return the policy with what is given; the rest is as in `base`. Raises InvalidFields."""
        simple = ("time_slot_interval", "minimum_lead_time", "maximum_advance")
        flags = ("send_confirmations_to_owner", "allow_staff_selection")
        changes = {name: value for name in (*simple, *flags) if (value := getattr(self, name)) is not None}
        if self.is_meeting_invite_to_customers_enabled is not None:
            changes["send_invitation_to_customer"] = self.is_meeting_invite_to_customers_enabled
        if "general_availability" in self.model_fields_set:
            general = self.general_availability or AvailabilityBody()
            changes |= {"availability": AVAILABILITY[general.availability_type], "hours": general.hours()}
        if "custom_availabilities" in self.model_fields_set:
            changes["exceptions"] = [one.dates() for one in self.custom_availabilities or []]
        return changed(base, POLICY_NAMES, **changes)


class ReminderBody(Request):
    message: LongText | None = None
    offset: Duration
    recipients: Literal["allAttendees", "staff", "customer"] = "allAttendees"

    def values(self) -> dict[str, Any]:
        """Return the reminder as a service stores it."""
        return {"offset": self.offset, "message": self.message or "", "recipients": RECIPIENTS[self.recipients]}


def hours_of(days: Iterable[DayBody], name: str) -> WeeklyHours:
    """Return weekly hours. A day that is not named is closed; an end at 00:00 is the end of that day.

    Raises InvalidFields at the member `name` for slots that overlap, or end before they start.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for day in days:
        slots = [(slot.start_time, slot.end_time or MINUTES_A_DAY) for slot in day.time_slots or []]
        found.setdefault(day.day, []).extend(slots)
    for name_of_day, slots in found.items():
        slots.sort()
        if any(start >= end for start, end in slots):
            raise InvalidFields([(json_pointer(name), f"{name_of_day}: a time slot ends after it starts")])
        if any(one[1] > other[0] for one, other in pairwise(slots)):
            raise InvalidFields([(json_pointer(name), f"{name_of_day}: the time slots overlap")])
    return tuple(tuple(found.get(day, ())) for day in DAYS)


def address_document(address: Address) -> dict[str, Any] | None:
    """Return a physicalAddress, None for an empty one."""
    if not address:
        return None
    return {name: value or None for name, value in address.model_dump(by_alias=True).items()}


def location_document(location: Location) -> dict[str, Any] | None:
    """Return a location, None for an empty one."""
    if location == Location():
        return None
    place = location.coordinates
    return {
        "displayName": location.name or None,
        "locationEmailAddress": location.email or None,
        "locationUri": location.uri or None,
        "locationType": location.kind,
        "uniqueId": location.unique_id or None,
        "uniqueIdType": location.unique_id_kind,
        "address": address_document(location.address),
        "coordinates": place.model_dump(by_alias=True) if place else None,
    }


def policy_document(policy: SchedulingPolicy) -> dict[str, Any]:
    """Return a bookingSchedulingPolicy."""
    return {
        "timeSlotInterval": duration(policy.time_slot_interval),
        "minimumLeadTime": duration(policy.minimum_lead_time),
        "maximumAdvance": duration(policy.maximum_advance),
        "sendConfirmationsToOwner": policy.send_confirmations_to_owner,
        "allowStaffSelection": policy.allow_staff_selection,
        "isMeetingInviteToCustomersEnabled": policy.send_invitation_to_customer,
        "generalAvailability": _availability(policy.availability, policy.hours),
        "customAvailabilities": [_window(one) for one in policy.exceptions],
    }


def _availability(availability: Availability, hours: WeeklyHours) -> dict[str, Any]:
    is_weekly = availability == "weekly_hours"
    return {
        "availabilityType": turned(AVAILABILITY)[availability],
        "businessHours": week(hours) if is_weekly else None,
    }


def _window(dates: DatedAvailability) -> dict[str, Any]:
    days = {"startDate": dates.first.isoformat(), "endDate": dates.last.isoformat()}
    return {**_availability(dates.availability, dates.hours), **days}


def reminder_document(reminder: Reminder) -> dict[str, Any]:
    """Return a bookingReminder."""
    return {
        "message": reminder.message,
        "offset": duration(reminder.offset),
        "recipients": turned(RECIPIENTS)[reminder.recipients],
    }
