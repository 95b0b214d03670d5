"""The simulation for as long as one likes: seed after seed in several kinds of weather, and histories by the hundred."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

from tests.simulation.kinds import KINDS, Figures, Found, one
from tests.simulation.mutants import MUTANTS, is_killed
from tests.simulation.order.histories import history_of, is_explained


HISTORIES_AT_ONCE = 10
TOLD_EVERY, TABLE_EVERY = 60.0, 10  # seconds, and lines


@dataclass(frozen=True)
class Goal:
    """When it is enough: after so many commands and hours, or when the time is over."""

    commands: int
    hours: float
    minutes: float
    histories: int


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
            row = "".join(f"{value:>12,.0f}" for value in vars(made).values())
            self.tell(f"{kind:32}{row}{made.twice:>12.3f}")


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
