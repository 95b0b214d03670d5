"""A bookingStaffMember as Graph shows it, and what a client may set of it."""

from typing import Any, Literal

from pydantic import Field

from functions.graph.call import GraphDocument, etag
from functions.graph.models.parts import MOST_DAYS, DayBody, hours_of, turned
from functions.graph.models.patch import EmailText, LanguageTag, NameText, changed, parse
from functions.graph.models.time_zones import Zone, as_written, other_name, zone_named
from functions.graph.models.values import timestamp, week
from shared.domain.calendar.business import Business, Role, Serves, StaffMember
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.records.calendars import etag_of


TYPE = "#microsoft.graph.bookingStaffMember"
ROLES: dict[str, Role] = {
    "administrator": "administrator",
    "scheduler": "scheduler",
    "teamMember": "team_member",
    "member": "team_member",
    "viewer": "viewer",
    "guest": "guest",
    "externalGuest": "guest",
}
SHOWN: dict[Role, str] = {
    "administrator": "administrator",
    "scheduler": "scheduler",
    "team_member": "teamMember",
    "viewer": "viewer",
    "guest": "guest",
}
BEYOND = ("scheduler", "teamMember")
"""Roles that are unknownFutureValue for clients that do not ask for them."""
MEMBERSHIPS = {"active": "active", "pendingAcceptance": "pending", "rejectedByStaff": "rejected"}
SERVES: dict[str, Serves] = {"both": "both", "virtual": "virtual", "inPerson": "in_person"}
NAMES = {"name": "displayName", "email": "emailAddress", "hours": "workingHours"}


class StaffBody(Request):
    """A bookingStaffMember. `colorIndex` is of Graph's beta, members after it are beyond Graph."""

    display_name: NameText
    email_address: EmailText | None = None
    role: Literal["administrator", "scheduler", "teamMember", "member", "viewer", "guest", "externalGuest"]
    time_zone: Zone | None = None
    use_business_hours: bool
    working_hours: list[DayBody] | None = Field(default=None, max_length=MOST_DAYS)
    availability_is_affected_by_personal_calendar: bool
    is_email_notification_enabled: bool
    membership_status: Literal["active", "pendingAcceptance", "rejectedByStaff"]
    color_index: int | None = Field(default=None, ge=0, le=1000)

    serves: Literal["both", "virtual", "inPerson"] = "both"
    is_listed: bool = True
    is_bookable: bool = True
    priority: int = Field(default=0, ge=-1000, le=1000)
    notify_of_time_off: bool = True
    language_tag: LanguageTag | None = None

    def person(self, person: StaffMember, business: Business) -> StaffMember:
        """Return the person with these settings. Raises InvalidFields."""
        if not self.email_address:
            raise InvalidFields([("/emailAddress", "required")])
        return changed(
            person,
            NAMES,
            name=self.display_name,
            email=self.email_address,
            role=ROLES[self.role],
            is_external=self.role == "externalGuest",
            time_zone=zone_named(self.time_zone) if self.time_zone else None,
            time_zone_written=other_name(self.time_zone) if self.time_zone else "",
            **self._hours(business),
            minds_personal_calendar=self.availability_is_affected_by_personal_calendar,
            is_told_by_mail=self.is_email_notification_enabled,
            membership=MEMBERSHIPS[self.membership_status],
            colour_index=self.color_index or 0,
            serves=SERVES[self.serves],
            is_listed=self.is_listed,
            is_bookable=self.is_bookable,
            priority=self.priority,
            notify_of_time_off=self.notify_of_time_off,
            language=self.language_tag or "",
        )

    def _hours(self, business: Business) -> dict[str, Any]:
        """Return whose hours count: the person's own, or None for the business's.

        Own hours that do not count are kept if they differ from the business's, to be shown again.
        """
        own = hours_of(self.working_hours or [], "workingHours")
        if not self.use_business_hours:
            return {"hours": own, "unused_hours": None}
        return {"hours": None, "unused_hours": None if own == business.hours else own}


def new_person(name: str) -> StaffMember:
    return StaffMember(id=name, name="")


def apply_person(person: StaffMember, business: Business, sent: GraphDocument) -> StaffMember:
    """Return the person with what was sent. Raises InvalidFields."""
    shown = staff_document(person, business, shows_unknown=True)
    if not person.name:  # a new person: hours that are sent count, and a role is required
        shown |= {"useBusinessHours": not sent.get("workingHours")}
        del shown["role"]
    return parse(StaffBody, shown, sent).person(person, business)


def staff_document(person: StaffMember, business: Business, *, shows_unknown: bool) -> GraphDocument:
    """Return a bookingStaffMember. Members after `colorIndex` are beyond Graph."""
    role = "externalGuest" if person.is_external and person.role == "guest" else SHOWN[person.role]
    return {
        "@odata.type": TYPE,
        "@odata.etag": etag(etag_of(person)),
        "id": person.id,
        "displayName": person.name,
        "emailAddress": person.email or None,
        "role": role if shows_unknown or role not in BEYOND else "unknownFutureValue",
        "timeZone": as_written(person.time_zone, person.time_zone_written),
        "useBusinessHours": person.hours is None,
        "workingHours": week(person.hours or person.unused_hours or business.hours),
        "availabilityIsAffectedByPersonalCalendar": False,
        "isEmailNotificationEnabled": person.is_told_by_mail,
        "membershipStatus": turned(MEMBERSHIPS)[person.membership],
        "createdDateTime": timestamp(person.created_at),
        "lastUpdatedDateTime": timestamp(person.changed_at),
        "colorIndex": person.colour_index,
        "serves": turned(SERVES)[person.serves],
        "isListed": person.is_listed,
        "isBookable": person.is_bookable,
        "priority": person.priority,
        "notifyOfTimeOff": person.notify_of_time_off,
        "languageTag": person.language.replace("_", "-") or None,
    }
