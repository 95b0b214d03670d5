"""How well a colour can be read, in words, and what the page does where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.pages.theme import legibility
from shared.presentation.colours import READABLE


if TYPE_CHECKING:
    from shared.i18n.formats import Formats


def contrast_note(accent: str, formats: Formats) -> str:
    """Return what the check of an accent (#rrggbb) found, as one or two sentences."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - Babel is slow to import

    def ratio(value: float) -> str:
        return f"{format_decimal(value, '0.0', locale=formats.locale)} : 1"

    _, found = formats.texts.gettext, legibility(accent.removeprefix("#"))
    if found.as_chosen >= READABLE:
        return _("Text in this colour is easy to read (%(ratio)s).") % {"ratio": ratio(found.as_chosen)}
    said = _("Too pale for text on white (%(ratio)s): the page writes it in a darker shade (%(better)s).")
    text = said % {"ratio": ratio(found.as_chosen), "better": ratio(found.as_text)}
    if found.fill != accent.removeprefix("#"):
        return " ".join([text, _("Buttons are darkened as well, so that they stand out.")])
    return text
