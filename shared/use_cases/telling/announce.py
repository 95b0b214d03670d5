"""When people are told of a change by staff: at once, after a while in which it can be undone, or not at all.

A notice that is told later is an outbox entry like any other, which no timer serves before its time. Whether the
change can still be undone is decided by that entry's row alone: a worker claims it, and a command that undoes the
change deletes it, each on condition that the other has not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry, merge_entries
from shared.domain.appointments.notices import NewEntry, unannounced
from shared.domain.appointments.recipients import BUSINESS, NEW, UNCERTAIN, Recipient
from shared.domain.appointments.series import Together, due_at
from shared.records.appointments import Changes
from shared.records.codec import load, load_row
from shared.records.keys import seats_of, work_at_once, work_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows


Telling = Literal["now", "later", "never"]
Told = Literal["now", "later", "some", "never"]
"""When people are told in fact: of a change without telling those hear to whom a message is on its way."""
WHILE, MINUTE = timedelta(minutes=10), timedelta(minutes=1)
LATEST = 20  # seats of a session


@dataclass(frozen=True)
class Announced:
    """The appointment as it is to be written, and the changes of the outbox.

    Reminders are only for after `since`: those before it would tell of the change first. `how` is when people are
    told in fact: a change without telling joins what they are still to be told.
    """

    appointment: Appointment
    entries: Changes
    since: datetime
    how: Told


def told_together(name: str, how: Telling, now: datetime) -> Together | None:
    """Return how several changes are told of at once; None for not at all.

    Told now they are told of a minute later, so that one message tells of all that are made one after another.
    """
    return None if how == "never" else Together(name, due_at(now) if how == "now" else told_later(now))


def told_later(now: datetime) -> datetime:
    """Return when people are told of a change that can be undone until then."""
    return _minute(now + WHILE)


def pending_reads(rows: Rows, one: Appointment, how: Telling = "now") -> Iterable[str | Range]:
    """Yield the key of the entry by which people will be told of the last change, if they are to be told later.

    For a change without telling also what they are to be told as soon as possible, of a session the seats that
    were booked last: of a full one the others have been told long since.
    """
    if one.has_pending_notice:
        yield pending_key(one)
    if how == "never":
        yield work_at_once(_subject(one))
        if one.seat is None:
            yield seats_of(one.id)
            yield from map(notice_key, _seats(rows, one))


def _seats(rows: Rows, session: Appointment) -> list[Seat]:
    if not rows.has(seats_of(session.id)):
        return []
    found = (load_row(Seat, row) for row in rows.between(seats_of(session.id)))
    return sorted((one for one in found if one.status == "booked"), key=lambda one: one.made_at)[-LATEST:]


def notice_key(seat: Seat) -> str:
    """Return the key of the entry that tells of a seat's present version."""
    return work_key(None, seat.id, f"{seat.version:08d}")


def _subject(one: Appointment) -> str:
    return one.seat.id if one.seat else one.id


def pending_key(one: Appointment) -> str:
    """Return the key of the entry of an appointment's pending notice."""
    assert one.pending is not None
    return work_key(None, _subject(one), one.pending.entry)


def waiting_entry(rows: Rows, one: Appointment) -> OutboxEntry | None:
    """Return the entry of the pending notice; None if there is none, or if a worker has taken it.

    Once it was taken its recipients may have been told, even if it was given back.
    """
    values = rows.values(pending_key(one)) if one.has_pending_notice else None
    if values is None or one.pending is None:
        return None
    entry = load(OutboxEntry, values)
    return entry if entry.not_before == one.pending.due and not entry.leased_by else None


def as_told(rows: Rows, one: Appointment) -> Appointment:
    """Return an appointment as people know it while the notice of its last change waits; else as it is."""
    return one.as_known() if waiting_entry(rows, one) else one


def announce(
    rows: Rows,
    before: Appointment,
    after: Appointment,
    notice: NewEntry,
    how: Telling,
    now: datetime,
    together: Together | None = None,
) -> Announced:
    """Return how a change is announced by its notice, perhaps together with others.

    While the previous notice waits, both are told as one: later, as this one; or not at all, if the appointment is
    now where people know it to be.
    """
    waiting = waiting_entry(rows, before)
    # Changed and changed back before anybody was told: for them nothing has happened.
    if waiting and after.is_where(known := before.as_known()):
        same = known.model_copy(update={"version": after.version, "is_overbooked": after.is_overbooked})
        return Announced(same, {pending_key(before): None}, _since(before, now), "never")
    if together and how != "never":
        named = replace(notice, work=notice.work.model_copy(update={"together": together.id}))
        return replace(_later(before, after, named, waiting, together.due, now), how=how)
    if how == "now":
        return Announced(after.model_copy(update={"pending": None}), _filed(before, notice, waiting), now, how)
    if how == "never" and waiting is None:
        return _unannounced(before, after, notice, now, _heard(rows, before, notice))
    # A change that is not to be announced joins the notice that waits, and does not put it off.
    due = waiting.not_before if waiting and how == "never" else None
    return _later(before, after, notice, waiting, due or told_later(now), now)


def _later(
    before: Appointment,
    after: Appointment,
    notice: NewEntry,
    waiting: OutboxEntry | None,
    due: datetime,
    now: datetime,
) -> Announced:
    known = before.pending if waiting and before.pending else before.known(now)
    known = known.told(after.version, due, notice.number, notice.work.together)
    filed = _filed(before, notice, waiting, due)
    return Announced(after.model_copy(update={"pending": known}), filed, due, "later")


def _filed(
    before: Appointment, notice: NewEntry, waiting: OutboxEntry | None, due: datetime | None = None
) -> Changes:
    """Return the rows of a notice that is told when it is due, in place of the one that waits."""
    if waiting is None:
        return work_rows([replace(notice, work=notice.work.model_copy(update={"not_before": due}))])
    # Nobody was told by it, so who was new in it knows nothing for certain.
    heard = [one.knowing(NEW) if one.knows == UNCERTAIN else one for one in waiting.recipients]
    entry = merge_entries([waiting.model_copy(update={"recipients": tuple(heard)}), notice.work])
    filed = work_rows([replace(notice, work=entry.model_copy(update={"not_before": due}))])
    return {pending_key(before): None, **filed}


def _since(before: Appointment, now: datetime) -> datetime:
    return before.pending.since if before.pending else now


def _minute(moment: datetime) -> datetime:
    """Return the next whole minute: what pages say of it is then true."""
    whole = moment.replace(second=0, microsecond=0)
    return whole + MINUTE if whole < moment else whole


def _heard(rows: Rows, before: Appointment, notice: NewEntry) -> Told:
    """Return who hears of a change without telling: those to whom a message is on its way, which says how it is.

    Of a session that is also who has yet to hear of their seat.
    """
    waiting = {one.who for one in _on_their_way(rows, before)}
    if waiting and {one.who for one in notice.work.recipients if one.kind != BUSINESS.kind} <= waiting:
        return "now"
    is_any = before.seat is None and any(
        rows.values(notice_key(seat)) is not None for seat in _seats(rows, before)
    )
    return "some" if waiting or is_any else "never"


def _on_their_way(rows: Rows, one: Appointment) -> Iterable[Recipient]:
    """Yield who is still to be told of a booking or change."""
    for row in rows.between(work_at_once(_subject(one))):
        entry = load_row(OutboxEntry, row)
        if entry.kind in ("notify", "session") and not entry.silent:
            yield from entry.recipients


def _unannounced(before: Appointment, after: Appointment, notice: NewEntry, now: datetime, how: Told) -> Announced:
    if before.seat is None or after.seat is None:
        after = after.model_copy(update={"pending": None})
        return Announced(after, work_rows([unannounced(notice)]), now, how)
    seat = after.seat.model_copy(update={"version": before.seat.version})
    return Announced(after.model_copy(update={"seat": seat, "pending": None}), {}, now, how)


def kept_pending(before: Appointment, after: Appointment) -> Appointment:
    """Return the appointment after a change that people are not concerned by: what is pending stays pending."""
    if before.pending is None or not before.has_pending_notice:
        return after
    return after.model_copy(update={"pending": before.pending.model_copy(update={"version": after.version})})


def said_how(how: Told) -> str:
    """Return what the audit says about how a change is told."""
    return {"now": "", "later": ", told later", "some": ", told to some", "never": ", not told"}[how]


def told_as(outcome: Mapping[str, Any], asked: Telling) -> Told:
    """Return when people are told, by the outcome of a command; of one that changed nothing, as was asked."""
    return cast("Told", outcome.get("telling", asked))
