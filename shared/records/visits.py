"""The rows that a change of a visit writes: the visit, and what follows once it is over."""

from datetime import datetime, timedelta
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Status
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.visits.rules import next_check
from shared.domain.visits.visit import FINISHED, Visit
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.keys import visit_key
from shared.records.meetings import meeting_wanted
from shared.records.table import Values
from shared.records.work import work_rows


CHUNK, MOST_CHUNKS = 15_000, 16  # characters of one property, all of which may take two UTF-16 units


class VisitTooLarge(ValueError):
    """More than a row holds: a bug, since the parties of a visit are bounded."""


def dump_visit(visit: Visit) -> Values:
    """Return the visit as the row's columns: body, body1 and so on."""
    text = visit.model_dump_json(by_alias=True, exclude_defaults=True)
    parts = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    if len(parts) > MOST_CHUNKS:
        raise VisitTooLarge
    return {f"body{number or ''}": part for number, part in enumerate(parts)}


def load_visit(values: Values | None) -> Visit:
    """Return the visit of a row; an empty one if there is no row."""
    if values is None:
        return Visit()
    parts = [str(values.get(f"body{number or ''}", "")) for number in range(MOST_CHUNKS)]
    return Visit.model_validate_json("".join(parts))


def visit_rows(
    appointment: Appointment,
    before: Visit,
    after: Visit,
    now: datetime,
    *,
    is_online: bool,
    needs_meeting: bool = False,
) -> Changes:
    """Return all that a change of a visit writes. A meeting that it needs is requested again until it exists.

    The appointment and its projections change only when the visit becomes finished, or is opened again.
    """
    key = visit_key(appointment.start, appointment.id)
    rows: Changes = {key: dump_visit(after)}
    wanted: Status = after.status if after.status in FINISHED else "booked"
    if appointment.status not in (wanted, "cancelled"):
        rows |= _with_status(appointment, wanted)
    due = _work(appointment, before, after, now, is_online=is_online)
    if needs_meeting and after.parties and not after.is_closed:
        due.append(meeting_wanted(appointment))
    return rows | work_rows(due)


def _with_status(appointment: Appointment, status: Status) -> Changes:
    """Return the rows of the appointment with another status, without those of a group's seats."""
    after = appointment.model_copy(update={"status": status})
    index = seat_rows(appointment.seat, after) if appointment.seat else {}
    return appointment_rows(after, appointment) | index


def _work(
    appointment: Appointment, before: Visit, after: Visit, now: datetime, *, is_online: bool
) -> list[NewEntry]:
    """Return the entries that file or remove the fact, and that let the timer check a visit that has begun."""
    found: list[NewEntry] = []
    if is_online and before.is_closed != after.is_closed:
        found.append(NewEntry(None, appointment.id, "fact", _told("fact", appointment)))
    # Filed once per visit: each check files the next one as long as the visit goes on.
    has_begun = not before.parties or before.is_closed
    due = next_check(after, appointment.end, now)
    if is_online and due and after.parties and has_begun:
        found.append(check_entry(appointment, due))
    return found


def check_entry(appointment: Appointment, due: datetime) -> NewEntry:
    """Return the entry by which the timer checks a visit: rounded up to a minute, so never too early."""
    whole = due.replace(second=0, microsecond=0)
    at = whole if whole == due else whole + timedelta(minutes=1)
    return NewEntry(at, appointment.id, "visit", _told("visit", appointment))


def _told(kind: Literal["visit", "fact"], appointment: Appointment) -> OutboxEntry:
    return OutboxEntry(
        kind=kind, appointment=appointment.id, start=appointment.start, recipients=(Recipient(kind),)
    )
