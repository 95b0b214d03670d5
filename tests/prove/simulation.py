"""The simulation for as long as one likes: seed after seed in several kinds of weather, and histories by the hundred."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic

from tests.simulation.histories import history_of, is_explained
from tests.simulation.mutants import MUTANTS, is_killed
from tests.simulation.network import CALM, ROUGH
from tests.simulation.run import Plan, simulate


KINDS: dict[str, Plan] = {
    "a day at the clinic": Plan(0, length=3600, desk_pause=6, weather=replace(ROUGH, latency=0.02)),
    "a rush on few starts": Plan(
        0,
        length=900,
        clients=60,
        pause=4,
        desk_pause=4,
        instances=8,
        crash_every=10,
        ahead=3,
        weather=ROUGH.times(1.5),
    ),
    "few clients, long outages": Plan(
        0,
        length=8 * 3600,
        clients=6,
        pause=200,
        desk_pause=900,
        outage_every=5000,
        outage_lasts=2400,
        timer_every=30,
    ),
    "a crash a minute, good weather": Plan(
        0, length=3600, pause=15, desk_pause=60, weather=CALM, forgets=0, outage_every=0
    ),
    "stale reads (safety only)": Plan(0, length=900, weather=replace(ROUGH, stale=0.05), drain=False),
}
SAFETY = ("claimed twice", "planes", "says", "refused, and is there", "not there", "decided twice")


@dataclass
class Figures:
    """What one kind of weather came to."""

    runs: int = 0
    commands: int = 0
    hours: float = 0.0
    faults: int = 0
    crashes: int = 0
    letters: int = 0
    doubles: int = 0
    violations: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            *(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def one(kind: str, seed: int) -> tuple[str, Figures, list[str]]:
    logging.disable(logging.CRITICAL)
    outcome = simulate(replace(KINDS[kind], seed=seed))
    problems = [f"{kind}, seed {seed}: {problem}" for problem in outcome.problems]
    if KINDS[kind].weather.stale:
        problems = [problem for problem in problems if any(word in problem for word in SAFETY)]
    return (
        kind,
        Figures(
            1,
            outcome.commands.total(),
            outcome.hours,
            outcome.faults.total(),
            outcome.crashes,
            outcome.letters,
            outcome.doubles,
            len(problems),
            outcome.seconds,
        ),
        problems,
    )


def histories(first: int, many: int) -> list[str]:
    logging.disable(logging.CRITICAL)
    found = []
    for seed in range(first, first + many):
        history, problems = history_of(seed)
        found += [f"history {seed}: {problem}" for problem in problems]
        if not is_explained(history):
            found.append(f"history {seed} has no explanation")
    return found


def living() -> list[str]:
    """Return the breakages of the protocol that were not found: none may live."""
    logging.disable(logging.CRITICAL)
    return [f"the breakage lives: {mutant.name}" for mutant in MUTANTS if not is_killed(mutant)]


def _work(first: int) -> Iterator[tuple[str, int]]:
    for seed in count(first):
        for kind in KINDS:
            yield kind, seed


def prove(minutes: float, workers: int, first: int, many: int, tell: Callable[[str], None] = print) -> int:
    """Run until the time is over; return how many violations there were."""
    deadline, work = monotonic() + 60 * minutes, _work(first)
    figures = {kind: Figures() for kind in KINDS}
    wrong: list[str] = []
    with ProcessPoolExecutor(workers + 1) as pool:
        checked = pool.submit(histories, first, many)
        running = [pool.submit(one, *next(work)) for _ in range(workers)]
        while running:
            kind, made, problems = running.pop(0).result()
            figures[kind] += made
            wrong += problems
            for problem in problems[:3]:
                tell(problem)
            if monotonic() < deadline:
                running.append(pool.submit(one, *next(work)))
        wrong += checked.result()
        wrong += pool.submit(living).result()
    _table(figures, tell)
    tell(f"{many} histories checked for linearizability, {len(MUTANTS)} breakages looked for")
    for problem in wrong[:20]:
        tell(problem)
    return len(wrong)


def _table(figures: dict[str, Figures], tell: Callable[[str], None]) -> None:
    names = ("runs", "commands", "hours", "faults", "crashes", "letters", "twice", "violations", "CPU s")
    tell(f"{'':32}" + "".join(f"{name:>12}" for name in names))
    total = sum(figures.values(), Figures())
    for kind, made in [*figures.items(), ("together", total)]:
        tell(f"{kind:32}" + "".join(f"{value:>12,.0f}" for value in vars(made).values()))
