"""The one confirmation of STOP and of START, in the language of the word, else of the number's country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.messages.opt_out_words import language_of
from shared.domain.text.phones import country_of
from shared.i18n import translator


if TYPE_CHECKING:
    from shared.domain.messages.opt_out_words import ReplyEffect

LANGUAGES = {
    **dict.fromkeys(("FR", "BE", "MC", "SN", "CI", "MA", "TN", "DZ"), "fr"),
    **dict.fromkeys(("RU", "BY", "KZ", "KG"), "ru"),
    **dict.fromkeys(("BR", "PT", "AO", "MZ"), "pt_BR"),
}


def confirmation(answer: ReplyEffect, number: str, text: str) -> str:
    """Return what is answered to somebody who has opted out, or in again, by this text."""
    texts = translator(language_of(text) or LANGUAGES.get(country_of(number), "en"))
    said = {
        "stopped": texts.gettext("You will get no more texts about appointments. Reply START to get them again."),
        "started": texts.gettext("You will get texts about your appointments again. Reply STOP to end them."),
    }[answer]
    return said.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
