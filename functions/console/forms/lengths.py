"""The field of a length of time, typed as days, hours and minutes; its text has the minutes in all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.checks import cleaned
from functions.console.forms.fields import Field
from shared.i18n.marked import marked_for


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm
    from shared.i18n.formats import Formats

MINUTE = timedelta(minutes=1)
UNITS = {
    "days": marked_for("unit", "Days"),
    "hours": marked_for("unit", "Hours"),
    "minutes": marked_for("unit", "Minutes"),
}
MINUTES = {"days": 1440, "hours": 60, "minutes": 1}
TYPED = "+"  # between the parts of a text that is no number of minutes


class LengthPart(NamedTuple):
    """One of the three controls: its id, a label to translate, and what it holds."""

    id: str
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Length(Field):
    """A length. Controls are NAME-days, NAME-hours and NAME-minutes; `formats` writes what is accepted."""

    formats: Formats
    kind: str = "length"
    least: timedelta = timedelta()
    most: timedelta = timedelta(days=7)

    def read(self, form: SentForm) -> str:
        """Return the minutes, or what was typed if it has no whole numbers."""
        typed = {unit: cleaned("number", form.get(f"{self.name}-{unit}")) or "0" for unit in UNITS}
        if all(one.isdecimal() and len(one) < 7 for one in typed.values()):
            return str(sum(int(one) * MINUTES[unit] for unit, one in typed.items()))
        return TYPED.join(one.replace(TYPED, " ") for one in typed.values())

    def parts(self, value: str) -> list[LengthPart]:
        """Return the controls for a text; parts that are nothing stay empty."""
        if value.isdecimal():
            days, rest = divmod(int(value), 1440)
            shown = [str(one) if one else "" for one in (days, *divmod(rest, 60))]
            shown = shown if any(shown) else ["", "", "0"]
        else:
            shown = [*value.split(TYPED), "", "", ""]
        return [
            LengthPart(f"{self.name}-{unit}", label, text)
            for (unit, label), text in zip(UNITS.items(), shown, strict=False)
        ]

    def display(self, value: str) -> str:
        """Return the length in words."""
        return self.formats.duration(int(value) * MINUTE) or "0" if value.isdecimal() else value

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return that it is no length, or the nearest length that can be."""
        _ = texts.gettext
        if not value.isdecimal():
            return {self.name: _("Enter whole numbers of days, hours and minutes")}
        length = int(value) * MINUTE
        if length < self.least:
            return {self.name: _("The shortest possible is %(length)s") % {"length": self._said(self.least)}}
        if length > self.most:
            return {self.name: _("The longest possible is %(length)s") % {"length": self._said(self.most)}}
        return {}

    def _said(self, length: timedelta) -> str:
        return self.formats.duration(length) or "0"


def length_text(length: timedelta) -> str:
    """Return the canonical text of a length."""
    return str(length // MINUTE)


def length_in(text: str) -> timedelta:
    """Return the length of a checked canonical text."""
    return int(text) * MINUTE
