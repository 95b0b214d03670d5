"""Holds in the tables: checked for having their appointment, and removed once they need not be.

A hold is removed only where no delayed transaction can still make its appointment: its command has been answered,
or is refused here first, by the insert of that answer at its home.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from shared.domain.calendar.business import Business
from shared.domain.errors import InvalidFields, SlotTaken
from shared.domain.timeline.holds import Hold
from shared.domain.timeline.ledger import Ledger
from shared.records.codec import load
from shared.records.holding.holds import is_confirmed, key_of, ledgers_held, read_hold, read_holdings
from shared.records.keys import BUSINESS, decision_key, following, holdings_key
from shared.records.table import Operation, Row, Stale, Table


UNDECIDED = timedelta(seconds=60)  # the age from which nobody tries its command any more, or it may be refused
TRIES, PAUSE = 6, 0.05
HoldOutcome = Literal["kept", "over", "open"]
"""Its appointment counts on it; it is needed no more, or never was; its command is undecided."""


class Holds:
    """Reads and removes holds of any calendar. Every method may raise Ambiguous."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def check(self, calendar: str, key: str) -> bool:
        """Confirm a hold or remove it; return false if it is too early to tell."""
        page = await self._table.range("bookings", calendar, key, following(key))
        if not page.rows:
            return True
        (row,) = page.rows
        hold = read_hold(calendar, row)
        outcome = await self.outcome(hold)
        if outcome == "open":
            if page.date - row.written < UNDECIDED:
                return False
            await self.refuse(hold)
        if outcome != "kept":
            await self.remove(calendar, key)
        elif not is_confirmed(row):
            await self._confirm(calendar, row)
        return True

    async def _confirm(self, calendar: str, row: Row) -> None:
        try:
            await self._table.transact(
                "bookings", calendar, [Operation("merge", row.key, {"confirmed": True}, row.etag)]
            )
        except Stale:
            return  # it was removed meanwhile

    async def outcome(self, hold: Hold) -> HoldOutcome:
        """Return what became of the command of a hold. In a calendar that is deleted nothing is kept."""
        business, answers, is_kept = await asyncio.gather(
            self._table.get("bookings", hold.home, BUSINESS), self._answers(hold), self._is_counted_on(hold)
        )
        if business is None or load(Business, business.values).deleted_at:
            return "over"
        if not is_kept and not _is_open(answers.values()):  # once more, now that there is an answer
            is_kept = await self._is_counted_on(hold)
        return "kept" if is_kept else "open" if _is_open(answers.values()) else "over"

    async def _is_counted_on(self, hold: Hold) -> bool:
        row = await self._table.get("bookings", hold.home, holdings_key(hold.appointment))
        return read_holdings(row.values if row else None).has(hold.calendar, key_of(hold))

    async def refuse(self, hold: Hold) -> None:
        """Decide the command of a hold in its name. Raise Stale if there is a decision."""
        answers = await self._answers(hold)
        if not _is_open(answers.values()):
            raise Stale(hold.command)
        values = {"fingerprint": hold.fingerprint, "outcome": json.dumps({"refused": SlotTaken.code})}
        operations = [
            Operation("replace", key, values, row.etag) if row else Operation("insert", key, values)
            for key, row in answers.items()
        ]
        await self._table.transact("bookings", hold.home, operations)

    async def _answers(self, hold: Hold) -> dict[str, Row | None]:
        keys = [decision_key(name) for name in (hold.command, *hold.aliases)]
        rows = await asyncio.gather(*(self._table.get("bookings", hold.home, key) for key in keys))
        return dict(zip(keys, rows, strict=True))

    async def remove(self, calendar: str, key: str) -> None:
        """Give a person's time back, once. Raise Stale if the ledger is written all the time."""
        for _ in range(TRIES):
            row = await self._table.get("bookings", calendar, key)
            if row is None:
                return
            masks = ledgers_held(read_hold(calendar, row))
            ledgers = await asyncio.gather(*(self._table.get("bookings", calendar, one) for one in masks))
            try:
                operations = [_without(one, masks[one.key]) for one in ledgers if one]
                await self._table.transact(
                    "bookings", calendar, [Operation("delete", key, etag=row.etag), *operations]
                )
            except (Stale, ValueError):  # of two moments: they are read again
                await asyncio.sleep(PAUSE)
            else:
                return
        raise Stale(key)


def _without(row: Row, mask: int) -> Operation:
    return Operation("replace", row.key, Ledger.from_row(row.values).unhold(mask).to_row(), row.etag)


def _is_open(answers: Iterable[Row | None]) -> bool:
    """Return whether a command has no answer yet for good: after some, a corrected form may follow."""
    known = (json.loads(row.values["outcome"]).get("refused", "") for row in answers if row)
    return all(refused == InvalidFields.code for refused in known)
