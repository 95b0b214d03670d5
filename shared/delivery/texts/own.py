"""A calendar's own words for one message, filled in for its recipient."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from shared.delivery.mail.sanitise import lines, one_line
from shared.delivery.texts.values import filling_of, text_kind
from shared.domain.messages.message_text import TextPlace, own_text
from shared.domain.messages.placeholders import names_for
from shared.domain.messages.template import LONGEST_TEMPLATE, fill, parse
from shared.i18n import match_language
from shared.presentation.filled_text import filled_html, filled_text


if TYPE_CHECKING:
    from datetime import datetime

    from shared.delivery.mail.formats import MailFormats
    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message
    from shared.domain.messages.message_text import MessageText, TextKind, TextPart
    from shared.domain.messages.template import MessageTemplate

EMPTY_LINES = re.compile("(?:<br>){3,}")  # where an optional part is left out
LONGEST_BODY = 12_000  # once it is filled


class WrittenText(NamedTuple):
    """The calendar's own subject and body; what is empty is said by default."""

    subject: str = ""
    body: str = ""
    body_html: Markup = Markup()


def written_text(message: Message, sender: Sender, now: datetime, formats: MailFormats) -> WrittenText:
    """Return what the calendar says in a message. Never raises: a text that cannot be read counts as none."""
    kind, text = text_of(message)
    if kind is None or text is None:
        return WrittenText()
    subject, body = template_of(text.subject, kind, "subject"), template_of(text.body, kind, "body")
    if subject is None and body is None:
        return WrittenText()
    filling = filling_of(message, sender, now, formats)
    title = filled_text(fill(subject, filling)) if subject else ""
    pieces = fill(body, filling) if body else []
    return WrittenText(
        one_line(title.replace("\u00a0", " ")),
        lines(filled_text(pieces), LONGEST_BODY),
        Markup(EMPTY_LINES.sub("<br><br>", str(filled_html(pieces)))),  # noqa: S704 - it is HTML
    )


def text_of(message: Message) -> tuple[TextKind | None, MessageText | None]:
    """Return the kind of text of a message, and what the calendar has set for it in the recipient's language."""
    kind = text_kind(message)
    if kind is None:
        return None, None
    language = match_language(message.language) or "en"
    place = TextPlace(kind, language, message.service.id if message.service else "", _minutes(message))
    return kind, own_text(message.calendar.texts, place)


def _minutes(message: Message) -> int:
    """Return how long before the start a reminder is sent; 0 for what no service has among its reminders."""
    is_listed = message.service is not None and message.before is not None
    return int(message.before.total_seconds()) // 60 if is_listed and message.before else 0


@lru_cache(maxsize=256)
def template_of(text: str, kind: TextKind, part: TextPart) -> MessageTemplate | None:
    """Return a part of a text as a template; None if it is empty or has faults."""
    clean = lines(text, LONGEST_TEMPLATE)
    template = parse(clean, names_for(kind, part)) if clean else None
    return template if template and not template.faults else None
