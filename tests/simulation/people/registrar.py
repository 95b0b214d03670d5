"""Somebody who keeps the list of customers: merges duplicates, and blocks from booking online or lets book again."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

from shared.domain.appointments.customer import CustomerRecord, customer_named
from shared.domain.errors import Refusal
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from tests.simulation.people.clients import Crowd
from tests.simulation.people.desk import Asked, NoAnswer
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance
from tests.support.builders import SECRET


class Registrar:
    """One of the crowd, whose dice are their own: the others do in a run what they would without them."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self.crowd, self.dice = crowd, Random(f"registrar {seed}")
        self.later, self.merged = Random(f"splits {seed}"), list[tuple[str, str]]()

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            with suppress(Refusal, NoAnswer):
                ways = (self._merge, self._merge_both_ways, self._block, self._block, self._bring_some)
                await self.dice.choice(ways)()
            if self.merged and self.later.random() < 0.3:
                with suppress(Refusal, NoAnswer):
                    await self._ask(self._splitting(*self.later.choice(self.merged)))

    def _somebody(self) -> str:
        return customer_named(SECRET, BUSINESS, f"c{self.dice.randrange(12)}@example.com")

    async def _ask(self, asked: Asked) -> None:
        self.crowd.past.append(asked)
        await self.crowd.desk.ask(asked)

    async def _merge(self) -> None:
        await self._ask(self._merging(self._somebody(), self._somebody()))

    async def _merge_both_ways(self) -> None:
        """Two people find the same duplicate on a list that was brought, and each keeps the other."""
        emails = [f"d{self.dice.getrandbits(64)}@example.com" for _ in range(2)]
        await self._bring(emails)
        one, other = (customer_named(SECRET, BUSINESS, email) for email in emails)
        both = (self._ask(self._merging(one, other)), self._ask(self._merging(other, one)))
        await asyncio.gather(*both, return_exceptions=True)

    async def _block(self) -> None:
        name = self._somebody()
        await self._ask(self._blocking(name, is_blocked=True))
        await asyncio.sleep(self.dice.uniform(1, 30))
        await self._ask(self._blocking(name, is_blocked=False))

    async def _bring_some(self) -> None:
        await self._bring([f"c{self.dice.randrange(40)}@example.com" for _ in range(3)])

    async def _bring(self, emails: Sequence[str]) -> None:
        """Bring some from a list: those who have booked are known, the others are added, all of them at once."""
        key = self.crowd.desk.a_key()

        async def run(instance: Instance) -> str:
            listed = [(CustomerRecord(name="Client", email=email), email) for email in dict.fromkeys(emails)]
            return str(await _customers(instance, key).add_unknown(listed))

        await self._ask(Asked("bring", tuple(emails), key, "customer imported", EDITOR.name, run))

    def _merging(self, name: str, other: str) -> Asked:
        key = self.crowd.desk.a_key()
        self.merged.append((name, other))

        async def run(instance: Instance) -> str:
            await _customers(instance, key).merge(name, other)
            return name

        return Asked("merge", (name, other), key, f"customer merged {name} {other}", EDITOR.name, run)

    def _splitting(self, name: str, other: str) -> Asked:
        """Think better of a merge, which may not have been made, or not be the last one any more."""
        key = self.crowd.desk.a_key()

        async def run(instance: Instance) -> str:
            await _customers(instance, key).split(name, other)
            return name

        return Asked("split", (name, other), key, f"customer split {name} {other}", EDITOR.name, run)

    def _blocking(self, name: str, *, is_blocked: bool) -> Asked:
        key, word = self.crowd.desk.a_key(), "blocked" if is_blocked else "unblocked"

        async def run(instance: Instance) -> str:
            await _customers(instance, key).block(name, is_blocked=is_blocked)
            return name

        return Asked("block", (name, is_blocked), key, f"customer {word} {name}", EDITOR.name, run)


def _customers(instance: Instance, key: str) -> Customers:
    return Customers(BUSINESS, Author(EDITOR.name, key), "", Context(instance.store, SECRET, instance.now()))
