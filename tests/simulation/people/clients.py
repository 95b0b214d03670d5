"""Those who use the calendar: customers who book, move, cancel, repeat themselves and give up; and the desk's people."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import TimeOff
from shared.domain.errors import AlreadyCancelled, NotFound, Refusal
from shared.use_cases.booking.result import Booked
from tests.simulation.people.desk import Asked, Desk, NoAnswer
from tests.simulation.world.clinic import HALF, HOUR


GRID = timedelta(minutes=30)


class Crowd:
    """What clients of one run share: who holds what, what was asked, and how far ahead they look."""

    def __init__(
        self, desk: Desk, dice: random.Random, people: Sequence[str], ahead: int, *, is_eager: bool = False
    ) -> None:
        self.desk, self.dice, self.people, self.ahead = desk, dice, people, ahead
        self.is_eager = is_eager
        self.past: list[Asked] = []
        self.held: list[Booked] = []
        self.off: list[TimeOff] = []

    def now(self) -> datetime:
        return self.desk.watch.service.clock()

    def a_start(self) -> datetime:
        """One of the next starts; the nearest are the most wanted."""
        base = self.now() + HALF
        base -= (base - datetime(2027, 1, 1, tzinfo=base.tzinfo)) % GRID
        return base + GRID * min(int(self.dice.expovariate(3 / self.ahead)), 2 * self.ahead)


class Client:
    """One customer; some are two people at two screens."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.desk, self.dice = crowd, crowd.desk, crowd.dice
        self.email = f"c{number}@example.com"
        self.held: list[Booked] = []

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            in_one_go = pause > 60 and self.dice.random() < 0.4
            await asyncio.sleep(self.dice.uniform(2, 50) if in_one_go else self.dice.expovariate(1 / pause))
            with suppress(Refusal, NoAnswer):
                await self._something()

    async def _something(self) -> None:
        if self.crowd.is_eager and self.dice.random() < 0.5:
            await asyncio.gather(self.book(), self.book(), self.book(), return_exceptions=True)
            return
        roll = self.dice.random()
        if not self.held or roll < 0.4:
            await self.book()
        elif roll < 0.6:
            await self._move()
        elif roll < 0.78:
            await self.cancel()
        elif roll < 0.86:
            await self._both_at_once()
        elif self.crowd.past:
            await self.desk.ask(self.dice.choice(self.crowd.past[-200:]))

    async def _ask(self, asked: Asked) -> Booked:
        """Ask with a fresh key: mostly once, sometimes by impatient clicks, sometimes giving up at once."""
        self.crowd.past.append(asked)
        roll = self.dice.random()
        if roll < 0.1:
            return await self._clicking(asked)
        booked: Booked = await self.desk.ask(asked, tries=1 if roll < 0.2 else 12)
        self._hold(booked)
        return booked

    async def _clicking(self, asked: Asked) -> Booked:
        clicks = [self.desk.ask(asked) for _ in range(self.dice.choice((2, 3)))]
        answers = await asyncio.gather(*clicks, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, Booked):
                self._hold(answer)
                return answer
        raise next(one for one in answers if isinstance(one, BaseException))

    def _hold(self, booked: Booked) -> None:
        self.held = [one for one in self.held if one.id != booked.id][-6:]
        if booked.status != "cancelled":
            self.held.append(booked)
            self.crowd.held = [*self.crowd.held[-60:], booked]

    async def book(self) -> None:
        service = self.dice.choice(("visit", "visit", "visit", "long", "both", "yoga", "yoga"))
        staff = (
            self.dice.choice(self.crowd.people)
            if service in ("visit", "long") and self.dice.random() < 0.5
            else None
        )
        await self._ask(self.desk.book(self.email, service, self.crowd.a_start(), staff))

    def _mine(self) -> Booked:
        return self.dice.choice(self.held)

    async def _move(self) -> None:
        mine = self._mine()
        staff = self.dice.choice(self.crowd.people) if self.dice.random() < 0.2 else None
        start = mine.start if self.dice.random() < 0.1 else self.crowd.a_start()
        try:
            await self._ask(self.desk.move(mine.token, mine.id, start, staff))
        except (AlreadyCancelled, NotFound):
            self._give_up(mine)
            raise

    async def cancel(self) -> None:
        mine = self._mine()
        try:
            await self._ask(self.desk.cancel(mine.token, mine.id))
        finally:
            self._give_up(mine)

    def _give_up(self, mine: Booked) -> None:
        """Think no more of what is cancelled, or was deleted by the staff; mostly."""
        if self.dice.random() < 0.9:
            self.held = [one for one in self.held if one.id != mine.id]

    async def _both_at_once(self) -> None:
        """Two screens of one party: what they ask of the same seat comes at the same time."""
        mine = self._mine()
        wishes: list[Awaitable[Booked]] = [
            self._ask(self.desk.move(mine.token, mine.id, self.crowd.a_start(), None)),
            self._ask(
                self.dice.choice(
                    (
                        self.desk.cancel(mine.token, mine.id),
                        self.desk.move(mine.token, mine.id, self.crowd.a_start(), None),
                    )
                )
            ),
        ]
        await asyncio.gather(*wishes, return_exceptions=True)


class Staff:
    """Somebody at the desk, who reassigns, takes time off, puts it off and comes back."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.desk, self.dice = crowd, crowd.desk, crowd.dice

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            with suppress(Refusal, NoAnswer):
                ways = (self._reassign, self._reassign, self._take_off, self._put_off, self._come_back)
                await self.dice.choice(ways)()

    async def _reassign(self) -> None:
        if self.crowd.held:
            one = self.dice.choice(self.crowd.held)
            count = 2 if one.service == "both" else 1
            await self._ask(self.desk.reassign(one.appointment, self.dice.sample(self.crowd.people, count)))

    async def _ask(self, asked: Asked) -> object:
        self.crowd.past.append(asked)
        return await self.desk.ask(asked)

    async def _take_off(self) -> None:
        start = self.crowd.a_start() + timedelta(minutes=self.dice.choice((0, 7, 15)))
        length = self.dice.choice((HALF, HALF, HOUR, 3 * HOUR))
        off = TimeOff(
            id="", staff=self.dice.choice(self.crowd.people), title="Away", start=start, end=start + length
        )
        if self.dice.random() < 0.3:
            await self._take_several_off(off)
            return
        made = await self._ask(self.desk.take_off(off))
        self.crowd.off.append(off.model_copy(update={"id": str(made)}))

    async def _take_several_off(self, off: TimeOff) -> None:
        later = [{"start": off.start + wait, "end": off.end + wait} for wait in (2 * HOUR, 30 * 24 * HOUR)]
        times = [off, *(off.model_copy(update=one) for one in later)]
        made = await self._ask(self.desk.take_several_off(times))
        if isinstance(made, list):
            self.crowd.off += [one.model_copy(update={"id": name}) for one, name in zip(times, made, strict=True)]

    async def _put_off(self) -> None:
        if self.crowd.off:
            start = self.crowd.a_start() + timedelta(minutes=self.dice.choice((0, 7, 15)))
            length = self.dice.choice((HALF, HOUR, 3 * HOUR))
            await self._ask(self.desk.put_off(self.dice.choice(self.crowd.off), start, start + length))

    async def _come_back(self) -> None:
        if self.crowd.off:
            off = self.crowd.off[self.dice.randrange(len(self.crowd.off))]
            await self._ask(self.desk.come_back(off))
            if off in self.crowd.off:
                self.crowd.off.remove(off)
