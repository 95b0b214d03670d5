"""The way that letters go: a mail server that is away for a while, is slow, or takes a letter and then does not say so."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.messages import Message
from shared.use_cases.ports import MailUnavailable
from tests.simulation.world.service import Service


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter as its reader has it; `called` is when its sender began to hand it over."""

    called: datetime
    at: datetime
    letter: Message
    was_answered: bool
    is_of_series: bool = False

    @property
    def name(self) -> tuple[str, str, int, str, datetime | None]:
        letter = self.letter
        start = letter.appointment.start if letter.appointment else None
        return letter.to, letter.uid, letter.sequence, letter.kind, start


class Post:
    """The one mail provider of all instances."""

    def __init__(self, service: Service, dice: random.Random, *, forgets: float = 0.0, slow: float = 0.02) -> None:
        self._service, self._dice = service, dice
        self.forgets, self.slow = forgets, slow
        self.is_away = False
        self.arrived: list[Arrived] = []
        self.reports = False

    async def deliver(self, letter: Message, now: datetime) -> None:
        called = self._service.clock()
        is_slow = self._dice.random() < self.slow
        await asyncio.sleep(self._dice.uniform(1, 25) if is_slow else self._dice.uniform(0.02, 0.2))
        if self.is_away:
            raise MailUnavailable("connection refused")
        forgotten = self._dice.random() < self.forgets
        self.arrived.append(Arrived(called, self._service.clock(), letter, not forgotten))
        await asyncio.sleep(30 if forgotten else 0.01)
        if forgotten:
            raise MailUnavailable("the connection was lost after DATA")
