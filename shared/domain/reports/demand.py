"""How far ahead customers book, how many appointments are cancelled, and how long the next free times are away.

- **booked ahead**: from the moment of booking to the start, of appointments for one customer; the median, and the
  time within which nine of ten were booked.
- **third next**: the start of the third time that is free from now on. The first two are often left by somebody
  who has just cancelled, so that the third says what a new customer finds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import ceil

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.slots import AvailableSlots
from shared.domain.timeline.ticks import bits


THIRD = 3
MEDIAN, NINE_OF_TEN = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class ServiceDemand:
    """What was booked of a service in a period. The times ahead are None where they are of no appointment."""

    booked: int = 0
    cancelled: int = 0
    median_ahead: timedelta | None = None
    longest_ahead: timedelta | None = None

    @property
    def share_cancelled(self) -> float | None:
        """Return the share of cancelled ones; None if there are none at all."""
        return self.cancelled / self.booked if self.booked else None


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """The next free start and the third one, None where there is none; and how many there are."""

    next: datetime | None
    third: datetime | None
    starts: int


def demand_by_service(appointments: Iterable[Appointment]) -> dict[str, ServiceDemand]:
    """Return the demand of each service that was booked; walk-ins and trials are none."""
    found: dict[str, list[Appointment]] = {}
    for one in appointments:
        if one.origin == "booking":
            found.setdefault(one.service, []).append(one)
    return {service: _demand(them) for service, them in found.items()}


def free_times(offer: AvailableSlots) -> FreeTimes:
    """Return the free times of what is offered of a service."""
    starts = [offer.window.moment(bit) for bit in islice(bits(offer.mask), THIRD)]
    third = starts[THIRD - 1] if len(starts) == THIRD else None
    return FreeTimes(starts[0] if starts else None, third, offer.mask.bit_count())


def _demand(appointments: list[Appointment]) -> ServiceDemand:
    single = (one for one in appointments if one.made_at and not one.is_group)
    ahead = sorted(max(one.start - one.made_at, timedelta()) for one in single if one.made_at)
    cancelled = sum(not one.is_live for one in appointments)
    return ServiceDemand(len(appointments), cancelled, _within(ahead, MEDIAN), _within(ahead, NINE_OF_TEN))


def _within(lengths: list[timedelta], share: float) -> timedelta | None:
    return lengths[max(ceil(share * len(lengths)) - 1, 0)] if lengths else None
