"""A bookingStaffMember: its properties in Graph, and in the domain."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from functions.graph.call import GraphDocument
from functions.graph.models.meeting_room import MeetingRoomBody
from functions.graph.models.parts import Days, hours_of
from functions.graph.models.patch import EmailText, LanguageTag, NameText, within
from functions.graph.models.properties import (
    Changed,
    Created,
    EntityTable,
    EntityView,
    Id,
    choice,
    computed,
    nullable,
    part,
    stored,
)
from functions.graph.models.time_zones import Zone, as_written, other_name, zone_named
from functions.graph.models.values import week
from shared.domain.calendar.business import Business, Role, Serves, StaffMember
from shared.domain.errors import InvalidFields


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


def _role(person: StaffMember, view: EntityView) -> str:
    role = "externalGuest" if person.is_external and person.role == "guest" else SHOWN[person.role]
    return role if view.shows_unknown or role not in BEYOND else "unknownFutureValue"


def _zone(person: StaffMember, _: EntityView) -> str | None:
    return as_written(person.time_zone, person.time_zone_written)


def _hours(person: StaffMember, view: EntityView) -> list[dict[str, Any]]:
    return week(person.hours or person.unused_hours or view.calendar.business.hours)


class StaffBody(EntityTable):
    """A bookingStaffMember. `colorIndex` is of Graph's beta, members after it are beyond Graph."""

    odata_type: ClassVar[str] = "#microsoft.graph.bookingStaffMember"

    id: Id = None
    display_name: Annotated[NameText, stored("name")]
    email_address: Annotated[EmailText | None, nullable("email")] = None
    role: Annotated[
        Literal["administrator", "scheduler", "teamMember", "member", "viewer", "guest", "externalGuest"],
        computed(_role),
    ]
    time_zone: Annotated[Zone | None, computed(_zone)] = None
    use_business_hours: Annotated[bool, computed(lambda person, _: person.hours is None)]
    working_hours: Annotated[Days, computed(_hours, field="hours")] = None
    availability_is_affected_by_personal_calendar: Annotated[bool, stored("minds_personal_calendar")]
    is_email_notification_enabled: Annotated[bool, stored("is_told_by_mail")]
    membership_status: Annotated[
        Literal["active", "pendingAcceptance", "rejectedByStaff"], choice("membership", MEMBERSHIPS)
    ]
    created_date_time: Created = None
    last_updated_date_time: Changed = None
    color_index: Annotated[
        int | None, Field(ge=0, le=1000), stored("colour_index", kept=lambda sent: sent or 0)
    ] = None

    serves: Annotated[Literal["both", "virtual", "inPerson"], choice("serves", SERVES)] = "both"
    is_listed: Annotated[bool, stored("is_listed")] = True
    is_bookable: Annotated[bool, stored("is_bookable")] = True
    priority: Annotated[int, Field(ge=-1000, le=1000), stored("priority")] = 0
    notify_of_time_off: Annotated[bool, stored("notify_of_time_off")] = True
    meeting_room: Annotated[MeetingRoomBody | None, part("meeting", MeetingRoomBody)] = None
    language_tag: Annotated[
        LanguageTag | None,
        stored("language", lambda value: value.replace("_", "-") or None, lambda sent: sent or ""),
    ] = None

    @classmethod
    def shown_before(cls, one: StaffMember, sent: GraphDocument, view: EntityView, /) -> GraphDocument:
        """Return what is shown; for a new person, hours that are sent count, and a role is required."""
        shown = cls.document(one, view)
        if not one.name:
            shown |= {"useBusinessHours": not sent.get("workingHours")}
            del shown["role"]
        return shown

    def changes(self, _: StaffMember, view: EntityView, /) -> dict[str, Any]:
        """Return the person's fields. Raise InvalidFields."""
        if not self.email_address:
            raise InvalidFields([("/emailAddress", "required")])
        return {
            **self.fields(),
            "role": ROLES[self.role],
            "is_external": self.role == "externalGuest",
            "time_zone": zone_named(self.time_zone) if self.time_zone else None,
            "time_zone_written": other_name(self.time_zone) if self.time_zone else "",
            **self._own_hours(view.calendar.business),
        }

    def _own_hours(self, business: Business) -> dict[str, Any]:
        """Return whose hours count: the person's own, or None for the business's.

        Own hours that do not count are kept if they differ from the business's, to be shown again.
        """
        with within("workingHours"):
            own = hours_of(self.working_hours)
        if not self.use_business_hours:
            return {"hours": own, "unused_hours": None}
        return {"hours": None, "unused_hours": None if own == business.hours else own}


def new_person(name: str) -> StaffMember:
    return StaffMember(id=name, name="")
