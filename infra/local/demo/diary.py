"""The demo's diary on paper: who is taken when, and which starts the domain's own rules would offer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shared.domain.availability.slots import AvailableSlots, BookingRules, business_hours
from shared.domain.timeline.hours import days_window
from shared.domain.timeline.ticks import Window


if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service

DAY = timedelta(days=1)
LONG_BEFORE = 10 * DAY  # beyond every lead time


class Diary:
    """A working copy of everybody's claims from a month before a day to ten weeks after it."""

    def __init__(self, calendar: Calendar, began: datetime) -> None:
        self.calendar = calendar
        self.zone = calendar.business.time_zone
        self.today = began.astimezone(ZoneInfo(self.zone)).date()
        self.window = Window.around(began - 40 * DAY, began + 70 * DAY)
        self._busy = dict.fromkeys(calendar.staff, 0)

    def take(self, staff: Iterable[str], start: datetime, end: datetime) -> None:
        ticks = Window.around(start, end)
        for person in staff:
            self._busy[person] |= self.window.cut(ticks.first, ticks.last)

    def book(self, service: Service, staff: Iterable[str], start: datetime) -> None:
        self.take(staff, start - service.pre_buffer, start + service.duration + service.post_buffer)

    def starts(self, service: Service, day: date, person: str | None = None) -> list[datetime]:
        """Return what is offered of a service on a local day, to whoever books in good time."""
        days = days_window(day, day, self.zone)
        judge = BookingRules(self.calendar, service, days, days.moment(0) - LONG_BEFORE)
        busy = {one: judge.window.place(mask, self.window.first) for one, mask in self._busy.items()}
        offer = AvailableSlots(self.calendar, service, judge.window, judge.starts(busy), staff=person)
        return [slot.start for slot in offer.slots()]

    def open_days(self, first: int, last: int) -> list[date]:
        """Return the days first…last after today, both included, on which the business opens at all."""
        days = [self.today + number * DAY for number in range(first, last + 1)]
        return [day for day in days if business_hours(self.calendar.business, days_window(day, day, self.zone))]

    def local(self, day: date, hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(self.zone))
