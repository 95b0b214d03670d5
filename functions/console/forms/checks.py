"""Cleans what was typed into a field, and says what is wrong with it before any setting is touched."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from shared.domain.text.pasted import plain_address, plain_line, plain_phone, plain_text
from shared.use_cases.booking.check_form import email_problem, text_problem


if TYPE_CHECKING:
    from gettext import NullTranslations

    from functions.console.forms.fields import Field

WEB = re.compile(r"https?://[^\s/?#@]+([/?#]\S*)?", re.IGNORECASE)
CLEAN = {"email": plain_address, "tel": plain_phone, "long": plain_text}
NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,6})?")


def cleaned(kind: str, text: str) -> str:
    """Return a typed text as it is kept: without invisible marks, and addresses without what surrounds them."""
    if kind == "number":
        return text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    return CLEAN.get(kind, plain_line)(text)


def problem_with(field: Field, value: str, texts: NullTranslations) -> str:
    """Return what is wrong with the text of a plain field, in the reader's language; empty if nothing is."""
    _ = texts.gettext
    if not value:
        return (field.wrong or _("Fill this in")) if field.is_required else ""
    if len(value) > field.longest:
        return _("This is too long: at most %(count)s characters") % {"count": field.longest}
    if text_problem(value, field.longest, multiline=field.kind == "long"):
        return _("This holds characters that cannot be used")
    return _problem_of_kind(field, value, texts)


def _problem_of_kind(field: Field, value: str, texts: NullTranslations) -> str:
    _ = texts.gettext
    if field.kind == "email" and email_problem(value):
        return _("Enter an email address such as name@example.com")
    if field.kind == "url" and not WEB.fullmatch(value):
        return _("Enter a web address such as https://www.example.com")
    if field.kind == "number" and not NUMBER.fullmatch(value):
        return field.wrong or _("Enter a number")
    return ""


def number_in(text: str) -> Decimal:
    """Return the number of a checked text; zero for an empty one."""
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
