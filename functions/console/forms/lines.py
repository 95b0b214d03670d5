"""The field of a list that is typed or pasted with a line for each entry, such as people or addresses of sites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.console.forms.fields import Field, lines_of


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm

BETWEEN = re.compile(r"[\n,;]")
LINE = re.compile(r"\n")


@dataclass(frozen=True, kw_only=True)
class Lines(Field):
    """Entries, a line each; the canonical text has each once. `longest` is that of one entry, `most` their number.

    `clean` makes an entry canonical, `check` returns what is wrong with one that is. Where entries hold no commas
    (`is_list`), these part them as well.
    """

    kind: str = "long"
    most: int = 100
    clean: Callable[[str], str] = str.strip
    check: Callable[[str], str] = lambda _: ""
    is_list: bool = False

    def read(self, form: SentForm) -> str:
        """Return the entries, without empty ones and repetitions."""
        typed = (BETWEEN if self.is_list else LINE).split(form.get(self.name))
        return "\n".join(dict.fromkeys(entry for one in typed if (entry := self.clean(one))))

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return what is wrong with the first wrong entry, named by its line, or with their number."""
        _, entries = texts.gettext, lines_of(value)
        if self.is_required and not entries:
            return {self.name: self.wrong or _("Fill this in")}
        if len(entries) > self.most:
            return {self.name: _("Too many: at most %(count)s") % {"count": self.most}}
        for place, entry in enumerate(entries, 1):
            if len(entry) > self.longest:
                too_long = _("Line %(line)s is too long: at most %(count)s characters")
                return {self.name: too_long % {"line": place, "count": self.longest}}
            if wrong := self.check(entry):
                return {self.name: _("Line %(line)s: %(wrong)s") % {"line": place, "wrong": wrong}}
        return {}

    def display(self, value: str) -> str:
        """Return the entries in one line."""
        return ", ".join(lines_of(value))
