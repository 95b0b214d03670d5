"""Thousands of reminders of one minute, through a provider of thirty a second, while others book: in virtual time."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from shared.domain.appointments.customer import Customer
from shared.domain.appointments.messages import Message
from shared.domain.appointments.recipients import Channel
from shared.domain.appointments.reminders import reminders
from shared.records.appointments import appointment_rows
from shared.records.markers import SHARDS
from shared.records.table import Operation
from shared.records.work import work_rows
from shared.storage.store import TableStore
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.messages.send_due import send_due
from shared.use_cases.sms.texter import NoTexter, SmsHandover
from tests.support.builders import (
    A_REMINDER,
    SECRET,
    a_business,
    a_calendar,
    a_key,
    a_person,
    a_request,
    a_seat,
    a_service,
    an_appointment,
)
from tests.support.clinic import TEN
from tests.support.fakes import MemoryTable, Postman, loop_clock
from tests.support.figures import say
from tests.support.virtual_time import virtually


MANY, RATE = 10_000, 30.0  # reminders; messages a second that the provider takes
FEW, SLOW = 360, 3.0  # as long, for fewer
LATENCY = 0.15  # seconds until it answers one
CALENDARS = 20
EVERY = 7.0  # seconds between two bookings
TICK = 10.0  # seconds between two runs of the timer, of which there is one at a time


class Paced:
    """A provider of mail and SMS that takes so many a second, and has the rest wait for their turn."""

    reports = False

    def __init__(self, rate: float) -> None:
        self.rate, self.free_at = rate, 0.0
        self.taken: list[tuple[float, Message]] = []

    async def deliver(self, message: Message, now: object) -> None:
        clock = asyncio.get_running_loop().time
        self.free_at = max(self.free_at, clock()) + 1 / self.rate
        await asyncio.sleep(self.free_at - clock() + LATENCY)
        self.taken.append((clock(), message))

    def sender_for(self, number: str) -> str:
        return "+15005550006" if number else ""

    async def send(self, message: Message, handover: SmsHandover, now: object) -> None:
        await self.deliver(message, now)

    async def say(self, handover: SmsHandover, text: str) -> None:
        raise AssertionError(f"nobody answers, so that nothing is confirmed to {handover.number}: {text}")


async def due_at_once(table: MemoryTable, store: TableStore, many: int, channel: Channel) -> None:
    """Write appointments whose reminders are due at the same minute, a part in each calendar."""
    is_sms = channel == "sms"
    due = TEN - A_REMINDER.offset
    for place in range(CALENDARS):
        name = f"biz{place:02d}"
        service = a_service(reminders=(A_REMINDER,), staff=("claire", "marc"), send_sms=is_sms)
        people = [a_person(one, email=f"{one}.{name}@x.example") for one in ("claire", "marc")]
        calendar = a_calendar(a_business(id=name, slug=name), [service], people)
        await save_calendar(calendar, key=a_key(), store=store, secret=SECRET)
        await store.markers.write(name, {due})
        for number in range(many // CALENDARS):
            who = Customer(name="Ana", phone=f"+3361{place:02d}{number:05d}") if is_sms else a_seat().customer
            seat = a_seat(
                id=f"seat{place:02d}x{number:05d}", customer=who, customer_id=f"c{number:05d}", wants_sms=is_sms
            )
            one = an_appointment(TEN, id=seat.id, seat=seat)
            rows = appointment_rows(one) | work_rows(reminders(service, one, seat, due - timedelta(hours=1)))
            await table.transact(
                "bookings", name, [Operation("upsert", key, row or {}) for key, row in rows.items()]
            )


async def timer(store: TableStore, provider: Paced, channel: Channel, is_over: asyncio.Event) -> None:
    names = count()
    mailer = provider if channel == "mail" else Postman()
    texter = provider if channel == "sms" else NoTexter()
    while not is_over.is_set():
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(TICK - clock() % TICK)
        context = Context(store, SECRET, loop_clock())
        worker = f"run{next(names)}"
        await send_due(context=context, mailer=mailer, texter=texter, shards=SHARDS, worker=worker)


async def book(store: TableStore, number: int, channel: Channel) -> tuple[str, float]:
    """Book by somebody else; return the id of their seat and the moment."""
    place = f"biz{number % CALENDARS:02d}"
    customer = {"name": "L", "email": f"late{number}@example.com", "phone": f"+336990{number:05d}"}
    start = TEN + timedelta(days=3, minutes=30 * (number // CALENDARS))
    consent = {"sms_consent": "Text me!"} if channel == "sms" else {}
    request = a_request(start, customer=customer, **consent)
    calendar = await store.calendars.find(place)
    context = Context(store, SECRET, loop_clock())
    done = await create_appointment(request, key=a_key(), calendar=calendar, context=context)
    return done.id, asyncio.get_running_loop().time()


@pytest.mark.parametrize("channel", ["mail", "sms"])
@virtually
async def test_they_leave_in_ten_minutes_and_no_confirmation_waits_a_minute(
    channel: Channel, *, is_full: bool
) -> None:
    many, rate = (MANY, RATE) if is_full else (FEW, SLOW)
    table, provider, is_over = MemoryTable(), Paced(rate), asyncio.Event()
    store, clock = TableStore(table, seed="many"), asyncio.get_running_loop().time
    await due_at_once(table, store, many, channel)
    await asyncio.sleep((TEN - A_REMINDER.offset - loop_clock()).total_seconds())
    began, booked = clock(), []
    running = asyncio.create_task(timer(store, provider, channel, is_over))
    while sum(one.kind == "reminder" for _, one in provider.taken) < many:
        assert clock() - began < 1200, f"{len(provider.taken)} of {many} left in twenty minutes"
        booked.append(await book(store, len(booked), channel))
        await asyncio.sleep(EVERY)
    await asyncio.sleep(60)
    is_over.set()
    await running
    left = [at for at, one in provider.taken if one.kind == "reminder"]
    told = {one.uid: at for at, one in reversed(provider.taken) if one.kind == "confirmation"}
    waits = [told[seat] - at for seat, at in booked]
    say(
        f"{many:,} reminders of one minute by {channel} left in {(max(left) - began) / 60:.1f} minutes at {rate:.0f} a second;"
        f" of {len(waits)} confirmations meanwhile the slowest waited {max(waits):.0f} s"
    )
    assert len(left) == many
    assert max(left) - began <= 600
    assert max(waits) <= 60
