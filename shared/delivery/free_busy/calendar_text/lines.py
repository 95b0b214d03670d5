"""Takes the few lines of iCalendar text that busy times follow from, without parsing the rest.

Feeds hold years of events with long descriptions. What is past and does not recur is left out before anything is
parsed, and of the rest only the properties in KEPT are looked at.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.timeline.ticks import Window


MOST_BYTES, MOST_EVENTS = 5 * 1024 * 1024, 20_000
KEPT = frozenset(
    {
        *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE"),
        *("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "ATTENDEE", "FREEBUSY"),
    }
)
MARKS = {
    name: (
        re.compile(rf"^BEGIN:{name}$", re.MULTILINE | re.IGNORECASE),
        re.compile(rf"^END:{name}$", re.MULTILINE | re.IGNORECASE),
    )
    for name in ("VEVENT", "VFREEBUSY", "VTIMEZONE", "VALARM")
}
RECURS = re.compile(r"^(?:RRULE|RDATE|RECURRENCE-ID;[^:\n]*RANGE)[;:=]", re.MULTILINE | re.IGNORECASE)
DAYS = re.compile(r"^(?:DTSTART|DTEND|RECURRENCE-ID)[^:\n]*:(?:[^\n]*:)?(\d{8})", re.MULTILINE | re.IGNORECASE)
LASTING = re.compile(r"^DURATION[;:]", re.MULTILINE | re.IGNORECASE)
WHOLE = re.compile(r"\ABEGIN:VCALENDAR$.*^END:VCALENDAR\Z", re.MULTILINE | re.DOTALL | re.IGNORECASE)
OF_CALENDAR = re.compile(r"^X-WR-TIMEZONE[^:\n]*:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
NAME_OF_ZONE = re.compile(r"^TZID[^:\n]*:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"\n]*"|[^";:\n])*)')
NAME = re.compile(r"[A-Za-z0-9-]+")
SPARE = timedelta(days=3)  # a day for each end's zone, and one for whole days


class EventLine(NamedTuple):
    """One property, its parameters named in capitals and without quotes."""

    name: str
    parameters: dict[str, str]
    value: str


CalendarEvent = list[EventLine]


def plain_text(data: bytes) -> str:
    """Return the unfolded text of a whole calendar, its lines ended by a newline. Raise CalendarUnreadable."""
    if len(data) > MOST_BYTES:
        raise CalendarUnreadable("too_large", f"{len(data)} bytes")
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\n ", "").replace("\n\t", "").strip()
    if not WHOLE.match(text):  # one that was cut off would leave times free
        raise CalendarUnreadable("not_a_calendar")
    if text.upper().count("\nBEGIN:VEVENT") > MOST_EVENTS:
        raise CalendarUnreadable("too_large", "events")
    return text


def events_near(text: str, window: Window) -> Iterator[CalendarEvent]:
    """Yield the events that may touch a window: all that recur, and those that lie in it or near it.

    A change to one event of a series is near if it moves it out of the window, or into it.
    """
    low, high = _day(window, -SPARE), _day(window, SPARE)
    for first, last in _parts(text, "VEVENT"):
        body = text[first.end() : last.start()]
        if RECURS.search(body) or _is_near(body, low, high):
            yield kept_lines(body)


def free_busy_lines(text: str) -> Iterator[EventLine]:
    """Yield the lines of published free/busy times, which some servers have in place of events."""
    for first, last in _parts(text, "VFREEBUSY"):
        yield from (line for line in kept_lines(text[first.end() : last.start()]) if line.name == "FREEBUSY")


def kept_lines(body: str) -> CalendarEvent:
    """Return the properties of an event that matter, those of its alarms left out."""
    kept, at = [], 0
    for first, last in _parts(body, "VALARM"):
        kept.append(body[at : first.start()])
        at = last.end()
    own = "".join([*kept, body[at:]])
    return [line for text in own.split("\n") if (line := _line(text))]


def zone_of(text: str) -> str:
    """Return the zone that a feed names as its own, empty if it names none."""
    found = OF_CALENDAR.search(text)
    return found[1].strip() if found else ""


def zones_in(text: str) -> list[str]:
    """Return the definitions of time zones in a feed."""
    return [text[first.start() : last.end()] for first, last in _parts(text, "VTIMEZONE")]


def _parts(text: str, name: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield where each component begins and ends.

    The first one without an end is the last: to look for one behind each beginning would take the square of them.
    """
    begin, end = MARKS[name]
    at = 0
    while (first := begin.search(text, at)) and (last := end.search(text, first.end())):
        yield first, last
        at = last.end()


def _is_near(body: str, low: str, high: str) -> bool:
    days = DAYS.findall(body)
    if not days:
        return True  # it is counted as unreadable
    return min(days) <= high and (max(days) >= low or bool(LASTING.search(body)))


def _day(window: Window, spare: timedelta) -> str:
    moment: datetime = window.moment(len(window) if spare > timedelta() else 0) + spare
    return moment.astimezone(UTC).strftime("%Y%m%d")


def _line(text: str) -> EventLine | None:
    found = NAME.match(text)
    if not found or (name := found[0].upper()) not in KEPT:
        return None
    at, parameters = found.end(), {}
    while given := PARAMETER.match(text, at):
        parameters[given[1].upper()] = given[2].replace('"', "")
        at = given.end()
    return EventLine(name, parameters, text[at + 1 :].strip()) if text[at : at + 1] == ":" else None
