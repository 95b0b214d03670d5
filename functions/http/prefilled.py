"""Values that a link prefills, as they were meant: an unescaped + arrives as a space, a yes has many words."""

import re

from shared.domain.calendar.service import TICKED
from shared.domain.text.pasted import plain_address, plain_phone


YES = {"1", "true", "t", "yes", "y", "on", "ok", "checked", "x", "✓", "✔"} | {
    *("oui", "o", "vrai", "да", "д", "истина", "верно", "sim", "s", "verdadeiro")
}
PLUS_LOST = re.compile(r" +(?=[1-9])")


def prefilled_email(text: str) -> str:
    """Return the address with spaces as +, as in name+tag@example.com."""
    plain = plain_address(text)
    return plain.replace(" ", "+") if "<" not in plain else plain


def prefilled_phone(text: str) -> str:
    """Return the number; a space before a country code was a +."""
    lost = PLUS_LOST.match(text)
    return plain_phone(f"+{text[lost.end() :]}" if lost else text)


def prefilled_tick(text: str) -> str:
    """Return the value of a checkbox: ticked by a yes in any of our languages, and by nothing else."""
    return TICKED if text.strip().casefold() in YES else ""


def prefilled_zone(text: str) -> str:
    """Return the zone with spaces as +, as in Etc/GMT+2."""
    return text.replace(" ", "+")
