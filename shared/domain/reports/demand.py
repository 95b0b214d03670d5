"""How far ahead customers book, how many appointments are cancelled, and how long the next free times are away.

- **booked ahead**: from the moment of booking to the start, of appointments for one customer; the median, and the
  time within which nine of ten were booked.
- **third next**: the start of the third time that is free from now on. The first two are often left by somebody
  who has just cancelled, so that the third says what a new customer finds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from math import ceil

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.slots import AvailableSlots
from shared.domain.timeline.ticks import bits


THIRD = 3
MINUTE = timedelta(minutes=1)
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


@dataclass(slots=True)
class BookedAhead:
    """How many appointments of a service were booked and cancelled, and how many whole minutes ahead each was."""

    booked: int = 0
    cancelled: int = 0
    minutes: list[int] = field(default_factory=list)

    def add_up(self, other: "BookedAhead") -> None:
        """Count others too."""
        self.booked += other.booked
        self.cancelled += other.cancelled
        self.minutes += other.minutes


def booked_ahead(appointments: Iterable[Appointment]) -> dict[str, BookedAhead]:
    """Return what was booked of each service; walk-ins and trials are not."""
    found: dict[str, BookedAhead] = {}
    for one in appointments:
        if one.origin != "booking":
            continue
        service = found.setdefault(one.service, BookedAhead())
        service.booked += 1
        service.cancelled += not one.is_live
        if one.made_at and not one.is_group:
            service.minutes.append(max((one.start - one.made_at) // MINUTE, 0))
    return found


def demand_of(booked: Mapping[str, BookedAhead]) -> dict[str, ServiceDemand]:
    """Return the demand of each service."""
    return {service: _demand(one) for service, one in booked.items()}


def free_times(offer: AvailableSlots) -> FreeTimes:
    """Return the free times of what is offered of a service."""
    starts = [offer.window.moment(bit) for bit in islice(bits(offer.mask), THIRD)]
    third = starts[THIRD - 1] if len(starts) == THIRD else None
    return FreeTimes(starts[0] if starts else None, third, offer.mask.bit_count())


def _demand(one: BookedAhead) -> ServiceDemand:
    ahead = sorted(one.minutes)
    return ServiceDemand(one.booked, one.cancelled, _within(ahead, MEDIAN), _within(ahead, NINE_OF_TEN))


def _within(minutes: list[int], share: float) -> timedelta | None:
    return minutes[max(ceil(share * len(minutes)) - 1, 0)] * MINUTE if minutes else None
