"""Entries of an audit as a page and a file show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from functions.console.exceeded import beyond
from functions.console.messages.words import text_name
from functions.console.organisation.audit_actions import APPOINTMENTS, action_of, actor_of, kind_of
from functions.console.organisation.field_labels import label_of
from functions.console.organisation.field_values import ValueWords
from functions.console.undelivered import kind_in_words
from shared.domain.appointments.appointment import reference_of
from shared.i18n.marked import marked
from shared.presentation.toolkit.words import ASKED
from shared.use_cases.messages.mend_undelivered import MESSAGES


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from gettext import NullTranslations

    from shared.domain.calendar.business import Calendar
    from shared.domain.differences import FieldChange
    from shared.i18n.formats import Formats
    from shared.use_cases.organisation.find_audit import AuditEntry

STAYING = re.compile(r"coming appointments that stay: (\d+)")
COLUMNS = (
    marked("When"),
    marked("Who"),
    marked("What"),
    marked("About"),
    marked("Setting"),
    marked("Before"),
    marked("After"),
)


class ChangeView(NamedTuple):
    """A field with its value before and after; empty where the field had none, or has none any more."""

    label: str
    before: str
    after: str

    @property
    def is_withheld(self) -> bool:
        """Whether the values are not told."""
        return not self.before and not self.after


class EntryView(NamedTuple):
    """An entry in words. `appointment` is the id of one whose page can be opened."""

    when: str
    at: str
    who: str
    what: str
    about: str
    appointment: str
    remark: str
    changes: list[ChangeView]
    more: int


@dataclass(frozen=True)
class EntryWords:
    """Writes entries for a reader; `calendar` is the one whose audit it is, None for the organisation's."""

    texts: NullTranslations
    formats: Formats
    calendar: Calendar | None = None

    def view(self, entry: AuditEntry) -> EntryView:
        """Return an entry in words."""
        at = datetime.fromisoformat(entry.at)
        is_shown = kind_of(entry) == APPOINTMENTS and entry.actor != "customer" and "/" not in entry.subject
        day = self.formats.part(at, "yMMMEd")
        return EntryView(
            f"{day}, {self.formats.exact_time(at)}",
            entry.at,
            actor_of(entry, self.texts),
            action_of(entry, self.texts),
            self.name_of(entry),
            entry.subject if is_shown and not entry.action.startswith("deleted") else "",
            self._remark(entry.action),
            self.changes_of(entry),
            entry.more,
        )

    def changes_of(self, entry: AuditEntry) -> list[ChangeView]:
        """Return what an entry changed, with the values before and after."""
        return [self._change(one, entry) for one in entry.changes]

    def name_of(self, entry: AuditEntry) -> str:
        """Return what an entry is about: the name of a service or person, or the number of an appointment."""
        if entry.subject.startswith(MESSAGES):
            return kind_in_words(entry.subject.removeprefix(MESSAGES), self.texts)
        if kind_of(entry) == APPOINTMENTS:
            return reference_of(entry.subject)
        return self._named(entry.subject)

    def _named(self, subject: str) -> str:
        kind, _, names = subject.partition("/")
        found = (self._document(kind, name) for name in names.split(","))
        return ", ".join(name for name in found if name)

    def _document(self, kind: str, name: str) -> str:
        if self.calendar is None:
            return ""
        if kind == "staff":
            person = self.calendar.person(name)
            return person.name if person else ""
        if kind == "services":
            service = self.calendar.services.get(name)
            return service.name if service else ""
        if kind == "texts":
            return text_name(name, self.texts)
        if kind == "answers":
            asked = {str(one): text for one, text in ASKED.items()}.get(name.rpartition("/")[2], "")
            return self.texts.gettext(asked) if asked else ""
        question = self.calendar.questions.get(name) if kind == "questions" else None
        return question.text if question else ""

    def _remark(self, action: str) -> str:
        if found := STAYING.search(action):
            count = int(found[1])
            said = self.texts.ngettext(
                "%(num)s upcoming appointment stays", "%(num)s upcoming appointments stay", count
            )
            return said % {"num": count}
        over = self.texts.gettext("At a time that was taken") if " over " in action else ""
        return ". ".join(one for one in (beyond(action, self.texts), over) if one)

    def _change(self, change: FieldChange, entry: AuditEntry) -> ChangeView:
        words = ValueWords(self.formats, self.calendar)
        label = label_of(change.field, change.document, self.texts)
        other = self._named(change.document) if change.document != entry.subject else ""
        return ChangeView(
            f"{other}: {label}" if other else label,
            words.text(change.field, change.before) if change.before is not None else "",
            words.text(change.field, change.after) if change.after is not None else "",
        )


def audit_table(entries: Iterable[EntryView], texts: NullTranslations) -> Iterator[tuple[str, ...]]:
    """Yield a row for each change of each entry; an entry without changes has one row."""
    yield tuple(texts.gettext(column) for column in COLUMNS)
    for entry in entries:
        what = f"{entry.what} ({entry.remark})" if entry.remark else entry.what
        about = (entry.at, entry.who, what, entry.about)
        for change in entry.changes:
            yield (*about, change.label, change.before, change.after)
        if not entry.changes:
            yield (*about, "", "", "")
