"""An appointment as the event of an iCalendar file, and as links that add it to a calendar on the web."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from shared.delivery.calendar_files.taking_part import taking_part
from shared.delivery.mail.formats import mail_formats
from shared.delivery.mail.sanitise import lines, mail_address, one_line
from shared.domain.text.addresses import folded
from shared.use_cases.ports import NotAccepted


if TYPE_CHECKING:
    from icalendar import Alarm, vCalAddress

    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
METHODS: dict[str, Method] = {
    "confirmation": "REQUEST",
    "change": "REQUEST",
    "new_link": "REQUEST",
    "series": "PUBLISH",
    "cancellation": "CANCEL",
}
UNQUOTABLE = str.maketrans({'"': "'", "^": "'", "\\": "/"})  # some calendars read them as escapes in parameters
PRODUCT = "-//Openslot//Openslot//EN"
PRIVATE, WORK = "outlook.live.com", "outlook.office.com"
ALARM_BEFORE = timedelta(minutes=15)


def calendar_file(message: Message, sender: Sender, now: datetime, method: Method = "REQUEST") -> bytes:
    """Return the file of a message about an appointment; `now` becomes its DTSTAMP.

    REQUEST and CANCEL are for mails (RFC 5546 has no METHOD:UPDATE, a higher SEQUENCE marks a change), PUBLISH is
    for a download and for the events of a series, also cancelled ones, and names no attendee: either of the others
    is about one event.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - heavy, and few invocations write a file

    calendar = Calendar()
    for name, value in (("PRODID", PRODUCT), ("VERSION", "2.0"), ("METHOD", method)):
        calendar.add(name, value)
    for one in message.series or (message,):
        event = Event()
        for name, value in _properties(one, sender, now, method).items():
            if value != "":
                event.add(name, value)
        if not _is_gone(one, method):
            event.add_component(_alarm(title_of(one)))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _status(message: Message) -> str:
    """Return the event's status: those who serve it are not told again once they have confirmed it."""
    waits = message.role == "customer" and message.appointment is not None and message.appointment.is_to_confirm
    return "TENTATIVE" if waits else "CONFIRMED"


def _properties(message: Message, sender: Sender, now: datetime, method: Method) -> dict[str, Any]:
    assert message.appointment is not None
    business = message.calendar.business
    is_customer = message.role == "customer"
    return {
        "UID": f"{one_line(message.uid)}@{sender.domain}",
        "SEQUENCE": message.sequence,
        "DTSTAMP": now.astimezone(UTC),
        "DTSTART": message.appointment.start.astimezone(UTC),
        "DTEND": message.appointment.end.astimezone(UTC),
        "STATUS": "CANCELLED" if _is_gone(message, method) else _status(message),
        "CLASS": "PRIVATE",
        "SUMMARY": title_of(message),
        "LOCATION": sender.visit_page(message.role, message.visit_token)
        if message.visit_token
        else place_of(message),
        "GEO": _coordinates(message),
        "DESCRIPTION": description_of(message, sender),
        "URL": sender.manage_page(business, message.manage_token) if is_customer and message.manage_token else "",
        "ORGANIZER": _party(mailbox_of(message, sender), one_line(business.name, 100)),
        "ATTENDEE": "" if method == "PUBLISH" or _is_own(message, sender) else _attendee(message),
    }


def _is_gone(message: Message, method: Method) -> bool:
    """Return whether the recipient's calendar loses the event."""
    return method == "CANCEL" or message.kind == "cancellation"


def _coordinates(message: Message) -> tuple[float, float] | str:
    """Return latitude and longitude of the service's place; empty if it has none, or for a visit online."""
    place = message.service.location.coordinates if message.service and not message.visit_token else None
    if place is None or place.latitude is None or place.longitude is None:
        return ""
    return place.latitude, place.longitude


def _is_own(message: Message, sender: Sender) -> bool:
    """Return whether the recipient is the organiser too: calendars accept no invitation from oneself."""
    with suppress(NotAccepted):
        return folded(mail_address(message.to)) == folded(mailbox_of(message, sender))
    return False


def _attendee(message: Message) -> vCalAddress | str:
    """Return the recipient as an attendee; empty if they gave no address."""
    with suppress(NotAccepted):
        party = _party(mail_address(message.to), one_line(message.name, 100))
        # To book was to accept: no reply is wanted, and none would be read.
        for name, value in (("CUTYPE", "INDIVIDUAL"), ("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "ACCEPTED")):
            party.params[name] = value
        party.params["RSVP"] = "FALSE"
        return party
    return ""


def _party(address: str, name: str) -> vCalAddress:
    from icalendar import vCalAddress  # noqa: PLC0415

    party = vCalAddress(f"mailto:{address}")
    if name:
        party.params["CN"] = name.translate(UNQUOTABLE)
    return party


def _alarm(title: str) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415

    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", title)
    alarm.add("TRIGGER", -ALARM_BEFORE)
    return alarm


def mailbox_of(message: Message, sender: Sender) -> str:
    """Return the address that sends for the message's business; the app's own if the business has none."""
    with suppress(NotAccepted):
        return mail_address(message.calendar.business.mail_from)
    return mail_address(sender.address)


def method_of(message: Message, sender: Sender) -> Method | None:
    """Return what the message asks of the recipient's calendar; None if it brings no file.

    Staff always get one, customers if the policy says so. A recipient who is the organiser gets the event without
    an invitation.
    """
    if message.appointment is None or message.role == "business" or message.is_test:
        return None
    policy = message.calendar.policy_of(message.service) if message.service else message.calendar.business.policy
    is_wanted = message.role == "staff" or policy.send_invitation_to_customer
    method = METHODS.get(message.kind) if is_wanted else None
    is_published = bool(method and message.series) or (method == "REQUEST" and _is_own(message, sender))
    return "PUBLISH" if is_published else method


def title_of(message: Message) -> str:
    """Return the event's title: for customers the business, for staff the customer or how full a group is."""
    service = one_line(message.service.name, 120) if message.service else ""
    if message.role == "customer":
        parts = [service, one_line(message.calendar.business.name, 100)]
    elif is_group(message):
        parts = [service, places_of(message)]
    else:
        parts = [one_line(message.seat.customer.name, 100) if message.seat else "", service]
    return " – ".join(part for part in parts if part)


def is_group(message: Message) -> bool:
    """Return whether the message is about an appointment for several customers."""
    return message.appointment is not None and message.appointment.capacity > 1


def places_of(message: Message) -> str:
    """Return how many of a group's seats are taken, as "3 / 10"."""
    assert message.appointment is not None
    return f"{message.appointment.filled} / {message.appointment.capacity}"


def place_of(message: Message) -> str:
    """Return where it takes place: the service's place or link, the word online, or the business's address."""
    service = message.service
    if service and service.location:
        return one_line(str(service.location), 300)
    if service and service.is_online:
        return mail_formats(message.language, message.time_zone).text("Online")
    return one_line(str(message.calendar.business.address), 300)


def description_of(message: Message, sender: Sender) -> str:
    """Return how to reach each other; answers and notes stay in the mail, since calendars are often shared."""
    business, seat = message.calendar.business, message.seat
    formats = mail_formats(message.language, message.time_zone)
    visit = sender.visit_page(message.role, message.visit_token) if message.visit_token else ""
    join = formats.text("Join online") + formats.colon + visit if visit else ""
    if message.role != "customer":
        customer = seat.customer if seat and not is_group(message) else None
        found = [customer.name, customer.phone, customer.email, customer.address] if customer else []
        return "\n".join([one_line(part) for part in found if part] + ([join] if join else []))
    people = people_of(message)
    link = sender.manage_page(business, message.manage_token) if message.manage_token else ""
    manage = formats.text("Manage appointment") + formats.colon + link if link else ""
    way_in = taking_part(message.service, business, formats.language)
    said = (join, way_in, people, one_line(business.phone, 60), manage)
    return lines("\n".join(part for part in said if part))


def people_of(message: Message) -> str:
    """Return the names of the staff; customers see those whom the booking page shows."""
    seen = (person for person in message.staff if person.is_listed or message.role != "customer")
    return ", ".join(one_line(person.name, 100) for person in seen)


def google_link(title: str, start: datetime, end: datetime, place: str = "", details: str = "") -> str:
    """Return the address of a Google Calendar page that offers to add the event."""
    times = "/".join(moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for moment in (start, end))
    given = {"action": "TEMPLATE", "text": title, "dates": times, "location": place, "details": details}
    return "https://calendar.google.com/calendar/render?" + _query(given)


def outlook_link(
    title: str, start: datetime, end: datetime, place: str = "", details: str = "", *, host: str = PRIVATE
) -> str:
    """Return the same for Outlook on the web; work accounts have another `host`."""
    first, last = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (start, end))
    given = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": first,
        "enddt": last,
        "location": place,
        "body": details,
    }
    return f"https://{host}/calendar/0/deeplink/compose?" + _query(given)


def _query(given: dict[str, str]) -> str:
    """Return the values as a query, with spaces as %20: Outlook would show a +."""
    return urlencode({name: lines(value, 500) for name, value in given.items() if value}, quote_via=quote)
