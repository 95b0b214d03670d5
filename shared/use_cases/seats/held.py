"""A group's seat as staff change it: where it is now, and what people have yet to be told of it.

While the notice of a change waits, a further one replaces it: people are told once, of the way from where they
know the seat to be to where it is then. Of a seat that is back there nobody is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, PendingSeat, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.series import Together
from shared.domain.errors import Forbidden, NotFound, Refusal
from shared.records.appointments import Changes, session_reads
from shared.records.codec import load
from shared.records.keys import BUSINESS, appointment_key, ledger_keys, seat_key, work_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.find_appointment import find_seat, seat_reads
from shared.use_cases.telling.announce import Telling, notice_key, told_later


Unsent = Mapping[str, OutboxEntry]
"""The entries of a pending notice that no worker has taken, by their keys."""


def seat_held_reads(rows: Rows, session: str, seat: str) -> Iterable[str | Range]:
    """Yield the settings and a seat, then what leaving its session changes, and where people know it to be."""
    yield BUSINESS
    yield from seat_reads(rows, session, seat)
    if found := find_seat(rows, session, seat):
        yield from ledger_keys(*found[0].claim, found[0].staff)
        yield from session_reads(found[0])
        yield notice_key(found[1])
        yield from _pending_keys(found[1])
        yield from _known_reads(rows, found[1])


def _known_reads(rows: Rows, seat: Seat) -> Iterable[str]:
    if not seat.has_pending_notice or seat.pending is None:
        return
    yield appointment_key(seat.pending.session)
    yield seat_key(seat.pending.session, seat.id)
    if known := _session_of(rows, seat.pending):
        yield from ledger_keys(*known.claim, known.staff)
        yield from session_reads(known)


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


def entries_waiting(rows: Rows, seat: Seat) -> dict[str, OutboxEntry]:
    """Return the entries of a seat's pending notice by their keys; none if a worker has taken one of them."""
    keys = _pending_keys(seat)
    found = {key: load(OutboxEntry, values) for key in keys if (values := rows.values(key))}
    due = seat.pending.due if seat.pending else None
    is_untouched = all(one.not_before == due and not one.leased_by for one in found.values())
    return found if is_untouched and len(found) == len(keys) else {}


def is_awaited(rows: Rows, seat: Seat, session: Appointment) -> bool:
    """Return whether a notice of a seat is still on its way: people do not know yet how it came to be as it is."""
    return session.has_unseen_changes(seat) or rows.values(notice_key(seat)) is not None


def _pending_keys(seat: Seat) -> list[str]:
    """Return the keys of the entries that will tell of a seat's last change: of a move, also where it left."""
    if not seat.has_pending_notice or seat.pending is None:
        return []
    left = [f"{seat.pending.entry}left"] if seat.status == "booked" else []
    return [work_key(None, seat.id, number) for number in (seat.pending.entry, *left)]


def session_known(rows: Rows, seat: Seat) -> Appointment | None:
    """Return the session in which people know a seat with a pending notice; None if it was changed since.

    A session that was changed as a whole has told its seats of that, and not this one.
    """
    if not seat.has_pending_notice or seat.pending is None:
        return None
    found, known = _session_of(rows, seat.pending), seat.pending
    is_same = found and (found.start, found.session_changes) == (known.start, known.session_changes)
    return found if is_same else None


def _session_of(rows: Rows, pending: PendingSeat) -> Appointment | None:
    values = rows.values(appointment_key(pending.session))
    return load(Appointment, values) if values else None


def session_told(rows: Rows, seat: Seat, session: Appointment, waiting: Unsent) -> Appointment:
    """Return the session, as it is, in which people were told that a seat is; its present one if nothing waits."""
    found = _session_of(rows, seat.pending) if waiting and seat.pending else None
    return found or session


def pended(
    after: Seat, before: Seat, session: Appointment, due: Together | None, now: datetime, waiting: Unsent
) -> Seat:
    """Return a changed seat with what people know of it until they are told.

    That is how it was before, in that session; or, while an earlier notice waits, what they know by that one.
    """
    version = max(after.version, before.undone + 1)
    if due is None:
        return after.model_copy(update={"version": version, "pending": None})
    known = (waiting and before.pending) or PendingSeat(
        version=0,
        since=now,
        due=due.due,
        entry="",
        session=session.id,
        start=session.start,
        session_changes=before.session_changes,
        seat_version=before.version,
    )
    pending = known.told(version, due.due, f"{version:08d}", due.id)
    return after.model_copy(update={"version": version, "pending": pending})


def told_rows(entries: Sequence[NewEntry], due: Together | None, waiting: Unsent) -> Changes:
    """Return the rows of entries that are told when it is due, in place of those that wait."""
    later = {"not_before": due.due if due else None, "together": due.id if due else ""}
    told = work_rows([replace(one, work=one.work.model_copy(update=later)) for one in entries])
    return dict.fromkeys(waiting) | told


def left_waiting(seat: Seat, waiting: Unsent) -> list[NewEntry]:
    """Return the entry that tells those who served a seat where people know it, as a further change files it."""
    found = [one for one in waiting.values() if one.kind == "left"]
    return [NewEntry(None, seat.id, f"{seat.version:08d}left", one) for one in found]
