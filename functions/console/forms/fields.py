"""The fields of settings: each has one canonical text, which is read from a form, compared, and shown.

A form of settings is about one document; its fields are built for each request, in the reader's language. By the
canonical texts the form knows what somebody else has changed meanwhile, whatever the kind of field.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.checks import cleaned, number_in, problem_with


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm

ON = "yes"  # the canonical text of a ticked box; of one that is not, it is empty


class Option(NamedTuple):
    """A choice: what is stored, what people read, and what explains it."""

    value: str
    label: str
    hint: str = ""


class OutdatedText(NamedTuple):
    """What a field translates, which has changed since: how people are told, and the text before and now."""

    notice: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A control with its label, hint and, when it was wrong, what is accepted (`wrong`).

    `kind` is the macro that shows it, mostly the type of an <input>. `unit` stands behind the control.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    wrong: str = ""
    is_required: bool = False
    longest: int = 500
    unit: str = ""
    autocomplete: str = "off"
    width: str = ""  # "short" or "medium"; "half", "third", "two-thirds" of a line that it shares
    is_own: bool = False  # the text is in the calendar's language, not the reader's
    lang: str = ""  # the tag of the text's language, if it is neither
    initial: str = ""  # what it holds in a row that is new
    is_rich: bool = False  # the text may have links and emphasis, and a button shows how it looks
    outdated: OutdatedText | None = None

    def read(self, form: SentForm) -> str:
        """Return the canonical text of what was submitted."""
        return cleaned(self.kind, form.get(self.name))

    def canonical(self, value: str) -> str:
        """Return a stored text as `read` returns it where nobody has changed it on the page."""
        return cleaned(self.kind, value.strip().replace("\r\n", "\n"))

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return what is wrong with the text by itself, by control; empty if nothing is."""
        problem = problem_with(self, value, texts)
        return {self.name: problem} if problem else {}

    def rearranged(self, value: str, order: Sequence[str], form: SentForm) -> str:  # noqa: ARG002 - for fields of parts
        """Return the text after a button within the field was pressed; `order` are the words of the button."""
        return value

    def display(self, value: str) -> str:
        """Return the text as people read it, where two versions of it are compared."""
        return value


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """A number from `least` to `most`, whole unless `step` says otherwise.

    The control is plain text: of a number that a browser does not understand, as 12,50 may be, it sends nothing.
    """

    kind: str = "number"
    least: str = ""
    most: str = ""
    step: str = "1"
    width: str = "short"

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are accepted."""
        return "." not in self.step and self.step != "any"

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return an error unless the text is a number within the bounds."""
        _ = texts.gettext
        if (wrong := super().problems(value, texts)) or not value:
            return wrong
        number = number_in(value)
        if self.is_whole and number % 1:
            return {self.name: self.wrong or _("Enter a whole number")}
        if self.least and number < Decimal(self.least):
            return {self.name: self.wrong or _("Enter %(number)s or more") % {"number": self.least}}
        if self.most and number > Decimal(self.most):
            return {self.name: self.wrong or _("Enter %(number)s or less") % {"number": self.most}}
        return {}


@dataclass(frozen=True, kw_only=True)
class Tick(Field):
    """A box to tick."""

    kind: str = "tick"
    said: tuple[str, str] = ("", "")  # how people read it where two versions are compared: on, off

    def read(self, form: SentForm) -> str:
        """Return ON if the box was ticked."""
        return self.canonical(form.get(self.name))

    def canonical(self, value: str) -> str:
        """Return ON for any text."""
        return on(bool(value))

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return an error if the box has to be ticked and is not."""
        is_missing = self.is_required and not value
        return {self.name: self.wrong or texts.gettext("Select this box to continue")} if is_missing else {}

    def display(self, value: str) -> str:
        """Return the words for on or off."""
        return self.said[0 if value else 1]


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of several options: `select`, or `radio` where each needs an explanation."""

    kind: str = "select"
    options: tuple[Option, ...] = ()

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return an error unless the text is one of the options."""
        return {} if self.has(value) else {self.name: self.wrong or texts.gettext("Choose one of these")}

    def has(self, value: str) -> bool:
        """Return whether a text is one of the options."""
        return any(one.value == value for one in self.options)

    def display(self, value: str) -> str:
        """Return the label of an option."""
        return next((one.label for one in self.options if one.value == value), value)


@dataclass(frozen=True, kw_only=True)
class Pick(Choice):
    """One of many options, found by typing a part of its label."""

    kind: str = "combo"

    def read(self, form: SentForm) -> str:
        """Return the option with this label or value, or the only one that has the text in its label."""
        typed = form.get(self.name)
        wanted = typed.casefold()
        exact = (one.value for one in self.options if wanted in (one.label.casefold(), one.value.casefold()))
        similar = [one.value for one in self.options if wanted and wanted in one.label.casefold()]
        return next(exact, similar[0] if len(similar) == 1 else typed)


@dataclass(frozen=True, kw_only=True)
class Choices(Field):
    """Any number of options; the canonical text has those that are chosen, a line each, in the options' order."""

    kind: str = "choices"
    options: tuple[Option, ...] = ()
    is_searched: bool = False  # so many that a field finds them by a part of their names

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return an error if none was chosen where one has to be."""
        is_missing = self.is_required and not value
        return {self.name: self.wrong or texts.gettext("Choose at least one")} if is_missing else {}

    def read(self, form: SentForm) -> str:
        """Return the options that were chosen."""
        return self._in_order(form.all(self.name))

    def canonical(self, value: str) -> str:
        """Return the options in their order, without those that there are no more."""
        return self._in_order(lines_of(value))

    def _in_order(self, values: Sequence[str]) -> str:
        chosen = set(values)
        return "\n".join(one.value for one in self.options if one.value in chosen)

    def display(self, value: str) -> str:
        """Return the labels."""
        labels = {one.value: one.label for one in self.options}
        return ", ".join(labels.get(one, one) for one in lines_of(value))


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields under a heading. `id` is the target of links to it; `intro` explains it."""

    id: str
    heading: str
    fields: tuple[Field, ...]
    intro: str = ""
    is_closed: bool = False  # shown as a heading that opens, for what is rarely changed


def lines_of(value: str) -> list[str]:
    """Return the parts of a canonical text that has a line for each."""
    return value.split("\n") if value else []


def on(is_on: bool) -> str:
    """Return the canonical text of a box."""
    return ON if is_on else ""


def problems_of(fields: Sequence[Field], values: Mapping[str, str], texts: NullTranslations) -> Mapping[str, str]:
    """Return what is wrong with the texts of fields, each by itself, by control."""
    return {name: said for one in fields for name, said in one.problems(values[one.name], texts).items()}


def read_all(fields: Sequence[Field], form: SentForm) -> Mapping[str, str]:
    """Return the canonical text of each field, by its name."""
    return {one.name: one.read(form) for one in fields}


def rearranged(
    fields: Sequence[Field], values: Mapping[str, str], order: Sequence[str], form: SentForm
) -> Mapping[str, str]:
    """Return the texts of fields after a button "ACTION FIELD …" was pressed; `order` are its words."""
    action, name, *rest = order
    return {
        one.name: one.rearranged(values[one.name], [action, *rest], form) if one.name == name else values[one.name]
        for one in fields
    }
