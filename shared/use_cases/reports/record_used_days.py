"""Writes down how much of people's time was booked on a day that is over; and finds it for reports."""

from contextlib import suppress
from datetime import date, datetime

from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound
from shared.domain.reports.period import DAY, ReportPeriod
from shared.domain.reports.utilisation import UsedDay, UtilisationReport, used_time, utilisation_of
from shared.domain.timeline.hours import local_date
from shared.domain.timeline.ledger import months_in
from shared.domain.timeline.ticks import Window
from shared.records.codec import dump, load_row
from shared.records.keys import ledger_key
from shared.records.reports.used_days import day_of_used, used_between, used_key
from shared.records.table import Operation, Stale
from shared.use_cases.availability.find_staff_availability import find_ledgers
from shared.use_cases.ports import Store
from shared.use_cases.visits.find_queue import day_of


MOST_DAYS = 7  # that are made up for, if there was no sweep


async def record_used_days(business: str, zone: str, *, store: Store, now: datetime) -> int:
    """Write the days up to yesterday that have no row yet; return how many.

    A day is written once, soon after it ended, so that later changes of hours do not change the past. Of days
    that no sweep saw the settings of today are all there is; before the first row there is only yesterday.
    """
    yesterday = local_date(now, zone) - DAY
    span = used_between(yesterday - (MOST_DAYS - 1) * DAY, yesterday)
    page = await store.table.range("facts", business, *span, ("none",))
    last = max((day_of_used(row.key) for row in page.rows), default=yesterday - DAY)
    missing = [last + (number + 1) * DAY for number in range((yesterday - last).days)]
    if not missing:
        return 0
    try:
        calendar = await store.calendars.find_by_id(business)
    except NotFound:
        return 0
    for day in missing:
        used = await _used(calendar, day, store)
        with suppress(Stale):  # another sweep has written it
            await store.table.transact("facts", business, [Operation("insert", used_key(day), dump(used))])
    return len(missing)


async def _used(calendar: Calendar, day: date, store: Store) -> UsedDay:
    start, end = day_of(calendar, day)
    people = [one for one in calendar.staff.values() if one.can_be_booked]
    months = months_in(Window.around(start, end))
    ledgers = await find_ledgers([one.id for one in people], months, calendar, store)
    found = {
        one.id: used_time(
            one,
            calendar.business,
            start,
            end,
            {month: ledgers[key] for month in months if (key := ledger_key(month, one.id)) in ledgers},
        )
        for one in people
    }
    return UsedDay(people={name: used for name, used in found.items() if used.bookable})


async def find_utilisation(period: ReportPeriod, *, business: str, store: Store) -> UtilisationReport:
    """Return how much of people's time was booked on the days of a period; one round trip."""
    page = await store.table.range("facts", business, *used_between(period.first, period.last))
    return utilisation_of({day_of_used(row.key): load_row(UsedDay, row) for row in page.rows})
