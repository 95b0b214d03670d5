"""Once a day, who is reminded of which appointments that are to be confirmed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.domain.appointments.appointment import Appointment


AT = time(8)  # by the calendar's clock
DAY = timedelta(days=1)


def reminder_due(moment: datetime, zone: str) -> datetime:
    """Return when the latest reminder was due up to a moment, in UTC."""
    place = ZoneInfo(zone)
    today = moment.astimezone(place).date()
    due = datetime.combine(today, AT, place)
    return (due if due <= moment else datetime.combine(today - DAY, AT, place)).astimezone(UTC)


def is_waiting(one: Appointment, due: datetime, now: datetime) -> bool:
    """Return whether it has waited since before `due`, and its time has yet to come."""
    if not one.is_to_confirm or one.awaited is None:
        return False
    return max(due, now) < one.start and (one.awaited.since is None or one.awaited.since < due)


def is_pressing(one: Appointment, due: datetime) -> bool:
    """Return whether schedulers are told too: it was not confirmed for a day, or begins within one."""
    since = one.awaited.since if one.awaited else None
    return since is None or since < due - DAY or one.start <= due + DAY


def is_reminded(one: Appointment, person: str, due: datetime, *, decides: bool) -> bool:
    """Return whether a person is reminded of a waiting appointment; who `decides` confirms those of others."""
    return person in one.staff or (decides and is_pressing(one, due))
