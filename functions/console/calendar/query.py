"""What is asked of the staff calendar: which view of which days, of which people and service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from functions.console.appointments.context import CALENDAR
from functions.console.context import enter
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked
from shared.use_cases.availability.find_schedule import MOST_PEOPLE


if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember
    from shared.domain.calendar.staff_groups import StaffGroup

CalendarView = Literal["day", "work", "week", "month", "agenda"]
VIEWS: dict[CalendarView, str] = {
    "day": marked("Day"),
    "work": marked("Work week"),
    "week": marked("Week"),
    "month": marked("Month"),
    "agenda": marked("Agenda"),
}
AGENDA_DAYS, A_WEEK = 7, timedelta(days=7)
LONGEST_NAME = 60
FEW = 20
"""People who are chosen from a list; more are searched by name, or by a service that they offer."""
WEEK_PEOPLE = 20
"""People whose weeks are shown beside each other."""
MONTH_STAFF = 60
"""With more people than these on the staff, only what one of them has is read for a month."""


class ViewLink(NamedTuple):
    """A view to choose."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class CalendarQuery:
    """`people` are the columns of a day, and those whose week or month is shown.

    `group` is the id of a service that they all offer, `team` that of a staff group they are in.
    """

    context: CalendarContext
    view: CalendarView
    day: date
    today: date
    people: tuple[StaffMember, ...]
    chosen: tuple[str, ...]
    name: str
    group: str
    team: str
    service: str

    @property
    def days(self) -> list[date]:
        """The days that are shown."""
        if self.view == "day":
            return [self.day]
        if self.view == "agenda":
            return [self.day + timedelta(days=step) for step in range(AGENDA_DAYS)]
        first = self.context.formats.first_weekday if self.view == "week" else 0
        if self.view == "month":
            return weeks_of(self.day, self.context.formats.first_weekday)
        start = self.day - timedelta(days=(self.day.weekday() - first) % 7)
        return [start + timedelta(days=step) for step in range(5 if self.view == "work" else 7)]

    @property
    def shown(self) -> tuple[StaffMember, ...]:
        """Those of whom columns or rows are shown."""
        if self.view in ("work", "week"):
            return self.people[:WEEK_PEOPLE]
        return self.people[:1] if self.is_busy_month else self.people

    @property
    def is_busy_month(self) -> bool:
        """Whether it is a month of a calendar with so many appointments that only one person's times are read."""
        return self.view == "month" and len(self.context.calendar.staff) > MONTH_STAFF

    @property
    def is_now(self) -> bool:
        """Whether the period that is shown is the present one."""
        if self.view == "month":
            return self.day.replace(day=1) == self.today.replace(day=1)
        return self.today in self.days

    @property
    def before(self) -> date:
        """The day that "earlier" leads to."""
        if self.view == "month":
            return (self.day.replace(day=1) - timedelta(days=1)).replace(day=1)
        return self.day - (timedelta(days=1) if self.view == "day" else A_WEEK)

    @property
    def after(self) -> date:
        """The day that "later" leads to."""
        if self.view == "month":
            return (self.day.replace(day=1) + timedelta(days=31)).replace(day=1)
        return self.day + (timedelta(days=1) if self.view == "day" else A_WEEK)

    def link(self, **changes: str) -> str:
        """Return the URL of the calendar with changes to the query, without empty values."""
        values = {
            "view": self.view,
            "day": "" if self.day == self.today else self.day.isoformat(),
            "person": ",".join(self.chosen),
            "name": self.name,
            "group": self.group,
            "team": self.team,
            "service": self.service,
        }
        return self.context.here("calendar", **{name: one for name, one in {**values, **changes}.items() if one})

    @cached_property
    def back(self) -> str:
        """What leads back here from the page of an appointment."""
        return CALENDAR + self.link().partition("?")[2]

    @property
    def views(self) -> list[ViewLink]:
        """The views as links."""
        texts = self.context.texts
        return [
            ViewLink(texts.gettext(label), self.link(view=one), one == self.view) for one, label in VIEWS.items()
        ]


async def read_query(req: func.HttpRequest) -> CalendarQuery:
    """Return the parsed query; unknown values count as not given. Raises as `enter`."""
    context = await enter(req, Permission.VIEW_BOOKINGS)
    params, calendar = req.params, context.calendar
    today = context.now.astimezone(ZoneInfo(context.business.time_zone)).date()
    named = params.get("person", "")[: LONGEST_NAME * MOST_PEOPLE].split(",")
    chosen = tuple(dict.fromkeys(one for one in named if one in calendar.staff))
    name = params.get("name", "")[:LONGEST_NAME].strip()
    view: CalendarView = next((one for one in VIEWS if one == params.get("view")), "day")
    asked = (params.get(one, "") for one in ("service", "group"))
    service, group = (one if one in calendar.services else "" for one in asked)
    team = next((one for one in calendar.business.staff_groups if one.id == params.get("team")), None)
    return CalendarQuery(
        context,
        view,
        _day(params.get("day", ""), today),
        today,
        _people(context, chosen, name, group, team),
        chosen,
        name,
        group,
        team.id if team else "",
        service,
    )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return day if 1971 < day.year < 2200 else today


def weeks_of(day: date, first_weekday: int) -> list[date]:
    """Return the days of the whole weeks in which the month of a day lies."""
    first = day.replace(day=1)
    start = first - timedelta(days=(first.weekday() - first_weekday) % 7)
    after = (first + timedelta(days=31)).replace(day=1)
    count = -((start - after) // A_WEEK) * 7
    return [start + timedelta(days=step) for step in range(count)]


def _people(
    context: CalendarContext, chosen: tuple[str, ...], name: str, group: str, team: StaffGroup | None
) -> tuple[StaffMember, ...]:
    """Return those who are chosen, or found by names, group or what they offer, else all, at most a hundred.

    Oneself comes first, and who cannot be booked last.
    """
    staff, own = context.calendar.staff, context.access.people
    found = [staff[one] for one in chosen] if chosen else list(staff.values())
    if group:
        found = [one for one in found if one.id in context.calendar.services[group].staff]
    if team:
        found = [one for one in found if one.id in team.members]
    if wanted := [part.strip().casefold() for part in name.split(",") if part.strip()]:
        named = _members_of(context.business.staff_groups, wanted)
        found = [one for one in found if one.id in named or any(part in one.name.casefold() for part in wanted)]
    ordered = sorted(found, key=lambda one: (not one.is_bookable, one.id not in own, one.name.casefold(), one.id))
    return tuple(ordered[:MOST_PEOPLE])


def _members_of(groups: Iterable[StaffGroup], wanted: Sequence[str]) -> set[str]:
    """Return the people of the groups whose names have one of the parts that are wanted."""
    return {
        person for one in groups if any(part in one.name.casefold() for part in wanted) for person in one.members
    }
