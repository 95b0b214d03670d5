"""Changes what a calendar says in its own words: one row, conditional on what was read, and audited."""

import asyncio
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.domain.calendar.business import Business
from shared.domain.differences import differences
from shared.domain.errors import NotFound, Refusal
from shared.domain.toolkit.infographic import OwnSheet
from shared.domain.toolkit.questions import OwnAnswer
from shared.records.audit import audit_row
from shared.records.codec import dump, load
from shared.records.keys import BUSINESS, OWN_ANSWER, OWN_SHEET, every
from shared.records.table import Operation, Rows, Stale, Values
from shared.use_cases.ports import Command, Store, Writes


Words = TypeVar("Words", OwnAnswer, OwnSheet)
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")  # as catalogues are named
OWN_WORDS = (OWN_ANSWER, OWN_SHEET)
UNTOLD = {"facts", "language", "question"}  # in the audit


async def copy_words(source: str, target: str, *, store: Store) -> None:
    """Give a calendar the own answers, and the words on the infographic, of another; what it has already stays.

    What facts an answer was written about stays noted too, so that it is told where those of the copy differ.
    """
    pages = await asyncio.gather(*(store.table.range("bookings", source, *every(kind)) for kind in OWN_WORDS))
    for row in (row for page in pages for row in page.rows):
        with suppress(Stale):  # a repeated request finds it
            await store.table.transact("bookings", target, [Operation("insert", row.key, row.values)])


@dataclass(frozen=True)
class WordsCommand(Generic[Words]):
    """What the change of own words reads and decides. Pure.

    `blank` are the words that say nothing: where an edit leaves these, the row is deleted. `subject` and the two
    actions are for the audit: words changed, and standard words restored.
    """

    command: Command
    key: str
    blank: Words
    edit: Callable[[Words], Words]
    subject: str
    actions: tuple[str, str]
    actor: str
    now: datetime

    def reads(self, _: Rows) -> Iterable[str]:
        """Return the calendar and the words."""
        return (BUSINESS, self.key)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the words as they are edited, with the audit, or NotFound."""
        stored, current = rows.values(BUSINESS), rows.values(self.key)
        if stored is None or load(Business, stored).deleted_at:
            return NotFound()
        before = load(type(self.blank), current) if current else self.blank
        after = self.edit(before)
        if after == before or (after.is_blank and not current):
            return Writes({}, {})
        kept = after.model_copy(update={"changed_at": self.now})
        changes: dict[str, Values | None] = {self.key: None if after.is_blank else dump(kept)}
        told = differences(before, after, self.subject, only=set(type(before).model_fields) - UNTOLD)
        action = self.actions[after.is_blank]
        changes |= audit_row(self.now, self.command.hash[:12], self.actor, action, self.subject, told)
        return Writes(changes, {})
