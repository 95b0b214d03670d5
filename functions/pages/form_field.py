"""A field of a form as a page shows it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from gettext import NullTranslations


LONGEST = {"name": 120, "email": 254, "phone": 40, "address": 500, "notes": 4000}


LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class FormField:
    """`id` names the control, its value in the form, and the target of the error summary's link."""

    id: str
    label: str
    kind: str
    value: str = ""
    is_required: bool = False
    options: tuple[str, ...] = ()
    longest: int = LONGEST_ANSWER
    autocomplete: str = ""
    error: str = ""


def too_long(field: FormField, texts: NullTranslations) -> str:
    """What to say at a field with too much in it: what was typed stays, for its writer to shorten."""
    text = texts.gettext("This is too long: at most %(count)s characters")
    return text % {"count": field.longest}


def new_key() -> str:
    """An idempotency key for one rendered form."""
    return secrets.token_urlsafe(24)
