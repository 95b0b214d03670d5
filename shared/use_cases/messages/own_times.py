"""What staff are told of their own times: their time off, and their own calendar where it cannot be read."""

from datetime import datetime

from shared.domain.appointments.messages import Message, OutboxEntry
from shared.domain.appointments.recipients import Recipient
from shared.use_cases.free_busy.connect_link import connect_token
from shared.use_cases.messages.subject import Subject


def time_off_message(subject: Subject, work: OutboxEntry, recipient: Recipient) -> Message | None:
    """Return what a person is told of their time off; None where it has changed since, or they have no address."""
    business, off = subject.calendar.business, subject.time_off
    person = subject.calendar.staff.get(recipient.person)
    if off is None or off.version > work.version or person is None or not person.email:
        return None
    return Message(
        kind="time_off",
        role="staff",
        to=person.email,
        name=person.name,
        language=person.language or business.language,
        time_zone=person.time_zone or business.time_zone,
        calendar=subject.calendar,
        service=None,
        appointment=None,
        seat=None,
        staff=[person],
        uid=off.id,
        sequence=off.version,
        time_off=off,
        text=work.text,
    )


def own_calendar_message(
    subject: Subject, work: OutboxEntry, recipient: Recipient, secret: str, now: datetime
) -> Message | None:
    """Return what is told of a person's own calendar; they get the link by which they connect it."""
    business, staff = subject.calendar.business, subject.calendar.staff
    reader, owner = staff.get(recipient.person), staff.get(work.appointment)
    if reader is None or owner is None or not reader.email:
        return None
    return Message(
        kind="own_calendar" if work.kind == "own_calendar" else "connect_calendar",
        role="staff",
        to=reader.email,
        name=reader.name,
        language=reader.language or business.language,
        time_zone=reader.time_zone or business.time_zone,
        calendar=subject.calendar,
        service=None,
        appointment=None,
        seat=None,
        staff=[owner],
        calendar_token=connect_token(secret, business.id, owner, now) if reader is owner else "",
        uid=f"own-{owner.id}-{work.text}",
        sequence=0,
        text=work.text,
    )
