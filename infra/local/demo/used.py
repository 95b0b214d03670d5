"""How much of people's time was booked in the past of the demo, by the product's own rule."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from shared.domain.reports.utilisation import UsedDay, used_time
from shared.domain.timeline.ledger import Ledger, cut_by_month
from shared.domain.timeline.ticks import Window
from shared.records.codec import dump
from shared.records.reports.used_days import used_key
from shared.use_cases.visits.find_queue import day_of


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from shared.domain.appointments.appointment import Appointment
    from shared.domain.calendar.business import Calendar
    from shared.records.table import Values


class PastTime:
    """The time that appointments of the past took of each person, which no ledger has."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._ledgers: dict[str, dict[str, Ledger]] = defaultdict(lambda: defaultdict(Ledger))

    def add(self, one: Appointment) -> None:
        service = self._calendar.services[one.service]
        ticks = Window.around(one.start - service.pre_buffer, one.end + service.post_buffer)
        for person in one.staff:
            of_person = self._ledgers[person]
            for month, mask in cut_by_month(ticks.first, ticks.last).items():
                of_person[month] = of_person[month].claim(mask)

    def rows(self, days: Iterable[date]) -> dict[str, Values | None]:
        """Return the rows of days, as the hourly sweep would have written them."""
        return {used_key(day): dump(self._day(day)) for day in days}

    def _day(self, day: date) -> UsedDay:
        start, end = day_of(self._calendar, day)
        people = [one for one in self._calendar.staff.values() if one.can_be_booked]
        business = self._calendar.business
        found = {one.id: used_time(one, business, start, end, self._ledgers[one.id]) for one in people}
        return UsedDay(people={name: used for name, used in found.items() if used.bookable})
