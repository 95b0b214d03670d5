"""Turns the dates and times of a calendar's text into dates and aware moments, by the zones they are meant in."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from shared.delivery.free_busy.calendar_text.lines import EventLine
from shared.delivery.free_busy.calendar_text.zones import Zones, known_zone
from shared.domain.free_busy.reading import Note


DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)")
DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
UNIVERSAL = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal")
OLDEST, NEWEST = 1900, 2200
AnyDate = TypeVar("AnyDate", date, datetime)


class Unreadable(ValueError):
    """A value that says no date, time or length."""


class Moments:
    """Reads values in the zones of one feed; `note` hears of those that had to be guessed."""

    def __init__(self, zones: Zones, of_feed: str, of_person: str, note: Callable[[Note], object]) -> None:
        self._zones, self._note = zones, note
        known = known_zone(of_feed) if of_feed else ""
        # Nobody's days are those of UTC: feeds name it that know no zone.
        self._feed = ZoneInfo(known) if known and known not in UNIVERSAL else None
        self.home: tzinfo = self._feed or ZoneInfo(of_person)

    def read(self, line: EventLine, value: str = "") -> date | datetime:
        """Return a date, or a moment with its zone. Raise Unreadable."""
        text = (value or line.value).upper()
        try:
            if found := DAY.fullmatch(text):
                return _within_reach(date(*(int(part) for part in found.groups())))
            if found := MOMENT.fullmatch(text):
                return _within_reach(self._placed(found, line.parameters.get("TZID", "")))
        except ValueError:
            pass
        raise Unreadable(line.name)

    def instant(self, read: date | datetime) -> datetime:
        """Return when a moment is, or when a day begins, in UTC."""
        if not isinstance(read, datetime):
            read = datetime.combine(read, time(), self.home)
        return read.astimezone(UTC)

    def _placed(self, found: re.Match[str], zone: str) -> datetime:
        year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
        # A second 60 is one of those that are inserted at times.
        plain = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        if found[7]:
            # What a feed with a zone of its own says in UTC recurs by its zone: at nine in summer as in winter.
            return plain.astimezone(self._feed) if self._feed else plain
        return plain.replace(tzinfo=self._zone(zone))

    def _zone(self, name: str) -> tzinfo:
        if name and (known := self._zones.find(name)):
            return known
        if name:
            self._note(Note("unknown_zone", name[:100]))
        elif self._feed is None:
            self._note(Note("floating"))
        return self.home


class EventLength(NamedTuple):
    """How long an event lasts: days, which may have 23 or 25 hours, and the rest in exact time."""

    days: int
    rest: timedelta

    @property
    def total(self) -> timedelta:
        """The length where clocks do not change."""
        return timedelta(days=self.days) + self.rest


def length_of(text: str) -> EventLength:
    """Return a duration as iCalendar writes it. Raise Unreadable, also for a negative one."""
    found = DURATION.fullmatch(text.upper())
    if not found or not any(found.groups()):
        raise Unreadable("DURATION")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return EventLength(7 * weeks + days, timedelta(hours=hours, minutes=minutes, seconds=seconds))


def _within_reach(read: AnyDate) -> AnyDate:
    if not OLDEST <= read.year <= NEWEST:
        raise Unreadable("year")
    return read
