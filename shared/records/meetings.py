"""The row of a meeting at another provider."""

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import Recipient
from shared.records.table import Values


def meeting_key(appointment: str) -> str:
    """Return the key of an appointment's meeting."""
    return f"O|{appointment}"


def address_of(values: Values | None) -> str:
    """Return the address to join; empty if there is no meeting yet."""
    return str(values["url"]) if values else ""


def meeting_wanted(appointment: Appointment) -> NewEntry:
    """Return the entry by which the timer has the meeting created."""
    work = OutboxEntry(
        kind="meeting", appointment=appointment.id, start=appointment.start, recipients=(Recipient("meeting"),)
    )
    return NewEntry(None, appointment.id, "meeting", work)
