"""How long availability takes to compute: a month of 30-minute starts, from ready masks and from what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.delivery.free_busy.calendar_text.read import read_calendars
from shared.domain.availability.slots import AvailableSlots, BookingRules
from shared.domain.free_busy.reading import BusyReader
from shared.domain.timeline import hours
from shared.domain.timeline.hours import days_window
from shared.domain.timeline.ledger import busy_in, from_bytes, months_in
from shared.domain.timeline.ticks import Window
from shared.records.codec import dump
from shared.records.keys import BUSINESS, service_key, staff_key
from shared.records.table import Row as Stored
from shared.storage.calendars import as_calendar
from tests.bench.days.calendars import busy_ledgers, many
from tests.bench.table import Row, cpu_ms
from tests.delivery.free_busy.feeds import FiveYears


if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.calendar.business import Calendar

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
FIRST, LAST = NOW.date(), NOW.date() + timedelta(days=30)
NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class Stage:
    """A calendar as its rows are stored, and as a process knows it once it has read them."""

    def __init__(self, people: int) -> None:
        calendar = many(people)
        self.settings = _rows(calendar)
        self.calendar = as_calendar(self.settings)
        self.judge = self._judge(self.calendar)
        self.ledgers = {
            month: [
                (person, ledger.to_row()["busy"])
                for person, ledger in busy_ledgers(list(calendar.staff), month).items()
            ]
            for month in months_in(self.judge.window)
        }
        self.busy = self._busy(self.judge)

    def _judge(self, calendar: Calendar) -> BookingRules:
        zone = calendar.business.time_zone
        return BookingRules(calendar, calendar.services["visit"], days_window(FIRST, LAST, zone), NOW)

    def _busy(self, judge: BookingRules) -> dict[str, int]:
        by_person: dict[str, dict[str, int]] = {}
        for month, people in self.ledgers.items():
            for person, busy in people:
                by_person.setdefault(person, {})[month] = from_bytes(busy)
        return {person: busy_in(judge.window, months) for person, months in by_person.items()}

    def starts(self) -> int:
        """Return the starts of the month: hours and busy masks are ready."""
        judge = self.judge
        return AvailableSlots(self.calendar, judge.service, judge.window, judge.starts(self.busy)).mask

    def starts_from_stored(self, *, parsed: bool = False) -> int:
        """Return the same from rows: settings parsed (or not), hours turned to masks, ledgers joined."""
        calendar = self.calendar if parsed else as_calendar(self.settings)
        judge = self._judge(calendar)
        return AvailableSlots(calendar, judge.service, judge.window, judge.starts(self._busy(judge))).mask


def _rows(calendar: Calendar) -> list[Stored]:
    documents = [(BUSINESS, calendar.business)]
    documents += [(service_key(name), one) for name, one in calendar.services.items()]
    documents += [(staff_key(name), one) for name, one in calendar.staff.items()]
    return [Stored(key, dump(one), "", NO_TIME) for key, one in documents]


def forget_hours() -> None:
    for name in vars(hours):
        if hasattr(found := getattr(hours, name), "cache_clear"):
            found.cache_clear()


def _own_calendar() -> Callable[[], object]:
    """Return what reads a feed of five years, for a year and a month to come."""
    feed = FiveYears(FIRST).text()
    reader = BusyReader(Window.around(NOW, NOW + timedelta(days=395)), "Europe/Paris")
    return lambda: read_calendars([feed], reader)


def measure() -> list[Row]:
    hundred, thousand = Stage(100), Stage(1000)
    assert hundred.starts() == hundred.starts_from_stored()
    assert hundred.starts().bit_count() > 300
    unready = cpu_ms(lambda: hundred.starts_from_stored(parsed=True), runs=31, before=forget_hours)
    stored = cpu_ms(hundred.starts_from_stored, runs=31, before=forget_hours)
    return [
        Row("a month, 100 staff, from ready masks", cpu_ms(hundred.starts, runs=101), "ms", 2),
        Row("a month, 1,000 staff, from ready masks", cpu_ms(thousand.starts, runs=31), "ms", 10),
        Row(
            "a month, 100 staff, from settings and ledgers as stored",
            stored,
            "ms",
            25,
            note="JSON parsing included",
        ),
        Row("the same, settings parsed before", unready, "ms"),
        Row("a person's own calendar, 1.2 MB and five years", cpu_ms(_own_calendar(), runs=11), "ms", 300),
    ]
