"""Three-way comparison of a form: what its page showed, what was submitted, and what is stored by now.

The page carries a short digest of each field's text as it was shown. A field that only one of two people changed
is never in conflict; one that both changed to different texts is decided by the later of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from functions.console.forms.problems import EditedMeanwhile


if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class SentValues:
    """What was submitted: the text of each field, the digests that its page carried, and answers to a conflict.

    `unshown` are fields that came with a language which the page did not have yet when it was opened.
    An answer, MINE or THEIRS by the field's name, counts only while the other text is the one that was `seen`.
    """

    values: Mapping[str, str]
    marks: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    unshown: Collection[str] = ()


def marks_of(values: Mapping[str, str]) -> str:
    """Return the digests of fields as the page carries them: name:digest, separated by spaces."""
    return " ".join(f"{name}:{digest_of(value)}" for name, value in values.items())


def marks_in(text: str) -> Mapping[str, str]:
    """Return the digests that a page carried, by the fields' names."""
    return dict(part.rpartition(":")[::2] for part in text.split())


def digest_of(value: str) -> str:
    """Return the short digest of a field's text."""
    return hashlib.sha256(value.encode()).hexdigest()[:10]


def merged(sent: SentValues, stored: Mapping[str, str]) -> Mapping[str, str]:
    """Return the texts to store. Raises EditedMeanwhile with the fields that both have changed.

    A field without a mark, as of an older page, counts as shown as it is stored; one that was `unshown` stays.
    """
    result, conflicts = {}, {}
    for name, value in sent.values.items():
        now = stored.get(name, "")
        was = sent.marks.get(name, digest_of(now))
        answer = sent.answers.get(name) if sent.seen.get(name) == digest_of(now) else None
        if answer == THEIRS or digest_of(value) == was or (name in sent.unshown and not value):
            result[name] = now
        elif answer == MINE or digest_of(now) == was or value == now:
            result[name] = value
        else:
            conflicts[name] = now
    if conflicts:
        raise EditedMeanwhile(conflicts)
    return result
