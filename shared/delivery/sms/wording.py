"""What an SMS says: the text of its calendar or the default one, with how to get no more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.delivery.mail.formats import mail_formats
from shared.delivery.mail.sanitise import one_line
from shared.delivery.texts.sms import plain_sms, sms_text


if TYPE_CHECKING:
    from datetime import datetime

    from shared.delivery.mail.formats import MailFormats
    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message

LONGEST_NAME, MOST_DATES = 40, 6


def whole_sms(message: Message, sender: Sender, now: datetime, stop: str = "") -> str:
    """Return the text of an SMS; `stop` is the page on which its reader opts out, empty if they answer STOP."""
    zone = message.time_zone or message.calendar.business.time_zone
    formats = mail_formats(message.language, zone)
    said = _of_several(message, formats) if message.series else sms_text(message, sender, now)
    return plain_sms(" ".join(part for part in (said, _way_out(message, stop, formats)) if part))


def _of_several(message: Message, formats: MailFormats) -> str:
    """Return what is said of several appointments: when each begins, as far as there is room."""
    _, name = formats.text, one_line(message.calendar.business.name, LONGEST_NAME)
    starts = [formats.short_start(one.appointment.start) for one in message.series if one.appointment]
    said = {
        "series": _("%(business)s: your appointments: %(dates)s."),
        "change": _("%(business)s: your appointments have changed: %(dates)s."),
        "cancellation": _("%(business)s: your appointments are cancelled: %(dates)s."),
    }.get(message.kind, _("%(business)s: reminder of your appointments: %(dates)s."))
    more = [f"+{len(starts) - MOST_DATES}"] if len(starts) > MOST_DATES else []
    return said % {"business": name, "dates": _("; ").join([*starts[:MOST_DATES], *more])}


def _way_out(message: Message, stop: str, formats: MailFormats) -> str:
    _ = formats.text
    if stop:
        return _("No more texts: %(link)s") % {"link": stop}
    return _("Reply STOP to get no more texts.") if message.kind in ("confirmation", "series") else ""
