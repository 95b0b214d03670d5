"""Reads a mail and its calendar file as a stranger would: from bytes."""

from email import message_from_bytes
from email.policy import default

import icalendar

from shared.delivery.mail.message import compose
from tests.delivery.mail.letters import NOW, SENDER


def sent(made, now=NOW):
    """The mail of a letter after its way through bytes."""
    return message_from_bytes(compose(made, SENDER, now).as_bytes(), policy=default)


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content().replace("\u00a0", " ").replace("\r\n", "\n")


def html_of(message) -> str:
    return message.get_body(("html",)).get_content().replace("\u00a0", " ").replace("\r\n", "\n")


def calendars_of(message) -> list[bytes]:
    wanted = ("text/calendar", "application/ics")
    return [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() in wanted]


def event_of(message):
    (event,) = icalendar.Calendar.from_ical(calendars_of(message)[-1]).walk("VEVENT")
    return event
