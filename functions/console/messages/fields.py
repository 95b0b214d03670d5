"""A field with a template: it begins with the default text, and says what is wrong where."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from markupsafe import Markup

from functions.console.forms.fields import Field
from functions.console.messages.words import fault_text
from shared.domain.messages.template import UsableNames, parse


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm

LONGEST_COMPARED = 4000


@dataclass(frozen=True, kw_only=True)
class TemplateField(Field):
    """A part of a text. Where it is empty, or like the default, the default counts."""

    default: str = ""
    names: UsableNames = field(default_factory=lambda: UsableNames(()))

    def read(self, form: SentForm) -> str:
        """Return what was typed; the default for nothing."""
        return super().read(form) or self.default

    def canonical(self, value: str) -> str:
        """Return a stored part, or the default."""
        return super().canonical(value) or super().canonical(self.default)

    def own(self, value: str) -> str:
        """Return what to store of a part: nothing if it is the default."""
        return "" if value == super().canonical(self.default) else value

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return what is wrong in the template, and where."""
        if wrong := super().problems(value, texts):
            return wrong
        faults = parse(value, self.names, self.longest).faults
        return {self.name: ". ".join(fault_text(one, texts) for one in faults[:5])} if faults else {}

    def rearranged(self, value: str, order: Sequence[str], form: SentForm) -> str:  # noqa: ARG002 - as its base
        """Return the default after the button that restores it."""
        return super().canonical(self.default) if order[0] == "restore" else value

    def compared(self, value: str) -> Markup:
        """Return the default text, with what the own text leaves out of it and adds to it."""
        before, after = _words(self.canonical(""))[:LONGEST_COMPARED], _words(value)[:LONGEST_COMPARED]
        pieces = list[Markup]()
        for kind, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            gone, come = "".join(before[first:last]), "".join(after[begin:end])
            if kind == "equal":
                pieces.append(Markup("{}").format(gone))
                continue
            pieces += [Markup("<del>{}</del>").format(gone)] if gone else []
            pieces += [Markup("<ins>{}</ins>").format(come)] if come else []
        return Markup().join(pieces)


def _words(text: str) -> list[str]:
    """Return the words of a text, each with the space after it; placeholders stay whole."""
    found, word, depth = list[str](), "", 0
    for letter in text:
        word += letter
        depth += (letter == "{") - (letter == "}")
        if letter.isspace() and depth <= 0:
            found.append(word)
            word = ""
    return [*found, word] if word else found
