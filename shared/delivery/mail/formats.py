"""The formats of a letter's reader, with the words that only mails use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shared.i18n import html_tag, match_language, translator
from shared.i18n.formats import Formats


if TYPE_CHECKING:
    from datetime import timedelta


class MailFormats(Formats):
    """Words in the context "mail". Many fonts of mail programs have no narrow no-break space."""

    has_narrow_space: ClassVar[bool] = False

    @property
    def language(self) -> str:
        """The reader's language as HTML and mail headers write it."""
        return html_tag(match_language(self.tag) or "en")

    def text(self, message: str) -> str:
        return self.texts.pgettext("mail", message)

    def counted(self, one: str, many: str, number: int) -> str:
        return self.texts.npgettext("mail", one, many, number) % {"num": number}

    @property
    def colon(self) -> str:
        """What stands between a label and its value; French leaves room before it."""
        return self.text(": ")

    def notice(self, length: timedelta) -> str:
        """A lead time in words: hours, or days from three on."""
        hours = int(length.total_seconds()) // 3600
        if hours >= 72 and hours % 24 == 0:
            return self.counted("%(num)s day", "%(num)s days", hours // 24)
        return self.counted("%(num)s hour", "%(num)s hours", hours)


def mail_formats(language: str, zone: str) -> MailFormats:
    """The formats of a reader; in English where we have no words in their language."""
    tag = language if match_language(language) else "en"
    return MailFormats(tag.replace("-", "_"), zone, translator(tag))
