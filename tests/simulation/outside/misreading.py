"""Breakages of how people's own calendars are read, kept and heeded: none may live."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyReader, BusyTimes
from shared.domain.timeline.ledger import Ledger
from shared.records.free_busy.own_calendars import GIVEN
from shared.records.keys import LEDGER
from shared.records.table import Operation, Row
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText, OwnCalendars, ReadCalendar
from shared.use_cases.free_busy.read_calendar import ReadingRun
from tests.simulation.held_apart import DENSE_OFFICES, OFFICES
from tests.simulation.mutants import Mutant, Operations, Through, _first
from tests.simulation.outside.reading_offices import ReadingInstance, ReadingOffices
from tests.simulation.world.network import CALM
from tests.simulation.world.run import simulate


READ = replace(DENSE_OFFICES, length=40)
CALM_OFFICES = replace(
    OFFICES, length=900, clients=2, pause=20, desk_pause=60, weather=CALM, crash_every=0, apart=0
)


class CountsOurs(ReadingInstance):
    """Appointments of ours, which come back in a person's calendar, count as busy."""

    own_host = ""


class _Erasing:
    """What cannot be read is as an empty calendar."""

    def __init__(self, inner: OwnCalendars) -> None:
        self.inner = inner

    def seal(self, place: CalendarPlace) -> str:
        return self.inner.seal(place)

    async def read(self, sealed: str, reader: BusyReader, known: KnownText, patience: float) -> ReadCalendar:
        try:
            return await self.inner.read(sealed, reader, known, patience)
        except CalendarUnreadable:
            return ReadCalendar(BusyTimes(), KnownText())


class Erases(ReadingInstance):
    """A reading that fails erases what was read before."""

    def reading(self) -> ReadingRun:
        return replace(super().reading(), outside=_Erasing(self.outside))


class NorthUntold(Through):
    """One of the calendars is not told what a person's own one says."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if partition == "biz0north":
            operations = [_untold(one) if one.key.startswith(LEDGER) else one for one in operations]
        return await self.inner.transact(table, partition, operations)


def _untold(one: Operation) -> Operation:
    return one._replace(values=Ledger.from_row(one.values)._replace(external=0).to_row())


class LateReadings(Through):
    """A reading writes what it found, whatever others have found meanwhile."""

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        return None if key.startswith(GIVEN) else await self.inner.get(table, partition, key, select)

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        sent = [one._replace(verb="upsert") if one.key.startswith(GIVEN) else one for one in operations]
        return await self.inner.transact(table, partition, sent)


class MovesUnread(ReadingInstance):
    """Before an appointment is moved nobody reads what was read last once more."""

    def reading_for(self, kind: str) -> Callable[[], ReadingRun] | None:
        return None if kind == "move" else super().reading_for(kind)


class ForgetsAtOnce(Through):
    """A calendar that is disconnected is forgotten before what it blocks is freed."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        leaving = [one for one in operations if '"isLeaving":true' in str(one.values.get("body"))]
        return await self.inner.transact(table, partition, [_deleted(one) for one in leaving] or operations)


def _deleted(one: Operation) -> Operation:
    return Operation("delete", one.key, etag=one.etag)


MISREADING = (
    Mutant("own appointments outside count as busy", replace(READ, instance=CountsOurs)),
    Mutant("a failed reading erases the last copy", replace(READ, instance=Erases), seeds=_first(2)),
    Mutant("one of the calendars is not told of the copy", replace(READ, wrap=NorthUntold)),
    Mutant("a late reading overwrites a newer one", replace(READ, wrap=LateReadings), seeds=_first(2)),
    Mutant("a calendar is forgotten before it blocks no more", replace(READ, wrap=ForgetsAtOnce)),
    Mutant("moves go by the last copy", replace(CALM_OFFICES, instance=MovesUnread), seeds=_first(5)),
)


def is_seen(mutant: Mutant) -> bool:
    """Return whether a breakage shows in one of its runs."""
    return any(simulate(replace(mutant.plan, seed=seed), ReadingOffices).problems for seed in mutant.seeds)
