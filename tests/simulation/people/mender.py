"""Somebody who looks after messages that were not delivered: sent again, to another address too, or put away."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random

from shared.domain.errors import Refusal
from shared.records.table import Ambiguous
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.messages.find_undelivered import Undelivered, list_undelivered
from shared.use_cases.messages.mend_undelivered import ACTIONS, Mending, mend_undelivered
from tests.simulation.people.desk import Asked, Desk, NoAnswer
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance, Lost
from tests.support.builders import SECRET


MOST = 50
RIGHT = "right."  # what an address that takes mail begins with


class Mender:
    """Two people at two screens, who often see the same list."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice = desk, Random(f"mender {seed}")

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            listed = await self._listed()
            if listed:
                # both take one of a message's recipients, often the same, at the same moment
                one = self.dice.choice(listed)
                of_it = [other for other in listed if other.key == one.key]
                await asyncio.gather(self._mend(one), self._mend(self.dice.choice(of_it)))

    async def _listed(self) -> list[Undelivered]:
        instance = self.dice.choice(self.desk.instances)
        run = list_undelivered(BUSINESS, MOST, store=instance.store, now=instance.now())
        with suppress(Ambiguous, Lost):
            found: list[Undelivered] = await instance.call(run)
            return found
        return []

    async def _mend(self, one: Undelivered) -> None:
        how: Mending = "dismiss" if self.dice.random() < 0.3 else "resend"
        address = ""
        if how == "resend" and one.recipient.kind == "customer" and one.is_of_one_seat and one.appointment:
            seat = one.appointment.seat
            address = (
                f"{RIGHT}{seat.customer.email.removeprefix(RIGHT)}" if seat and self.dice.random() < 0.5 else ""
            )
        in_record = bool(address) and self.dice.random() < 0.7
        with suppress(Refusal, NoAnswer):
            await self.desk.ask(self._mending(one.key, str(one.recipient), how, address, in_record=in_record))

    def _mending(self, key: str, recipient: str, how: Mending, address: str, *, in_record: bool) -> Asked:
        author = Author(EDITOR.name, self.desk.a_key())

        async def run(instance: Instance) -> None:
            about = {"business": BUSINESS, "context": Context(instance.store, SECRET, instance.now())}
            more = {"address": address, "in_record": in_record}
            await mend_undelivered(key, recipient, how, author=author, **more, **about)

        return Asked(
            how,
            (key, recipient, address, in_record),
            author.key,
            f"{ACTIONS[how]} {key} {recipient}",
            EDITOR.name,
            run,
        )
