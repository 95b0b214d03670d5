"""A series: appointments that staff booked together, of which people are told in one message."""

from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.model import Model


TOLD_AFTER = timedelta(minutes=1)  # so that one message tells of all that are booked one after another


class AppointmentSeries(Model):
    """The appointments of a series as far as they are booked; `due` is when people are told of the last one.

    Of a group service these are sessions, and `seats` has the customer's seat in each of them.
    """

    id: str
    due: datetime
    appointments: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()


def due_at(now: datetime, before: datetime | None = None) -> datetime:
    """Return the minute at which people are told of what is booked `now`; later than one `before`."""
    whole = now.replace(second=0, microsecond=0)
    soon = whole + (TOLD_AFTER if whole == now else 2 * TOLD_AFTER)
    return max(soon, before + TOLD_AFTER) if before else soon


class Together(NamedTuple):
    """Changes of several appointments of which people are told by one message: what names them, and when."""

    id: str
    due: datetime
