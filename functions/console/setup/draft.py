"""What was typed so far about a new calendar: it travels in the address, so nothing is stored before the end.

Reloading, the browser's Back, another language and another tab all keep it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from functions.pages.form_field import new_key
from shared.domain.signed_text import seal, unseal


if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 5000  # characters of the address: hosts accept about 8,000
KIND = re.compile(r"[A-Za-z0-9_-]{1,60}")

Answers = dict[str, str]
"""Texts of a step's fields by their names; only those that differ from what the step suggests."""


@dataclass(frozen=True)
class Draft:
    """`key` makes repeated submissions one. `kind` is a kind of business, or an own template's id.

    `zone` is the browser's time zone, empty without scripts. `answers` are by step, and also by kind where that
    decides what is suggested: trying another kind loses nothing.
    """

    key: str
    kind: str = ""
    zone: str = ""
    answers: Mapping[str, Answers] = field(default_factory=dict)

    def with_answers(self, step: str, values: Mapping[str, str], suggested: Mapping[str, str]) -> Draft:
        """Return the draft with what was submitted for a step."""
        own = {name: text for name, text in values.items() if text != suggested.get(name, "")}
        kept = {name: one for name, one in self.answers.items() if name != step}
        return replace(self, answers={**kept, **({step: own} if own else {})})


def new_draft() -> Draft:
    """Return an empty draft, with a key of its own."""
    return Draft(new_key())


def sealed_draft(draft: Draft, secret: str, subject: str) -> str:
    """Return the draft as text for the address, which only the same person can open."""
    values = [draft.key, draft.kind, draft.zone, draft.answers]
    return seal(secret, _purpose(subject), json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def opened_draft(text: str, secret: str, subject: str) -> Draft | None:
    """Return the draft of an address; None if it is another person's, or none."""
    opened = unseal(secret, _purpose(subject), text)
    return Draft(*json.loads(opened)) if opened else None


def _purpose(subject: str) -> str:
    return f"new calendar {subject}"
