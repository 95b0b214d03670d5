"""Everything that can be asked of an instance, by somebody who persists; and a record of every answer."""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.appointments.appointment import TimeOff
from shared.domain.errors import AlreadySeated, EditConflict, Forbidden, Refusal, TryAgain
from shared.domain.links import new_id
from shared.records.keys import decision_key
from shared.records.table import Ambiguous
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import cancel_appointment
from shared.use_cases.booking.create_appointment import AppointmentRequest, create_appointment
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.booking.result import Booked
from shared.use_cases.calendars.change_time_off import (
    add_time_off,
    add_times_off,
    change_time_off,
    remove_time_off,
)
from shared.use_cases.commands import name_command
from shared.use_cases.context import Context
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.watch import Watch
from tests.support.builders import SECRET
from tests.support.invariants import seat_of_key


SLUG = "clinic"
# They tell what is there, and who serves or sits, just now, and bind nobody: who may not act writes nothing either.
UNBOUND = (AlreadySeated.code, EditConflict.code, Forbidden.code)


class NoAnswer(Exception):
    """Whoever asked has given up."""


@dataclass(frozen=True, slots=True)
class Event:
    """One command of a history; `answer` is nothing where nobody ever learnt it."""

    kind: str
    about: tuple[Any, ...]
    key: str
    asked: float
    answered: float
    answer: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, so that it can be asked again with the same key."""

    kind: str
    about: tuple[Any, ...]
    key: str
    route: str
    actor: str
    run: Callable[[Instance], Coroutine[Any, Any, Any]]


class Desk:
    """Hands commands to any of the instances, and holds them to their answers."""

    def __init__(self, instances: Sequence[Instance], watch: Watch, dice: random.Random, slug: str = SLUG) -> None:
        self.instances, self.watch, self.dice, self.slug = instances, watch, dice, slug
        self.answers: dict[str, tuple[Any, ...]] = {}
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.history: list[Event] = []
        self.by_key: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._keys = 0
        self.phones: Mapping[str, str] = {}  # of customers who want SMS, by address

    def a_key(self) -> str:
        self._keys += 1
        return f"key-{self._keys:012d}"

    async def ask(self, asked: Asked, tries: int = 12) -> Any:
        """Ask until there is an answer, of whichever instance. Raises the refusal, or NoAnswer."""
        began = asyncio.get_running_loop().time()
        for _ in range(tries):
            self.asked[asked.kind] += 1
            instance = self.dice.choice(self.instances)
            try:
                outcome = await instance.answer(asked.run(instance))
            except (TryAgain, Ambiguous, Lost):
                await asyncio.sleep(self.dice.uniform(0, 3))
            except Refusal as refusal:
                self._answered(asked, began, ("no", refusal.code))
                raise
            except Exception as error:
                self._wrong(f"{asked.kind} {asked.about} ended in {type(error).__name__}: {error}")
                raise NoAnswer from error
            else:
                self._answered(asked, began, _answer(outcome))
                return outcome
        self.history.append(Event(asked.kind, asked.about, asked.key, began, float("inf"), None))
        raise NoAnswer

    def _answered(self, asked: Asked, began: float, answer: tuple[Any, ...]) -> None:
        now = asyncio.get_running_loop().time()
        self.history.append(Event(asked.kind, asked.about, asked.key, began, now, answer))
        name = f"{asked.route} {asked.actor} {asked.key}"
        if answer[0] == "no":
            self.refused[answer[1]] += 1
        binds = answer[0] == "ok" or answer[1] not in UNBOUND
        before = self.answers.setdefault(name, answer) if binds else answer
        if before != answer:
            self._wrong(f"{name} was answered {before} and then {answer}")
        if binds:
            self._is_durable(asked, answer)

    def _is_durable(self, asked: Asked, answer: tuple[Any, ...]) -> None:
        watch = self.watch
        command = name_command(SECRET, watch.business, asked.route, asked.actor, asked.key, "")
        row = watch.service.row(decision_key(command.hash), watch.business)
        if row is None:
            self._wrong(f"{asked.key} was answered {answer}, which is nowhere recorded")
            return
        recorded = json.loads(row.values["outcome"])
        if recorded.get("refused", "") != (answer[1] if answer[0] == "no" else ""):
            self._wrong(f"{asked.key} was answered {answer}, and {recorded} is recorded")
        if asked.kind == "create":
            self._is_made(command.hash, asked, answer)
        if asked.kind != "book":
            return
        if answer[0] == "no":
            seat = seat_of_key(SECRET, watch.business, asked.key)
            watch.refused.add(seat)
            if seat in watch.booked:
                self._wrong(f"{asked.key} was refused, and is there")
        elif not watch.has_seat(answer[2], answer[1]):
            self._wrong(f"{asked.key} was acknowledged, and is not there")

    def _is_made(self, number: str, asked: Asked, answer: tuple[Any, ...]) -> None:
        watch, name = self.watch, new_id(SECRET, number)
        is_there = name in watch.appointments or name in watch.deleted
        if answer[0] == "no":
            watch.refused.add(name)
            if is_there or name in watch.booked:
                self._wrong(f"{asked.key} was refused, and is there")
        elif answer[1] not in watch.appointments and answer[1] not in watch.deleted:
            self._wrong(f"{asked.key} was acknowledged, and is not there")

    def _wrong(self, problem: str) -> None:
        self.watch.problems.append(f"{self.watch.service.clock():%d %H:%M:%S} {problem}")

    def book(
        self, email: str, service: str, start: datetime, staff: str | None, key: str = "", name: str = "Ana"
    ) -> Asked:
        phone = self.phones.get(email, "")
        customer, agreed = {"name": name, "email": email, "phone": phone}, "Text me." if phone else ""
        request = AppointmentRequest(
            service=service,
            start=start,
            staff=staff,
            customer=customer,
            another_seat=True,
            sms_consent=agreed,
        )
        key = key or self.a_key()

        async def run(instance: Instance) -> Booked:
            return await create_appointment(
                request, key=key, reading=instance.reading_for("book"), **await given(instance, self.slug)
            )

        return Asked("book", (service, start, staff), key, "create", "public", run)

    def move(self, token: str, seat: str, start: datetime, staff: str | None, key: str = "") -> Asked:
        request, key = MoveRequest(start=start, staff=staff, another_seat=True), key or self.a_key()

        async def run(instance: Instance) -> Booked:
            return await move_appointment(
                token, request, key=key, reading=instance.reading_for("move"), **await given(instance, self.slug)
            )

        return Asked("move", (seat, start, staff), key, "move", seat, run)

    def cancel(self, token: str, seat: str, key: str = "") -> Asked:
        key = key or self.a_key()

        async def run(instance: Instance) -> Booked:
            return await cancel_appointment(token, key=key, **await given(instance, self.slug))

        return Asked("cancel", (seat,), key, "cancel", seat, run)

    def reassign(self, appointment: str, staff: Sequence[str], key: str = "") -> Asked:
        key = key or self.a_key()

        async def run(instance: Instance) -> tuple[str, ...]:
            about = {"key": key, "editor": Actor("desk"), **await given(instance, self.slug)}
            about["reading"] = instance.reading_for("reassign")
            return (await reassign_appointment(appointment, staff, **about))[0]

        return Asked("reassign", (appointment, tuple(staff)), key, "reassign", "desk", run)

    def take_off(self, off: TimeOff, key: str = "") -> Asked:
        key = key or self.a_key()

        async def run(instance: Instance) -> str:
            return await add_time_off(off, key=key, actor="desk", **await given(instance, self.slug))

        return Asked("take off", (off.staff, off.start, off.end), key, "time-off", "desk", run)

    def take_several_off(self, times: Sequence[TimeOff]) -> Asked:
        """Block one person in several periods, as a time off that comes every week does."""
        key = self.a_key()

        async def run(instance: Instance) -> list[str]:
            return await add_times_off(times, key=key, actor="desk", **await given(instance, self.slug))

        about = (times[0].staff, *((one.start, one.end) for one in times))
        return Asked("take several off", about, key, "time-off", "desk", run)

    def put_off(self, off: TimeOff, start: datetime, end: datetime) -> Asked:
        key, change = self.a_key(), {"start": start, "end": end}

        async def run(instance: Instance) -> None:
            await change_time_off(
                off,
                lambda one: one.model_copy(update=change),
                repr(change),
                key=key,
                actor="desk",
                **await given(instance, self.slug),
            )

        return Asked("put off", (off.id, start, end), key, f"time-off {off.id}", "desk", run)

    def come_back(self, off: TimeOff, key: str = "") -> Asked:
        key = key or self.a_key()

        async def run(instance: Instance) -> None:
            await remove_time_off(off, key=key, actor="desk", **await given(instance, self.slug))

        return Asked("come back", (off.staff, off.start, off.end, off.id), key, "time-on", "desk", run)


async def given(instance: Instance, slug: str = SLUG) -> dict[str, Any]:
    """What every use case is handed, as functions/ does it."""
    store = instance.store
    calendar = await store.calendars.find(slug)
    return {"calendar": calendar, "context": Context(store, SECRET, instance.now())}


def _answer(outcome: Any) -> tuple[Any, ...]:
    if isinstance(outcome, Booked):
        return "ok", outcome.id, outcome.appointment, outcome.start, outcome.staff, outcome.status
    return "ok", outcome
