"""Heartbeats and departures: conditional writes of the visit alone, and of its queue's version if needed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.domain.errors import NotFound, TryAgain
from shared.domain.visits.visit import Event, Place, Visit, apply
from shared.records.keys import visit_key
from shared.records.queue_keys import queue_key, version_bumps
from shared.records.table import Operation, Stale
from shared.records.visits import dump_visit, load_visit
from shared.use_cases.ports import Store
from shared.use_cases.visits.find_visit import VisitAccess


WRITTEN_EVERY = timedelta(seconds=10)
TRIES = 5


async def record_heartbeat(
    entrance: VisitAccess, place: Place, session: str, *, store: Store, now: datetime
) -> Visit:
    """Record that a participant is present; a `session` names the page that is their active one from now on.

    Only those who may enter the room are recorded as in it, and only those who have come at all. Raise TryAgain.
    """
    if place == "room" and not entrance.may_enter_room:
        place = "lobby"
    me = entrance.me
    if me.came is None or entrance.visit.is_closed or not entrance.is_live:
        return entrance.visit
    is_news = place == "room" and (not me.has_joined or bool(session))
    if not is_news and me.seen and not me.has_left and timedelta() <= now - me.seen < WRITTEN_EVERY:
        return entrance.visit
    text = session if place == "room" else ""
    return await _write(entrance, [Event("beat", now, entrance.party, place, text)], store, now)


async def leave_visit(entrance: VisitAccess, place: Place, *, store: Store, now: datetime) -> Visit:
    """Record that a participant has left. Raise TryAgain."""
    if entrance.me.came is None:
        return entrance.visit
    where: Place = place if entrance.me.has_joined and entrance.may_enter_room else "lobby"
    return await _write(entrance, [Event("leave", now, entrance.party, where)], store, now)


async def _write(entrance: VisitAccess, events: Sequence[Event], store: Store, now: datetime) -> Visit:
    """Add the events to the visit as it is now. Raise NotFound, TryAgain."""
    appointment = entrance.appointment
    key, row, before = visit_key(appointment.start, appointment.id), entrance.row, entrance.visit
    for _ in range(TRIES):
        if row is None:
            raise NotFound
        after = apply(before, events)
        writes = [Operation("replace", key, dump_visit(after), row.etag)]
        # Most heartbeats change nothing that queues show, so these need not be read again.
        if _seen(before, now) != _seen(after, now):
            writes += version_bumps([queue_key(appointment.start)], row.etag)
        try:
            await store.table.transact("bookings", entrance.business, writes)
        except Stale:
            row = await store.table.get("bookings", entrance.business, key)
            before = load_visit(row.values if row else None)
        else:
            return after
    raise TryAgain


def _seen(visit: Visit, now: datetime) -> tuple[object, ...]:
    """Return what a queue shows of the visit."""
    return visit.status, *((one.id, one.is_here(now), one.has_joined) for one in visit.parties)
