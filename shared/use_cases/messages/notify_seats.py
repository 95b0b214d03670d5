"""Brings a change of a whole session to each of its seats, in batches: each seat gets a notice of its own."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import NewEntry, notice
from shared.domain.appointments.reminders import reminders
from shared.domain.calendar.business import Calendar
from shared.records.appointments import Changes, seat_rows
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_of, id_of, seat_key, seats_of
from shared.records.table import Ambiguous, Operation, Page, Row, Stale
from shared.records.work import work_rows
from shared.use_cases.ports import Store


AT_ONCE = 90  # operations of one transaction, of which the service allows 100
FORGOTTEN_AT_ONCE = 40  # seats, each of which takes two operations or more
PAUSE = 0.2


async def tell_seats(
    session: str, text: str, *, calendar: Calendar, store: Store, now: datetime, may_go_on: Callable[[], bool]
) -> bool:
    """File a notice for every seat that lacks changes of its session; return false if the time was up before.

    Each seat holds the number of the last change that it includes, and is written on condition that it is as read.
    So however many workers are at it, and wherever one stops, a seat's version is raised once for a change.
    """
    business = calendar.business.id
    while may_go_on():
        try:
            row = await store.table.get("bookings", business, appointment_key(session))
            page = await store.table.range("bookings", business, *seats_of(session))
            if row is None:
                if not await _forget_some(business, page, store):
                    return True
                continue
            appointment = load_row(Appointment, row)
            if not await _tell_some(appointment, page, text, calendar, store, now):
                return True
        except (Ambiguous, Stale):
            await asyncio.sleep(PAUSE)  # a seat changed, or the outcome is unknown: what is left is read again
    return False


async def _tell_some(
    session: Appointment, page: Page, text: str, calendar: Calendar, store: Store, now: datetime
) -> int:
    """File the notices of the seats in `page` that lack changes; return how many there were."""
    waiting = [(row, seat) for row in page.rows if session.has_unseen_changes(seat := load_row(Seat, row))]
    for batch in _batches(_told(session, row, seat, text, calendar, now) for row, seat in waiting):
        # Markers first: an entry without a marker would not be found before the hourly sweep.
        due = {one.at for _, dues in batch for one in dues}
        await store.markers.write(calendar.business.id, due)
        operations = [operation for part, _ in batch for operation in part]
        await store.table.transact("bookings", calendar.business.id, operations)
    return len(waiting)


async def _forget_some(business: str, page: Page, store: Store) -> int:
    """Delete some seats of a deleted session, with the rows of their customers' indexes; return how many.

    Seats that were moved stay: links and indexes that know only this place find the new one by them.
    """
    seats = [(row, load_row(Seat, row)) for row in page.rows]
    rows = [row for row, seat in seats if seat.status != "moved"][:FORGOTTEN_AT_ONCE]
    listed = await asyncio.gather(*(_listed(business, load_row(Seat, row), store) for row in rows))
    operations: list[Operation] = []
    for row, found in zip(rows, listed, strict=True):
        one = [Operation("delete", row.key, etag=row.etag), *(Operation("delete", it.key) for it in found)]
        if not operations or len(operations) + len(one) <= AT_ONCE:
            operations += one
    if operations:
        await store.table.transact("bookings", business, operations)
    return len(rows)


async def _listed(business: str, seat: Seat, store: Store) -> list[Row]:
    """Return the rows by which the index of a seat's customer lists it."""
    page = await store.table.range("bookings", business, *appointments_of(seat.customer_id))
    return [row for row in page.rows if id_of(row.key) == seat.id]


SeatEntries = tuple[list[Operation], list[NewEntry]]


def _batches(seats: Iterable[SeatEntries]) -> Iterator[list[SeatEntries]]:
    """Yield the seats in batches that fit into one transaction."""
    batch: list[SeatEntries] = []
    for one in seats:
        if batch and sum(len(part) for part, _ in [*batch, one]) > AT_ONCE:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _told(session: Appointment, row: Row, seat: Seat, text: str, calendar: Calendar, now: datetime) -> SeatEntries:
    """Return the writes by which one seat includes its session's changes, and the outbox entries among them."""
    service = session.service_of(calendar.services.get(session.service))
    known = {"version": seat.version + 1, "session_changes": session.session_changes}
    after = seat.model_copy(update=known if session.is_live else {**known, "status": "cancelled"})
    was = _as_known(session, seat, now)
    due = [notice(service, session, after, staff=(), to_business=False, text=text, before=was)]
    # Listed under another start or not yet listed: the reminders that it may have are not for this start.
    if service and session.is_live and seat.listed != session.start:
        due += reminders(service, session, after, now)
    changes: Changes = seat_rows(after, session)
    values = changes.pop(seat_key(session.id, seat.id)) or {}
    upserts = [Operation("upsert", key, one or {}) for key, one in (changes | work_rows(due)).items()]
    return [Operation("replace", row.key, values, row.etag), *upserts], due


def _as_known(session: Appointment, seat: Seat, now: datetime) -> Appointment:
    """Return a session at the time at which a seat's customer knows theirs: the last that they were told of."""
    pending = seat.pending if seat.has_pending_notice and seat.pending and now < seat.pending.due else None
    start = pending.start if pending else seat.listed or session.start
    return session.model_copy(update={"start": start, "end": start + (session.end - session.start)})
