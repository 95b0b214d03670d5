"""Deliberate breakages of the protocol, put between the app and its line or in place of its engine: none may live."""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.notices import notice
from shared.domain.errors import Refusal
from shared.domain.links import new_id
from shared.domain.personal_data.erasing import ERASED
from shared.records.codec import load
from shared.records.keys import (
    APPOINTMENT,
    AUDIT,
    CUSTOMER,
    CUSTOMER_APPOINTMENT,
    DAY,
    DECISION,
    LEDGER,
    OWN_ANSWER,
    SEAL,
    SEAT,
    SERIES,
    SESSION,
    TIME_OFF,
    WORK,
    WORK_AT_ONCE,
    appointment_key,
    own_picture_key,
    text_key,
)
from shared.records.keys import BUSINESS as BUSINESS_ROW
from shared.records.personal_data.erasures import ERASURES
from shared.records.personal_data.exports import EXPORTS
from shared.records.table import Ambiguous, Operation, Page, Range, Row, Rows, Table
from shared.records.work import work_rows
from shared.storage.gates import Gate, Gates
from shared.storage.store import TableStore
from shared.use_cases.organisation.unname_audit import ACTION as NAMES_ERASED
from shared.use_cases.ports import Command, Decide, Decision, Reads, Writes
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance
from tests.simulation.world.network import ROUGH
from tests.simulation.world.run import Plan, simulate
from tests.support.builders import SECRET
from tests.support.watching_store import NamingStore


Operations = Sequence[Operation]


class Through:
    """A table that passes everything on; mutants change one of its verbs."""

    def __init__(self, instance: Instance, inner: Table) -> None:
        self.instance, self.inner = instance, inner

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        return await self.inner.get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), **more: int
    ) -> Page:
        return await self.inner.range(table, partition, low, high, select, **more)

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, operations)


def without_condition(prefixes: tuple[str, ...]) -> type[Through]:
    class Unconditional(Through):
        async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
            sent = [_unconditional(one) if one.key.startswith(prefixes) else one for one in operations]
            return await self.inner.transact(table, partition, sent)

    return Unconditional


def _unconditional(one: Operation) -> Operation:
    return one if one.verb in ("delete", "merge", "touch") else Operation("upsert", one.key, one.values)


class CustomersUncounted(Through):
    """A booking is not conditional on its customer's row: it does not see what they book at the same time."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, [_uncounted(one) for one in operations])


def _uncounted(one: Operation) -> Operation:
    if not one.key.startswith(CUSTOMER):
        return one
    return one._replace(etag="") if one.verb == "merge" else _unconditional(one)


def apart(prefix: str, *, first: bool = False) -> type[Through]:
    """Write rows of a kind in a transaction of their own, before or after the rest."""

    class Apart(Through):
        async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
            alone = [one for one in operations if one.key.startswith(prefix)]
            rest = [one for one in operations if not one.key.startswith(prefix)]
            etags: list[str] = []
            for part in (alone, rest) if first else (rest, alone):
                etags += await self.inner.transact(table, partition, part) if part else []
            return etags

    return Apart


class CustomersUnconditional(Through):
    """What staff change of a customer is not conditional on what was read: of two merges each sees the other's past."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        sent = [_unconditional(one) if one.key.startswith(CUSTOMER) else one for one in operations]
        return await self.inner.transact(table, partition, sent)


class MergedApart(Through):
    """Of the customers whom a command changes, each is written by itself: between them a process can die."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        changed = [one for one in operations if one.key.startswith(CUSTOMER) and one.verb == "replace"]
        for one in changed[1:]:
            await self.inner.transact(table, partition, [one])
        return await self.inner.transact(table, partition, [one for one in operations if one not in changed[1:]])


class SplitInPart(Through):
    """Of the customers whom the undoing of a merge changes, only the one who stayed is written."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if not of_action(operations, "merge undone"):
            return await self.inner.transact(table, partition, operations)
        customers = [one for one in operations if one.key.startswith(CUSTOMER)]
        kept = [one for one in operations if one not in customers[1:]]
        done = dict(zip(kept, await self.inner.transact(table, partition, kept), strict=True))
        return [done.get(one, "") for one in operations]


def of_action(operations: Operations, action: str) -> bool:
    """Tell whether a transaction does what the audit calls so."""
    said = (json.loads(one.values["body"])["action"] for one in operations if one.key.startswith(AUDIT))
    return any(one.startswith(action) for one in said)


def is_untold(operations: Operations) -> bool:
    """Tell whether a transaction says that nobody is told of what it changes."""
    said = (json.loads(one.values["body"])["action"] for one in operations if one.key.startswith(AUDIT))
    return any(one.endswith(", not told") for one in said)


def overwriting(action: str) -> type[Through]:
    """What does this overwrites what was done with the appointment meanwhile."""

    class Overwriting(Through):
        async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
            is_it = of_action(operations, action)
            sent = [
                _unconditional(one) if is_it and not one.key.startswith(DECISION) else one for one in operations
            ]
            return await self.inner.transact(table, partition, sent)

    return Overwriting


class UnreadForgotten(Through):
    """Who books leaves out of the ledgers that the person's own calendar cannot be read."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        sent = [
            one._replace(values={name: it for name, it in one.values.items() if name != "unread"})
            if one.key.startswith(LEDGER) and one.values
            else one
            for one in operations
        ]
        return await self.inner.transact(table, partition, sent)


def unclaimed_by(action: str) -> type[Through]:
    """What does this leaves the ledgers as they were."""

    class Unclaimed(Through):
        async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
            is_it = of_action(operations, action)
            sent = [one for one in operations if not (is_it and one.key.startswith(LEDGER))]
            return await self.inner.transact(table, partition, sent)

    return Unclaimed


class UndoneAndTold(Through):
    """What is undone is told all the same: its notice stays."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_it = of_action(operations, "undone")
        sent = [one for one in operations if not (is_it and one.verb == "delete" and one.key.startswith(WORK))]
        return await self.inner.transact(table, partition, sent)


class ToldAllTheSame(Through):
    """What nobody is to be told of is told."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, [*operations, *self._notices(operations)])

    def _notices(self, operations: Operations) -> Operations:
        if not is_untold(operations):
            return []
        held = [load(Appointment, one.values) for one in operations if one.key.startswith(APPOINTMENT)]
        told = [notice(None, one, one.seat, staff=[], to_business=False) for one in held if one.seat]
        return [Operation("upsert", key, values or {}) for key, values in work_rows(told).items()]


class ToldNoMore(Through):
    """Once somebody was not told of a change, nobody is told of a later one, whichever instance makes it."""

    untold: ClassVar[set[str]] = set()

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        names = {one.key for one in operations if one.key.startswith(APPOINTMENT)}
        if is_untold(operations):
            self.untold |= names
        elif self.untold & names:
            operations = [one for one in operations if one.verb == "delete" or not one.key.startswith(WORK)]
        return await self.inner.transact(table, partition, operations)


class PlaceToldTwice(Through):
    """A place that is moved again is told of by the notice of its first move too."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_it = of_action(operations, "moved")
        sent = [one for one in operations if not (is_it and one.verb == "delete" and one.key.startswith(WORK))]
        return await self.inner.transact(table, partition, sent)


class PlaceForgotten(Through):
    """Of a place that is moved again people are said to know the session that it leaves."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_it = of_action(operations, "moved, told later")
        seats = {
            one.key: json.loads(one.values["body"]) for one in operations if is_it and one.key.startswith(SEAT)
        }
        left = [key.split("|")[1] for key, body in seats.items() if body.get("status") == "moved"]
        for body in seats.values() if left else ():
            if body.get("pending"):
                body["pending"]["session"] = left[0]
        sent = [
            one._replace(values={**one.values, "body": json.dumps(seats[one.key])}) if one.key in seats else one
            for one in operations
        ]
        return await self.inner.transact(table, partition, sent)


class CancelledThere(Through):
    """A cancellation tells its customer of the time to which it was moved, though nobody knows of that."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        changed = [one.key for one in operations if one.key.startswith(APPOINTMENT)]
        is_it = changed and of_action(operations, "cancelled")
        if is_it and (was := await self.inner.get(table, partition, changed[0])):
            stood = json.loads(was.values["body"])
            times = {":customer": [stood["start"], stood["end"]]}
            operations = [
                one._replace(values={"body": json.dumps({**json.loads(one.values["body"]), "was": times})})
                if one.key.startswith(WORK) and one.verb != "delete"
                else one
                for one in operations
            ]
        return await self.inner.transact(table, partition, operations)


class UndoneForgotten(Through):
    """A place that is moved after an undo gets the version that was undone."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, [self._forgotten(one) for one in operations])

    def _forgotten(self, one: Operation) -> Operation:
        if not one.key.startswith(SEAT) or "body" not in one.values:
            return one
        body = re.sub(r',"undone":\d+', "", one.values["body"])
        return one._replace(values={**one.values, "body": body})


class RefusalsUnrecorded(Through):
    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if len(operations) == 1 and "refused" in operations[0].values.get("outcome", ""):
            return [""]
        return await self.inner.transact(table, partition, operations)


class ErasedStillListed(Through):
    """A seat is erased, and stays in its customer's index."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_it = any(map(_erases, operations))
        sent = [one for one in operations if not (is_it and one.key.startswith(CUSTOMER_APPOINTMENT))]
        return await self.inner.transact(table, partition, sent)


class RemovedUnseen(Through):
    """A customer is removed whatever they have booked since, a moment later."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if any(one.verb == "delete" and one.key.startswith(CUSTOMER) for one in operations):
            await asyncio.sleep(0.4)
        sent = [
            one._replace(etag="") if one.verb == "delete" and one.key.startswith(CUSTOMER) else one
            for one in operations
        ]
        return await self.inner.transact(table, partition, sent)


class RefusedStillListed(Through):
    """Whose erasure is refused stays in the list of those who are erased again after a restore."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if partition == ERASURES and any(one.verb != "upsert" for one in operations):
            return [""]
        return await self.inner.transact(table, partition, operations)


class ExportedApart(Through):
    """What a round has found for an export is written whatever became of the export meanwhile."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        parts = [one for one in operations if partition == EXPORTS and one.verb == "upsert"]
        if parts:
            await self.inner.transact(table, partition, parts)
        rest = [one for one in operations if one not in parts]
        return [*(await self.inner.transact(table, partition, rest) if rest else []), *([""] * len(parts))]


class ErasedApart(Through):
    """The seat that is erased and its place in the customer's index are written one after the other."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_it = any(map(_erases, operations))
        index = [one for one in operations if is_it and one.key.startswith(CUSTOMER_APPOINTMENT)]
        rest = [one for one in operations if one not in index]
        etags = await self.inner.transact(table, partition, index) if index else []
        return [*etags, *await self.inner.transact(table, partition, rest)]


def _erases(one: Operation) -> bool:
    return one.key.startswith((APPOINTMENT, SEAT)) and f'"name":"{ERASED}' in str(one.values.get("body", ""))


class LeaversKept(Through):
    """Who is erased stays in the activity, which says that they went."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_it = of_action(operations, NAMES_ERASED)
        sent = [one for one in operations if not is_it or one.verb == "insert"]
        done = dict(zip(sent, await self.inner.transact(table, partition, sent), strict=True))
        return [done.get(one, "") for one in operations]


class SealedAfterwards(Through):
    """Names are taken out of the activity, and then out of what its seals were made of."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        seals = [one for one in operations if one.key.startswith(SEAL) and of_action(operations, NAMES_ERASED)]
        rest = [one for one in operations if one not in seals]
        etags = await self.inner.transact(table, partition, rest)
        return [*etags, *(await self.inner.transact(table, partition, seals) if seals else [])]


class Failed(Refusal):
    code = "failed"


class FailedWhenDropped(Through):
    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        try:
            return await self.inner.transact(table, partition, operations)
        except Ambiguous:
            if any(one.key.startswith(DECISION) for one in operations):
                raise Failed from None
            raise


class MarkersAfterwards(Through):
    """The marker follows the transaction; where it fails, nobody comes back to it."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        waiting: dict[tuple[str, str], Operations] = self.__dict__.setdefault("waiting", {})
        if table == "due" and operations[0].verb == "upsert":
            waiting[partition, operations[0].key] = operations
            return ["later"]
        etags = await self.inner.transact(table, partition, operations)
        for (shard, key), marker in list(waiting.items()):
            waiting.pop((shard, key), None)
            try:
                await self.inner.transact("due", shard, marker)
            except Ambiguous:
                continue
        return etags


class MarkersDeletedEarly(Through):
    async def range(self, table: str, partition: str, low: str, high: str, select: Sequence[str] = ()) -> Page:
        page = await self.inner.range(table, partition, low, high, select)
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        return (
            page._replace(rows=[row._replace(written=long_ago) for row in page.rows]) if table == "due" else page
        )


class EarlierTimeOff(Through):
    """A change of a time off that forgets where it was: the old row stays."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        kept = [one for one in operations if one.verb != "delete" or not one.key.startswith(TIME_OFF)]
        is_change = any(one.key.startswith(TIME_OFF) for one in kept)
        return await self.inner.transact(table, partition, kept if is_change else operations)


class FirstTimeOffOnly(Through):
    """Of several times off that are added together, only the first is there; the masks have all of them."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        more = [one for one in operations if one.verb == "insert" and one.key.startswith(TIME_OFF)][1:]
        return await self.inner.transact(table, partition, [one for one in operations if one not in more])


class OwedUnseen(Through):
    """A withdrawal that does not see who is still to be told."""

    async def range(self, table: str, partition: str, low: str, high: str, select: Sequence[str] = ()) -> Page:
        page = await self.inner.range(table, partition, low, high, select)
        return page._replace(rows=[]) if Range(low, high) == WORK_AT_ONCE else page


class TriesUncounted(Through):
    """What fails is put back as if it had not been tried."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, [_untried(one) for one in operations])


def _untried(one: Operation) -> Operation:
    if one.verb != "replace" or not one.key.startswith(WORK):
        return one
    document = {**json.loads(one.values["body"]), "attempts": 0}
    return one._replace(values={"body": json.dumps(document)})


class LeaseByMachineClock(Through):
    async def range(self, table: str, partition: str, low: str, high: str, select: Sequence[str] = ()) -> Page:
        page = await self.inner.range(table, partition, low, high, select)
        return page._replace(date=self.instance.now())


class IndexKept(Through):
    """A full session stays among the open ones."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        kept = [one for one in operations if one.verb != "delete" or not one.key.startswith(SESSION)]
        return await self.inner.transact(table, partition, kept)


class LinksKept(Through):
    """A new link is sent, and the version that voids the one before is not raised."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, [await self._kept(one) for one in operations])

    async def _kept(self, one: Operation) -> Operation:
        if not one.key.startswith((APPOINTMENT, SEAT)) or "body" not in one.values:
            return one
        body = re.sub(r',"linkVersion":\d+', "", one.values["body"])
        return one._replace(values={**one.values, "body": body})


class SeatsForgotten(Through):
    """A series of a group knows its sessions, and not which seats in them are its customer's."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        return await self.inner.transact(table, partition, [self._forgotten(one) for one in operations])

    def _forgotten(self, one: Operation) -> Operation:
        if not one.key.startswith(SERIES) or "body" not in one.values:
            return one
        return one._replace(values={**one.values, "body": re.sub(r',"seats":\[[^]]*\]', "", one.values["body"])})


class OneWorkerName(Instance):
    async def drain(self, store: TableStore, worker: str) -> None:
        await super().drain(store, "worker")


class LooksAway(Instance):
    """Where the timer is dead, no request looks after what is due."""

    async def look(self) -> None:
        return


class RemindersUnchecked(Instance):
    """The timers look at each appointment once, and remember it."""

    async def drain(self, store: TableStore, worker: str) -> None:
        await super().drain(TableStore(_Remembering(self, self.line), seed=worker), worker)


class _Remembering(Through):
    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        seen: dict[str, Row] = self.instance.__dict__.setdefault("seen", {})
        if key in seen:
            return seen[key]
        row = await self.inner.get(table, partition, key, select)
        if row and key.startswith((APPOINTMENT, SEAT)):
            seen[key] = row
        return row


def sweeping(prefix: str, older: timedelta) -> type[Instance]:
    """A sweep that deletes rows of a kind too early."""

    class Sweeping(Instance):
        async def sweep(self) -> None:
            page = await self.table.range("bookings", BUSINESS, prefix, prefix + "~")
            for row in [row for row in page.rows if page.date - row.written > older][:90]:
                await self.table.transact("bookings", BUSINESS, [Operation("delete", row.key)])

    return Sweeping


class RandomIds(TableStore):
    """The appointment's id comes from dice, not from the command."""

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        name = new_id(SECRET, command.hash)

        def renamed(rows: Rows) -> Refusal | Writes:
            verdict = decide(rows)
            if not isinstance(verdict, Writes) or appointment_key(name) not in verdict.rows:
                return verdict
            other = new_id(SECRET, str(self._random.random()))
            written = {
                key.replace(name, other): _renamed(values, name, other) for key, values in verdict.rows.items()
            }
            return Writes(written, json.loads(json.dumps(dict(verdict.outcome)).replace(name, other)))

        return await super().decide(self._recorded(command), reads, renamed, due=due, earlier=earlier)

    def _recorded(self, command: Command) -> Command:
        return command


def _renamed(values: Any, name: str, other: str) -> Any:
    if values is None:
        return None
    return {key: one.replace(name, other) if isinstance(one, str) else one for key, one in values.items()}


def random_ids(table: Table, seed: str) -> TableStore:
    return RandomIds(table, seed=seed)


class RandomSeries(RandomIds):
    """A series does not know which of its appointments it has booked."""

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        wanted = [one for one in reads(Rows()) if isinstance(one, str)]
        is_of_series = any(one.startswith(SERIES) for one in wanted)
        kind = RandomIds if is_of_series else TableStore
        return await kind.decide(self, command, reads, decide, due=due, earlier=earlier)

    def _recorded(self, command: Command) -> Command:
        return command._replace(hash=f"{self._random.getrandbits(160):040x}")


def random_series(table: Table, seed: str) -> TableStore:
    return RandomSeries(table, seed=seed)


class ForgetsSessions(NamingStore):
    """Commands do not name the index of open sessions, which they write."""

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        def named(rows: Rows) -> Iterable[str | Range]:
            return [one for one in reads(rows) if isinstance(one, Range) or not one.startswith(SESSION)]

        return await super().decide(command, named, decide, due=due, earlier=earlier)


def forgets_sessions(table: Table, seed: str) -> TableStore:
    return ForgetsSessions(table, seed=seed)


class LeftAsBefore(Gates):
    """Who comes next decides by a ledger as it was before the last change, though with its new version."""

    def __init__(self, moment: Callable[[], int]) -> None:
        super().__init__(moment)
        self._before: dict[str, Row] = {}

    def count_change(self, gates: Mapping[str, Gate], sent_at: int, left: Mapping[str, Row]) -> None:
        old = {name: row._replace(values=self._before.get(name, row).values) for name, row in left.items()}
        super().count_change(gates, sent_at, old)
        self._before.update(left)


def leaves_as_before(table: Table, seed: str) -> TableStore:
    store = NamingStore(table, seed=seed)
    store.gates = LeftAsBefore(store.reads.moment)
    return store


BUSY = Plan(
    0, length=600, clients=20, pause=3, desk_pause=3, crash_every=20, outage_every=0, drain=False, stop_at=1
)
DENSE = replace(BUSY, length=120, clients=8, pause=1, desk_pause=0.3, ahead=5)  # what breaks shows within seconds
EAGER = replace(BUSY, clients=6, has_desk=False, has_eager=True, most_open=3, ahead=40)
REGISTRY = replace(BUSY, length=30, clients=6, pause=1, has_registrar=True, desk_pause=0.3)
SERIAL = replace(BUSY, length=60, clients=6, has_desk=False, has_planners=True, desk_pause=1)
ARRANGED = replace(BUSY, length=120, clients=4, ahead=5, has_desk=False, has_arranger=True, desk_pause=0.3)
CONFIRMED = replace(ARRANGED, length=200, clients=BUSY.clients)
SILENT = replace(ARRANGED, length=200, drain=True, untold=0.5)
HASTY = replace(ARRANGED, desk_pause=0.02, weather=replace(ROUGH, latency=0.05))  # of slow requests more cross
USHERED = replace(BUSY, length=120, clients=5, ahead=15, has_desk=False, has_usher=True, desk_pause=0.2)
ANSWERED = replace(BUSY, length=120, clients=4, has_desk=False, has_answers=True, desk_pause=1)
ERASED_OFTEN = replace(
    BUSY,
    length=200,
    clients=4,
    pause=20,
    desk_pause=2,
    has_desk=False,
    crash_every=30,
    instances=3,
    ahead=2,
    timer_every=120,
    has_eraser=True,
)
EXPORTED = replace(ERASED_OFTEN, has_eraser=False, has_exporter=True)
LEFT = replace(
    BUSY,
    length=2 * 3600,
    clients=2,
    pause=900,
    desk_pause=120,
    has_desk=False,
    has_personnel=True,
    instances=3,
    crash_every=120,
    sweep_every=900,
    timer_every=600,
)
MAILS = Plan(0, length=900, clients=8, pause=40, desk_pause=60, crash_every=40, outage_every=0, sweep_every=0)
LETTERS = replace(
    MAILS,
    crash_every=0,
    forgets=0,
    slow_mail=0.5,
    timer_every=5,
    weather=replace(MAILS.weather, writes={}, reads={}),
)

LONELY = replace(
    MAILS, length=3600, clients=2, pause=900, has_desk=False, crash_every=0, instances=1, timer_every=5, ahead=20
)

DEAD = replace(MAILS, length=1800, pause=120, has_timers=False)


@dataclass(frozen=True)
class Mutant:
    """A breakage, the plan in which it shows, and what else to look at than problems."""

    name: str
    plan: Plan
    doubles: bool = False
    seeds: Sequence[int] = field(default=range(1, 7))


def _first(*seeds: int, until: int = 41) -> Sequence[int]:
    """Return seeds to try: those first that find it as the world is now, and the others should it change."""
    return *seeds, *(one for one in range(1, until) if one not in seeds)


def _wrapped(name: str, wrap: Callable[[Instance, Table], Table], plan: Plan = DENSE, **more: Any) -> Mutant:
    return Mutant(name, replace(plan, wrap=wrap), **more)


MUTANTS = (
    _wrapped("ledgers are written without If-Match", without_condition((LEDGER,))),
    _wrapped("the appointment is changed without If-Match", without_condition((APPOINTMENT,)), seeds=_first(16)),
    _wrapped("the decision row overwrites another", without_condition((DECISION,))),
    _wrapped("the decision row is outside the transaction", apart(DECISION), BUSY, seeds=_first(2)),
    _wrapped("the ledgers are outside the transaction", apart(LEDGER, first=True)),
    _wrapped("the index by start is outside the transaction", apart(DAY)),
    _wrapped("bookings are not conditional on the customer's row", CustomersUncounted, EAGER),
    _wrapped("blocked customers book all the same", CustomersUncounted, REGISTRY, seeds=_first(6, 8)),
    _wrapped(
        "merges are not conditional on the customers' rows",
        CustomersUnconditional,
        REGISTRY,
        seeds=_first(6, 8),
    ),
    _wrapped("a merge is several transactions", MergedApart, REGISTRY, seeds=range(1, 21)),
    _wrapped("of two customers who are split one stays merged", SplitInPart, REGISTRY),
    _wrapped(
        "a customer is erased whatever they book meanwhile", RemovedUnseen, ERASED_OFTEN, seeds=_first(5, 1, 8)
    ),
    _wrapped(
        "an erased seat and its index are two transactions",
        ErasedApart,
        replace(ERASED_OFTEN, weather=ROUGH.times(2), crash_every=8),
        seeds=_first(5, 10),
    ),
    _wrapped("whose erasure is refused is listed as erased", RefusedStillListed, ERASED_OFTEN, seeds=_first(2)),
    _wrapped("what was found for an export stays without it", ExportedApart, EXPORTED),
    _wrapped("an erased seat stays in its customer's index", ErasedStillListed, replace(ERASED_OFTEN, length=100)),
    _wrapped("who has left and was erased stays in the activity", LeaversKept, LEFT),
    _wrapped(
        "names and the seals of entries go one after the other", SealedAfterwards, LEFT, seeds=_first(7, 11, 12)
    ),
    _wrapped("refusals are not recorded", RefusalsUnrecorded),
    _wrapped("a dropped connection is answered with failed", FailedWhenDropped),
    _wrapped("a full session stays among the open ones", IndexKept),
    _wrapped("a new link leaves the one before alive", LinksKept),
    Mutant(
        "decisions are purged early",
        replace(DENSE, length=48, instance=sweeping(DECISION, timedelta(seconds=20)), sweep_every=20),
    ),
    Mutant("ledgers are deleted early", replace(DENSE, instance=sweeping(LEDGER, timedelta(0)), sweep_every=60)),
    Mutant("commands forget what they write", replace(DENSE, make_store=forgets_sessions)),
    Mutant("a ledger is passed on as it was before", replace(DENSE, make_store=leaves_as_before)),
    Mutant("ids come from dice", replace(BUSY, make_store=random_ids, length=15)),
    Mutant("a series forgets what it has booked", replace(SERIAL, make_store=random_series)),
    _wrapped("a series forgets its customer's seats", SeatsForgotten, SERIAL),
    _wrapped("a series is written outside the transaction", apart(SERIES), SERIAL),
    _wrapped("work rows are outside the transaction", apart(WORK), replace(MAILS, length=200)),
    _wrapped("markers are written after the transaction", MarkersAfterwards, LONELY, seeds=_first(1, 2, until=60)),
    _wrapped("markers are deleted early", MarkersDeletedEarly, LONELY, seeds=_first(10, 5, until=60)),
    Mutant("requests send nothing while timers are dead", replace(DEAD, instance=LooksAway), seeds=_first(4)),
    Mutant("reminders are not checked again", replace(MAILS, instance=RemindersUnchecked)),
    _wrapped("a time off is changed, and stays where it was too", EarlierTimeOff),
    _wrapped("of several times off the first is kept", FirstTimeOffOnly),
    _wrapped("what is cancelled goes before all are told", OwedUnseen, seeds=_first(11)),
    _wrapped("a longer appointment claims what it did before", unclaimed_by("changed"), ARRANGED),
    _wrapped(
        "what is evened out stays claimed of who had it", unclaimed_by("reassigned"), ARRANGED, seeds=_first(3)
    ),
    _wrapped("texts are written without If-Match", without_condition((BUSINESS_ROW, text_key(""))), ARRANGED),
    _wrapped(
        "a wish to be replaced overwrites what was done meanwhile",
        overwriting("asked to be replaced"),
        HASTY,
        seeds=_first(1, 4, 8, until=61),
    ),
    _wrapped(
        "a confirmation overwrites what was done meanwhile",
        overwriting("confirmed"),
        CONFIRMED,
        seeds=_first(5, 3, 4),
    ),
    _wrapped("a booking forgets that a calendar is not read", UnreadForgotten, ARRANGED),
    _wrapped("answers to customers are written without If-Match", without_condition((OWN_ANSWER,)), ANSWERED),
    _wrapped("pictures are written apart from the settings", apart(own_picture_key("")), ANSWERED),
    _wrapped("groups of staff are written without If-Match", without_condition((BUSINESS_ROW,)), ANSWERED),
    _wrapped("what is undone is told all the same", UndoneAndTold, ARRANGED),
    _wrapped("what nobody is to be told of is told all the same", ToldAllTheSame, SILENT),
    _wrapped("what is told after a change without telling is told to nobody", ToldNoMore, SILENT),
    _wrapped("a place that is moved twice is told of twice", PlaceToldTwice, USHERED),
    _wrapped("a place that is moved twice is known where it never was", PlaceForgotten, USHERED, seeds=_first(3)),
    _wrapped(
        "a cancellation names a time that nobody knew",
        CancelledThere,
        replace(ARRANGED, length=90, drain=True),
        seeds=_first(5),
    ),
    _wrapped("a page of what was undone undoes what came later", UndoneForgotten, USHERED),
    _wrapped("tries are not counted", TriesUncounted, replace(LONELY, has_poison=True), seeds=range(1, 3)),
    _wrapped("leases go by the machine's clock", LeaseByMachineClock, LETTERS, doubles=True),
    Mutant(
        "all workers have one name", replace(LETTERS, instance=OneWorkerName, weather=MAILS.weather), doubles=True
    ),
)


class TornRefusals(TableStore):
    """What a refusal was computed from is read again from memory: whatever was read counts as one moment."""

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        known: dict[object, Any] = {}
        _known.set(known)

        def fresh(rows: Rows) -> Iterable[Any]:
            if not rows.by_key:
                known.clear()
            return reads(rows)

        return await super().decide(command, fresh, decide, due=due, earlier=earlier)


_known: ContextVar[dict[object, Any]] = ContextVar("known")


class FromMemory(Through):
    """Answers a command's second reading of a row with its first."""

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        known = _known.get({})
        if key not in known:
            known[key] = await self.inner.get(table, partition, key, select)
        return known[key]  # type: ignore[no-any-return]


def is_killed(mutant: Mutant) -> bool:
    outcomes = (simulate(replace(mutant.plan, seed=seed)) for seed in mutant.seeds)
    return any(one.problems or (mutant.doubles and one.doubles) for one in outcomes)
