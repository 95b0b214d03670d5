"""Busy times from iCalendar text: of a published feed, or of what a CalDAV server answers.

Pure but for the CPU time it looks at between events. What cannot be understood is counted and passed over; what
is no calendar, or too much of one, raises CalendarUnreadable, so that what was read before still holds.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.delivery.free_busy.calendar_text.lines import (
    CalendarEvent,
    EventLine,
    events_near,
    free_busy_lines,
    plain_text,
    zone_of,
    zones_in,
)
from shared.delivery.free_busy.calendar_text.moments import Moments, Unreadable, length_of
from shared.delivery.free_busy.calendar_text.occurrences import first, recurs, series, single
from shared.delivery.free_busy.calendar_text.rules import FinerThanDaily
from shared.delivery.free_busy.calendar_text.zones import Zones
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import MOST_NOTES, BusyReader, BusyTimes, Note, Stretch, busy_mask
from shared.domain.free_busy.standing import EventStanding, standing_of


MOST_CPU = 10.0  # seconds, of the thread that reads
Judged = tuple[CalendarEvent, EventStanding]
FREE_TYPES = {"FREE": "free", "BUSY-TENTATIVE": "tentative"}


def read_calendars(texts: Iterable[bytes], reader: BusyReader, most_cpu: float = MOST_CPU) -> BusyTimes:
    """Return the busy times of several texts of one person. Raise CalendarUnreadable."""
    run = _Reading(reader, time.thread_time() + most_cpu)
    stretches = [stretch for data in texts for stretch in run.stretches(data)]
    return BusyTimes(
        busy_mask(reader.window, stretches), tuple(run.notes)[:MOST_NOTES], run.passed_over, run.events
    )


class _Reading:
    def __init__(self, reader: BusyReader, deadline: float) -> None:
        self._reader, self._deadline = reader, deadline
        self.notes: dict[Note, None] = {}
        self.passed_over = self.events = 0

    def stretches(self, data: bytes) -> Iterator[Stretch]:
        """Yield when the person is busy by one text."""
        text = plain_text(data)
        moments = Moments(Zones(zones_in(text)), zone_of(text), self._reader.zone, self._note)
        alone, recurring = self._sorted(text)
        for event, standing in alone:
            if standing != "free":
                yield from self._single(event, moments)
        for group in recurring.values():
            yield from self._series(group, moments)
        yield from self._published(text, moments)

    def _sorted(self, text: str) -> tuple[list[Judged], dict[str, list[Judged]]]:
        """Return the events of others that take place once, and the series by their UIDs."""
        alone: list[Judged] = []
        series_by_uid: dict[str, list[Judged]] = {}
        for number, event in enumerate(events_near(text, self._reader.window)):
            self._look_at_clock()
            uid = line.value if (line := first(event, "UID")) else ""
            if self._reader.is_own(uid):
                continue
            self.events += 1
            one = event, _standing(event, self._reader.address)
            if recurs(event):
                series_by_uid.setdefault(uid or f"no uid {number}", []).append(one)
            else:
                alone.append(one)
        return alone, series_by_uid

    def _single(self, event: CalendarEvent, moments: Moments) -> Iterator[Stretch]:
        self._look_at_clock()
        try:
            if self._counts(_standing(event, self._reader.address)):
                yield single(event, moments)
        except Unreadable as error:
            self._pass_over(event, error)

    def _series(self, group: list[Judged], moments: Moments) -> Iterator[Stretch]:
        self._look_at_clock()
        if all(not self._counts(standing) for _, standing in group):
            return
        try:
            found = list(series(group, moments, self._reader.window))
        except FinerThanDaily:
            yield from self._whole_day(group, moments)
        except CalendarUnreadable:
            raise
        except Exception as error:  # noqa: BLE001 - one bad series, of whatever library, spoils no other
            self._pass_over(group[0][0], error)
        else:
            yield from (stretch for stretch, standing in found if self._counts(standing))

    def _whole_day(self, group: list[Judged], moments: Moments) -> Iterator[Stretch]:
        """Yield the day of a rule's first event: every hour of all days is hardly what it means."""
        try:
            begins = single(group[0][0], moments).start.astimezone(moments.home)
        except Unreadable as error:
            self._pass_over(group[0][0], error)
            return
        self._note(Note("finer_than_daily", begins.date().isoformat()))
        day = begins.replace(tzinfo=None).date()
        yield Stretch(moments.instant(day), moments.instant(day + timedelta(days=1)))

    def _published(self, text: str, moments: Moments) -> Iterator[Stretch]:
        for line in free_busy_lines(text):
            if not self._counts(FREE_TYPES.get(line.parameters.get("FBTYPE", "").upper(), "busy")):
                continue
            for period in filter(None, line.value.split(",")):
                self._look_at_clock()
                self.events += 1
                try:
                    yield _period(line, period, moments)
                except Unreadable as error:
                    self._pass_over([line], error)

    def _counts(self, standing: str) -> bool:
        return standing == "busy" or (standing == "tentative" and self._reader.tentative_is_busy)

    def _pass_over(self, event: CalendarEvent, error: Exception) -> None:
        self.passed_over += 1
        begins = first(event, "DTSTART")
        self._note(Note("unreadable", begins.value[:40] if begins else type(error).__name__))

    def _note(self, note: Note) -> None:
        self.notes[note] = None

    def _look_at_clock(self) -> None:
        if time.thread_time() > self._deadline:
            raise CalendarUnreadable("too_slow")


def _standing(event: CalendarEvent, address: str) -> EventStanding:
    values = {line.name: line.value.upper() for line in event}
    return standing_of(
        status=values.get("STATUS", ""),
        transparency=values.get("TRANSP", ""),
        microsoft=values.get("X-MICROSOFT-CDO-BUSYSTATUS", ""),
        answer=_answer(event, address.lower()),
    )


def _answer(event: CalendarEvent, address: str) -> str:
    """Return what the person answered to an invitation, empty if they are not invited."""
    for line in event:
        if line.name == "ATTENDEE" and line.value.lower().removeprefix("mailto:") == address:
            return line.parameters.get("PARTSTAT", "").upper()
    return ""


def _period(line: EventLine, text: str, moments: Moments) -> Stretch:
    begins, _, ends = text.partition("/")
    start = moments.instant(moments.read(line, begins))
    is_length = ends[:1] in "P+"
    return Stretch(
        start, start + length_of(ends).total if is_length else moments.instant(moments.read(line, ends))
    )
