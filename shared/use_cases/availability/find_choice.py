"""Finds what a person chooses from who books for a customer: the free times of a service, and who is free."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from shared.domain.availability.presence import Presence, claim_of, presence
from shared.domain.availability.slots import AvailableSlots, window_for
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import days_window
from shared.domain.timeline.ledger import months_in
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.ports import Store


class BookingChoice(NamedTuple):
    """The times that are offered, and the busy masks of everybody by month."""

    offer: AvailableSlots
    masks: Mapping[str, Mapping[str, int]]

    def who(self, people: Sequence[StaffMember], start: datetime) -> dict[str, Presence]:
        """Return who is free, busy or away at a start for which the masks were read."""
        return presence(people, self.offer.service, start, calendar=self.offer.calendar, masks=self.masks)


async def find_choice(
    service: Service,
    days: tuple[date, date],
    person: str | None,
    start: datetime | None,
    *,
    calendar: Calendar,
    store: Store,
    now: datetime,
) -> BookingChoice:
    """Return the choice on local days, first and last included, and at `start`; one round trip.

    `person` restricts the times to one who serves the service.
    """
    zone, wanted = calendar.business.time_zone, person if person in service.staff else None
    months = dict.fromkeys(months_in(window_for(service, days_window(*days, zone))))
    months |= dict.fromkeys(months_in(claim_of(service, start)) if start else ())
    request = SlotsRequest(service.id, *days, zone, wanted)
    masks, offer = await asyncio.gather(  # in this order, so that the offer is of the same masks
        store.calendars.busy(calendar.business.id, tuple(months), len(calendar.staff)),
        find_slots(request, calendar=calendar, store=store, now=now),
    )
    return BookingChoice(offer, masks)
