"""Finds the messages of the last days that could not be delivered, about what is still to come.

That somebody was not told of a cancellation counts too, as they may come for nothing.
"""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import NOT_TAKEN, OutboxEntry
from shared.domain.appointments.recipients import Recipient, RecipientKind
from shared.records.keys import FAILED, appointment_key, every
from shared.use_cases.ports import Store
from shared.use_cases.readable import readable
from shared.use_cases.series.find_series import find_parts


RECENT = timedelta(days=14)
MOST_READ, MOST_FOUND = 1000, 20
NOTICES = ("notify", "left", "session")
TOLD: tuple[RecipientKind, ...] = ("customer", "phone", "staff", "business", "meeting", "reader")


class Undelivered(NamedTuple):
    """Who was not reached, and about which appointment; None if it was about none, as an invitation.

    Of a series it is the next one. `key` is that of the failed `entry`, which was written `at`.
    """

    recipient: Recipient
    appointment: Appointment | None
    key: str
    entry: OutboxEntry
    at: datetime

    @property
    def why(self) -> str:
        """Return why this recipient was not reached: what their provider said, if it said anything."""
        return self.entry.reasons.get(self.recipient.called, NOT_TAKEN)

    @property
    def is_of_one_seat(self) -> bool:
        """Return whether it is about one customer's one appointment, no group or series."""
        return bool(self.appointment and self.appointment.seat and self.entry.kind != "series")

    @property
    def is_correctable(self) -> bool:
        """Return whether its customer's address or number can be corrected with it."""
        return self.is_of_one_seat and self.recipient.is_customer


async def find_undelivered(business: str, *, store: Store, now: datetime) -> list[Undelivered]:
    """Return whom messages of the last two weeks did not reach, each once; two round trips, one without any."""
    found = await _undelivered(business, MOST_FOUND, store=store, now=now)
    about = [
        (one.recipient.who, one.appointment.id if one.appointment else one.entry.appointment) for one in found
    ]
    return list(dict(zip(about, found, strict=True)).values())[:MOST_FOUND]


async def list_undelivered(business: str, most: int, *, store: Store, now: datetime) -> list[Undelivered]:
    """Return up to `most` messages of the last two weeks that were not delivered, about what is still to come."""
    return (await _undelivered(business, most, store=store, now=now))[:most]


async def _undelivered(business: str, subjects_read: int, *, store: Store, now: datetime) -> list[Undelivered]:
    """Return all messages about the first so many subjects that were not delivered."""
    page = await store.table.range("bookings", business, *every(FAILED), limit=MOST_READ)
    recent = [row for row in page.rows if row.written > now - RECENT]
    found = [
        (row, entry, recipient)
        for row, entry in readable(OutboxEntry, recent)
        for recipient in entry.recipients
        if recipient.kind in TOLD
    ]
    subjects = {(entry.appointment, entry.kind == "series") for _, entry, _ in found}
    ordered = sorted(subjects)[:subjects_read]
    reads = (_read(business, about, store, is_series=of_series) for about, of_series in ordered)
    known = dict(zip((about for about, _ in ordered), await asyncio.gather(*reads), strict=True))
    undelivered = []
    for row, entry, recipient in found:
        about = known.get(entry.appointment, [])
        open_to = (one for one in about if is_open(entry, one) and not _is_known(entry, recipient, one))
        coming = next((one for one in open_to if one.end > now), None)
        if coming or not entry.appointment:
            undelivered.append(Undelivered(recipient, coming, row.key, entry, row.written))
    return undelivered


def is_open(entry: OutboxEntry, about: Appointment) -> bool:
    """Return whether the message matters still: of what is cancelled, only the notice of that does."""
    seat = about.seat
    is_newest = seat is None or entry.kind == "left" or entry.version == seat.version
    return about.is_live or (entry.kind in NOTICES and is_newest)


def _is_known(entry: OutboxEntry, recipient: Recipient, about: Appointment) -> bool:
    """Return whether a customer knows of the cancellation, as it was theirs."""
    return not about.is_live and entry.by_customer and recipient.is_customer


async def _read(business: str, about: str, store: Store, *, is_series: bool) -> list[Appointment]:
    """Return what an entry was about: an appointment, or what there is of a series, the earliest first."""
    if is_series:
        parts = await find_parts(about, business=business, store=store)
        return [one.appointment for one in parts if one.is_live]
    row = await store.table.get("bookings", business, appointment_key(about)) if about else None
    return [one for _, one in readable(Appointment, [row] if row else [])]
