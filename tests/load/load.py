"""Clients that book, move and cancel, and remember what they were told: the truth to check the books against."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT
from tests.load.system import HALF, Answer, Client, Clinic, midnight
from tests.support.builders import a_key


@dataclass
class Told:
    """The last answer about a seat: its link, start and status."""

    token: str
    start: datetime
    status: str


@dataclass
class Load:
    """`people` and three days from `first` on are what all of them fight for."""

    clinic: Clinic
    client: Client
    may_go_on: Callable[[], bool]
    first: datetime = field(default_factory=lambda: midnight(4))
    told: dict[str, Told] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    transactions: int = 0
    quarrels: list[str] = field(default_factory=list)

    async def run(self, clients: int) -> None:
        booked = list(self.told)
        parts = (booked[number::clients] for number in range(clients))
        await asyncio.gather(*(self._one(random.Random(number), mine) for number, mine in enumerate(parts)))

    @property
    def commands(self) -> int:
        return sum(self.answers.values())

    async def _one(self, dice: random.Random, mine: list[str]) -> None:
        while self.may_go_on():
            live = [seat for seat in mine if self.told[seat].status != "cancelled"]
            chance = dice.random()
            if chance < 0.5 or not live:
                await self._book(dice, mine)
            elif chance < 0.8:
                await self._move(dice, dice.choice(live))
            else:
                await self._cancel(dice.choice(live))

    def _start(self, dice: random.Random) -> datetime:
        return self.first + timedelta(days=dice.randrange(3)) + dice.randrange(48) * HALF

    async def _book(self, dice: random.Random, mine: list[str]) -> None:
        staff = dice.choice([None, *self.clinic.calendar.staff])
        answer = await self.clinic.book(self.client, self._start(dice), **({"staff": staff} if staff else {}))
        self._count("book", answer)
        if answer.status == 201:
            mine.append(answer.body["seat"])
            self._remember(answer)

    async def _move(self, dice: random.Random, seat: str) -> None:
        body, key = {"start": self._start(dice).isoformat()}, a_key()
        path = f"{self.clinic.path}/{self.told[seat].token}"
        answer = await self.client.send("PATCH", path, body, key=key)
        self._count("move", answer)
        if answer.status == 200:
            self._remember(answer)
        if dice.random() < 0.1:
            again = await self.client.send("PATCH", path, body, key=key)
            if again.status != answer.status or again.body.get("start") != answer.body.get("start"):
                self.quarrels.append(f"{seat}: {answer.status} and then {again.status} for one key")

    async def _cancel(self, seat: str) -> None:
        answer = await self.client.send("DELETE", f"{self.clinic.path}/{self.told[seat].token}", key=a_key())
        self._count("cancel", answer)
        self._remember(answer)

    def _remember(self, answer: Answer) -> None:
        token = answer.body["manage"].rpartition("/")[2]
        start = datetime.fromisoformat(answer.body["start"])
        self.told[answer.body["seat"]] = Told(token, start, answer.body["status"])

    def _count(self, what: str, answer: Answer) -> None:
        self.answers[f"{what} {answer.status}"] += 1
        self.seconds.append(answer.seconds)
        self.transactions += answer.transactions

    async def disagreements(self) -> list[str]:
        """Where the books say otherwise than the last answer did."""
        page = await self.clinic.tables.range("bookings", self.clinic.calendar.business.id, APPOINTMENT, "A~")
        books = {row.key[2:]: load_row(Appointment, row) for row in page.rows}
        return self.quarrels + [
            f"{seat} was told {told.status} at {told.start}, and is {books[seat].status} at {books[seat].start}"
            for seat, told in self.told.items()
            if (books[seat].status, books[seat].start) != (told.status, told.start)
        ]
