"""A field of a form as a page shows it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass


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


def new_key() -> str:
    """An idempotency key for one rendered form."""
    return secrets.token_urlsafe(24)
