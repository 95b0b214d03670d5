"""The formats of a message's recipient, with the words that only mails use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shared.i18n import html_tag, match_language, translator
from shared.i18n.formats import Formats


if TYPE_CHECKING:
    from datetime import date, datetime, timedelta


class MailFormats(Formats):
    """Words in the context "mail". Many fonts of mail programs lack the narrow no-break space."""

    has_narrow_space: ClassVar[bool] = False

    @property
    def language(self) -> str:
        """Return the recipient's language as HTML and mail headers have it."""
        return html_tag(match_language(self.tag) or "en")

    def text(self, message: str) -> str:
        """Return a message of the catalogue in the recipient's language."""
        return self.texts.pgettext("mail", message)

    def counted(self, one: str, many: str, number: int) -> str:
        """Return a message in the plural form for a number, with the number in it."""
        return self.texts.npgettext("mail", one, many, number) % {"num": number}

    def short_start(self, moment: datetime) -> str:
        """Return the day and the time in short, as subjects have them."""
        return f"{self.part(moment, 'MMMEd')}, {self.exact_time(moment)}"

    def days(self, first: date, last: date) -> str:
        """Return the days from one to another, in short and with their year."""
        return self.short_span(first, last)

    @property
    def colon(self) -> str:
        """Return what separates a label from its value; in French with a space before it."""
        return self.text(": ")

    def notice(self, length: timedelta) -> str:
        """Return a lead time in words: in hours, or in days from three on."""
        hours = int(length.total_seconds()) // 3600
        if hours >= 72 and hours % 24 == 0:
            return self.counted("%(num)s day", "%(num)s days", hours // 24)
        return self.counted("%(num)s hour", "%(num)s hours", hours)


def mail_formats(language: str, zone: str) -> MailFormats:
    """Return the formats of a recipient; English if there is no catalogue for their language."""
    tag = language if match_language(language) else "en"
    return MailFormats(tag.replace("-", "_"), zone, translator(tag))
