"""The default texts as templates: what an editor shows, and what a calendar's own text can start from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.delivery.mail import wording
from shared.delivery.mail.formats import MailFormats, mail_formats
from shared.delivery.texts.sms import default_sms
from shared.delivery.texts.values import text_kind
from shared.domain.messages.message_text import MessageText


if TYPE_CHECKING:
    from datetime import date, datetime

    from shared.domain.appointments.messages import Message


class NamedTimes(MailFormats):
    """Formats that write the placeholder of a time instead of the time."""

    def short_start(self, moment: datetime) -> str:  # noqa: ARG002 - whatever the moment
        """Return the placeholder."""
        return "{short start}"

    def days(self, first: date, last: date) -> str:  # noqa: ARG002 - whatever the days
        """Return the placeholder."""
        return "{period}"


def default_text(message: Message) -> MessageText:
    """Return the default text of a message's kind in its language; the message itself is any of that kind."""
    kind, formats = text_kind(message), mail_formats(message.language, message.time_zone)
    assert kind is not None
    named = _with_names(message)
    times = NamedTimes(formats.tag, formats.zone, formats.texts)
    return MessageText(
        kind=kind,
        language=message.language,
        subject=wording.subject(named, times),
        body=wording.opening(named, times.text),
        sms=default_sms(kind, times.text),
    )


def _with_names(message: Message) -> Message:
    """Return the message with placeholders for the names that its words contain."""
    calendar, seat, service = message.calendar, message.seat, message.service
    business = calendar.business.model_copy(update={"name": "{business}"})
    customer = seat.customer.model_copy(update={"name": "{customer}"}) if seat else None
    reader = "{customer}" if message.role == "customer" else "{recipient}"
    return replace(
        message,
        name="" if message.kind in ("code", "report") else reader,
        calendar=replace(calendar, business=business),
        seat=seat.model_copy(update={"customer": customer}) if seat else None,
        service=service.model_copy(update={"name": "{service}"}) if service else None,
    )
