"""Alternatives for a customer whose slot was taken: the free starts nearest to the one that is gone."""

import contextlib
from datetime import datetime

from functions.api.documents import slot_documents
from functions.http.problem_document import SlotDocument
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.records.table import Ambiguous
from shared.use_cases.booking.find_nearest import find_nearest
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
        found, _ = await find_nearest(
            service, start, staff, OFFERED, zone=zone, calendar=calendar, store=store, now=now
        )
        return slot_documents(found, calendar, zone)
    return []
