"""Brings a change of a whole session to each of its seats, in batches: each seat gets a notice of its own."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.notices import NewEntry, notice
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
    session: str,
    text: str,
    *,
    version: int,
    silent: bool = False,
    calendar: Calendar,
    store: Store,
    now: datetime,
    may_go_on: Callable[[], bool],
) -> bool:
    """File a notice for every seat that lacks changes of its session; return false if it could not be finished.

    A `silent` change gets none, except for customers who have had no message about their seat yet. Once the
    session was changed again, after `version`, nothing more is filed: that change has an entry of its own, with
    its own text and moment, which takes over the seats that are left.

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
            if appointment.session_changes > version:
                return False
            change = SessionChange(appointment, text, calendar, now, silent)
            if not await _tell_some(change, page, store):
                return True
        except (Ambiguous, Stale):
            await asyncio.sleep(PAUSE)  # a seat changed, or the outcome is unknown: what is left is read again
    return False


async def _tell_some(change: "SessionChange", page: Page, store: Store) -> int:
    """File the notices of the seats in `page` that lack changes; return how many there were."""
    found = ((row, load_row(Seat, row)) for row in page.rows)
    waiting = [(row, seat) for row, seat in found if change.session.has_unseen_changes(seat)]
    business = change.calendar.business.id
    for batch in _batches(change.told(row, seat) for row, seat in waiting):
        # Markers first: an entry without a marker would not be found before the hourly sweep.
        due = {one.at for _, dues in batch for one in dues}
        await store.markers.write(business, due)
        operations = [operation for part, _ in batch for operation in part]
        await store.table.transact("bookings", business, operations)
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


@dataclass(frozen=True)
class SessionChange:
    """A session as it is now, and how its seats come to know of that."""

    session: Appointment
    text: str
    calendar: Calendar
    now: datetime
    silent: bool

    def told(self, row: Row, seat: Seat) -> SeatEntries:
        """Return the writes by which one seat includes the changes, and the outbox entries among them."""
        session = self.session
        service = session.service_of(self.calendar.services.get(session.service))
        is_told = not (self.silent and seat.version)
        known = {"version": seat.version + is_told, "session_changes": session.session_changes}
        after = seat.model_copy(update=known if session.is_live else {**known, "status": "cancelled"})
        about: dict[str, Any] = {"staff": (), "to_business": False, "before": self._as_known(seat)}
        due = [notice(service, session, after, text=self.text, **about)] if is_told else []
        # Listed under another start or not yet listed: the reminders that it may have are not for this start.
        if service and session.is_live and seat.listed != session.start:
            due += reminders(service, session, after, self.now)
        changes: Changes = seat_rows(after, session)
        values = changes.pop(seat_key(session.id, seat.id)) or {}
        upserts = [Operation("upsert", key, one or {}) for key, one in (changes | work_rows(due)).items()]
        return [Operation("replace", row.key, values, row.etag), *upserts], due

    def _as_known(self, seat: Seat) -> Appointment:
        """Return the session when a seat's customer thinks that it is: as they were told last."""
        waits = seat.has_pending_notice and seat.pending and self.now < seat.pending.due
        start = seat.pending.start if seat.pending and waits else seat.listed or self.session.start
        length = self.session.end - self.session.start
        return self.session.model_copy(update={"start": start, "end": start + length})
