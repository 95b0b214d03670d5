"""A clinic over a table in memory, with everything that can be done to it, on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Reminder
from shared.domain.errors import InvalidFields, Refusal, TryAgain
from shared.domain.timeline.ledger import Ledger
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, DECISION, LEDGER, SEAT, appointment_key
from shared.records.markers import SHARDS, markers_until
from shared.records.table import Row, Table
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import cancel_appointment
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.booking.find_appointment import ManagedBooking, find_appointment
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.booking.result import Booked
from shared.use_cases.calendars.change_time_off import add_time_off, remove_time_off
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.send_due import send_due
from tests.support.builders import A_REMINDER, MONDAY, SECRET, a_calendar, a_key, a_person, a_request, a_service
from tests.support.fakes import MemoryTable, Postman, loop_clock
from tests.support.faulty_table import FaultyTable, at_random
from tests.support.invariants import audit
from tests.support.watching_store import NamingStore


TEN = MONDAY + timedelta(days=1, hours=2)  # Tuesday 10:00 in Paris
HALF = timedelta(minutes=30)
IN_THREE_DAYS = TEN + timedelta(days=3)
ANA, BOB = "ana@example.com", "bob@example.com"
DESK = Actor("desk")


def whoever(email: str) -> dict[str, str]:
    return {"name": email.partition("@")[0].title(), "email": email}


def three_people(**service: Any) -> Calendar:
    staff = [a_person(name) for name in ("claire", "marc", "zoe")]
    return a_calendar(staff=staff, services=[a_service(staff=("claire", "marc", "zoe"), **service)])


def a_group(seats: int = 3, staff: Sequence[str] = ("claire",), **service: Any) -> Calendar:
    people = [a_person(name) for name in staff]
    return a_calendar(
        staff=people, services=[a_service("yoga", maximum_attendees=seats, staff=tuple(staff), **service)]
    )


def reminding() -> Calendar:
    """A day ahead, and an hour after the visit."""
    follow_up = Reminder(offset=timedelta(hours=1), message="How was it?")
    return a_calendar(services=[a_service(reminders=(A_REMINDER,), follow_up=follow_up)])


class World:
    """One process of the app; `beside()` is another one over the same table."""

    def __init__(self, inner: MemoryTable, calendar: Calendar, postman: Postman) -> None:
        self.inner, self.calendar, self.postman = inner, calendar, postman
        self.table = FaultyTable(inner)
        self.store = NamingStore(self.table, seed="world")
        self.skew = timedelta()  # how far this machine's clock is ahead of the service's
        self.secret = SECRET

    @classmethod
    async def opened(cls, calendar: Calendar | None = None, table: MemoryTable | None = None) -> Self:
        world = cls(table or MemoryTable(), calendar or a_calendar(), Postman())
        await world.save(world.calendar)
        return world

    def unreliable(self, count: int, rate: float, seed: int) -> list["World"]:
        """Processes beside this one, of whose calls so many go wrong, each by dice of its own."""
        processes = [self.beside() for _ in range(count)]
        for number, process in enumerate(processes):
            process.table.plan = at_random(rate, seed + number)
        return processes

    def beside(self, calendar: Calendar | None = None) -> "World":
        return World(self.inner, calendar or self.calendar, self.postman)

    @property
    def now(self) -> datetime:
        return loop_clock() + self.skew

    @property
    def business(self) -> str:
        return self.calendar.business.id

    def args(self) -> dict[str, Any]:
        return {"calendar": self.calendar, "context": Context(self.store, self.secret, self.now)}

    async def save(self, calendar: Calendar) -> None:
        await save_calendar(calendar, key=a_key(), store=self.store, secret=SECRET)
        self.calendar = await self.store.calendars.find(calendar.business.slug)

    async def change_business(self, **changes: Any) -> None:
        """Change settings as another process would: this one's copy stays as it is."""
        calendar = self.calendar
        business = calendar.business.model_copy(update=changes)
        await self.beside().save(replace(calendar, business=business))

    async def change_service(self, name: str = "consultation", **changes: Any) -> None:
        services = {**self.calendar.services, name: self.calendar.services[name].model_copy(update=changes)}
        await self.beside().save(replace(self.calendar, services=services))

    async def book(self, start: datetime = TEN, *, key: str = "", email: str = ANA, **changes: Any) -> Booked:
        if "yoga" in self.calendar.services:
            changes.setdefault("service", "yoga")
        request = a_request(start, customer=whoever(email), **changes)
        return await create_appointment(request, key=key or a_key(), **self.args())

    async def move(self, token: str, start: datetime, staff: str | None = None, *, key: str = "") -> Booked:
        request = MoveRequest(start=start, staff=staff)
        return await move_appointment(token, request, key=key or a_key(), **self.args())

    async def cancel(self, token: str, *, key: str = "") -> Booked:
        return await cancel_appointment(token, key=key, **self.args())

    async def reassign(
        self, appointment: str, *staff: str, key: str = "", editor: Actor = DESK
    ) -> tuple[str, ...]:
        key = key or a_key()
        serving, _ = await reassign_appointment(appointment, staff, key=key, editor=editor, **self.args())
        return serving

    async def take_off(self, staff: str, start: datetime, end: datetime, *, key: str = "") -> TimeOff:
        off = TimeOff(id="", staff=staff, title="Holiday", start=start, end=end)
        made = await add_time_off(off, key=key or a_key(), actor="desk", **self.args())
        return off.model_copy(update={"id": made})

    async def come_back(self, off: TimeOff, *, key: str = "") -> None:
        await remove_time_off(off, key=key or a_key(), actor="desk", **self.args())

    async def find(self, token: str) -> ManagedBooking:
        return await find_appointment(token, **self.args())

    async def offered(self, service: str = "", days: int = 1, staff: str | None = None) -> list[datetime]:
        """The starts that the page shows from Tuesday on."""
        name = service or next(iter(self.calendar.services))
        first = TEN.date()
        request = SlotsRequest(name, first, first + timedelta(days=days - 1), "Europe/Paris", staff)
        offer = await find_slots(request, calendar=self.calendar, store=self.store, now=self.now)
        return [slot.start for slot in offer.slots()]

    async def tick(self, worker: str = "", **more: Any) -> SendCounts:
        return await send_due(
            context=Context(self.store, self.secret, self.now),
            mailer=self.postman,
            worker=worker or a_key(),
            shards=SHARDS,
            **more,
        )

    async def tick_and_stop(self, steps: int) -> None:
        """Let the timer begin, and stop it after so many steps of it."""
        run = asyncio.create_task(self.tick("stopped"))
        for _ in range(steps):
            await asyncio.sleep(0)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

    async def tick_for(self, length: timedelta, every: float = 10) -> SendCounts:
        """Run the timer until `length` has passed, whenever something is due."""
        tally, end = SendCounts(), self.now + length
        while self.now < end:
            tally += await self.tick() if self.is_due() else SendCounts()
            await asyncio.sleep(every)
        return tally

    def is_due(self) -> bool:
        """Say whether a run of the timer would find anything: without that, it reads and does nothing."""
        last = markers_until(self.now).high
        return any(row.key <= last for shard in SHARDS for row in self.inner.rows("due", shard))

    async def wait_until(self, moment: datetime) -> None:
        await asyncio.sleep((moment - self.now).total_seconds())

    async def purge(self) -> None:
        """Let what was decided on commands be forgotten."""
        await asyncio.sleep(timedelta(hours=73).total_seconds())
        await self.sweep()
        assert self.rows(DECISION) == {}

    async def sweep(self) -> int:
        return (await sweep(store=self.store)).markers

    def rows(self, prefix: str) -> dict[str, Row]:
        return {row.key: row for row in self.inner.rows("bookings", self.business) if row.key.startswith(prefix)}

    def markers(self) -> list[str]:
        return sorted(row.key.partition("|")[0] for shard in SHARDS for row in self.inner.rows("due", shard))

    def appointment(self, name: str) -> Appointment:
        return load_row(Appointment, self.rows(APPOINTMENT)[appointment_key(name)])

    def seat(self, appointment: str, name: str) -> Seat:
        return load_row(Seat, self.rows(SEAT)[f"S|{appointment}|{name}"])

    def ledger(self, staff: str, month: str = "202701") -> Ledger:
        row = self.rows(LEDGER).get(f"L|{month}|{staff}")
        return Ledger.from_row(row.values if row else None)

    def claimed(self, staff: str, month: str = "202701") -> int:
        """How many ticks a person has claimed."""
        return sum(plane.bit_count() for plane in self.ledger(staff, month).claimed)

    async def problems(self) -> list[str]:
        table: Table = self.inner
        return await audit(table, self.business, secret=SECRET)


async def refusal_of(run: Any) -> str:
    """The code of the refusal that a call ends in; nothing where it is not refused."""
    try:
        await run
    except Refusal as refusal:
        return refusal.code
    return ""


async def errors_of(run: Awaitable[Any]) -> list[str]:
    """The fields that a call is refused for."""
    try:
        await run
    except InvalidFields as wrong:
        return [one.pointer for one in wrong.errors]
    return []


async def settled(processes: Sequence[World]) -> None:
    """Wait until nothing of theirs is on its way any more."""
    for process in processes:
        await process.table.settled()


async def persisting(call: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any) -> Any:
    """Do as clients do: repeat with the same key while there is no answer."""
    for _ in range(20):
        try:
            return await call(*arguments, **more)
        except TryAgain:
            continue
    raise TryAgain
