"""Says in plain words which rule removes a time, with the page where it is set for people who may change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.hours import intervals_text
from functions.console.settings.date_ranges import days_text, hours_said, key_of
from functions.console.settings.policy_form import MINUTE
from shared.domain.access.permissions import Permission
from shared.domain.calendar.policy import DAY, HOUR
from shared.domain.timeline.hours import local_date
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from functions.console.context import CalendarContext
    from shared.domain.availability.explain import RuleName, Unavailable
    from shared.domain.calendar.business import Business, StaffMember
    from shared.domain.calendar.service import Service

GENERAL = frozenset(
    {
        "in_the_past",
        "minimum_lead_time",
        "maximum_lead_time",
        "time_increment",
        "special_dates",
        "business_hours",
        "bookable_dates",
    }
)
"""Rules that remove a time for everybody."""
OF_PERSON: Mapping[str, str] = {
    "staff_hours": marked("Not within their own hours"),
    "time_off": marked("Has time off"),
    "another_calendar": marked("Has an appointment in another calendar"),
    "external_calendar": marked("Is busy in their personal calendar"),
    "appointment": marked("Has an appointment"),
    "buffer": marked("Has an appointment too close: the time kept free before or after one would overlap it"),
    "suspended": marked("Their account is disabled"),
    "not_accepted": marked("Hasn’t accepted the invitation yet"),
    "declined": marked("Has declined the invitation"),
    "not_bookable": marked("Can’t be booked: switched off in their settings"),
    "serves_otherwise": marked("Not offered this way: only in person, or only online"),
}

OF_OTHERS = frozenset({"another_calendar", "external_calendar"})
"""Rules that nobody can change in this calendar."""


class ShownReason(NamedTuple):
    """Why a time is not offered, and the page where this is set: its name and address, empty for none."""

    text: str
    place: str = ""
    href: str = ""


@dataclass(frozen=True)
class ReasonWriter:
    """Writes the reasons for one service and start.

    `holding` are, by person, the other calendars that take their time and that the reader may see.
    """

    context: CalendarContext
    service: Service
    start: datetime
    holding: Mapping[str, Sequence[Business]] = field(default_factory=dict)

    def general(self, rules: Mapping[str, RuleName | Unavailable]) -> ShownReason | None:
        """Return the rule that removes the time for everybody; None if it differs from person to person."""
        if not rules:
            _ = self.context.texts.gettext
            return self._at_service(_("No one offers this service"))
        found = {one for one in rules.values() if one in GENERAL}
        return self._of_rule(found.pop()) if found else None

    def personal(self, person: StaffMember, rule: RuleName | Unavailable) -> ShownReason | None:
        """Return why a person cannot be booked; None if they can, or if the time is removed for everybody."""
        if rule not in OF_PERSON:
            return None
        _ = self.context.texts.gettext
        text = _(OF_PERSON[rule])
        if rule == "buffer":
            return self._at_service(text)
        if rule == "time_off":
            return self._link(Permission.READ_CALENDAR, text, _("Time off"), "staff", "time-off", person=person.id)
        if rule == "appointment":
            day = local_date(self.start, self.context.business.time_zone).isoformat()
            return self._link(Permission.READ_CALENDAR, text, _("Calendar"), "calendar", day=day, person=person.id)
        if rule in OF_OTHERS:
            calendars = self.holding.get(person.id, ()) if rule == "another_calendar" else ()
            return self._held(calendars) if calendars else ShownReason(text)
        return self._link(Permission.CHANGE_STAFF, text, person.name, "staff", "person", person.id)

    def _held(self, calendars: Sequence[Business]) -> ShownReason:
        """Return which calendars take the time, with the day of the first."""
        names = ", ".join(one.name for one in calendars)
        text = self.context.texts.gettext("Has an appointment in %(calendar)s") % {"calendar": names}
        first = calendars[0]
        day = local_date(self.start, first.time_zone).isoformat()
        return ShownReason(text, first.name, self.context.link("calendars", first.id, "calendar", day=day))

    def remarks(self, person: StaffMember | None) -> list[ShownReason]:
        """Return what keeps customers from booking though times are free."""
        _, found = self.context.texts.gettext, []
        if not self.context.business.page.is_published:
            found.append(ShownReason(_("The booking page isn’t published: customers see none of this")))
        if self.service.is_hidden:
            found.append(self._at_service(_("The service is hidden: only its own link leads to it")))
        if person and not person.is_listed:
            text = _("Customers can’t choose this person, who isn’t shown on the booking page")
            found.append(self._link(Permission.CHANGE_STAFF, text, person.name, "staff", "person", person.id))
        return found

    def _of_rule(self, rule: str) -> ShownReason:
        _ = self.context.texts.gettext
        policy = self.context.calendar.policy_of(self.service)
        texts = {
            "in_the_past": _("This time is in the past"),
            "minimum_lead_time": _("Too soon: customers must book at least %(num)s h ahead")
            % {"num": policy.minimum_lead_time // HOUR},
            "maximum_lead_time": _("Too far ahead: customers can book at most %(length)s ahead")
            % {"length": self.context.formats.duration(policy.maximum_advance // DAY * DAY)},
            "time_increment": _("Times are offered every %(num)s minutes, counted from midnight")
            % {"num": policy.time_slot_interval // MINUTE},
        }
        if rule == "in_the_past":
            return ShownReason(texts[rule])
        if rule in texts:
            return self._at_policy(texts[rule])
        if rule == "special_dates":
            return self._dates()
        return self._hours() if rule == "business_hours" else self._bookable()

    def _dates(self) -> ShownReason:
        """Return which special dates remove the time: the last that hold the day, or the first after it."""
        _, day = self.context.texts.gettext, local_date(self.start, self.context.business.time_zone)
        end = local_date(self.start + self.service.duration, self.context.business.time_zone)
        held = [one for one in self.context.business.special_dates if one.first <= end and day <= one.last]
        if not held:
            return self._settings(_("Closed on this date"), _("Closed and special dates"), "dates")
        one = held[-1]
        hours, days = hours_said(one, self.context), days_text(one, self.context.formats)
        named = f"{days} ({one.title})" if one.title else days
        text = _("Other hours on these dates: %(dates)s, %(hours)s") if hours else _("Closed: %(dates)s")
        place = _("Closed and special dates")
        return self._settings(text % {"dates": named, "hours": hours}, place, "dates", "range", key_of(one))

    def _hours(self) -> ShownReason:
        _, day = self.context.texts.gettext, local_date(self.start, self.context.business.time_zone)
        spans = [intervals_text((one,)).replace("-", "–") for one in self.context.business.hours[day.weekday()]]
        text = (
            _("Outside the opening hours of this day: %(hours)s") if spans else _("Closed on this day of the week")
        )
        return self._settings(text % {"hours": ", ".join(spans)}, _("Opening hours"), "hours")

    def _bookable(self) -> ShownReason:
        _, day = self.context.texts.gettext, local_date(self.start, self.context.business.time_zone)
        policy = self.context.calendar.policy_of(self.service)
        held = [one for one in policy.exceptions if one.first <= day <= one.last]
        if held and self.service.policy is None:
            days = days_text(held[-1], self.context.formats)
            text = _("These dates have their own rule: %(dates)s") % {"dates": days}
            return self._settings(text, _("Rules"), "rules", "range", key_of(held[-1]))
        return self._at_policy(_("The booking rules exclude this time of the week"))

    def _at_policy(self, text: str) -> ShownReason:
        if self.service.policy is not None:
            return self._at_service(text, "rules")
        return self._settings(text, self.context.texts.gettext("Rules"), "rules")

    def _at_service(self, text: str, *tab: str) -> ShownReason:
        place = ("services", "service", self.service.id, *tab)
        return self._link(Permission.CHANGE_SERVICES, text, self.service.name, *place)

    def _settings(self, text: str, place: str, *segments: str) -> ShownReason:
        return self._link(Permission.CHANGE_SETTINGS, text, place, "settings", *segments)

    def _link(self, permission: Permission, text: str, place: str, *segments: str, **query: str) -> ShownReason:
        if not self.context.access.may(permission):
            return ShownReason(text)
        return ShownReason(text, place, self.context.here(*segments, **query))
