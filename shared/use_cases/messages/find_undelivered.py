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


RECENT = timedelta(days=14)
MOST_READ, MOST_FOUND = 1000, 20
TOLD: tuple[RecipientKind, ...] = ("customer", "staff", "business", "meeting")


class Undelivered(NamedTuple):
    """Who was not reached, and about which appointment; None if it was about none, as an invitation."""

    recipient: Recipient
    appointment: Appointment | None


async def find_undelivered(business: str, *, store: Store, now: datetime) -> list[Undelivered]:
    """Return whom messages of the last two weeks did not reach, each once; two round trips, one without any."""
    page = await store.table.range("bookings", business, *every(FAILED), limit=MOST_READ)
    recent = [row for row in page.rows if row.written > now - RECENT]
    found = [
        (recipient, entry.appointment)
        for entry in _entries(recent)
        for recipient in entry.recipients
        if recipient.kind in TOLD
    ]
    distinct = list({(one.who, about): (one, about) for one, about in found}.values())[:MOST_FOUND]
    rows = await asyncio.gather(*(_read(business, about, store) for _, about in distinct))
    pairs = zip(distinct, rows, strict=True)
    return [
        Undelivered(recipient, known)
        for (recipient, about), known in pairs
        if not about or (known and known.is_live and known.end > now)
    ]


def _entries(rows: list[Row]) -> list[OutboxEntry]:
    entries = []
    for row in rows:
        try:
            entries.append(load_row(OutboxEntry, row))
        except (ValidationError, KeyError):  # of a version that this one cannot read
            continue
    return entries


async def _read(business: str, appointment: str, store: Store) -> Appointment | None:
    row = await store.table.get("bookings", business, appointment_key(appointment)) if appointment else None
    return load_row(Appointment, row) if row else None
