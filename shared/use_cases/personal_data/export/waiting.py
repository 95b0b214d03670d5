"""What an outbox still has to send about a person, or could not deliver, as an export of them has it."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.sent_sms import SentSms
from shared.records.keys import FAILED, SMS, WORK, due_of, every, kind_of
from shared.use_cases.personal_data.forget_messages import WRITTEN, is_about, is_sms_about, is_to_session
from shared.use_cases.ports import Store
from shared.use_cases.readable import readable


class WaitingEntry(NamedTuple):
    """An outbox entry with its key."""

    key: str
    entry: OutboxEntry


async def find_waiting(business: str, *, store: Store) -> list[WaitingEntry]:
    """Return the outbox entries that have somebody to tell, those that failed for good last."""
    spans = (store.table.range("bookings", business, *every(kind)) for kind in (WORK, FAILED))
    rows = [row for page in await asyncio.gather(*spans) for row in page.rows]
    found = [WaitingEntry(row.key, entry) for row, entry in readable(OutboxEntry, rows)]
    return [one for one in found if one.entry.recipients or one.entry.refused]


async def find_texted(business: str, *, store: Store) -> list[SentSms]:
    """Return what is known of the SMS of a calendar that were handed over."""
    page = await store.table.range("bookings", business, *every(SMS))
    return [one for _, one in readable(SentSms, page.rows)]


class OfCustomer(NamedTuple):
    """The ids of a customer's seats, of the appointments that have them, and of their series."""

    seats: Collection[str]
    appointments: Collection[str]
    series: Collection[str]


def waiting_about(waiting: Iterable[WaitingEntry], theirs: OfCustomer) -> list[dict[str, Any]]:
    """Return the messages about what a customer has, also to all of a session, with what was written for them."""
    return [
        _message(one) | ({"text": one.entry.text} if one.entry.text and one.entry.kind in WRITTEN else {})
        for one in waiting
        if _is_about(one, theirs)
    ]


def _is_about(waiting: WaitingEntry, theirs: OfCustomer) -> bool:
    entry = waiting.entry
    if entry.kind == "series":
        return entry.appointment in theirs.series
    return is_about(waiting.key, entry, theirs.seats) or is_to_session(entry, theirs.appointments)


def waiting_for(waiting: Iterable[WaitingEntry], person: str) -> list[dict[str, Any]]:
    """Return the messages to a person on the staff, without what was written: that may be about customers."""
    return [
        _message(one)
        for one in waiting
        if any(to.person == person for to in (*one.entry.recipients, *one.entry.refused))
    ]


def texted_about(texted: Iterable[SentSms], seats: Collection[str]) -> list[dict[str, Any]]:
    """Return what became of the SMS about some seats; what they said and to which number is not kept."""
    return [
        {"at": one.at.isoformat(), "kind": one.kind, "status": one.status, "reason": one.reason}
        for one in texted
        if is_sms_about(one, seats)
    ]


def _message(waiting: WaitingEntry) -> dict[str, Any]:
    """Return when a message is due, of which kind it is and to whom; `due` is empty for as soon as possible."""
    due, entry = due_of(waiting.key), waiting.entry
    return {
        "due": due.isoformat() if due else "",
        "kind": entry.kind,
        "to": sorted({one.kind for one in (*entry.recipients, *entry.refused)}),
        "failed": kind_of(waiting.key) == kind_of(FAILED),
    }
