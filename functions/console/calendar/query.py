"""What is asked of the staff calendar: which view of which days, of which people and service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from functions.console.appointments.context import CALENDAR
from functions.console.context import enter
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked
from shared.use_cases.availability.find_schedule import MOST_PEOPLE


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember

CalendarView = Literal["day", "work", "week", "agenda"]
VIEWS: dict[CalendarView, str] = {
    "day": marked("Day"),
    "work": marked("Work week"),
    "week": marked("Week"),
    "agenda": marked("Agenda"),
}
AGENDA_DAYS = 7
LONGEST_NAME = 60


class ViewLink(NamedTuple):
    """A view to choose."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class CalendarQuery:
    """`people` are the columns of a day, and the first of them is whose week is shown."""

    context: CalendarContext
    view: CalendarView
    day: date
    today: date
    people: tuple[StaffMember, ...]
    chosen: tuple[str, ...]
    name: str
    service: str

    @property
    def days(self) -> list[date]:
        """The days that are shown."""
        if self.view == "day":
            return [self.day]
        if self.view == "agenda":
            return [self.day + timedelta(days=step) for step in range(AGENDA_DAYS)]
        first = self.context.formats.first_weekday if self.view == "week" else 0
        start = self.day - timedelta(days=(self.day.weekday() - first) % 7)
        return [start + timedelta(days=step) for step in range(5 if self.view == "work" else 7)]

    @property
    def step(self) -> timedelta:
        """How far "next" goes."""
        return timedelta(days=1 if self.view == "day" else 7)

    def link(self, **changes: str) -> str:
        """Return the URL of the calendar with changes to the query, without empty values."""
        values = {
            "view": self.view,
            "day": "" if self.day == self.today else self.day.isoformat(),
            "person": ",".join(self.chosen),
            "name": self.name,
            "service": self.service,
        }
        return self.context.here("calendar", **{name: one for name, one in {**values, **changes}.items() if one})

    @property
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
    service = params.get("service", "")
    return CalendarQuery(
        context,
        view,
        _day(params.get("day", ""), today),
        today,
        _people(context, chosen, name),
        chosen,
        name,
        service if service in calendar.services else "",
    )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return day if 1971 < day.year < 2200 else today


def _people(context: CalendarContext, chosen: tuple[str, ...], name: str) -> tuple[StaffMember, ...]:
    """Return those who are chosen or found by name, else all, at most a hundred.

    Oneself comes first, and who cannot be booked last.
    """
    staff, own = context.calendar.staff, context.access.people
    found = [staff[one] for one in chosen] if chosen else list(staff.values())
    if name:
        found = [one for one in found if name.casefold() in one.name.casefold()]
    ordered = sorted(found, key=lambda one: (not one.is_bookable, one.id not in own, one.name.casefold(), one.id))
    return tuple(ordered[:MOST_PEOPLE])
