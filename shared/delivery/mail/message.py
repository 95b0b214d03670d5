"""A message as a mail: its headers, its text and HTML, and its calendar file."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Protocol

from shared.delivery.calendar_files.calendar_file import calendar_file, mailbox_of, method_of
from shared.delivery.mail.headers import Careful
from shared.delivery.mail.render import render
from shared.delivery.mail.report import report_named
from shared.delivery.mail.sanitise import mail_address, one_line
from shared.delivery.mail.sender import Sender
from shared.delivery.mail.view import View, view_of
from shared.use_cases.ports import NotAccepted


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.appointments.messages import Message

__all__ = ["Mail", "Sender", "Transport", "compose"]

POLICY = Careful(linesep="\r\n", cte_type="7bit")  # servers without 8BITMIME would change anything else
DELIMITERS = re.compile(r'["<>@;:,\\()\[\]]|=\?')


class Transport(Protocol):
    """Hands a mail over to a server."""

    async def send(self, message: EmailMessage) -> None:
        """Raise NotAccepted or MailUnavailable unless the mail was accepted."""
        ...


class Mail:
    """Delivers messages as mails of one sender."""

    def __init__(self, sender: Sender, transport: Transport, *, reports: bool = False) -> None:
        self._sender, self._transport, self._reports = sender, transport, reports

    @property
    def reports(self) -> bool:
        """Whether the server says later what became of a mail."""
        return self._reports

    async def deliver(self, message: Message, now: datetime) -> None:
        """Raise NotAccepted or MailUnavailable unless the mail was accepted."""
        await self._transport.send(compose(message, self._sender, now))


def compose(message: Message, sender: Sender, now: datetime) -> EmailMessage:
    """Return the mail of a message. Raise NotAccepted for an address that cannot receive mail.

    multipart/mixed[alternative[text/plain, text/html, text/calendar], application/ics], the calendar parts only if
    the recipient's calendar gains, changes or loses an event.
    """
    message = report_named(message)
    view, method = view_of(message, sender, now), method_of(message, sender)
    mail = EmailMessage(policy=POLICY)
    for name, value in _headers(message, sender, now, view).items():
        mail[name] = value
    mail.set_content(render("letter.txt", view))
    mail.add_alternative(render("letter.html", view), subtype="html")
    if method:
        file = calendar_file(message, sender, now, method)
        # Some mail programs read only the alternative, others only the attachment. Of several events they would
        # show one, so those of a series are only attached.
        if not message.series:
            mail.add_alternative(file.decode(), subtype="calendar", params={"method": method})
        mail.add_attachment(file, maintype="application", subtype="ics", filename="invite.ics")
    mail["Content-Language"] = view.language
    return mail


def _headers(message: Message, sender: Sender, now: datetime, view: View) -> dict[str, Any]:
    business, to = message.calendar.business, mail_address(message.to)
    first, own = _first_id(message, sender, to), message_id(message, sender, now)
    headers: dict[str, Any] = {
        "From": Address(_phrase(business.name), addr_spec=mailbox_of(message, sender)),
        "To": Address(addr_spec=to),
        "Subject": view.subject.replace("=?", "= ?"),  # never read as an encoded word
        "Date": format_datetime(now),
        "Message-ID": own,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if own != first and not message.series:
        headers |= {"In-Reply-To": first, "References": first}
    if message.report:  # programs show a button, which sends what the page does (RFC 8058)
        headers["List-Unsubscribe"] = f"<{sender.leave_page(message.leave_token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with suppress(NotAccepted):
        headers["Reply-To"] = Address(addr_spec=mail_address(business.email))
    return headers


def _phrase(name: str) -> str:
    """Return a display name without delimiters of addresses, since some mail programs parse it once decoded."""
    return one_line(DELIMITERS.sub(" ", name), 78)


def message_id(message: Message, sender: Sender, now: datetime) -> str:
    """Return the same id for each try of a message, so that a mailbox can recognise a copy; else never twice.

    Providers that report what becomes of a mail name it by this id: it ends on the message's reference.
    """
    to = mail_address(message.to)
    is_first = message.kind in ("code", "report") or (message.kind == "confirmation" and message.sequence <= 1)
    if is_first and not message.resent:
        own = _first_id(message, sender, to)
    else:
        parts = (message.uid, str(message.sequence), message.kind, message.role, to, _which(message, now))
        own = _id(sender, *parts, *([f"again {message.resent}"] if message.resent else []))
    return own.replace("@", f".{message.reference}@", 1) if message.reference else own


def _which(message: Message, now: datetime) -> str:
    """Return what distinguishes messages of one version: the seat, how many reminders were due, the time off."""
    if message.time_off:
        return message.time_off.model_dump_json()
    seat = message.seat.id if message.seat else ""
    return f"{seat}|{_reminders_due(message, now)}"


def _first_id(message: Message, sender: Sender, to: str) -> str:
    """Return the id of the first mail about this appointment to this recipient: the root of their thread."""
    return _id(sender, message.uid, message.role, to)


def _id(sender: Sender, *parts: str) -> str:
    named = "".join(f"{len(part)}:{part}" for part in parts)
    return f"<{hashlib.sha256(named.encode()).hexdigest()[:40]}@{sender.domain}>"


def _reminders_due(message: Message, now: datetime) -> int:
    if message.kind != "reminder" or message.service is None or message.appointment is None:
        return 0
    return sum(message.appointment.start - reminder.offset <= now for reminder in message.service.reminders)
