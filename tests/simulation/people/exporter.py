"""Somebody who has customers looked for in all calendars, and erased while rounds are at that."""

import asyncio
import zlib
from collections.abc import Callable
from contextlib import suppress
from random import Random

from shared.domain.appointments.customer import customer_named
from shared.domain.errors import Refusal
from shared.records.keys import customer_key
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.exports import ALL_PARTS, EXPORTS
from shared.records.table import Ambiguous
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.personal_data.export.jobs import ask_export
from shared.use_cases.personal_data.export.work import run_exports
from tests.simulation.people.clients import Client, Crowd
from tests.simulation.people.desk import NoAnswer
from tests.simulation.people.eraser import DONE, Eraser, erasing
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.service import Service
from tests.support.builders import SECRET


async def asking(instance: Instance, said: str, key: str) -> None:
    context = Context(instance.store, SECRET, instance.now())
    await ask_export(said, subject=EDITOR.name, author=Author(EDITOR.name, key), context=context)


def exported(service: Service) -> str:
    """Return all that exports have found and still hold."""
    parts = service.rows(ORGANISATION, EXPORTS, ALL_PARTS.low)
    return "".join(zlib.decompress(row.values["data"]).decode() for row in parts)


class Exporter(Eraser):
    """One of the crowd, whose dice are their own."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        super().__init__(crowd, seed)
        self.dice = Random(f"exporter {seed}")
        self.own = [Client(crowd, number) for number in range(50, 56)]  # nobody else is one of these

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            await self._exported()

    async def _exported(self) -> None:
        """Erase somebody who has called everything off while an export looks for them: then it has nothing of them."""
        client, desk = self.dice.choice(self.own), self.crowd.desk
        with suppress(Refusal, NoAnswer):
            await client.book()
        for _ in range(len(client.held)):
            with suppress(Refusal, NoAnswer):
                await client.cancel()
        customer, key = customer_named(SECRET, BUSINESS, client.email), desk.a_key()
        await self._run("export", lambda one: asking(one, client.email, key))
        looking = asyncio.ensure_future(self._rounds())
        await asyncio.sleep(self.dice.uniform(0, 0.4))
        end = await self._run("erase", lambda one: erasing(one, customer, key))
        await looking
        is_gone = not desk.watch.service.rows("bookings", BUSINESS, customer_key(customer))
        if end == DONE and is_gone and client.email in exported(desk.watch.service):
            desk.watch.problems.append(f"{client.email} was erased, and is in an export")

    async def _rounds(self) -> None:
        """Go on with exports, in rounds that may break off."""
        for _ in range(self.dice.randint(1, 4)):
            await asyncio.sleep(self.dice.uniform(0, 0.3))
            instance = self.dice.choice(self.crowd.desk.instances)
            with suppress(Lost, Ambiguous, Refusal):
                await instance.call(run_exports(store=instance.store))
                self.crowd.desk.asked["export round"] += 1
