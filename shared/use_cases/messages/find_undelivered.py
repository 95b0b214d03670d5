"""Finds the messages of the last days that could not be delivered, about what is still to come."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import Recipient, RecipientKind
from shared.records.codec import load_row
from shared.records.keys import FAILED, appointment_key, every
from shared.records.table import Row
from shared.use_cases.ports import Store
from shared.use_cases.series.find_series import find_series


RECENT = timedelta(days=14)
MOST_READ, MOST_FOUND = 1000, 20
TOLD: tuple[RecipientKind, ...] = ("customer", "staff", "business", "meeting")


class Undelivered(NamedTuple):
    """Who was not reached, and about which appointment; None if it was about none, as an invitation.

    Of a series it is the next one.
    """

    recipient: Recipient
    appointment: Appointment | None


async def find_undelivered(business: str, *, store: Store, now: datetime) -> list[Undelivered]:
    """Return whom messages of the last two weeks did not reach, each once; two round trips, one without any."""
    page = await store.table.range("bookings", business, *every(FAILED), limit=MOST_READ)
    recent = [row for row in page.rows if row.written > now - RECENT]
    found = [
        (recipient, entry.appointment, entry.kind == "series")
        for entry in _entries(recent)
        for recipient in entry.recipients
        if recipient.kind in TOLD
    ]
    distinct = list({(one[0].who, one[1]): one for one in found}.values())[:MOST_FOUND]
    reads = (_read(business, about, store, is_series=of_series) for _, about, of_series in distinct)
    undelivered = []
    for (recipient, about, _), known in zip(distinct, await asyncio.gather(*reads), strict=True):
        coming = next((one for one in known if one.is_live and one.end > now), None)
        if coming or not about:
            undelivered.append(Undelivered(recipient, coming))
    return undelivered


def _entries(rows: list[Row]) -> list[OutboxEntry]:
    entries = []
    for row in rows:
        try:
            entries.append(load_row(OutboxEntry, row))
        except (ValidationError, KeyError):  # of a version that this one cannot read
            continue
    return entries


async def _read(business: str, about: str, store: Store, *, is_series: bool) -> list[Appointment]:
    """Return what an entry was about: an appointment, or all of a series, the earliest first."""
    if is_series:
        return await find_series(about, business=business, store=store)
    row = await store.table.get("bookings", business, appointment_key(about)) if about else None
    return [load_row(Appointment, row)] if row else []
