"""Is there an order of the commands, each at one moment between its question and its answer, that explains all answers?

The search of Wing and Gong, with what Lowe added: a state that was reached with the same commands is not tried twice.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from tests.simulation.people.desk import Event


Apply = Callable[[Any, Event], Sequence[Hashable]]
"""The states after a command that gave its answer in a state; none where it could not have."""


def is_linearizable(history: Sequence[Event], start: Hashable, apply: Apply) -> bool:
    """An event without an answer may have happened at any time since it was asked, or never."""
    events = sorted(history, key=lambda one: one.asked)
    answered = sum(1 << index for index, one in enumerate(events) if one.answer is not None)
    seen: set[tuple[int, Hashable]] = set()
    stack: list[tuple[int, Hashable]] = [(0, start)]
    while stack:
        done, state = stack.pop()
        if done & answered == answered:
            return True
        soonest = min(one.answered for index, one in enumerate(events) if not done >> index & 1)
        for index, one in enumerate(events):
            if one.asked > soonest:
                break
            if done >> index & 1:
                continue
            for after in apply(state, one):
                following = (done | 1 << index, after)
                if following not in seen:
                    seen.add(following)
                    stack.append(following)
    return False
