"""Which kind of message an outbox entry has become for a recipient, by the appointment as it stands."""

from datetime import datetime

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import MessageKind, OutboxEntry, notice_kind
from shared.domain.appointments.recipients import LEFT, NEW, UNCERTAIN, Recipient
from shared.use_cases.messages.subject import Subject
from shared.use_cases.telling.announce import WHILE


def wanted_kind(subject: Subject, work: OutboxEntry, recipient: Recipient, now: datetime) -> MessageKind | None:
    """Return the kind of message; None if none is wanted.

    A notice is about whatever stands now. A reminder or follow-up is only about the start that it was made for,
    and of the staff only for who still serves it; a reminder is not sent once that start has passed.
    """
    appointment = subject.appointment
    if work.kind == "left":
        is_told = appointment is not None and _is_told_by_session(subject, appointment, recipient, now)
        return "cancellation" if subject.has_left(work) and not is_told else None
    if appointment is None or not subject.is_there:
        return None
    if work.kind in ("notify", "session"):
        is_told = _is_told_by_session(subject, appointment, recipient, now)
        return None if is_told else _notice_kind(subject, appointment, recipient)
    is_wanted = appointment.start == work.start and _is_still_wanted(appointment, work)
    # One that was due before a reassignment, and waited, still names who served the appointment then.
    is_theirs = recipient.kind != "staff" or recipient.person in appointment.staff
    if subject.is_cancelled or not (is_wanted and is_theirs):
        return None
    if work.kind == "reminder":
        last = (
            appointment.end if work.offset is None else appointment.start
        )  # sent by hand: also after the start, to customers who are late
        return "reminder" if now < last else None
    return "follow_up"


def _notice_kind(subject: Subject, appointment: Appointment, recipient: Recipient) -> MessageKind | None:
    """Return the kind of a notice, with what the recipient knows corrected by who serves the appointment now."""
    person = recipient.person
    if person and recipient.knows != LEFT and person not in appointment.staff:
        if appointment.is_group and not subject.is_session:
            return None  # the session's own entry tells staff who no longer serve it
        recipient = recipient.knowing(LEFT)
    elif person and recipient.knows == NEW and _may_be_known(appointment):
        recipient = recipient.knowing(UNCERTAIN)
    return notice_kind(recipient, is_cancelled=subject.is_cancelled)


def _is_told_by_session(subject: Subject, session: Appointment, recipient: Recipient, now: datetime) -> bool:
    """Return whether somebody new in a session hears of one place by what tells them of the session.

    That is so where they do not know yet that they serve it, or where that was told after the place had changed.
    Who served it before hears of each place, as no message of the session says who cancelled and why.
    """
    known = session.pending
    is_theirs = recipient.kind == "staff" and session.is_group and not subject.is_session
    if not is_theirs or known is None or recipient.person not in session.staff or recipient.person in known.staff:
        return False
    if now < known.due:
        return True
    place = subject.seat.pending if subject.seat else None
    is_later = place is not None and place.due <= now and not place.together
    return is_later and place is not None and place.due - WHILE <= known.due <= now


def _may_be_known(appointment: Appointment) -> bool:
    """Return whether staff may know a group session by another seat than the one that opened it."""
    return appointment.is_group and appointment.version > 2


def _is_still_wanted(appointment: Appointment, work: OutboxEntry) -> bool:
    """Return whether an appointment with reminders of its own still has this one."""
    if appointment.terms is None or work.offset is None:
        return True
    return work.offset in {reminder.offset for reminder in appointment.terms.reminders}
