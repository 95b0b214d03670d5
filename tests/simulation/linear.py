"""Is there an order of the commands, each at one moment between its question and its answer, that explains all answers?

The search of Wing and Gong, with what Lowe added: a state that was reached with the same commands is not tried twice.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from tests.simulation.desk import Event


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


def one_person(state: Any, event: Event) -> Sequence[Hashable]:
    """A person who takes one party at a time: `state` is who holds which start, and the stretches of time off."""
    held, off = dict(state[0]), set(state[1])
    answers: list[tuple[tuple[Any, ...], Hashable]] = []
    kind, about = event.kind, event.about
    if kind == "book":
        answers = _book(held, off, event)
    elif kind == "cancel":
        left = {seat: start for seat, start in held.items() if seat != about[0]}
        answers = [(("ok", about[0]), _state(left, off))]
    elif kind == "move":
        answers = _move(held, off, about[0], about[1])
    elif kind == "take off":
        name = event.answer[1] if event.answer else event.key
        answers = [(("ok",), _state(held, off | {(*about[1:], name)}))]
    elif kind == "come back":
        there = about[1:] in off
        answers = [(("ok",), _state(held, off - {about[1:]}))] if there else [(("no", "not-found"), state)]
    return [after for answer, after in answers if event.answer is None or _agree(event.answer, answer)]


def _book(held: dict[str, Any], off: set[Any], event: Event) -> list[tuple[tuple[Any, ...], Hashable]]:
    start = event.about[1]
    if _is_taken(held, off, start, ""):
        return [(("no", "slot-taken"), _state(held, off))]
    seat = event.answer[1] if event.answer and event.answer[0] == "ok" else event.key
    return [(("ok", seat), _state({**held, seat: start}, off))]


def _move(held: dict[str, Any], off: set[Any], seat: str, start: Any) -> list[tuple[tuple[Any, ...], Hashable]]:
    if seat not in held:
        return [(("no", "already-cancelled"), _state(held, off))]
    if held[seat] != start and _is_taken(held, off, start, seat):
        return [(("no", "slot-taken"), _state(held, off))]
    return [(("ok", seat), _state({**held, seat: start}, off))]


def _is_taken(held: dict[str, Any], off: set[Any], start: Any, but: str) -> bool:
    by_somebody = any(start == other for seat, other in held.items() if seat != but)
    return by_somebody or any(first <= start < last for first, last, _ in off)


def _state(held: dict[str, Any], off: set[Any]) -> Hashable:
    return frozenset(held.items()), frozenset(off)


def _agree(given: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    return given[: len(wanted)] == wanted
