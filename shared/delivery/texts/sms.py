"""A message as the text of an SMS: the calendar's own, else the default one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.delivery.mail.formats import mail_formats
from shared.delivery.mail.sanitise import lines
from shared.delivery.mail.wording import is_unconfirmed
from shared.delivery.texts.own import template_of, text_of
from shared.delivery.texts.values import filling_of, text_kind
from shared.domain.messages.message_text import WITH_SMS
from shared.domain.messages.template import fill
from shared.presentation.filled_text import filled_sms


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message
    from shared.domain.messages.message_text import TextKind

LONGEST_SMS = 1600  # once it is filled; what providers accept
# Each of these alone would make all segments of an SMS short, since GSM-7 has none of them.
PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u00ba": "o",
        "\u2026": "...",
        "\u00b7": "-",
    }
)


def sms_text(message: Message, sender: Sender, now: datetime) -> str:
    """Return what an SMS says of a message, on a few lines; empty for a kind that none is sent of."""
    kind, own = text_of(message)
    kind = "confirmation" if is_unconfirmed(message) else kind
    if kind is None or kind not in WITH_SMS:
        return ""
    formats = mail_formats(message.language, message.time_zone or message.calendar.business.time_zone)
    template = template_of(own.sms, kind, "sms") if own else None
    said = unconfirmed_sms if is_unconfirmed(message) else default_sms
    template = template or template_of(said(kind, formats.text), kind, "sms")
    pieces = fill(template, filling_of(message, sender, now, formats)) if template else []
    colon = formats.texts.gettext("%(name)s: %(value)s") % {"name": "", "value": ""}
    return plain_sms(lines(filled_sms(pieces, colon), LONGEST_SMS))


def plain_sms(text: str) -> str:
    """Return a text with plain quotation marks, dashes and spaces, and single spaces within its lines."""
    return re.sub(r" {2,}", " ", text.translate(PLAIN))


def has_sms(message: Message) -> bool:
    """Return whether an SMS can tell what this message tells."""
    return is_unconfirmed(message) or text_kind(message) in WITH_SMS


def default_sms(kind: TextKind, _: Callable[[str], str]) -> str:
    """Return the template of the default text; without the service, which can say what somebody suffers from."""
    change = "{if can change} " + _("[Reschedule or cancel]({manage link})") + "{end}"
    join = " " + _("[Join]({join link})")  # left out where there is no link
    all_dates = " " + _("[All dates]({manage link})")
    return {
        "confirmation": _("{business}: your appointment is confirmed for {short start}.") + change,
        "change": _("{business}: your appointment has changed. It’s now {short start}.") + change,
        "cancellation": _("{business}: your appointment on {short start} is cancelled."),
        "reminder": _("{business}: reminder of your appointment, {short start}.") + join + change,
        "follow_up": _("{business}: thank you for your visit."),
        "new_link": _("{business}: here’s the new link to your appointment, {short start}.") + change,
        "series": _("{business}: {count} appointments are confirmed. The first is on {short start}.") + all_dates,
    }.get(kind, "")


def unconfirmed_sms(_kind: TextKind, _: Callable[[str], str]) -> str:
    """Return the template of what is said of an appointment that is yet to be confirmed."""
    change = "{if can change} " + _("[Reschedule or cancel]({manage link})") + "{end}"
    return _("{business}: {short start} is reserved for you. We’ll confirm it in another message.") + change
