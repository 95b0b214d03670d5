"""Short histories of one person, asked for by several clients of several instances, for the search of Wing and Gong."""

import asyncio
import gc
import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from shared.domain.appointments.appointment import TimeOff
from shared.domain.errors import Refusal
from shared.storage.store import TableStore
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.booking.result import Booked
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.simulation.one_person import Person, one_person
from tests.simulation.order.linear import is_linearizable
from tests.simulation.people.desk import Desk, Event, NoAnswer
from tests.simulation.people.staff_desk import StaffDesk
from tests.simulation.world.clinic import BUSINESS, a_clinic
from tests.simulation.world.instance import Instance
from tests.simulation.world.network import CALM, ROUGH, Network
from tests.simulation.world.post import Post
from tests.simulation.world.service import Direct, Service
from tests.simulation.world.watch import Watch
from tests.support.builders import SECRET
from tests.support.virtual_time import VirtualTimeLoop


HALF = timedelta(minutes=30)


async def a_history(seed: int, clients: int = 6, each: int = 8) -> tuple[list[Event], list[str]]:
    """Let clients contend for four starts of one person; return what each asked and was answered."""
    dice, service = random.Random(seed), Service()
    network = Network(service, random.Random(seed + 1), CALM)
    watch = Watch(service, BUSINESS)
    calendar = a_clinic(("claire",))
    await save_calendar(calendar, key="first-save-of-all", store=TableStore(Direct(service)), secret=SECRET)
    post = Post(service, dice)
    instances = [Instance(f"app{number}", network, post, apart=0) for number in range(3)]
    network.weather = replace(ROUGH, latency=0.02)
    desk, first = Desk(instances, watch, dice), service.clock() + timedelta(hours=3)
    off: list[TimeOff] = []
    orders = StaffDesk(desk)

    def a_start() -> object:
        return first + HALF * dice.randrange(4)

    async def client(number: int) -> None:
        held: list[Booked] = []
        for _ in range(each):
            await asyncio.sleep(dice.expovariate(20))
            with suppress(Refusal, NoAnswer):
                await something(f"c{number}@example.com", held)

    async def something(email: str, held: list[Booked]) -> None:
        roll = dice.random()
        tries = 1 if roll * 100 % 1 < 0.1 else 12
        if roll < 0.08:
            day = TimeOff(id="", staff="claire", title="Away", start=a_start(), end=first + 4 * HALF)
            off.append(day.model_copy(update={"id": str(await desk.ask(desk.take_off(day), tries))}))
        elif roll < 0.12 and off:
            await desk.ask(desk.put_off(dice.choice(off), a_start(), first + 4 * HALF), tries)
        elif roll < 0.18 and off:
            await desk.ask(desk.come_back(off.pop()), tries)
        elif roll < 0.55 or not held:
            service = dice.choice(("visit", "yoga"))
            held.append(await desk.ask(desk.book(email, service, a_start(), "claire"), tries))
        elif roll < 0.75:
            one = dice.choice(held)
            await desk.ask(desk.move(one.token, one.id, a_start(), "claire"), tries)
        elif roll < 0.85:
            name = dice.choice(held).appointment
            moved = orders.change(name, AppointmentChange(start=a_start()))
            await desk.ask(dice.choice((moved, moved, orders.call_off(name), orders.withdraw(name))), tries)
        else:
            one = held.pop(dice.randrange(len(held)))
            await desk.ask(desk.cancel(one.token, one.id), tries)

    async def crashes() -> None:
        while True:
            await asyncio.sleep(dice.expovariate(1))
            dice.choice(instances).crash()

    trouble = asyncio.create_task(crashes())
    await asyncio.gather(*(client(number) for number in range(clients)))
    trouble.cancel()
    await asyncio.sleep(70)
    return desk.history, watch.problems


def history_of(seed: int) -> tuple[list[Event], list[str]]:
    gc.collect()
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(a_history(seed))


def is_explained(history: list[Event]) -> bool:
    return is_linearizable(history, Person(), one_person)
