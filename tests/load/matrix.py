"""The matrix: three crowds of 200 against three networks, over HTTP and behind the fault proxy."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from infra.local import pieces
from shared.storage.tables import Tables
from tests.load.fault_proxy import FAULTS, FaultProxy, fault_proxy
from tests.load.system import HALF, Answer, a_client, midnight, open_clinic, percentiles, running_app


PARTIES = 200


class Crowd(NamedTuple):
    """What 200 want at once: `slots` times of one person's day, each with `seats`."""

    name: str
    slots: int
    seats: int

    @property
    def room(self) -> int:
        return self.slots * self.seats


class Network(NamedTuple):
    name: str
    rate: float
    faults: tuple[str, ...]


class Cell(NamedTuple):
    crowd: Crowd
    network: Network
    seed: int
    parties: int

    @property
    def table_prefix(self) -> str:
        return f"cell{self.seed}x{CROWDS.index(self.crowd)}x{NETWORKS.index(self.network)}"


CROWDS = (Crowd("one slot", 1, 1), Crowd("20 slots of one day", 20, 1), Crowd("a group of 10", 1, 10))
NETWORKS = (
    Network("no faults", 0, FAULTS),
    Network("half of all answers lost", 0.5, ("drop after",)),
    Network("45 % of calls broken", 0.45, FAULTS),
)


@dataclass(frozen=True)
class Outcome:
    """How a cell ended; `problems` is empty where all is right."""

    cell: Cell
    answers: list[Answer]
    problems: list[str]
    broken: int
    calls: int

    def __str__(self) -> str:
        won = sum(one.status == 201 for one in self.answers)
        written = sum(one.transactions for one in self.answers) / max(won, 1)
        times = percentiles([one.seconds for one in self.answers])
        return (
            f"{self.cell.parties} on {self.cell.crowd.name}, {self.cell.network.name}, seed {self.cell.seed}: {won} winners,"
            f" {written:.1f} transactions each; {times}; {self.broken} of {self.calls} calls broken"
        )


async def run_cell(cell: Cell, azurite: pieces.Azurite, folder: Path) -> Outcome:
    """Let the crowd in, repeat what got no answer, and audit the books when all is quiet."""
    tables = Tables(azurite.connection_string, cell.table_prefix)
    await tables.create_tables()
    clinic = await open_clinic(tables, maximum_attendees=cell.crowd.seats)
    start = midnight(3)
    async with (
        fault_proxy(azurite, cell.seed) as proxy,
        running_app(proxy.connection_string, cell.table_prefix, folder / f"{cell.table_prefix}.log") as app,
        a_client(app.url) as client,
    ):
        await client.send("GET", clinic.path.removesuffix("/appointments"))
        proxy.rate, proxy.faults = cell.network.rate, cell.network.faults
        answers = await asyncio.gather(
            *(clinic.book(client, start + number % cell.crowd.slots * HALF) for number in range(cell.parties))
        )
        broken, calls = _broken(proxy), proxy.calls
        proxy.rate = 0
        await proxy.settled()
        problems = _miscounted(cell, answers) + await clinic.audit()
    await tables.close()
    return Outcome(cell, answers, problems, broken, calls)


async def run_cells(
    network: Network, seed: int, azurite: pieces.Azurite, folder: Path, parties: int = PARTIES
) -> list[Outcome]:
    """Run a network's crowds: side by side where most of the time is waiting, else one after the other."""
    chosen = [Cell(crowd, network, seed, parties) for crowd in CROWDS]
    if network.rate:
        return await asyncio.gather(*(run_cell(cell, azurite, folder) for cell in chosen))
    return [await run_cell(cell, azurite, folder) for cell in chosen]


def _broken(proxy: FaultProxy) -> int:
    return sum(proxy.counts.values()) - proxy.counts[""]


def _miscounted(cell: Cell, answers: list[Answer]) -> list[str]:
    told, room = Counter(one.status for one in answers), cell.crowd.room
    wanted = {201: room, 409: cell.parties - room}
    return [] if told == wanted else [f"answered {dict(told)} where there is room for {room}"]
