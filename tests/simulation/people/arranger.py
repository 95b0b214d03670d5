"""Somebody who arranges what is booked, thinks better of it, hands back, evens out, and writes texts of messages."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from shared.domain.appointments.appointment import Appointment
from shared.domain.errors import Refusal
from shared.records.table import Ambiguous
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.rebalance import Moved, plan_rebalance, rebalance
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.commands import Author
from shared.use_cases.staff_links.ask_reassignment import ask_reassignment, decline_reassignment
from shared.use_cases.staff_links.confirm_appointment import confirm_appointment
from shared.use_cases.telling.announce import Telling
from shared.use_cases.telling.undo_change import tell_now, undo_change
from tests.simulation.people.clients import Crowd
from tests.simulation.people.desk import Asked, NoAnswer, given
from tests.simulation.people.staff_desk import EDITOR, StaffDesk
from tests.simulation.world.instance import Instance, Lost


QUARTER, AHEAD = timedelta(minutes=15), timedelta(days=2)
LONGEST_THOUGHT = 800.0  # seconds until somebody thinks better of a change: sometimes people know of it by then


class Arranger:
    """One of the crowd, whose dice are their own: the others do in a run what they would without them.

    Of as many changes as `untold` says, in parts of 1, nobody is to be told.
    """

    def __init__(self, crowd: Crowd, seed: int, untold: float = 0.0) -> None:
        self.crowd, self.desk, self.dice = crowd, crowd.desk, Random(f"arranger {seed}")
        self.untold = untold

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        undoing: set[asyncio.Task[None]] = set()
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            with suppress(Refusal, NoAnswer):
                await self.dice.choice(
                    (
                        self._lengthen,
                        self._lengthen,
                        self._cancel,
                        self._even_out,
                        self._write,
                        self._hand_back,
                        self._confirm,
                    )
                )()
            # meanwhile others change what this one has changed
            undoing.add(asyncio.create_task(self._undo_later()))
        for one in undoing:
            one.cancel()
        await asyncio.gather(*undoing, return_exceptions=True)

    def _somebodys(self) -> Appointment | None:
        held = [one.appointment for one in self.crowd.held]
        return self.desk.watch.appointments.get(self.dice.choice(held)) if held else None

    async def _ask(self, asked: Asked) -> None:
        self.crowd.past.append(asked)
        await self.desk.ask(asked)

    async def _lengthen(self) -> None:
        """Drag the lower edge: the appointment is a quarter of an hour longer or shorter."""
        if one := self._somebodys():
            end = max(one.end + self.dice.choice((-1, 1, 2)) * QUARTER, one.start + QUARTER)
            await self._ask(
                self._resizing(one.id, AppointmentChange(start=one.start, end=end), self._telling(one))
            )

    async def _cancel(self) -> None:
        if one := self._somebodys():
            await self._ask(self._cancelling(one.id, self._telling(one)))

    async def _hand_back(self) -> None:
        """Whoever serves one asks to be replaced, or the scheduler leaves it with who asks."""
        if one := self._somebodys():
            wish = one.open_wish
            await self._ask(self._declining(one.id) if wish else self._handing_back(one.id, one.staff[0]))

    async def _confirm(self) -> None:
        """Whoever serves one, or a scheduler, confirms that it takes place."""
        waiting = [one for one in self.desk.watch.appointments.values() if one.is_to_confirm]
        if waiting:
            one = self.dice.choice(waiting)
            await self._ask(self._confirming(one.id, one.staff[0] if self.dice.random() < 0.5 else ""))

    def _confirming(self, name: str, person: str) -> Asked:
        key = self.desk.a_key()
        actor = Actor(person, own=frozenset({person})) if person else EDITOR

        async def run(instance: Instance) -> None:
            await confirm_appointment(name, editor=actor, key=key, **await given(instance))

        return Asked("confirm", (name, person), key, f"confirm {name}", actor.name, run)

    def _handing_back(self, name: str, person: str) -> Asked:
        key, actor = self.desk.a_key(), Actor(person, own=frozenset({person}))

        async def run(instance: Instance) -> None:
            await ask_reassignment(name, person, "Away.", editor=actor, key=key, **await given(instance))

        return Asked("hand back", (name, person), key, f"ask {name}", person, run)

    def _declining(self, name: str) -> Asked:
        key = self.desk.a_key()

        async def run(instance: Instance) -> None:
            await decline_reassignment(name, editor=EDITOR, key=key, **await given(instance))

        return Asked("decline", (name,), key, f"decline {name}", EDITOR.name, run)

    def _telling(self, one: Appointment) -> Telling:
        if self.untold and self.dice.random() < self.untold:
            return "never"
        return "later" if one.is_group or self.dice.random() < 0.8 else "now"

    def _resizing(self, name: str, change: AppointmentChange, telling: Telling) -> Asked:
        key = self.desk.a_key()

        async def run(instance: Instance) -> None:
            about = {"editor": EDITOR, "key": key, "telling": telling}
            await change_by_staff(name, change, **about, **await given(instance))

        return Asked("resize", (name, change.start, change.end), key, f"change {name}", EDITOR.name, run)

    def _cancelling(self, name: str, telling: Telling) -> Asked:
        key = self.desk.a_key()

        async def run(instance: Instance) -> None:
            about = {"editor": EDITOR, "key": key, "telling": telling}
            await cancel_by_staff(name, "", **about, **await given(instance))

        return Asked("call off later", (name,), key, f"cancel {name}", EDITOR.name, run)

    async def _write(self) -> None:
        """Two screens add a word each to the same text, and neither loses the other's."""
        words = [f"w{self.dice.randrange(10**6)}" for _ in range(2)]
        orders = StaffDesk(self.desk)
        await asyncio.gather(*(self._ask(orders.write_text(one)) for one in words), return_exceptions=True)

    async def _undo_later(self) -> None:
        await asyncio.sleep(self.dice.uniform(1, LONGEST_THOUGHT))
        waiting = [one for one in self.desk.watch.appointments.values() if one.has_pending_notice]
        if not waiting:
            return
        one = self.dice.choice(waiting)
        with suppress(Refusal, NoAnswer):
            await self._ask(self._ending(one, is_told=self.dice.random() < 0.2))

    def _ending(self, one: Appointment, *, is_told: bool) -> Asked:
        """Undo a change before people are told of it, or have them told at once."""
        key, end = self.desk.a_key(), tell_now if is_told else undo_change

        async def run(instance: Instance) -> None:
            await end(one.id, one.version, editor=EDITOR, key=key, **await given(instance))

        word = "tell" if is_told else "undo"
        return Asked(word, (one.id, one.version), key, f"{word} {one.id}", EDITOR.name, run)

    async def _even_out(self) -> None:
        """Tick some of the moves that are proposed, and have them made, twice if there was no answer."""
        desk, key = self.desk, self.desk.a_key()
        desk.asked["rebalance"] += 1
        with suppress(Lost, Ambiguous, Refusal):
            proposed = await desk.dice.choice(desk.instances).call(
                self._proposed(desk.dice.choice(desk.instances))
            )
            ticked = {(one.appointment.id, one.after): one for one in proposed if self.dice.random() < 0.7}
            for _ in range(2):
                with suppress(Lost, Ambiguous):
                    done = await self._made(set(ticked), key)
                    self._is_so(done, ticked)
                    return

    async def _proposed(self, instance: Instance) -> list[Moved]:
        known = await given(instance)
        calendar, context = known["calendar"], known["context"]
        about = {"calendar": calendar, "store": context.store, "now": context.now}
        return await plan_rebalance(calendar.services["visit"], context.now + AHEAD, **about)

    async def _made(self, ticked: set[tuple[str, str]], key: str) -> list[Moved]:
        instance = self.desk.dice.choice(self.desk.instances)

        async def run() -> Any:
            known = await given(instance)
            about = {"author": Author(EDITOR.name, key), "chosen": ticked, "telling": "later", **known}
            done = await rebalance(known["calendar"].services["visit"], known["context"].now + AHEAD, **about)
            return done.moved

        done: list[Moved] = await instance.call(run())
        return done

    def _is_so(self, done: list[Moved], ticked: dict[tuple[str, str], Moved]) -> None:
        """What was made is among what was ticked, was somebody's whom the customer had not chosen, and is so."""
        watch = self.desk.watch
        for one in done:
            name, taker = one.appointment.id, one.after
            if (name, taker) not in ticked:
                watch.problems.append(f"{name} was given to {taker}, which nobody had ticked")
            if one.appointment.chosen_by != "anyone":
                watch.problems.append(f"{name} was given to {taker}, and was booked with {one.before}")
            if not any(each.staff == (taker,) for _, each, _ in watch.versions[name]):
                watch.problems.append(f"{name} is said to be given to {taker}, and never was")
