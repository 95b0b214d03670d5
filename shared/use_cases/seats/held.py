"""A group's seat as staff change it: where it is now, and what people have yet to be told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, PendingSeat, Seat
from shared.domain.appointments.messages import NewEntry, OutboxEntry
from shared.domain.appointments.series import Together
from shared.domain.errors import Forbidden, NotFound, Refusal
from shared.records.appointments import Changes, session_reads
from shared.records.codec import load
from shared.records.keys import BUSINESS, ledger_keys, work_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.find_appointment import find_seat, seat_reads
from shared.use_cases.telling.announce import Telling, told_later


def seat_held_reads(rows: Rows, session: str, seat: str) -> Iterable[str | Range]:
    """Yield the settings and a seat, then what leaving its session changes, and pending entries."""
    yield BUSINESS
    yield from seat_reads(rows, session, seat)
    if found := find_seat(rows, session, seat):
        yield from ledger_keys(*found[0].claim, found[0].staff)
        yield from session_reads(found[0])
        yield from pending_keys(found[1])


def seat_for_change(rows: Rows, session: str, seat: str, editor: Actor) -> tuple[Appointment, Seat] | Refusal:
    """Return a group's seat with its session, if the editor may change it; else why not."""
    found = find_seat(rows, session, seat)
    if found is None or not found[0].is_group:
        return NotFound()
    return found if editor.may_change(found[0]) else Forbidden()


def due_of(telling: Telling, together: Together | None, now: datetime) -> Together | None:
    """Return when people are told, and with what; None for at once."""
    if together:
        return together
    return Together("", told_later(now)) if telling == "later" else None


def pended(after: Seat, before: Seat, session: Appointment, due: Together | None, now: datetime) -> Seat:
    """Return a changed seat with what people know of it until they are told: as it was before, in that session."""
    after = after.model_copy(update={"version": max(after.version, before.undone + 1)})
    if due is None:
        return after.model_copy(update={"pending": None})
    pending = PendingSeat(
        version=after.version,
        since=now,
        due=due.due,
        entry=f"{after.version:08d}",
        together=due.id,
        session=session.id,
        start=session.start,
        session_changes=before.session_changes,
        seat_version=before.version,
    )
    return after.model_copy(update={"pending": pending})


def told_rows(entries: Sequence[NewEntry], due: Together | None) -> Changes:
    """Return the rows of entries that are told when it is due."""
    later = {"not_before": due.due, "together": due.id} if due else {}
    return work_rows([replace(one, work=one.work.model_copy(update=later)) for one in entries])


def pending_keys(seat: Seat) -> list[str]:
    """Return the keys of the entries that will tell of a seat's last change: of a move, also where it left."""
    if not seat.has_pending_notice or seat.pending is None:
        return []
    left = [f"{seat.pending.entry}left"] if seat.status == "booked" else []
    return [work_key(None, seat.id, number) for number in (seat.pending.entry, *left)]


def entries_waiting(rows: Rows, seat: Seat) -> dict[str, OutboxEntry]:
    """Return the entries of a seat's pending notice by their keys; none if a worker has taken one of them."""
    found = {key: load(OutboxEntry, values) for key in pending_keys(seat) if (values := rows.values(key))}
    assert seat.pending is not None
    is_untouched = all(one.not_before == seat.pending.due and not one.leased_by for one in found.values())
    return found if is_untouched and len(found) == len(pending_keys(seat)) else {}
