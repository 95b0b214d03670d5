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
    """A field. `id` is the id of its control, its name in the form, and the target in the error summary."""

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
    """Return the error for a text that is too long; what was typed stays, to be shortened."""
    text = texts.gettext("This is too long: at most %(count)s characters")
    return text % {"count": field.longest}


def new_key() -> str:
    """Return an idempotency key for one rendered form."""
    return secrets.token_urlsafe(24)
