"""When the events of a calendar take place: single ones by themselves, those that recur by a library."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from shared.delivery.free_busy.calendar_text.lines import CalendarEvent, EventLine
from shared.delivery.free_busy.calendar_text.moments import EventLength, Moments, Unreadable, length_of
from shared.delivery.free_busy.calendar_text.rules import checked
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import Stretch
from shared.domain.timeline.ticks import Window


DAY = timedelta(days=1)
FromTo = tuple[date | datetime, date | datetime]
MOST_DATES = 5000  # that one event lists
STANDING = "X-STANDING"


def first(event: CalendarEvent, name: str) -> EventLine | None:
    """Return an event's property of a name, None if it has none."""
    return next((line for line in event if line.name == name), None)


def recurs(event: CalendarEvent) -> bool:
    """Return whether an event is a series, or a change to one."""
    return any(line.name in ("RRULE", "RDATE", "RECURRENCE-ID") for line in event)


def span_of(event: CalendarEvent, moments: Moments) -> FromTo:
    """Return an event's start and end, both dates or both moments. Raise Unreadable.

    Without an end a day lasts until the next, and a moment no time at all.
    """
    begins, ends, lasts = first(event, "DTSTART"), first(event, "DTEND"), first(event, "DURATION")
    if begins is None:
        raise Unreadable("DTSTART")
    start = moments.read(begins)
    if lasts and not ends:
        return _lasting(start, length_of(lasts.value), moments)
    whole = not isinstance(start, datetime)
    end = moments.read(_meant_with(begins, ends)) if ends else start
    if isinstance(end, datetime) is whole:
        start, end = moments.instant(start), moments.instant(end)
    if moments.instant(end) < moments.instant(start):
        raise Unreadable("DTEND")
    return start, end + DAY if whole and end == start else end


def _meant_with(begins: EventLine, ends: EventLine) -> EventLine:
    """Return the end with the start's zone, unless it says its own."""
    zone = begins.parameters.get("TZID")
    return ends if "TZID" in ends.parameters or not zone else EventLine(ends.name, {"TZID": zone}, ends.value)


def _lasting(
    start: date | datetime, length: EventLength, moments: Moments
) -> tuple[date | datetime, date | datetime]:
    if isinstance(start, datetime):
        # Days are days of the calendar, hours are exact.
        end = (start + timedelta(days=length.days)).astimezone(UTC) + length.rest
        return start, end.astimezone(start.tzinfo)
    if length.rest:
        return (begin := datetime.combine(start, time(), moments.home)), begin + length.total
    return start, start + timedelta(days=max(length.days, 1))


def single(event: CalendarEvent, moments: Moments) -> Stretch:
    """Return when an event that does not recur takes place. Raise Unreadable."""
    start, end = span_of(event, moments)
    return Stretch(moments.instant(start), moments.instant(end))


def series(
    events: Sequence[tuple[CalendarEvent, str]], moments: Moments, window: Window
) -> Iterator[tuple[Stretch, str]]:
    """Yield the stretches of one series and its changes near a window, each with the standing of its event."""
    from icalendar import Calendar  # noqa: PLC0415 - heavy, and only the timer reads calendars
    from recurring_ical_events import CalendarQuery, of  # noqa: PLC0415 - the same

    class Occurrences(CalendarQuery):  # type: ignore[misc]
        """Gives what the library finds without a copy of the whole event for each: that took half of the time."""

        def _occurrences_to_components(self, occurrences: list[Any]) -> list[Any]:
            return occurrences

    calendar = Calendar()
    for event, standing in events:
        calendar.add_component(_component(event, standing, moments, window.moment(len(window))))
    low, high = window.moment(0) - 2 * DAY, window.moment(len(window)) + 2 * DAY
    for found in of(calendar, calendar_query=Occurrences).between(low, high):
        standing = str(found._adapter._component[STANDING])  # noqa: SLF001 - as above
        yield Stretch(moments.instant(found.start), moments.instant(found.end)), standing


def _component(event: CalendarEvent, standing: str, moments: Moments, horizon: datetime) -> Any:
    from icalendar import Event as Component  # noqa: PLC0415 - as above
    from icalendar.prop import vRecur  # noqa: PLC0415 - the same

    start, end = span_of(event, moments)
    made = Component()
    made.add("UID", "series")
    made.add("DTSTART", start)
    made.add("DTEND", end)
    made[STANDING] = standing
    for line in event:
        if line.name == "RRULE":
            made.add("RRULE", vRecur.from_ical(checked(line.value, start, horizon)))
        elif line.name in ("RDATE", "EXDATE"):
            made.add(line.name, _dates(_in_zone_of(event, line), moments))
        elif line.name == "RECURRENCE-ID":
            made.add("RECURRENCE-ID", moments.read(_in_zone_of(event, line)), _range(line))
        elif line.name == "SEQUENCE" and line.value.isdecimal():
            made.add("SEQUENCE", int(line.value))
    return made


def _range(line: EventLine) -> dict[str, str]:
    return {"RANGE": "THISANDFUTURE"} if line.parameters.get("RANGE", "").upper() == "THISANDFUTURE" else {}


def _in_zone_of(event: CalendarEvent, line: EventLine) -> EventLine:
    begins = first(event, "DTSTART")
    return _meant_with(begins, line) if begins else line


def _dates(line: EventLine, moments: Moments) -> list[Any]:
    """Return what RDATE or EXDATE list: dates, moments, or periods."""
    given = [one.strip() for one in line.value.split(",") if one.strip()]
    if len(given) > MOST_DATES:
        raise CalendarUnreadable("too_large", line.name)
    return [_date_or_period(line, one, moments) for one in given]


def _date_or_period(line: EventLine, text: str, moments: Moments) -> Any:
    begins, is_period, ends = text.partition("/")
    start = moments.read(line, begins)
    if not is_period:
        return start
    return start, length_of(ends).total if ends[:1] in ("P", "+") else moments.read(line, ends)
