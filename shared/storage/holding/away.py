"""What a command has to know and to do in other calendars, for the people who work there too.

See shared/domain/timeline/holds.py for why. Commands about people of one calendar pass through untouched.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.errors import RECORDED, GroupFull, InvalidFields, Refusal, SlotTaken
from shared.domain.timeline.holds import Hold, is_first
from shared.domain.timeline.ledger import Ledger
from shared.records.calendars import schema_of
from shared.records.holding.holds import (
    Far,
    HoldPlan,
    check_entry,
    claims_of,
    hold_values,
    key_of,
    ledgers_held,
    plan_holds,
    read_hold,
    without,
)
from shared.records.keys import BUSINESS, holds_in, id_of, ledger_key, month_of
from shared.records.table import Ambiguous, Operation, Page, Row, Rows, Stale
from shared.records.work import work_rows
from shared.storage.checks.schema import require_known
from shared.storage.holding.far_rows import FarRows, HeldMasks, ledgers_read
from shared.storage.holding.holds import UNDECIDED, HoldOutcome
from shared.use_cases.ports import Command, Decide, Writes


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shared.storage.engine import Engine


NO_PLAN = HoldPlan((), frozenset(), {})


class _Met(NamedTuple):
    """A hold that may be removed, or this command's own."""

    hold: Hold
    key: str
    outcome: HoldOutcome


class Away:
    """The other calendars, as one run of a command sees them."""

    def __init__(self, engine: Engine, command: Command) -> None:
        self._engine, self._command = engine, command
        self._holds = engine.holds
        self.far = FarRows(engine.reads, engine.markers, command)

    def plan(self, rows: Rows, writes: Writes) -> HoldPlan:
        """Return what the writes have to hold first."""
        if not self._command.elsewhere:
            return NO_PLAN
        command = self._command
        blank = Hold("", "", command.business, "", command.hash, 0, 0, command.fingerprint, command.aliases)
        return plan_holds(rows, writes.rows, self.far.elsewhere, blank)

    async def place(self, plan: HoldPlan, rows: Rows) -> None:
        """Write the holds, in all calendars at once. Raise Stale if somebody was first, and Ambiguous."""
        ordered = sorted(plan.holds, key=lambda one: one.calendar)
        groups = [(name, list(each)) for name, each in groupby(ordered, lambda one: one.calendar)]
        own = self.far.own_masks(rows)
        done = await asyncio.gather(
            *(self._place(name, holds, plan, own) for name, holds in groups), return_exceptions=True
        )
        for failure in filter(None, done):
            raise failure

    async def _place(self, calendar: str, holds: Sequence[Hold], plan: HoldPlan, own: HeldMasks) -> None:
        settings = self.far.found(calendar, BUSINESS)
        require_known(calendar, schema_of(settings.values if settings else None))
        new = [one for one in holds if not self.far.found(calendar, key_of(one))]
        since = self._engine.reads.moment()
        keys = dict.fromkeys(key for one in new for key in ledgers_held(one))
        unread = [Far(calendar, key) for key in keys if not self.far.was_read(calendar, key)]
        await asyncio.gather(*(self.far.read_one(one, since) for one in unread))
        ledgers = {
            key: Ledger.from_row(row.values if (row := self.far.found(calendar, key)) else None) for key in keys
        }
        for one in new:
            for key, mask in ledgers_held(one).items():
                is_busy = without(ledgers[key], own.get((calendar, key), ())).shared & mask
                if is_busy and one not in plan.forced:
                    raise Stale(f"{one.staff} of {calendar} is busy")
        for one in new:
            for key, mask in ledgers_held(one).items():
                ledgers[key] = ledgers[key].hold(mask)
        if new:
            self.far.own |= {Far(calendar, key_of(one)): one for one in new}
            try:
                await self._engine.repeatable.transact(
                    "bookings", calendar, self._operations(calendar, new, ledgers)
                )
            finally:
                self._engine.changed(calendar)

    def _operations(self, calendar: str, new: Sequence[Hold], ledgers: Mapping[str, Ledger]) -> list[Operation]:
        operations = []
        for key, ledger in ledgers.items():
            row, values = self.far.found(calendar, key), ledger.to_row()
            operations.append(
                Operation("replace", key, values, row.etag) if row else Operation("insert", key, values)
            )
        operations += [Operation("insert", key_of(one), hold_values(one)) for one in new]
        entries = work_rows([check_entry(new)])
        return [*operations, *(Operation("upsert", key, values or {}) for key, values in entries.items())]

    async def withdraw(self, kept: Iterable[Hold] = ()) -> None:
        """Remove what this command may hold, but for what is `kept`, once its answer is recorded.

        What is left by a failure is found by the check that was filed with it.
        """
        left = [far for far, hold in self.far.own.items() if hold not in set(kept)]
        calls = (self._holds.remove(far.calendar, str(far.key)) for far in left)
        for far, failure in zip(left, await asyncio.gather(*calls, return_exceptions=True), strict=True):
            self._engine.changed(far.calendar)
            if failure and not isinstance(failure, (Ambiguous, Stale)):
                raise failure

    async def withdraw_after(self, refusal: Refusal) -> None:
        """Remove what this command may hold if the refusal is its answer for good."""
        if self.far.own and refusal.code in RECORDED and refusal.code != InvalidFields.code:
            await self.withdraw()

    async def clear(self, rows: Rows, refusal: Refusal, decide: Decide) -> bool:
        """Remove holds that keep a command from a time for nothing; return whether to look again.

        These are its own of an earlier try, those that are over, and those of undecided commands that come after
        it or are left behind, which are refused first.
        """
        if not self._command.elsewhere or not isinstance(refusal, (SlotTaken, GroupFull)):
            return False
        held = self._held(rows)
        verdict = _verdict(decide, self.far.less(rows, held)) if held else None
        if not isinstance(verdict, Writes):
            return False
        found = await self._met(held, claims_of(verdict.rows))
        mine = {
            Far(one.hold.calendar, one.key): one.hold for one in found if one.hold.command == self._command.hash
        }
        if mine.keys() - self.far.own.keys():
            self.far.own |= mine
            return True
        others = [one for one in found if one.hold.command != self._command.hash]
        if not others or not isinstance(_verdict(decide, self.far.less(rows, _masks_of(others))), Writes):
            return False
        await asyncio.gather(*(self._settle(one) for one in others))
        return True

    async def _settle(self, met: _Met) -> None:
        if met.outcome == "open":
            await self._holds.refuse(met.hold)
        await self._holds.remove(met.hold.calendar, met.key)
        self._engine.changed(met.hold.calendar)

    def _held(self, rows: Rows) -> dict[tuple[str, str], list[int]]:
        """Return all that is held of the people whose ledgers were read, at home and elsewhere.

        What this command and its appointments hold themselves is left out already: a tick is taken off once.
        """
        held: dict[tuple[str, str], list[int]] = {}
        elsewhere, own = self.far.elsewhere, self.far.own_masks(rows)
        for key in ledgers_read(rows, elsewhere):
            if planes := Ledger.from_row(rows.values(key)).held:
                held[self._command.business, key] = list(planes)
            for place in elsewhere.get(id_of(key), ()):
                there = (place.calendar, ledger_key(month_of(key), place.staff))
                row = self.far.found(*there)
                ledger = Ledger.from_row(row.values if row else None)
                if planes := without(ledger, own.get(there, ())).held:
                    held[there] = list(planes)
        return held

    async def _met(self, held: Iterable[tuple[str, str]], claims: Sequence[tuple[int, int]]) -> list[_Met]:
        """Return the holds on these ledgers, and on these ticks, that may be removed, and this command's own."""
        since = self._engine.reads.moment()
        wanted = [(calendar, holds_in(month_of(key), id_of(key))) for calendar, key in held]
        pages = await asyncio.gather(*(self._engine.reads.range(*one, since) for one in wanted))
        found = await asyncio.gather(
            *(
                self._judged(hold, row, page)
                for (calendar, _), (page, _) in zip(wanted, pages, strict=True)
                for row in page.rows
                if any((hold := read_hold(calendar, row)).overlaps(*claim) for claim in claims)
            )
        )
        return [one for one in found if one]

    async def _judged(self, hold: Hold, row: Row, page: Page) -> _Met | None:
        if hold.command == self._command.hash:
            return _Met(hold, row.key, "open")
        outcome = await self._holds.outcome(hold)
        is_left = page.date - row.written > UNDECIDED
        is_later = outcome == "open" and (is_first(self._command.hash, hold.command) or is_left)
        return _Met(hold, row.key, outcome) if outcome == "over" or is_later else None


def _verdict(decide: Decide, rows: Rows) -> Refusal | Writes:
    try:
        return decide(rows)
    except Refusal as refusal:
        return refusal


def _masks_of(met: Iterable[_Met]) -> dict[tuple[str, str], list[int]]:
    masks: dict[tuple[str, str], list[int]] = {}
    for one in met:
        for key, mask in ledgers_held(one.hold).items():
            masks.setdefault((one.hold.calendar, key), []).append(mask)
    return masks
