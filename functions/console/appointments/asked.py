"""What the booking form asks for, as far as it is filled in: service, people, time, and the days to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from functions.console.appointments.typed_time import typed_start
from functions.pages.times.picker import read_ask
from shared.domain.access.permissions import Permission
from shared.domain.errors import InvalidFields


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from functions.console.appointments.context import AppointmentContext
    from functions.pages.times.picker import MonthQuery
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import StaffMember
    from shared.domain.calendar.service import Service

SEVERAL, EACH = "several", "with-"
NEXT = "next"  # as a time: the first that is free


def several_chosen(form: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the people whose boxes are ticked; None where the form had a select of one, or of another service."""
    if not form.get(SEVERAL) or form[SEVERAL] != form.get("service"):
        return None
    return tuple(name.removeprefix(EACH) for name in form if name.startswith(EACH))


@dataclass(frozen=True)
class AskedBooking:
    """The form so far; what it does not say has the value that the page begins with."""

    context: AppointmentContext

    @property
    def form(self) -> Mapping[str, str]:
        return self.context.form

    @cached_property
    def service(self) -> Service | None:
        """The chosen service, or the first that is listed; None in a calendar without any.

        Those that the chosen person offers come first, then those online.
        """
        person = self.form.get("staff", "")
        listed = sorted(
            self.context.calendar.listed_services,
            key=lambda one: (bool(person) and person not in one.staff, not one.is_online),
        )
        return next((one for one in listed if one.id == self.form.get("service")), listed[0] if listed else None)

    @cached_property
    def people(self) -> list[StaffMember]:
        """Who can be chosen, by name: for team members only themselves."""
        access, staff = self.context.access, self.context.calendar.staff.values()
        may_any = access.may(Permission.CHANGE_ANY_BOOKING)
        found = [one for one in staff if may_any or one.id in access.people]
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    @property
    def person(self) -> str | None:
        """Whose times are shown; None for those of anyone."""
        if self.context.access.may(Permission.CHANGE_ANY_BOOKING):
            return self.form.get("staff") or None
        return self.form.get("staff") or (self.people[0].id if self.people else None)

    @cached_property
    def visitor(self) -> Visitor:
        """The reader by the calendar's clock, in which staff work."""
        return replace(self.context.visitor, zone=self.context.calendar.business.time_zone, zone_is_settled=True)

    @cached_property
    def start(self) -> datetime | None:
        """The moment that is typed; None while none is."""
        try:
            return typed_start(self.context)
        except InvalidFields:
            return None

    @property
    def is_next(self) -> bool:
        """Whether the first free time is asked for."""
        return self.form.get("time") == NEXT

    def month(self, service: Service) -> MonthQuery:
        """Return which days to show: those of the pressed button, else around the day that is typed."""
        params = self.context.req.params
        pressed = {"month": params.get("month", ""), "date": params.get("day", "")}
        day = "" if self.is_next or pressed["month"] else pressed["date"] or self.form.get("date", "")
        advance = self.context.calendar.policy_of(service).maximum_advance
        return read_ask({**pressed, "date": day}, self.visitor, self.context.now, advance)
