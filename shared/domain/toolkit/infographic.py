"""One page that shows customers, in six steps, how an online appointment goes: its settings and its own words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.domain.calendar.business import BusinessType
from shared.domain.calendar.toolkit import PicturePlace, Variant
from shared.domain.model import Line, Model


StepName = Literal["book", "prepare", "test", "join", "trouble", "after"]
STEPS: tuple[StepName, ...] = ("book", "prepare", "test", "join", "trouble", "after")
MOST_WORDS = 150
LONGEST_HEADING, LONGEST_TITLE, LONGEST_TEXT, LONGEST_NOTE = 60, 28, 150, 160
DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that put no spaces between words
VARIANT_OF: Mapping[BusinessType, Variant] = {
    "health": "health",
    "finance": "finance",
    "retail": "retail",
    "beauty": "retail",
}


class StepWords(Model):
    """A calendar's own words for a step; what is empty is said in the standard words."""

    title: str = Field(default="", max_length=LONGEST_TITLE)
    text: str = Field(default="", max_length=LONGEST_TEXT)


class OwnSheet(Model):
    """What a calendar's infographic says in its own words in one language; `alts` of its own pictures."""

    language: Line
    heading: str = Field(default="", max_length=LONGEST_HEADING)
    steps: dict[str, StepWords] = Field(default_factory=dict)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    alts: dict[PicturePlace, str] = Field(default_factory=dict)
    changed_at: datetime | None = None

    @property
    def is_blank(self) -> bool:
        """Return whether it says nothing of its own."""
        said = (self.heading, self.note, *self.alts.values())
        return not any(said) and not any(one.title or one.text for one in self.steps.values())

    def step(self, name: StepName) -> StepWords:
        """Return the own words for a step."""
        return self.steps.get(name, StepWords())


def variant_for(chosen: Variant | Literal[""], kind: BusinessType) -> Variant:
    """Return the variant that was chosen, else the one for the kind of business."""
    return chosen or VARIANT_OF.get(kind, "general")


def count_words(texts: Iterable[str]) -> int:
    """Return how many words there are; of scripts without spaces, two signs count as one."""
    return sum(len(DENSE.sub(" ", text).split()) + (len(DENSE.findall(text)) + 1) // 2 for text in texts)


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter of a text is of a script that is written from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)
