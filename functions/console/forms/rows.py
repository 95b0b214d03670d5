"""A field of several rows with the same columns, such as reminders: added, removed and moved by buttons."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.console.forms.checks import whole_in
from functions.console.forms.fields import Field


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm

MOST_ROWS = 400


@dataclass(frozen=True, kw_only=True)
class RowsField(Field):
    """Rows of fields. Controls are NAME-PLACE-COLUMN; the canonical text is a JSON list of {column: text}.

    `row_name` says what one is, `add` is the button for another, `empty` what is shown where there is none.
    """

    kind: str = "rows"
    columns: tuple[Field, ...] = ()
    row_name: str = ""
    add: str = ""
    empty: str = ""
    can_move: bool = False
    most: int = MOST_ROWS

    def read(self, form: SentForm) -> str:
        """Return the rows as submitted, in the order of the page."""
        return rows_text(
            {column.name: self.column(column, place).read(form) for column in self.columns}
            for place in self._places(form)
        )

    def _places(self, form: SentForm) -> list[int]:
        """Return the places of the rows on the page: each has a hidden control, NAME-PLACE."""
        start = f"{self.name}-"
        ends = (name.removeprefix(start) for name in form if name.startswith(start))
        return sorted(int(end) for end in ends if re.fullmatch(r"0|[1-9][0-9]{0,3}", end))

    def canonical(self, value: str) -> str:
        """Return the rows with all their columns, each canonical."""
        return rows_text(
            {column.name: column.canonical(row.get(column.name, "")) for column in self.columns}
            for row in rows_in(value)
        )

    def column(self, column: Field, place: int) -> Field:
        """Return a column's field as it is in a row."""
        return replace(column, name=f"{self.name}-{place}-{column.name}")

    def rearranged(self, value: str, order: Sequence[str], form: SentForm) -> str:  # noqa: ARG002 - the base's
        """Return the rows after "add", "remove PLACE", "up PLACE" or "down PLACE"."""
        rows = rows_in(value)
        match order:
            case ["add"] if len(rows) < self.most:
                rows.append({column.name: column.initial for column in self.columns})
            case ["remove", place] if whole_in(place, len(rows)) < len(rows):
                del rows[int(place)]
            case ["up" | "down" as way, place] if (at := whole_in(place, len(rows))) < len(rows):
                to = min(max(at + (1 if way == "down" else -1), 0), len(rows) - 1)
                rows.insert(to, rows.pop(at))
        return rows_text(rows)

    def shown(self, value: str) -> list[list[tuple[Field, str]]]:
        """Return for each row its fields with their texts."""
        return [
            [(self.column(one, place), row.get(one.name, "")) for one in self.columns]
            for place, row in enumerate(rows_in(value))
        ]

    def display(self, value: str) -> str:
        """Return the rows in one line."""
        labels = {one.name: one for one in self.columns}
        return "; ".join(
            ", ".join(labels[name].display(text) for name, text in row.items() if text and name in labels)
            for row in rows_in(value)
        )

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return what is wrong with the columns of each row."""
        found: dict[str, str] = {}
        if len(rows_in(value)) > self.most:
            found[self.name] = texts.gettext("Too many: at most %(count)s") % {"count": self.most}
        for row in self.shown(value):
            for column, text in row:
                found |= column.problems(text, texts)
        return found


def rows_in(value: str) -> list[dict[str, str]]:
    """Return the rows of a canonical text."""
    return list(json.loads(value)) if value else []


def rows_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the canonical text of rows; empty for none."""
    listed = list(rows)
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":")) if listed else ""
