"""Cleans what was typed into a field, and says what is wrong with it before any setting is touched."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.domain.text.pasted import plain_address, plain_line, plain_phone, plain_text
from shared.domain.text.web import is_web
from shared.use_cases.booking.check_form import email_problem, text_problem


if TYPE_CHECKING:
    from gettext import NullTranslations

    from functions.console.forms.fields import Field

SITE = re.compile(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?")
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}([.,'’][0-9]{3})+")
SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f"))
WHOLE = re.compile(r"[0-9]{1,6}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def cleaned(kind: str, text: str) -> str:
    """Return a typed text as it is kept: without invisible marks, and addresses without what surrounds them."""
    return CLEAN.get(kind, plain_line)(text)


def _plain_number(text: str) -> str:
    """Return a number as machines write it: people write 1,000 and 1 000 for a thousand, and 12,50 for a price."""
    plain = plain_line(text).translate(SPACES)
    return re.sub(r"[.,'’]", "", plain) if THOUSANDS.fullmatch(plain) else plain.replace(",", ".")


def _plain_web(text: str) -> str:
    """Return a web address with its scheme, which few people type."""
    plain = plain_line(text)
    return f"https://{plain}" if SITE.fullmatch(plain) else plain


CLEAN = {
    "email": plain_address,
    "tel": plain_phone,
    "long": plain_text,
    "number": _plain_number,
    "url": _plain_web,
}


def problem_with(field: Field, value: str, texts: NullTranslations) -> str:
    """Return what is wrong with the text of a plain field, in the reader's language; empty if nothing is."""
    _ = texts.gettext
    if not value:
        return (field.wrong or _("Fill this in")) if field.is_required else ""
    if len(value) > field.longest:
        return _("This is too long: at most %(count)s characters") % {"count": field.longest}
    if text_problem(value, field.longest, multiline=field.kind == "long"):
        return _("Some characters aren’t allowed")
    return _problem_of_kind(field, value, texts)


def _problem_of_kind(field: Field, value: str, texts: NullTranslations) -> str:
    _ = texts.gettext
    if field.kind == "email" and email_problem(value):
        return _("Enter an email address such as name@example.com")
    if field.kind == "url" and not is_web(value):
        return _("Enter a web address such as https://www.example.com")
    if field.kind == "number" and not NUMBER.fullmatch(value):
        return field.wrong or _("Enter a number")
    if field.kind == "date" and not is_date(value):
        return field.wrong or _("Enter a date such as %(date)s") % {"date": "2030-01-31"}
    return ""


def is_date(text: str) -> bool:
    """Return whether a text is a date as browsers send it."""
    try:
        return DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def whole_in(text: str, otherwise: int) -> int:
    """Return the whole number that a page or a button sends; `otherwise` for any other text.

    Python itself reads no number of thousands of digits, and reads digits that no page of ours has.
    """
    return int(text) if WHOLE.fullmatch(text) else otherwise


def number_in(text: str) -> Decimal:
    """Return the number of a checked text; zero for any other, as one whose number has no end."""
    return Decimal(text) if NUMBER.fullmatch(text) else Decimal(0)
