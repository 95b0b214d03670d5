"""The page that says why a time is not offered: for each person, the rule that removes it, and where it is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from functions.auth.access import seen_among
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.settings.reasons import ReasonWriter, ShownReason
from functions.console.settings.tabs import settings_tabs
from functions.pages.outlook_text import moment_text
from shared.domain.access.permissions import Permission
from shared.domain.timeline.hours import local_date
from shared.use_cases.availability.explain_offer import explain_offer
from shared.use_cases.availability.find_holding import find_holding


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business, StaffMember
    from shared.domain.calendar.service import Service
    from shared.use_cases.availability.explain_offer import Explanation


class Nearest(NamedTuple):
    """A start that is offered, and the address of this page about it."""

    text: str
    href: str


class PersonReasons(NamedTuple):
    """A person, and why they cannot be booked; None for one who can."""

    name: str
    reason: ShownReason | None


@dataclass(frozen=True)
class AskedTime:
    """What is asked: a service, one of its people or None for all, and a moment as it was typed.

    `error` says what is wrong with the moment; `start` is None until one is given.
    """

    service: Service | None
    person: StaffMember | None
    day: str
    clock: str
    start: datetime | None
    error: str


@console_boundary
async def settings_why(req: func.HttpRequest) -> func.HttpResponse:
    """Show the form, and once it is filled in, the answer."""
    context = await enter(req, Permission.READ_AVAILABILITY)
    asked, _ = _question(context), context.texts.gettext
    may_change = context.access.may(Permission.CHANGE_SETTINGS)
    return await context.page(
        "console/settings/why.html",
        "settings",
        heading=_("Settings") if may_change else _("Why is a time not offered?"),
        tabs=settings_tabs(context, "why") if may_change else [],
        asked=asked,
        services=_services(context),
        people=context.calendar.people(asked.service.staff) if asked.service else [],
        **(await _answer(context, asked, asked.service, asked.start) if asked.service and asked.start else {}),
    )


def _services(context: CalendarContext) -> list[Service]:
    return [one for one in context.calendar.services.values() if not one.removed_at]


def _question(context: CalendarContext) -> AskedTime:
    """Return what the address asks. At first, it is about the first service, today at the next full hour."""
    params, listed = context.req.params, _services(context)
    service = next((one for one in listed if one.id == params.get("service")), listed[0] if listed else None)
    person = context.calendar.staff.get(params.get("person", ""))
    if service and person and person.id not in service.staff:
        person = None
    day, clock = params.get("date", "")[:10], params.get("time", "")[:5]
    if not day and not clock:
        today = local_date(context.now, context.business.time_zone)
        return AskedTime(service, person, today.isoformat(), "", None, "")
    start, error = _moment(context, day, clock)
    return AskedTime(service, person, day, clock, start, error)


def _moment(context: CalendarContext, day: str, clock: str) -> tuple[datetime | None, str]:
    """Return the moment that was typed, by the calendar's clock, or what is wrong with it."""
    _, zone = context.texts.gettext, ZoneInfo(context.business.time_zone)
    try:
        moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), zone)
    except ValueError:
        return None, _("Enter a date and a time, such as 09:30")
    if not 1971 < moment.year < 2200:
        return None, _("Enter dates between the years 1971 and 2200")
    there = moment.astimezone(UTC).astimezone(zone)
    if (there.hour, there.minute) != (moment.hour, moment.minute):
        return None, _("This time doesn’t exist on this day: the clocks go forward")
    return moment.astimezone(UTC), ""


async def _answer(
    context: CalendarContext, asked: AskedTime, service: Service, start: datetime
) -> Mapping[str, Any]:
    person = asked.person.id if asked.person and service.assignment == "one" else None
    found = await explain_offer(
        service, start, person, calendar=context.calendar, store=context.app.store, now=context.now
    )
    writer = ReasonWriter(context, service, start, await _holding(context, service, start, found))
    shown = [one for one in context.calendar.people(service.staff) if person in (None, one.id)]
    return {
        "answer": found,
        "when": context.formats.when(start),
        "general": writer.general(found.rules),
        "lines": [_line(one, found, writer) for one in shown],
        "remarks": writer.remarks(asked.person),
        "before": _nearest(context, asked, found.before),
        "after": _nearest(context, asked, found.after),
    }


async def _holding(
    context: CalendarContext, service: Service, start: datetime, found: Explanation
) -> dict[str, list[Business]]:
    """Return, by person, the other calendars that take their time, as far as the reader may see them."""
    held = [name for name, rule in found.rules.items() if rule == "another_calendar"]
    homes = await find_holding(service, start, held, business=context.business.id, store=context.app.store)
    seen = await seen_among(context.access.caller, {one for each in homes.values() for one in each})
    return {name: [seen[one].business for one in sorted(each) if one in seen] for name, each in homes.items()}


def _line(person: StaffMember, found: Explanation, writer: ReasonWriter) -> PersonReasons:
    return PersonReasons(person.name, writer.personal(person, found.rules[person.id]))


def _nearest(context: CalendarContext, asked: AskedTime, start: datetime | None) -> Nearest | None:
    if start is None or asked.service is None:
        return None
    local = context.formats.local(start)
    query = {"service": asked.service.id, "date": local.date().isoformat(), "time": f"{local:%H:%M}"}
    person = {"person": asked.person.id} if asked.person else {}
    text = moment_text(start, context.now, context.formats)
    return Nearest(text, context.here("settings", "why", **query, **person))
