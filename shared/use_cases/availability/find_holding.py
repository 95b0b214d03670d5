"""Finds the other calendars whose appointments take a person's time around a start."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from shared.domain.appointments.appointment import LONGEST_VISIT
from shared.domain.calendar.service import Service
from shared.domain.timeline.ledger import months_in
from shared.domain.timeline.ticks import Window
from shared.records.holding.holds import read_hold
from shared.records.keys import holds_in
from shared.use_cases.ports import Store


async def find_holding(
    service: Service, start: datetime, people: Iterable[str], *, business: str, store: Store
) -> dict[str, set[str]]:
    """Return, for each person of a calendar, the ids of those that hold them for a visit at `start`.

    The buffers count as the visit does. One round trip.
    """
    visit = Window.around(start - service.pre_buffer, start + service.duration + service.post_buffer)
    months = months_in(Window.around(visit.moment(0) - LONGEST_VISIT, visit.moment(len(visit))))

    async def of(person: str) -> set[str]:
        ranges = (holds_in(month, person) for month in months)
        pages = await asyncio.gather(*(store.table.range("bookings", business, *one) for one in ranges))
        holds = (read_hold(business, row) for page in pages for row in page.rows)
        return {one.home for one in holds if one.overlaps(visit.first, visit.last)}

    names = list(people)
    return dict(zip(names, await asyncio.gather(*(of(name) for name in names)), strict=True))
