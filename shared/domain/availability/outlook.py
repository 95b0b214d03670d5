"""What the rules mean at a moment: the first and the last start that customers may book, whoever is free."""

from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.availability.slots import BookingRules, lead_times
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import days_window, local_date
from shared.domain.timeline.ticks import TICK, free_runs


class Outlook(NamedTuple):
    """`soonest` and `latest` bound the lead times; `first` and `last` are starts between, None without any."""

    soonest: datetime
    latest: datetime
    first: datetime | None
    last: datetime | None


def outlook(calendar: Calendar, now: datetime, service: Service | None = None) -> Outlook:
    """Return from when to when a service can be booked, by hours, dates and lead times alone.

    Without a service, it is that of the calendar's own policy, for the shortest service that has no other.
    """
    judged = service or _shortest(calendar)
    policy, zone = calendar.policy_of(judged), calendar.business.time_zone
    soonest, latest = lead_times(policy, now)
    # whole days: masks of a window are kept, and one that moved with the clock would be kept again and again
    days = days_window(local_date(soonest, zone), local_date(latest, zone), zone)
    rules = BookingRules(calendar, judged, days, now)
    starts = rules.grid() & free_runs(rules.hours(), judged.visit_ticks)
    if not starts:
        return Outlook(soonest, latest, None, None)
    lowest, highest = (starts & -starts).bit_length() - 1, starts.bit_length() - 1
    return Outlook(soonest, latest, rules.window.moment(lowest), rules.window.moment(highest))


def _shortest(calendar: Calendar) -> Service:
    own = [one for one in calendar.services.values() if one.policy is None and one.removed_at is None]
    length = min((one.duration for one in own), default=timedelta.resolution)
    return Service(id="any", name="", duration=max(length, TICK))
