"""The tries of one command: it reads, decides and writes, as shared/storage/engine.py says."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shared.domain.errors import Refusal
from shared.records.calendars import schema_of
from shared.records.holding.holds import ledgers_held
from shared.records.keys import BUSINESS, decision_key
from shared.records.table import Ambiguous, Operation, Range, Row, Rows, Values
from shared.storage.checks.schema import require_known
from shared.storage.decisions import decided, decision_values, refused_outcome
from shared.storage.holding.away import Away
from shared.storage.plan import (
    as_operations,
    guarded_keys,
    is_conditional,
    is_own,
    is_same_cut,
    minutes_of,
    own_rows,
    rows_left,
    unread_keys,
)
from shared.use_cases.ports import Command, Decide, Decision, Reads, Writes


if TYPE_CHECKING:
    from shared.storage.engine import Engine
    from shared.storage.gates import Gate

READ_PAUSES = (0.02, 0.2)
MARKERS_LAST = 100.0  # a transaction is never sent later than 2 minutes after its markers


class Tries:
    """The tries of one command."""

    def __init__(
        self,
        engine: "Engine",
        command: Command,
        reads: Reads,
        decide: Decide,
        due: set[datetime | None],
        earlier: Rows | None = None,
    ) -> None:
        self._engine, self._command, self._reads, self._decide = engine, command, reads, decide
        self._due, self._earlier, self._begins_earlier = due, earlier, False
        self._keys = [decision_key(name) for name in (command.hash, *command.aliases)]
        self._planned: set[str] = set()
        self._also: set[str] = set()
        self._marked_at = 0.0
        self._read_by = 0
        self._moments: dict[str | Range, int] = {}  # by which rows were read in the last waves
        self.away = Away(engine, command)
        self._table = engine.repeatable if command.may_repeat else engine.table

    def after_conflict(self) -> None:
        """Also read, from now on, the rows that the plan wanted to insert: one of them may exist."""
        self._also |= self._planned

    async def attempt(self) -> Decision | None:
        """Return the decision; None if rows that were read changed meanwhile."""
        since = self._engine.reads.moment()
        self.away.far.begin()
        self._begins_earlier = self._earlier is not None
        before, self._earlier = self._earlier or Rows(), None
        _, (rows, known) = await asyncio.gather(self._mark(self._due), self._read(since, before))
        if known:
            return known
        require_known(self._command.business, schema_of(rows.values(BUSINESS)))
        verdict = await self._read_to_write(rows)
        if isinstance(verdict, Writes) and not verdict.rows and not await self._held_at_once(rows):
            return None  # an answer without writes has no condition that would check the reads
        while isinstance(verdict, Writes):
            guarded = self._guarded(rows, verdict)
            await self._mark_again(verdict)
            async with self._engine.gates.holding(guarded) as gates:
                changed_at = max((gate.changed_at for gate in gates.values()), default=0)
                if changed_at > since:
                    before = self._left(rows, gates, since)
                    since = changed_at
                    self.away.far.begin()
                    rows, known = await self._read(since, before)
                    if known:
                        return known
                    verdict = await self._read_to_write(rows)
                    if not isinstance(verdict, Writes) or self._guarded(rows, verdict) != guarded:
                        continue
                    await self._mark_again(verdict)
                return await self._carry_out(rows, verdict, gates)
        if not await self.away.clear(rows, verdict, self._decide):
            await self._refuse(rows, verdict)
        return None

    def _left(self, rows: Rows, gates: "Mapping[str, Gate]", since: int) -> Rows:
        """Return what need not be read again: what nobody else changes, and ledgers as this process left them."""
        own = own_rows(rows)
        for key in rows.by_key:
            gate = gates.get(f"{self._command.business}|{key}")
            if gate and gate.left and gate.sent_at > since:
                own.by_key[key] = gate.left
        return own

    async def _carry_out(self, rows: Rows, verdict: Writes, gates: "Mapping[str, Gate]") -> Decision:
        """Hold what has to be held elsewhere, then write."""
        plan, left = self.away.plan(rows, verdict), dict[str, Row]()
        sent_at = self._engine.reads.moment()
        try:
            await self.away.place(plan, rows)
            left = await self._write(rows, verdict._replace(rows={**verdict.rows, **plan.rows}))
        finally:
            self._engine.changed(self._command.business)
            self._engine.gates.count_change(gates, sent_at, left)
        await self.away.withdraw(kept=plan.holds)
        return Decision(verdict.outcome, is_new=bool(verdict.rows), rows=verdict.rows)

    def _guarded(self, rows: Rows, writes: Writes) -> list[str]:
        """Return the names of the rows that a plan changes, here and elsewhere, sorted."""
        own = [f"{self._command.business}|{key}" for key in guarded_keys(writes)]
        far = [f"{one.calendar}|{key}" for one in self.away.plan(rows, writes).holds for key in ledgers_held(one)]
        return sorted({*own, *far})

    def _verdict(self, rows: Rows) -> Refusal | Writes:
        """Return what the command decides, whether it returns or raises a refusal."""
        try:
            return self._decide(self.away.far.seen(rows))
        except Refusal as refusal:
            return refusal

    async def _read_to_write(self, rows: Rows) -> Refusal | Writes:
        """Return what the command decides, after reading all rows that it writes on a condition.

        Commands name these among their reads, so one wave is usually enough. Any other is read here, before the
        command decides again.
        """
        verdict = self._verdict(rows)
        while isinstance(verdict, Writes) and (unread := unread_keys(rows, verdict)):
            self._read_by = await self._read_all(rows, unread, self._read_by)
            verdict = self._verdict(rows)
        return verdict

    async def _mark(self, minutes: Iterable[datetime | None]) -> None:
        self._marked_at = await self._engine.markers.write(self._command.business, minutes)

    async def _mark_again(self, writes: Writes) -> None:
        """Write the markers that the plan needs and `due` did not announce, or all of them if they are old."""
        needed = minutes_of(writes)
        age = asyncio.get_running_loop().time() - self._marked_at
        if not needed <= self._due or age > MARKERS_LAST:
            self._due = self._due | needed
            await self._mark(self._due)

    async def _read(self, since: int, rows: Rows) -> tuple[Rows, Decision | None]:
        """Read wave after wave until the command names nothing new, or its decision is found."""
        also: list[str | Range] = [*sorted(self._also), *self._keys]
        self._moments.clear()
        while wanted := self._unread(rows, also):
            since, _ = await asyncio.gather(self._read_all(rows, wanted, since), self.away.far.read(wanted, since))
            for recorded in filter(None, (rows.by_key[key] for key in self._keys)):
                if decision := decided(recorded, self._command):
                    return rows, decision
        self._read_by = since
        return rows, None

    def _unread(self, rows: Rows, also: Iterable[str | Range]) -> list[str | Range]:
        named = dict.fromkeys([*self._reads(rows), *self.away.far.also(rows), *also])
        return [one for one in named if not rows.has(one)]

    async def _read_all(self, rows: Rows, wanted: Sequence[str | Range], since: int) -> int:
        """Read these at once, none older than `since`; return the moment by which all were read."""
        return max(await asyncio.gather(*(self._read_one(rows, one, since) for one in wanted)), default=since)

    async def _read_one(self, rows: Rows, wanted: str | Range, since: int) -> int:
        """Read one row or range; retried by itself, so that one failure does not fail a whole wave."""
        for pause in READ_PAUSES:
            try:
                return await self._read_once(rows, wanted, since)
            except Ambiguous:
                await asyncio.sleep(pause)
                since = self._engine.reads.moment()
        return await self._read_once(rows, wanted, since)

    async def _read_once(self, rows: Rows, wanted: str | Range, since: int) -> int:
        reads, business = self._engine.reads, self._command.business
        if isinstance(wanted, Range):
            rows.ranges[wanted], moment = await reads.range(business, wanted, since)
        else:
            rows.by_key[wanted], moment = await reads.get(business, wanted, since)
        self._moments[wanted] = moment
        return moment

    def _record(self, rows: Rows, outcome: Values) -> list[Operation]:
        """Return the insert of the decision, or the replacement of another form's refusal that was read."""
        values = decision_values(outcome, self._command)
        found = [(key, rows.by_key[key]) for key in self._keys]
        return [
            Operation("replace", key, values, before.etag) if before else Operation("insert", key, values)
            for key, before in found
        ]

    async def _write(self, rows: Rows, writes: Writes) -> dict[str, Row]:
        """Write it all; return the ledgers as they are now, by the names of their gates."""
        business = self._command.business
        operations = as_operations(rows, writes, self._command.hash[:16])
        self._planned = {one.key for one in operations if one.verb == "insert"}
        operations += self._record(rows, writes.outcome)
        etags = await self._table.transact("bookings", business, operations)
        return {f"{business}|{row.key}": row for row in rows_left(operations, etags)}

    async def _held_at_once(self, rows: Rows) -> bool:
        """Return whether all that was read existed at one moment: several rows, or those read earlier, again.

        They are read again after all of them were read once, so a crowd that wants the same shares that too.
        """
        again, far = Rows(), self.away.far
        keys: list[str | Range] = [key for key, row in rows.by_key.items() if is_conditional(key, row)]
        ranges = {one: page for one, page in rows.ranges.items() if not is_own(one)}
        by = max([far.read_by, *(self._moments.get(one, self._read_by) for one in (*keys, *ranges))])
        if self._begins_earlier or len(keys) + sum(page.pages for page in ranges.values()) > 1:
            await self._read_all(again, (*keys, *ranges), by)
        return is_same_cut(rows, again) and await far.is_same(by)

    async def _refuse(self, rows: Rows, refusal: Refusal) -> None:
        """Record a refusal and raise it, if the reads that it rests on existed at one moment."""
        outcome = refused_outcome(refusal, self._command)
        if outcome is None:
            raise refusal
        if not await self._held_at_once(rows):
            return
        await self._table.transact("bookings", self._command.business, self._record(rows, outcome))
        raise refusal
