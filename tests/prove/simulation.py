"""The simulation for as long as one likes: seed after seed in several kinds of weather, and histories by the hundred."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import count
from time import monotonic
from typing import Any

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
    "a crowd of 200": Plan(0, length=400, clients=200, pause=2, desk_pause=3, ahead=3, crash_every=20),
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
    "no crash, good weather": Plan(
        0, length=1800, pause=4, desk_pause=4, weather=CALM, crash_every=0, forgets=0, outage_every=0
    ),
    "stale reads (safety only)": Plan(0, length=900, weather=replace(ROUGH, stale=0.05), drain=False),
}
SAFETY = ("claimed twice", "planes", "says", "refused, and is there", "not there", "decided twice")
HISTORIES_AT_ONCE = 10
TOLD_EVERY, TABLE_EVERY = 60.0, 10  # seconds, and lines


@dataclass(frozen=True)
class Goal:
    """When it is enough: after so many commands and hours, or when the time is over."""

    commands: int
    hours: float
    minutes: float
    histories: int


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


@dataclass
class Found:
    """What one piece of work came to."""

    kind: str
    figures: Figures = field(default_factory=Figures)
    histories: int = 0
    problems: list[str] = field(default_factory=list)


def one(kind: str, seed: int) -> Found:
    """Simulate one run."""
    logging.disable(logging.CRITICAL)
    outcome = simulate(replace(KINDS[kind], seed=seed))
    problems = [f"{kind}, seed {seed}: {problem}" for problem in outcome.problems]
    if KINDS[kind].weather.stale:
        problems = [problem for problem in problems if any(word in problem for word in SAFETY)]
    figures = Figures(
        1,
        outcome.commands.total(),
        outcome.hours,
        outcome.faults.total(),
        outcome.crashes,
        outcome.letters,
        outcome.doubles,
        len(problems),
        outcome.seconds,
    )
    return Found(kind, figures, problems=problems)


def histories(first: int, many: int) -> Found:
    """Search an explanation for each of some histories."""
    logging.disable(logging.CRITICAL)
    found = Found("", histories=many)
    for seed in range(first, first + many):
        history, problems = history_of(seed)
        found.problems += [f"history {seed}: {problem}" for problem in problems]
        if not is_explained(history):
            found.problems.append(f"history {seed} has no explanation")
    return found


def breakage(index: int) -> Found:
    """Look for a breakage of the protocol: none may live."""
    logging.disable(logging.CRITICAL)
    mutant = MUTANTS[index]
    return Found("", problems=[] if is_killed(mutant) else [f"the breakage lives: {mutant.name}"])


Work = tuple[Callable[..., Found], tuple[Any, ...]]


def _fixed(goal: Goal, first: int) -> Iterator[Work]:
    for start in range(0, goal.histories, HISTORIES_AT_ONCE):
        yield histories, (first + start, min(HISTORIES_AT_ONCE, goal.histories - start))
    for index in range(len(MUTANTS)):
        yield breakage, (index,)


def _endless(first: int) -> Iterator[Work]:
    for seed in count(first):
        for kind in KINDS:
            yield one, (kind, seed)


class Proof:
    """Adds up what was found."""

    def __init__(self, goal: Goal, tell: Callable[[str], None]) -> None:
        self.goal, self.tell, self.began = goal, tell, monotonic()
        self.figures = {kind: Figures() for kind in KINDS}
        self.histories, self.problems = 0, list[str]()
        self._told_at, self._lines = self.began, 0

    @property
    def total(self) -> Figures:
        return sum(self.figures.values(), Figures())

    @property
    def minutes(self) -> float:
        return (monotonic() - self.began) / 60

    def is_enough(self) -> bool:
        total = self.total
        is_reached = total.commands >= self.goal.commands and total.hours >= self.goal.hours
        return is_reached or self.minutes >= self.goal.minutes

    def take(self, found: Found) -> None:
        if found.kind:
            self.figures[found.kind] += found.figures
        self.histories += found.histories
        self.problems += found.problems
        for problem in found.problems[:3]:
            self.tell(f"WRONG: {problem}")
        if monotonic() - self._told_at >= TOLD_EVERY:
            self._told_at = monotonic()
            self.tell(self.line())
            self._lines += 1
            if self._lines % TABLE_EVERY == 0:
                self.table()

    def line(self) -> str:
        total = self.total
        return (
            f"after {self.minutes:.1f} minutes: {total.commands:,} commands"
            f" ({total.commands / self.minutes:,.0f} a minute), {total.hours:,.0f} simulated hours,"
            f" {total.faults:,} faults, {total.crashes:,} crashes, {self.histories} histories,"
            f" {len(self.problems)} violations"
        )

    def table(self) -> None:
        names = ("runs", "commands", "hours", "faults", "crashes", "letters", "twice", "violations", "CPU s")
        self.tell(f"{'':32}" + "".join(f"{name:>12}" for name in names) + f"{'twice, %':>12}")
        for kind, made in [*self.figures.items(), ("together", self.total)]:
            share = 100 * made.doubles / max(made.letters, 1)
            row = "".join(f"{value:>12,.0f}" for value in vars(made).values())
            self.tell(f"{kind:32}{row}{share:>12.3f}")


def prove(goal: Goal, workers: int, first: int, tell: Callable[[str], None] = print) -> int:
    """Go on until it is enough; return how many violations there were."""
    proof, fixed, endless = Proof(goal, tell), _fixed(goal, first), _endless(first)
    with ProcessPoolExecutor(workers) as pool:
        running: set[Future[Found]] = set()
        while True:
            while len(running) < workers:
                work = next(fixed, None)  # these first: they are few
                if work is None and proof.is_enough():
                    break
                function, arguments = work or next(endless)
                running.add(pool.submit(function, *arguments))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                proof.take(future.result())
    proof.table()
    tell(proof.line())
    tell(f"{len(MUTANTS)} breakages of the protocol were looked for")
    for problem in proof.problems[:20]:
        tell(f"WRONG: {problem}")
    return len(proof.problems)
