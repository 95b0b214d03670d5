"""Alternatives for a customer whose slot was taken: the free starts nearest to the one that is gone."""

import contextlib
from datetime import datetime

from functions.api.documents import slot_documents
from functions.http.problem_document import SlotDocument
from shared.domain.availability.slots import Slot
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.domain.timeline.hours import local_date
from shared.records.table import Ambiguous
from shared.use_cases.booking.find_slots import SlotsRequest, days_around, find_slots
from shared.use_cases.ports import Store


OFFERED = 6


async def alternatives(
    service: str, start: datetime, staff: str | None, *, calendar: Calendar, store: Store, now: datetime
) -> list[SlotDocument]:
    """Return up to six slots near `start` with the same person, else with anyone.

    Return an empty list where they cannot be found: the conflict is the answer, alternatives are a courtesy.
    """
    zone = calendar.business.time_zone
    with contextlib.suppress(Ambiguous, Refusal):  # a failed search must not hide the conflict
        for person in dict.fromkeys([staff, None]):
            found = await _nearest(service, start, person, calendar=calendar, store=store, now=now)
            # busy masks may be a moment old and still show the slot that was just refused
            if others := [slot for slot in found if person != staff or slot.start != start]:
                return slot_documents(others[:OFFERED], calendar, zone)
    return []


async def _nearest(
    service: str, start: datetime, staff: str | None, *, calendar: Calendar, store: Store, now: datetime
) -> list[Slot]:
    zone = calendar.business.time_zone
    days = days_around(local_date(start, zone), local_date(now, zone))
    request = SlotsRequest(service, *days, zone, staff)
    offer = await find_slots(request, calendar=calendar, store=store, now=now)
    return offer.nearest(start, OFFERED + 1)
