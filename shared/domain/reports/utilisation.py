"""How much of the time in which people could be booked was booked, day by day, as it was when the day ended.

- **bookable**: a person's hours on bookable dates, without time off and what their other calendars take; and what
  was booked of them outside these hours.
- **booked**: the time of their appointments, with the buffers around them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from shared.domain.availability.slots import bookable_dates, business_hours, staff_hours
from shared.domain.calendar.business import Business, StaffMember
from shared.domain.model import Model
from shared.domain.timeline.ledger import Ledger, at_least_once, busy_in
from shared.domain.timeline.ticks import TICK, Window


TICK_MINUTES = TICK.seconds // 60


class UsedTime(Model):
    """A person's time on a day, or of several days, in minutes."""

    bookable: int = 0
    booked: int = 0

    @property
    def share(self) -> float | None:
        """Return the share that was booked; None if there was nothing to book."""
        return self.booked / self.bookable if self.bookable else None


class UsedDay(Model):
    """The time of everybody who could be booked on a day of the calendar's clock."""

    people: dict[str, UsedTime] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UtilisationReport:
    """The time of a period: all, by person, and by day."""

    whole: UsedTime
    people: Mapping[str, UsedTime]
    days: Mapping[date, UsedDay]


def used_time(
    person: StaffMember, business: Business, start: datetime, end: datetime, ledgers: Mapping[str, Ledger]
) -> UsedTime:
    """Return a person's time in [start, end); `ledgers` are theirs by month."""
    window = Window.around(start, end)

    def within(masks: Mapping[str, int]) -> int:
        return busy_in(window, masks)

    claimed = within({month: at_least_once(one.claimed) for month, one in ledgers.items()})
    away = within({month: one.off | one.external | at_least_once(one.held) for month, one in ledgers.items()})
    hours = business_hours(business, window) & staff_hours(person, business, window)
    hours &= bookable_dates(business.policy, business.time_zone, window)
    bookable = hours & ~away | claimed
    return UsedTime(
        bookable=bookable.bit_count() * TICK_MINUTES,
        booked=claimed.bit_count() * TICK_MINUTES,
    )


def utilisation_of(days: Mapping[date, UsedDay]) -> UtilisationReport:
    """Return the sums of days, whoever was there on each."""
    bookable, booked = Counter[str](), Counter[str]()
    for day in days.values():
        for name, one in day.people.items():
            bookable[name] += one.bookable
            booked[name] += one.booked
    people = {name: UsedTime(bookable=bookable[name], booked=booked[name]) for name in bookable}
    return UtilisationReport(_sum(people.values()), people, days)


def _sum(times: Iterable[UsedTime]) -> UsedTime:
    found = list(times)
    return UsedTime(bookable=sum(one.bookable for one in found), booked=sum(one.booked for one in found))
