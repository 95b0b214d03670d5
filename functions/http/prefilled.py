"""What a link prefills, as it was meant: in a plain link a + stands for a space, and a yes has many words."""

import re

from shared.domain.calendar.service import TICKED
from shared.domain.text.pasted import plain_address, plain_phone


YES = {"1", "true", "t", "yes", "y", "on", "ok", "checked", "x", "✓", "✔"} | {
    *("oui", "o", "vrai", "да", "д", "истина", "верно", "sim", "s", "verdadeiro")
}
PLUS_LOST = re.compile(r" +(?=[1-9])")


def prefilled_email(text: str) -> str:
    plain = plain_address(text)
    return plain.replace(" ", "+") if "<" not in plain else plain


def prefilled_phone(text: str) -> str:
    """Return the number; one that begins with a space and a country's code had a + there."""
    lost = PLUS_LOST.match(text)
    return plain_phone(f"+{text[lost.end() :]}" if lost else text)


def prefilled_tick(text: str) -> str:
    """Return the answer to a box: ticked by a yes in any of our languages, by nothing else."""
    return TICKED if text.strip().casefold() in YES else ""


def prefilled_zone(text: str) -> str:
    return text.replace(" ", "+")
