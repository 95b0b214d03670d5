"""What the timer does about a visit: checks whether it is over, and files its result."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.errors import AlreadyCancelled, NotFound, TryAgain
from shared.domain.visits.fact import fact_of
from shared.domain.visits.rules import is_over, lost_contact, marked, next_check
from shared.domain.visits.visit import Event, Visit
from shared.records.codec import dump, load_row
from shared.records.keys import appointment_key, visit_key
from shared.records.queue_keys import queue_key, version_bumps
from shared.records.reports.facts import day_of_fact, fact_key, marks_of
from shared.records.table import Ambiguous, Operation, Stale
from shared.records.visits import check_entry, load_visit
from shared.records.work import work_rows
from shared.use_cases.commands import name_command
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.ports import Store
from shared.use_cases.visits.change_visit import VisitChange
from shared.use_cases.visits.exchange_signals import forget_signals
from shared.use_cases.visits.make_meeting import Meetings, make_meeting


VISITS = ("visit", "fact", "meeting")  # the kinds of outbox entries that are served here


@dataclass(frozen=True, slots=True)
class Tools:
    """What serving the entries of visits requires."""

    store: Store
    secret: str
    meetings: Meetings


async def close_visit(work: OutboxEntry, business: str, *, tools: Tools, now: datetime) -> None:
    """Do what an outbox entry of a visit asks for.

    Raise MeetingRefused, which is final; after any other exception the entry is retried.
    """
    store, secret = tools.store, tools.secret
    if work.kind == "meeting":
        await make_meeting(work, business, store=store, meetings=tools.meetings, now=now)
        return
    appointment, visit = await _read(work, business, store)
    if appointment is None:
        return
    if work.kind == "fact":
        await file_fact(appointment, visit, business, store=store, now=now)
    elif appointment.is_live and appointment.start == work.start:
        await _look(appointment, visit, business, context=Context(store, secret, now))


async def _read(work: OutboxEntry, business: str, store: Store) -> tuple[Appointment | None, Visit]:
    """Return the appointment and the visit that the entry was filed for."""
    assert work.start is not None
    row, visit = await asyncio.gather(
        store.table.get("bookings", business, appointment_key(work.appointment)),
        store.table.get("bookings", business, visit_key(work.start, work.appointment)),
    )
    return load_row(Appointment, row) if row else None, load_visit(visit.values if visit else None)


async def _look(appointment: Appointment, visit: Visit, business: str, *, context: Context) -> None:
    """Close the visit if it is over; otherwise file an entry for the next check."""
    if is_over(visit, appointment.end, context.now):
        await _close(appointment, business, context=context)
    elif due := next_check(visit, appointment.end, context.now):
        again = check_entry(appointment, due)
        await context.store.markers.write(business, [again.at])
        (row,) = work_rows([again]).items()
        writes = [Operation("upsert", row[0], row[1] or {})]
        if lost_contact(visit, context.now):
            # Presence ends by time, without an event: the queue that shows it must be read again.
            writes += version_bumps([queue_key(appointment.start)], f"{appointment.id} {context.now.isoformat()}")
        await context.store.table.transact("bookings", business, writes)


async def _close(appointment: Appointment, business: str, *, context: Context) -> None:
    def act(visit: Visit, at: datetime) -> list[Event]:
        over = is_over(visit, appointment.end, context.now)  # a participant may have come back in between
        return marked(visit, visit.status, "expire", at, is_online=True) if over else []

    change = VisitChange(appointment.id, appointment.start, is_online=True, act=act, now=context.now)
    key = f"expire-{context.now:%Y%m%d%H%M%S%f}"
    command = name_command(context.secret, business, "visit", appointment.id, key, "")
    try:
        await context.store.decide(command, change.reads, change.decide)
    except (AlreadyCancelled, NotFound):
        return  # cancelled or deleted meanwhile: there is no visit to close
    except TryAgain:
        raise Ambiguous(appointment.id) from None


async def file_fact(appointment: Appointment, visit: Visit, business: str, *, store: Store, now: datetime) -> None:
    """File the result of a finished visit, where reports are on, and delete its signals.

    Delete the result if the visit was reopened.
    """
    fact = fact_of(appointment, visit, now)
    key = fact_key(appointment.start, appointment.id)
    mark = marks_of([day_of_fact(key)])  # its day is packed anew
    if fact is not None and (await find_organisation(store=store)).has_analytics:
        await store.table.transact("facts", business, [Operation("upsert", key, dump(fact)), *mark])
    if fact is not None:
        await forget_signals(business, appointment.id, store=store)
        return
    try:
        await store.table.transact("facts", business, [Operation("delete", key), *mark])
    except Stale:
        return  # none was filed
