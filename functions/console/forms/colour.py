"""The field of a colour: one of the swatches, or one's own as a code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.console.forms.fields import Field


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from functions.console.forms.fields import Option
    from functions.console.forms.sent import SentForm

OWN = "own"
CODE = re.compile(r"#[0-9a-f]{6}")
SHORT = re.compile(r"#?([0-9a-f]{3})")


@dataclass(frozen=True, kw_only=True)
class Colour(Field):
    """A colour as #rrggbb. Controls are NAME, whose value is a swatch or OWN, and NAME-own with the code."""

    kind: str = "colour"
    swatches: tuple[Option, ...] = ()

    def read(self, form: SentForm) -> str:
        """Return the colour of the swatch, or the code as people write it made canonical."""
        chosen = form.get(self.name, OWN)
        return canonical(form.get(f"{self.name}-own") if chosen == OWN else chosen)

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return an error at the code unless it is one."""
        wrong = texts.gettext("Enter a colour such as #0a5bad")
        return {} if CODE.fullmatch(value) else {f"{self.name}-own": wrong}

    def is_own_code(self, value: str) -> bool:
        """Return whether a colour is none of the swatches."""
        return all(one.value != value for one in self.swatches)


def canonical(text: str) -> str:
    """Return a colour's code as #rrggbb, from capitals, without #, or of three digits; other texts as they are."""
    code = text.strip().lower()
    if short := SHORT.fullmatch(code):
        code = "".join(digit * 2 for digit in short[1])
    return code if code.startswith("#") else f"#{code}"
