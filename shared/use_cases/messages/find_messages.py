"""Finds the messages about an appointment: sent or failed, on their way, and planned."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry, SentMessage
from shared.domain.appointments.recipients import Recipient
from shared.domain.appointments.reminders import reminders
from shared.domain.appointments.sent_sms import SentSms
from shared.domain.calendar.service import Service
from shared.records.codec import load_row
from shared.records.keys import WORK_AT_ONCE, due_of, sent_of, work_key
from shared.records.table import Row
from shared.use_cases.ports import Store


MOST_SEATS = 20  # of a group, whose planned messages are looked for
MOST_WAITING = 1000  # entries: one answer
PEOPLE = ("customer", "phone", "staff", "business", "seats")


MessageState = Literal["sent", "delivered", "failed", "stopped", "waiting", "put off", "planned"]


@dataclass(frozen=True, slots=True)
class FollowedMessage:
    """One message to one recipient. `at`: when it was sent, failed, or is due; None for as soon as possible.

    sent      the mail server, or the provider of SMS, has accepted it
    delivered it has reached the telephone, or the mailbox
    failed    it is not tried again
    stopped   its reader wants no SMS
    waiting   it is on its way
    put off   it waits: for a change that can still be undone, or for the next try
    planned   a reminder or a follow-up, for its time
    """

    state: MessageState
    kind: str
    recipient: Recipient
    at: datetime | None
    seat: str = ""
    why: str = ""


async def find_messages(
    appointment: Appointment,
    seats: Sequence[Seat],
    service: Service | None,
    *,
    business: str,
    store: Store,
    now: datetime,
) -> list[FollowedMessage]:
    """Return the messages about an appointment, those to come first, then the newest; one round trip deep."""
    table = store.table
    keys = list(_planned_keys(appointment, seats, service, now))
    noted, at_once, planned = await asyncio.gather(
        _noted(appointment, seats, business, store),
        table.range("bookings", business, *WORK_AT_ONCE, limit=MOST_WAITING),
        asyncio.gather(*(table.get("bookings", business, key) for key in keys)),
    )
    rows = [*at_once.rows, *(row for row in planned if row)]
    coming = [one for row in rows for one in _coming(row, appointment.id)]
    past = await asyncio.gather(*(_past(one, business, store) for one in noted))
    return [
        *sorted((one for one in coming if one.at), key=_moment, reverse=True),
        *(one for one in coming if not one.at),
        *sorted((one for one in past if one.recipient.kind in PEOPLE), key=_moment, reverse=True),
    ]


async def _noted(
    appointment: Appointment, seats: Sequence[Seat], business: str, store: Store
) -> list[SentMessage]:
    """Return what is noted of an appointment's messages, and of those about its series, or about its seats'."""
    of_seats = {one.series: one.id for one in seats[:MOST_SEATS] if one.series}
    subjects = {appointment.id: "", **({appointment.series: ""} if appointment.series else {}), **of_seats}
    pages = await asyncio.gather(*(store.table.range("bookings", business, *sent_of(one)) for one in subjects))
    return [
        one.model_copy(update={"seat": one.seat or seat})
        for page, seat in zip(pages, subjects.values(), strict=True)
        for one in (load_row(SentMessage, row) for row in page.rows)
    ]


def _moment(one: FollowedMessage) -> str:
    return one.at.isoformat() if one.at else ""


async def _past(one: SentMessage, business: str, store: Store) -> FollowedMessage:
    state: MessageState = "failed" if one.is_failed else one.report or "sent"
    found = FollowedMessage(state, one.kind, one.recipient, one.at, one.seat, one.why)
    row = await store.table.get("bookings", business, one.sms) if one.sms else None
    if row is None:
        return found
    sms = load_row(SentSms, row)
    return replace(found, state="stopped" if sms.reason == "opted_out" else sms.status, why=sms.reason)


def _coming(row: Row, appointment: str) -> Iterator[FollowedMessage]:
    """Yield the messages of an entry, if it is about the appointment."""
    try:
        entry = load_row(OutboxEntry, row)
    except (ValidationError, KeyError):
        return  # a newer version wrote it
    due = due_of(row.key)
    state: Literal["planned", "put off", "waiting"] = (
        "planned" if due else "put off" if entry.not_before else "waiting"
    )
    for one in entry.recipients:
        if entry.appointment == appointment and one.kind in PEOPLE:
            yield FollowedMessage(state, entry.kind, one, entry.not_before or due, entry.seat)


def _planned_keys(
    appointment: Appointment, seats: Sequence[Seat], service: Service | None, now: datetime
) -> Iterator[str]:
    """Yield the keys that reminders and follow-ups have which are still to come."""
    if service is None or not appointment.is_live:
        return
    each: list[Seat | None] = [appointment.seat] if appointment.seat else [None, *seats[:MOST_SEATS]]
    for seat in each:
        for one in reminders(service, appointment, seat, now):
            yield work_key(one.at, one.subject, one.number)
