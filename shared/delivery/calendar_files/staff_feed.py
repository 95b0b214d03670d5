"""The feed of a person's appointments, as Outlook, Google, Apple and Thunderbird subscribe to it.

Without METHOD, since nobody is invited; UIDs are those of the mails, so that a program knows an event that it has;
what is cancelled is not there any more. The same appointments give the same bytes.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta

from shared.delivery.calendar_files.calendar_file import PRODUCT
from shared.domain.text.pasted import plain_line
from shared.use_cases.free_busy.staff_feed import FedAppointment


REFRESH = timedelta(minutes=15)


def staff_feed(
    found: Sequence[FedAppointment], *, name: str, has_names: bool, host: str, public_url: str
) -> bytes:
    """Return the feed; customers are named only if `has_names`."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - heavy, and few invocations write a file

    calendar = Calendar()
    for key, value in (("PRODID", PRODUCT), ("VERSION", "2.0"), ("X-WR-CALNAME", name)):
        calendar.add(key, value)
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT15M")
    for one in sorted(found, key=lambda each: (each.appointment.start, each.appointment.id)):
        appointment, business = one.appointment, one.entry.calendar.business
        event = Event()
        event.add("UID", f"{appointment.id}@{host}")
        event.add("SEQUENCE", appointment.version)
        event.add("DTSTAMP", one.changed_at.astimezone(UTC).replace(microsecond=0))
        event.add("DTSTART", appointment.start.astimezone(UTC))
        event.add("DTEND", appointment.end.astimezone(UTC))
        event.add("STATUS", "CONFIRMED")
        event.add("CLASS", "PRIVATE")
        event.add("SUMMARY", _title(one, has_names=has_names))
        event.add("LOCATION", plain_line(business.name))
        event.add("URL", f"{public_url}/console/queue/{business.id}/{appointment.id}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _title(one: FedAppointment, *, has_names: bool) -> str:
    appointment = one.appointment
    service = appointment.service_of(one.entry.calendar.services.get(appointment.service))
    title = service.name if service else one.entry.calendar.business.name
    if has_names and appointment.seat:
        title = f"{title} – {appointment.seat.customer.name}"
    return plain_line(title)
