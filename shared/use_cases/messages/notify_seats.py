"""Let every seat of a session learn what happened to it, some at a time: each gets a notice of its own."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import NewEntry, notice, reminders
from shared.domain.calendar.business import Calendar
from shared.records.appointments import Changes, seat_rows
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_of, id_of, seat_key, seats_of
from shared.records.table import Ambiguous, Operation, Page, Row, Stale
from shared.records.work import work_rows
from shared.use_cases.ports import Store


AT_ONCE = 90  # operations of one transaction
FORGOTTEN_AT_ONCE = 40
PAUSE = 0.2


async def tell_seats(
    session: str, text: str, *, calendar: Calendar, store: Store, now: datetime, may_go_on: Callable[[], bool]
) -> bool:
    """Return whether every seat has its notice; false where the time was up before.

    A seat says itself what it has learnt, and is changed only as it was read: so whoever else is at it, and
    wherever somebody stopped, each seat is counted up once for what it did not know.
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
            await asyncio.sleep(PAUSE)  # somebody changed a seat, or nobody knows: what is left is read again
    return False


async def _tell_some(
    session: Appointment, page: Page, text: str, calendar: Calendar, store: Store, now: datetime
) -> int:
    """Give each seat that was found waiting its notice; return how many there were."""
    waiting = [(row, seat) for row in page.rows if session.has_unseen_changes(seat := load_row(Seat, row))]
    for batch in _batches(_told(session, row, seat, text, calendar, now) for row, seat in waiting):
        due = {one.at for _, dues in batch for one in dues}
        await store.markers.write(calendar.business.id, due)
        operations = [operation for part, _ in batch for operation in part]
        await store.table.transact("bookings", calendar.business.id, operations)
    return len(waiting)


async def _forget_some(business: str, page: Page, store: Store) -> int:
    """Take away the seats of a session that was deleted, with what their customers' indexes say of them.

    Whoever had moved on is elsewhere: what points there stays, for links and indexes that know only of this place.
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
    page = await store.table.range("bookings", business, *appointments_of(seat.customer_id))
    return [row for row in page.rows if id_of(row.key) == seat.id]


SeatEntries = tuple[list[Operation], list[NewEntry]]


def _batches(seats: Iterable[SeatEntries]) -> Iterator[list[SeatEntries]]:
    batch: list[SeatEntries] = []
    for one in seats:
        if batch and sum(len(part) for part, _ in [*batch, one]) > AT_ONCE:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _told(session: Appointment, row: Row, seat: Seat, text: str, calendar: Calendar, now: datetime) -> SeatEntries:
    """Return the writes by which one seat learns of its session, and the work rows among them."""
    service = session.service_of(calendar.services.get(session.service))
    known = {"version": seat.version + 1, "session_changes": session.session_changes}
    after = seat.model_copy(update=known if session.is_live else {**known, "status": "cancelled"})
    due = [notice(service, session, after, staff=(), to_business=False, text=text)]
    if service and session.is_live and seat.listed != session.start:
        due += reminders(service, session, after, now)
    changes: Changes = seat_rows(after, session)
    values = changes.pop(seat_key(session.id, seat.id)) or {}
    upserts = [Operation("upsert", key, one or {}) for key, one in (changes | work_rows(due)).items()]
    return [Operation("replace", row.key, values, row.etag), *upserts], due
