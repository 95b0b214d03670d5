"""What may be answered about one person's time: a model so small that one sees it is right, for the search of linear.py."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.domain.links import new_id
from shared.use_cases.commands import name_command
from tests.simulation.people.desk import Event
from tests.simulation.world.clinic import BUSINESS, SEATS
from tests.support.builders import SECRET
from tests.support.invariants import seat_of_key


@dataclass(frozen=True, slots=True)
class Place:
    """A seat: when (nothing once it is cancelled), in which appointment, and of which service."""

    seat: str
    start: datetime | None
    appointment: str
    service: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits where, when the person is off (first, last, id), and which appointments are no more."""

    places: frozenset[Place] = frozenset()
    off: frozenset[tuple[datetime, datetime, str]] = frozenset()
    deleted: frozenset[str] = frozenset()

    def place(self, seat: str) -> Place | None:
        return next((one for one in self.places if one.seat == seat), None)

    def at(self, start: datetime) -> list[Place]:
        return [one for one in self.places if one.start == start]

    def of(self, appointment: str) -> list[Place]:
        return [one for one in self.places if one.appointment == appointment]

    def is_live(self, appointment: str) -> bool:
        return any(one.start for one in self.of(appointment))

    def is_free(self, start: datetime) -> bool:
        return not self.at(start) and not any(first <= start < last for first, last, _ in self.off)

    def session(self, start: datetime) -> str:
        """Return the session that may be joined; nothing where there is none."""
        there = self.at(start)
        return there[0].appointment if there and there[0].service == "yoga" and len(there) < SEATS else ""

    def with_places(self, gone: Iterable[Place], new: Iterable[Place]) -> "Person":
        return replace(self, places=self.places.difference(gone).union(new))


Answer = tuple[Any, ...]
OK, TAKEN, FULL = ("ok",), ("no", "slot-taken"), ("no", "group-full")
CANCELLED, NOT_FOUND = ("no", "already-cancelled"), ("no", "not-found")


def one_person(state: Person, event: Event) -> Sequence[Hashable]:
    """Return the states that may follow a command that gave this answer; none where that cannot be the answer."""
    wanted, *after = COMMANDS[event.kind](state, event)
    known = zip(event.answer or (), wanted, strict=False)  # a history may tell less than the model, or more
    return after if all(given == one for given, one in known) else []


def _book(state: Person, event: Event) -> tuple[Answer, Person]:
    service, start = event.about[:2]
    seat = seat_of_key(SECRET, BUSINESS, event.key)
    session = state.session(start) if service == "yoga" else ""
    if not session and not state.is_free(start):
        return FULL if service == "yoga" else TAKEN, state
    place = Place(seat, start, session or seat, service)
    return ("ok", seat, place.appointment, start), state.with_places([], [place])


def _move(state: Person, event: Event) -> tuple[Answer, Person]:
    seat, start = event.about[:2]
    before = state.place(seat)
    if before is None or before.appointment in state.deleted:
        return NOT_FOUND, state
    if before.start is None:
        return CANCELLED, state
    if before.start == start:
        return ("ok", seat, before.appointment, start), state
    if before.service != "yoga":
        if not state.is_free(start):
            return TAKEN, state
        appointment = before.appointment
    else:
        own = new_id(SECRET, name_command(SECRET, BUSINESS, "move", seat, event.key, "").hash)
        appointment = state.session(start) or (own if state.is_free(start) else "")
        if not appointment:
            return FULL, state
    after = replace(before, start=start, appointment=appointment)
    return ("ok", seat, appointment, start), state.with_places([before], [after])


def _cancel(state: Person, event: Event) -> tuple[Answer, Person]:
    before = state.place(event.about[0])
    if before is None or before.appointment in state.deleted:
        return NOT_FOUND, state
    return ("ok", before.seat), state.with_places([before], [replace(before, start=None)])


def _change(state: Person, event: Event) -> tuple[Answer, Person]:
    """Staff move an appointment, with all who sit in it."""
    name, start = event.about[:2]
    if name in state.deleted:
        return NOT_FOUND, state
    if not state.is_live(name):
        return CANCELLED, state
    there = [one for one in state.of(name) if one.start]
    if there[0].start == start:
        return OK, state
    if not state.is_free(start):
        return TAKEN, state
    return OK, state.with_places(there, [replace(one, start=start) for one in there])


def _call_off(state: Person, event: Event) -> tuple[Answer, Person]:
    there = state.of(event.about[0])
    if event.about[0] in state.deleted:
        return NOT_FOUND, state
    return OK, state.with_places(there, [replace(one, start=None) for one in there])


def _withdraw(state: Person, event: Event) -> tuple[Any, ...]:
    """What is to come is cancelled; what was cancelled goes, unless somebody is still to be told of that."""
    name = event.about[0]
    if name in state.deleted:
        return NOT_FOUND, state
    if state.is_live(name):
        return _call_off(state, event)
    return OK, state, replace(state, deleted=state.deleted | {name})


def _take_off(state: Person, event: Event) -> tuple[Answer, Person]:
    name = event.answer[1] if event.answer else event.key
    return OK, replace(state, off=state.off | {(*event.about[1:3], name)})


def _come_back(state: Person, event: Event) -> tuple[Answer, Person]:
    kept = frozenset(one for one in state.off if one[2] != event.about[3])
    return (OK, replace(state, off=kept)) if kept != state.off else (NOT_FOUND, state)


def _put_off(state: Person, event: Event) -> tuple[Answer, Person]:
    name, start, end = event.about
    kept = frozenset(one for one in state.off if one[2] != name)
    return (OK, replace(state, off=kept | {(start, end, name)})) if kept != state.off else (NOT_FOUND, state)


COMMANDS: dict[str, Callable[[Person, Event], tuple[Any, ...]]] = {
    "book": _book,
    "move": _move,
    "cancel": _cancel,
    "change": _change,
    "call off": _call_off,
    "withdraw": _withdraw,
    "take off": _take_off,
    "come back": _come_back,
    "put off": _put_off,
}
