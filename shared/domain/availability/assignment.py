"""Who serves an "anyone" booking: one of those free, at random, evenly, or by priority."""

import random
from collections.abc import Mapping, Sequence

from shared.domain.calendar.business import StaffMember
from shared.domain.timeline.ledger import Ledger


def choose(rule: str, free: Sequence[StaffMember], ledgers: Mapping[str, Ledger], seed: str) -> StaffMember:
    """Return one of `free`; the seed is the command's hash, so that a repeated command chooses alike.

    "evenly" chooses the fewest claimed ticks in the month of the start, ties at random. `ledgers` is by person.
    """
    shuffled = sorted(free, key=lambda person: person.id)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - fairness, not secrecy
    if rule == "priority":
        return min(shuffled, key=lambda person: person.priority)
    if rule == "evenly":
        return min(shuffled, key=lambda person: claimed_ticks(ledgers.get(person.id, Ledger())))
    return shuffled[0]


def claimed_ticks(ledger: Ledger) -> int:
    """Return how many ticks are claimed; overbooked ones count as often as they are claimed."""
    return sum(plane.bit_count() for plane in ledger.claimed)
