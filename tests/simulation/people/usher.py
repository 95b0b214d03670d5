"""Somebody who moves and cancels single places of sessions, again before people know, and undoes it on any old page."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.errors import Refusal
from shared.use_cases.seats.cancel_seat import cancel_seat
from shared.use_cases.seats.move_seat import move_seat
from shared.use_cases.seats.seat_command import SeatRef
from shared.use_cases.seats.undo_seat import tell_seat, undo_seat
from shared.use_cases.telling.announce import Telling
from tests.simulation.people.clients import Crowd
from tests.simulation.people.desk import Asked, NoAnswer, given
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.instance import Instance


class SeatPage(NamedTuple):
    """What a page that is open somewhere says of a place: which change of it can be undone."""

    held: SeatRef
    version: int


class Usher:
    """One of the crowd, whose dice are their own: the others do in a run what they would without them.

    Of as many changes as `untold` says, in parts of 1, nobody is to be told.
    """

    def __init__(self, crowd: Crowd, seed: int, untold: float = 0.0) -> None:
        self.crowd, self.desk, self.dice = crowd, crowd.desk, Random(f"usher {seed}")
        self.untold = untold
        self.pages: list[SeatPage] = []

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        ways = (self._move, self._move, self._move, self._move_back, self._cancel, self._end, self._end)
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            with suppress(Refusal, NoAnswer):
                await self.dice.choice(ways)()
            self._look()

    def _seats(self, *, is_pending: bool) -> list[tuple[Appointment, Seat]]:
        watch = self.desk.watch
        return [
            (one, seat)
            for one in watch.appointments.values()
            if one.is_group and one.start > self.crowd.now()
            for seat in watch.seats[one.id].values()
            if seat.status != "moved" and (seat.has_pending_notice or not is_pending)
        ]

    def _look(self) -> None:
        """Open a page of each change that waits; none is ever closed or loaded again."""
        for one, seat in self._seats(is_pending=True):
            page = SeatPage(SeatRef(one.id, seat.id), seat.version)
            self.pages += [] if page in self.pages[-50:] else [page]

    def _some(self) -> tuple[Appointment, Seat] | None:
        found = self._seats(is_pending=True) if self.dice.random() < 0.6 else []
        found = found or self._seats(is_pending=False)
        return self.dice.choice(found) if found else None

    async def _ask(self, asked: Asked) -> None:
        self.crowd.past.append(asked)
        await self.desk.ask(asked)

    async def _move(self) -> None:
        if some := self._some():
            await self._ask(self._moving(*some, self.crowd.a_start()))

    async def _move_back(self) -> None:
        waiting = [(one, seat) for one, seat in self._seats(is_pending=True) if seat.status == "booked"]
        if waiting:
            one, seat = self.dice.choice(waiting)
            await self._ask(self._moving(one, seat, seat.pending.start if seat.pending else one.start))

    def _moving(self, one: Appointment, seat: Seat, start: datetime) -> Asked:
        key, telling = self.desk.a_key(), self._telling()
        held = SeatRef(one.id, seat.id)

        async def run(instance: Instance) -> str:
            about = {"editor": EDITOR, "key": key, "telling": telling}
            return (await move_seat(held, start, **about, **await given(instance)))[0]

        return Asked("move place", (*held, start), key, f"move {seat.id}", EDITOR.name, run)

    async def _cancel(self) -> None:
        if some := self._some():
            await self._ask(self._cancelling(SeatRef(some[0].id, some[1].id)))

    def _cancelling(self, held: SeatRef) -> Asked:
        key, telling = self.desk.a_key(), self._telling()

        async def run(instance: Instance) -> None:
            about = {"editor": EDITOR, "key": key, "telling": telling}
            await cancel_seat(held, "We are ill.", **about, **await given(instance))

        return Asked("cancel place", held, key, f"cancel {held.seat}", EDITOR.name, run)

    def _telling(self) -> Telling:
        if self.untold and self.dice.random() < self.untold:
            return "never"
        return "later" if self.dice.random() < 0.85 else "now"

    async def _end(self) -> None:
        """Undo the change of some page, or have people told of it at once; mostly of one that is not old."""
        if self.pages:
            pages = self.pages[-6:] if self.dice.random() < 0.7 else self.pages
            await self._ask(self._ending(self.dice.choice(pages), is_told=self.dice.random() < 0.2))

    def _ending(self, page: SeatPage, *, is_told: bool) -> Asked:
        key, word = self.desk.a_key(), "tell" if is_told else "undo"
        end: Callable[..., Any] = tell_seat if is_told else undo_seat

        async def run(instance: Instance) -> None:
            await end(page.held, page.version, editor=EDITOR, key=key, **await given(instance))

        return Asked(f"{word} place", page, key, f"{word} {page.held.seat}", EDITOR.name, run)
