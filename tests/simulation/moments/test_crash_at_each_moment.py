"""A process that dies at any moment of a command leaves it undone or done, and whoever asks again learns which."""

import asyncio
import random
from contextlib import suppress
from datetime import datetime

import pytest

from shared.storage.store import TableStore
from shared.use_cases.appointments.staff_request import AppointmentChange, CustomerInput, StaffBooking
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.simulation.people.desk import Asked, Desk
from tests.simulation.people.series_desk import SeriesDesk, every, repeating
from tests.simulation.people.staff_desk import StaffDesk
from tests.simulation.world.clinic import BUSINESS, HOUR, a_clinic
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.network import Network
from tests.simulation.world.post import Post
from tests.simulation.world.service import Direct, Service
from tests.simulation.world.watch import Watch
from tests.support.builders import SECRET
from tests.support.invariants import audit
from tests.support.virtual_time import VirtualTimeLoop


ANA = "ana@example.com"
STEP, WIDE = 0.001, 2  # a request takes several steps each way; but for `make prove`, every other will do
TOLD = 4  # minutes after which all are told of a series


async def dying_after(seconds: float, kind: str) -> list[str]:
    """Ask for something, kill the process, ask another one with the same key; return what is wrong."""
    service = Service()
    network, watch, dice = Network(service, random.Random(1)), Watch(service, BUSINESS), random.Random(2)
    await save_calendar(a_clinic(), key="first-save-of-all", store=TableStore(Direct(service)), secret=SECRET)
    post = Post(service, dice, slow=0)
    first, second = (Instance(name, network, post, apart=0) for name in ("first", "second"))
    desk = Desk([second], watch, dice)
    asked = await wish(kind, desk, service.clock() + 3 * HOUR)
    await drained(second)
    dying = asyncio.ensure_future(first.call(asked.run(first)))
    await asyncio.sleep(seconds)
    first.crash()
    with suppress(Lost):
        await dying
    await desk.ask(asked)
    await drained(second)
    told = [one.letter.sequence for one in post.arrived if one.letter.to == ANA]
    wanted = [1] if kind in ("book", "create") else [1, 2]
    wrong = [] if told == wanted else [f"told of {told}, not {wanted}"]
    return wrong + watch.problems + await audit(Direct(service), BUSINESS, secret=SECRET, deleted=watch.gone())


async def a_series_dying_after(seconds: float) -> list[str]:
    """Book a series, kill the process in the middle of it, ask another one with the same key; return what is wrong."""
    service = Service()
    network, watch, dice = Network(service, random.Random(1)), Watch(service, BUSINESS), random.Random(2)
    await save_calendar(a_clinic(), key="first-save-of-all", store=TableStore(Direct(service)), secret=SECRET)
    post = Post(service, dice, slow=0)
    first, second = (Instance(name, network, post, apart=0) for name in ("first", "second"))
    start, party = service.clock() + 3 * HOUR, CustomerInput(name="Ana", email=ANA)
    request = StaffBooking(service="visit", start=start, parties=(party,))
    series = SeriesDesk(Desk([second], watch, dice), request, every(HOUR, 3, request), "a-key-of-a-series")
    dying = asyncio.ensure_future(first.call(repeating(first, request, series.occurrences, series.key)))
    await asyncio.sleep(seconds)
    first.crash()
    with suppress(Lost):
        await dying
    await asyncio.sleep(1)  # what was sent arrives
    there = len(watch.appointments)
    for _ in range(TOLD):
        await drained(second)
        await asyncio.sleep(60)
    told = [len(one.letter.series) or 1 for one in post.arrived if one.letter.to == ANA]
    wrong = [] if sum(told) == there else [f"told of {told} where {there} were booked"]
    await series.book()
    for _ in range(TOLD):
        await drained(second)
        await asyncio.sleep(60)
    told = [len(one.letter.series) or 1 for one in post.arrived if one.letter.to == ANA]
    wrong += [] if told == [one for one in dict.fromkeys((there, 3)) if one] else [f"told of {told}"]
    wrong += [] if len(watch.appointments) == 3 else [f"{len(watch.appointments)} are booked"]
    return wrong + watch.problems + await audit(Direct(service), BUSINESS, secret=SECRET)


async def wish(kind: str, desk: Desk, start: datetime) -> Asked:
    """Return what is asked for, once there is what it is about."""
    orders = StaffDesk(desk)
    if kind == "create":
        parties = (CustomerInput(name="Ana", email=ANA), CustomerInput(name="Bob", email="bob@example.com"))
        return orders.create(StaffBooking(service="yoga", start=start, parties=parties))
    book = desk.book(ANA, "yoga", start, None)
    if kind == "book":
        return book
    booked = await desk.ask(book)
    await drained(desk.instances[0])
    return {
        "move": desk.move(booked.token, booked.id, start + HOUR, None),
        "cancel": desk.cancel(booked.token, booked.id),
        "change": orders.change(booked.appointment, AppointmentChange(start=start + HOUR)),
        "call off": orders.call_off(booked.appointment),
        "withdraw": orders.withdraw(booked.appointment),
    }[kind]


async def drained(instance: Instance) -> None:
    """Serve what is due, and then what that has left to do: a session's row gives its seats theirs."""
    await instance.send_due()
    await instance.send_due()


@pytest.mark.parametrize("kind", ["book", "move", "cancel", "create", "change", "call off", "withdraw"])
def test_death_at_each_moment_of_a_command_leaves_it_whole(kind: str, *, is_full: bool) -> None:
    for step in range(0, 60, 1 if is_full else WIDE):
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            assert runner.run(dying_after(step * STEP, kind)) == [], f"after {step * STEP} s"


def test_death_at_each_moment_of_a_series_books_each_of_it_once_and_tells_all(*, is_full: bool) -> None:
    for step in range(0, 300, 3 if is_full else 3 * WIDE):
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            assert runner.run(a_series_dying_after(step * STEP)) == [], f"after {step * STEP} s"
