"""Forgets the messages to a customer: those that are due, those that failed, and the notes of those sent."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from shared.domain.appointments.messages import OutboxEntry, SentMessage
from shared.domain.appointments.recipients import CUSTOMER, PHONE
from shared.domain.appointments.sent_sms import SentSms
from shared.records.codec import dump
from shared.records.keys import FAILED, SMS, WISH, WORK, appointment_of_note, every, sent_of, subject_of
from shared.records.table import Operation, Row, Stale
from shared.use_cases.ports import Store
from shared.use_cases.read_many import read_many
from shared.use_cases.readable import readable


SIDE_BY_SIDE, AT_ONCE = 12, 100  # transactions of one person; operations of one. A partition takes them in turn
RUN = 250  # appointments whose notes are read at once, while those of others are deleted
THEIRS = (CUSTOMER.kind, PHONE.kind)
ABOUT_A_SEAT = ("notify", "left", "reminder", "follow_up", "reassign_asked")
WRITTEN = (
    "notify",
    "left",
    "reassign_asked",
    "session",
)  # for or of customers; the others' words are the service's


class IndexedSeat(NamedTuple):
    """Where a customer's index has a seat."""

    key: str
    appointment: str
    seat: str


async def forget_entries(
    business: str, seats: Collection[str], appointments: Collection[str], *, store: Store
) -> set[str]:
    """Take the customers of some seats out of the outbox, also out of what failed for good, and what was written.

    Staff who are still to be told are told, and so are others in these appointments, without what was written to
    all of them: it may be about who is forgotten. What a worker has taken meanwhile stays: it finds no address.
    What is known of SMS to them goes too. Return the subjects of all entries that there are.
    """
    spans = (store.table.range("bookings", business, *every(kind)) for kind in (WORK, FAILED))
    pages = await asyncio.gather(*spans)
    rows = [row for page in pages for row in page.rows]
    found = [one for row in rows if (one := _without_customer(row, seats, appointments))]
    texted = await store.table.range("bookings", business, *every(SMS))
    found += [Operation("delete", row.key, etag=row.etag) for row in texted.rows if _is_about(row, seats)]
    await _write(business, found, store, asyncio.Semaphore(SIDE_BY_SIDE))
    return {subject_of(row.key) for row in rows}


async def forget_sent(business: str, places: Iterable[IndexedSeat], *, store: Store) -> None:
    """Delete the notes of what was sent to the customers of some seats."""
    several, seats = asyncio.Semaphore(SIDE_BY_SIDE), dict[str, set[str]]()
    for place in places:
        seats.setdefault(place.appointment, set()).add(place.seat)

    async def forget(some: Sequence[str]) -> None:
        rows = await read_many(map(sent_of, some), business=business, store=store)
        theirs = (row for row in rows.values() if _is_to_seat(row, seats[appointment_of_note(row.key)]))
        gone = [Operation("delete", row.key, etag=row.etag) for row in theirs]
        await _write(business, gone, store, several)

    held = sorted(seats)
    await asyncio.gather(*(forget(held[at : at + RUN]) for at in range(0, len(held), RUN)))


def is_about(key: str, entry: OutboxEntry, seats: Collection[str]) -> bool:
    """Return whether an outbox entry, by its key and content, tells of one of these seats."""
    return entry.kind in ABOUT_A_SEAT and (entry.seat in seats or subject_of(key) in seats)


def is_to_session(entry: OutboxEntry, appointments: Collection[str]) -> bool:
    """Return whether an outbox entry tells all who are in one of these sessions."""
    return entry.kind == "session" and not entry.silent and entry.appointment in appointments


def is_sms_about(text: SentSms, seats: Collection[str]) -> bool:
    """Return whether an SMS tells of one of these seats."""
    return text.seat in seats or any(seat in seats for seat, _start in text.covers)


def _without_customer(row: Row, seats: Collection[str], appointments: Collection[str]) -> Operation | None:
    subject = subject_of(row.key)
    if subject not in seats and subject not in appointments and not subject.startswith(WISH):
        return None
    entry = next((one for _, one in readable(OutboxEntry, [row])), None)  # its worker reads another version's
    if entry is None or not (is_about(row.key, entry, seats) or is_to_session(entry, appointments)):
        return None
    left, refused = (
        tuple(one for one in all_ if one.kind not in THEIRS) for all_ in (entry.recipients, entry.refused)
    )
    if not left:
        return Operation("delete", row.key, etag=row.etag)
    text = "" if entry.kind in WRITTEN else entry.text
    after = entry.model_copy(update={"recipients": left, "refused": refused, "text": text})
    return Operation("replace", row.key, dump(after), row.etag) if after != entry else None


def _is_about(row: Row, seats: Collection[str]) -> bool:
    found = readable(SentSms, [row])
    return any(is_sms_about(text, seats) for _, text in found)


def _is_to_seat(row: Row, seats: Collection[str]) -> bool:
    notes = (note for _, note in readable(SentMessage, [row]))
    return any(one.recipient.kind in THEIRS and (not one.seat or one.seat in seats) for one in notes)


async def _write(business: str, operations: Sequence[Operation], store: Store, several: asyncio.Semaphore) -> None:
    """Write as many as a transaction holds at once; where one has changed meanwhile, each by itself."""

    async def write(some: Sequence[Operation]) -> None:
        async with several:
            await store.table.transact("bookings", business, some)

    async def write_each(some: Sequence[Operation]) -> None:
        try:
            await write(some)
        except Stale:
            for one in some:
                with suppress(Stale):  # another process does the same, or a worker has taken it
                    await write([one])

    await asyncio.gather(*(write_each(operations[at : at + AT_ONCE]) for at in range(0, len(operations), AT_ONCE)))
