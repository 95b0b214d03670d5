"""Somebody who erases customers by hand while others book for them, and the retention that erases by time."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from shared.domain.appointments.customer import customer_named
from shared.domain.errors import AppointmentsToCome, Refusal
from shared.domain.personal_data.retention import Retention, RetentionClass
from shared.records.keys import customer_key
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES, erasure_key
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import as_found
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.retain import Retaining
from tests.simulation.people.clients import Client, Crowd
from tests.simulation.people.desk import NoAnswer
from tests.simulation.people.noting import Noting
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance, Lost
from tests.support.builders import SECRET


DONE = "done"
FEW = 40  # of each class in one go, so that it goes on often


class AtOnce(Retention):
    """Erases what is over, however short a while ago: a run lasts hours."""

    def before(self, name: RetentionClass, now: datetime) -> datetime | None:
        return now - timedelta(minutes=1) if self.days(name) else None


RULE = AtOnce(appointments=1, answers=1, messages=1)


async def erasing(instance: Instance, customer: str, key: str) -> None:
    author = Author(EDITOR.name, key)
    await Erasing(BUSINESS, author, Context(instance.store, SECRET, instance.now())).erase(customer)


async def retaining(instance: Instance, now: datetime) -> None:
    await Retaining(BUSINESS, RULE, instance.store, now, FEW).run()


class Eraser:
    """One of the crowd, whose dice are their own."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self.crowd, self.dice = crowd, Random(f"eraser {seed}")
        self.own = [Client(crowd, number) for number in range(40, 46)]  # nobody else is one of these

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            ways = (self._erase, self._race, self._race, self._race, self._refused, self._retain)
            await self.dice.choice(ways)()

    async def _erase(self) -> None:
        """Erase somebody, again with the same key where there was no answer; sometimes two people do."""
        customer = customer_named(SECRET, BUSINESS, f"c{self.dice.randrange(12)}@example.com")
        key = self.crowd.desk.a_key()
        times = self.dice.choice((1, 1, 2))
        ends = await asyncio.gather(
            *(self._run("erase", lambda one: erasing(one, customer, key)) for _ in range(times))
        )
        self._require_unlisted(customer, ends)

    async def _race(self) -> None:
        """Erase somebody who has called everything off, while they book again."""
        client = self.dice.choice(self.own)
        with suppress(Refusal, NoAnswer):
            await client.book()
        for _ in range(len(client.held)):
            with suppress(Refusal, NoAnswer):
                await client.cancel()
        customer, key = customer_named(SECRET, BUSINESS, client.email), self.crowd.desk.a_key()
        end, _ = await asyncio.gather(
            self._run("erase", lambda one: erasing(one, customer, key)), self._again(client)
        )
        self._require_unlisted(customer, [end])

    def _require_unlisted(self, customer: str, ends: Sequence[str]) -> None:
        """Note it if an erasure is under way in the list, though its last answer was that there is something to come."""
        if set(ends) != {AppointmentsToCome.code}:
            return
        watch = self.crowd.desk.watch
        listed = {row.key: row.values for row in watch.service.rows(ORGANISATION, ERASURES)}
        entry = listed.get(erasure_key(BUSINESS, customer), {})
        for row in watch.service.rows("bookings", BUSINESS, customer_key(customer)):
            created = as_found(customer, row.values).record.created_at
            if "before" in entry and created and entry["known"] == created.isoformat():
                watch.problems.append(f"the erasure of {customer} was refused, and they are listed as erased")

    async def _refused(self) -> None:
        """Erase somebody right after they have booked: it is refused, and nothing is written."""
        client, desk = self.dice.choice(self.own), self.crowd.desk
        before = len(client.held)
        with suppress(Refusal, NoAnswer):
            await client.book()
        if len(client.held) == before:
            return
        instance, customer = self.dice.choice(desk.instances), customer_named(SECRET, BUSINESS, client.email)
        table = Noting(instance.store.table)
        context = Context(TableStore(table), SECRET, instance.now())
        try:
            await instance.answer(Erasing(BUSINESS, Author(EDITOR.name, desk.a_key()), context).erase(customer))
            desk.watch.problems.append(f"{client.email} was erased with an appointment to come")
        except (Lost, Ambiguous):
            pass
        except AppointmentsToCome:
            desk.asked["erase refused"] += 1
            self._require_unlisted(customer, [AppointmentsToCome.code])
        written = (one for one in table.written if not one.startswith(f"{ORGANISATION} {ERASURES} "))  # withdrawn
        desk.watch.problems += [f"an erasure that was refused has written {one}" for one in written]

    async def _again(self, client: Client) -> None:
        await asyncio.sleep(self.dice.uniform(0, 0.5))
        with suppress(Refusal, NoAnswer):
            await client.book()

    async def _retain(self) -> None:
        now = self.crowd.now()
        await self._run("retain", lambda one: retaining(one, now))

    async def _run(self, kind: str, work: Callable[[Instance], object]) -> str:
        """Return the code of the refusal that was the first answer, or DONE; empty after any that was lost."""
        desk = self.crowd.desk
        for number in range(6):
            desk.asked[kind] += 1
            instance = self.dice.choice(desk.instances)
            try:
                await instance.answer(work(instance))  # type: ignore[arg-type]
            except (Lost, Ambiguous):
                continue
            except Refusal as refusal:
                desk.refused[refusal.code] += 1
                return "" if number else refusal.code  # what was lost may arrive yet
            except Exception as error:  # noqa: BLE001 - as of every other command
                desk.watch.problems.append(f"{kind} ended in {type(error).__name__}: {error}")
                return ""
            else:
                desk.asked[f"{kind} done"] += 1
                return DONE
        return ""
