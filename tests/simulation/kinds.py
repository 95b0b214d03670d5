"""The kinds of weather that are gone through, in `make test` once and in `make prove` again and again, and their figures."""

import logging
from dataclasses import dataclass, field, replace

from shared.storage.limits import MAXIMUM_OPERATIONS
from tests.simulation.world.network import CALM, ROUGH
from tests.simulation.world.run import Plan, simulate


KINDS: dict[str, Plan] = {
    "a day at the clinic": Plan(
        0, length=3600, desk_pause=6, has_arranger=True, untold=0.2, weather=replace(ROUGH, latency=0.02)
    ),
    "a rush on few starts": Plan(
        0,
        length=900,
        clients=60,
        pause=4,
        desk_pause=4,
        instances=8,
        crash_every=10,
        ahead=3,
        has_registrar=True,
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
        has_personnel=True,
    ),
    "a crash a minute, good weather": Plan(
        0, length=3600, pause=15, desk_pause=60, weather=CALM, forgets=0, outage_every=0
    ),
    "no crash, good weather": Plan(
        0,
        length=1800,
        pause=4,
        desk_pause=4,
        has_poison=True,
        weather=CALM,
        crash_every=0,
        forgets=0,
        outage_every=0,
    ),
    "timers dead for days": Plan(
        0,
        length=36 * 3600,
        clients=6,
        pause=300,
        desk_pause=1200,
        outage_every=0,
        crash_every=600,
        has_timers=False,
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

    @property
    def twice(self) -> float:
        """Of a hundred letters, how many came again."""
        return 100 * self.doubles / max(self.letters, 1)

    def __str__(self) -> str:
        return (
            f"{self.commands:,} commands, {self.hours:,.1f} simulated hours, {self.faults:,} faults,"
            f" {self.crashes:,} crashes, {self.letters:,} letters ({self.doubles} came twice, {self.twice:.3f} %),"
            f" {self.violations} violations, {self.seconds:.0f} s"
        )

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


def one(kind: str, seed: int, part: float = 1) -> Found:
    """Simulate one run, or the first part of it."""
    logging.disable(logging.CRITICAL)
    plan = KINDS[kind]
    outcome = simulate(replace(plan, seed=seed, length=plan.length * part))
    problems = [f"{kind}, seed {seed}: {problem}" for problem in outcome.problems]
    if plan.weather.stale:
        problems = [problem for problem in problems if any(word in problem for word in SAFETY)]
    problems += [f"a transaction of {outcome.largest} rows"] if outcome.largest > MAXIMUM_OPERATIONS else []
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
