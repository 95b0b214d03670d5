"""What appointments come to in figures: how many, how they ended, their length, what they may have earned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from shared.domain.calendar.service import Service
from shared.domain.visits.queue import Planned


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of appointments; cancelled ones count in `cancelled` only.

    Who booked is known of appointments for one customer, in `by_customers` and `by_staff`; a visit without a
    booking counts in `walk_ins` only. `earned` is each service's present price times its customers, in the
    calendar's currency; None if no service that was booked has a price in figures.
    """

    live: int
    cancelled: int
    no_shows: int
    online: int
    walk_ins: int
    by_customers: int
    by_staff: int
    length: timedelta
    earned: Decimal | None


def figures_of(planned: Iterable[Planned], services: Mapping[str, Service]) -> Figures:
    """Return the figures of appointments; visits to try the product are left out."""
    counted = [one for one in planned if one.origin != "trial"]
    live = [one for one in counted if one.status != "cancelled"]
    booked = [one for one in live if one.origin == "booking"]
    earned = [amount for one in live if (amount := _earned(one, services.get(one.service))) is not None]
    return Figures(
        live=len(live),
        cancelled=len(counted) - len(live),
        no_shows=sum(one.status == "no_show" for one in live),
        online=sum(one.is_online for one in live),
        walk_ins=len(live) - len(booked),
        by_customers=sum(one.made_by == "customer" for one in booked),
        by_staff=sum(one.made_by == "staff" for one in booked),
        length=sum((one.end - one.start for one in live), timedelta()),
        earned=sum(earned, Decimal()) if earned else None,
    )


def _earned(one: Planned, service: Service | None) -> Decimal | None:
    """Return what an appointment may have earned; None if its price is no figure."""
    if service is None or service.price.kind not in ("fixed", "starts_at", "hourly"):
        return None
    hours = Decimal((one.end - one.start) // timedelta(minutes=1)) / 60 if service.price.kind == "hourly" else 1
    return service.price.amount * one.filled * hours
