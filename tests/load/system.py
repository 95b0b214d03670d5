"""The app on its development host as a customer meets it: over HTTP, with keys, repeating what got no answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp

from infra.local import pieces
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.policy import SchedulingPolicy
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.support.app_settings import settings_of
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.invariants import audit


ROUND_THE_CLOCK = (((0, 1440),),) * 7
HALF = timedelta(minutes=30)
NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)
_numbers = count(1)


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    transactions: int
    seconds: float
    tries: int = 1


@dataclass
class Client:
    """Sends a command until it has an answer: 2xx or 4xx."""

    url: str
    session: aiohttp.ClientSession
    unclear: int = 0

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str = "",
        patience: float = 240,
    ) -> Answer:
        started, tries, headers = time.perf_counter(), 0, {"Idempotency-Key": key} if key else {}
        while True:
            tries += 1
            try:
                async with self.session.request(method, self.url + path, json=body, headers=headers) as answer:
                    document = await answer.json(content_type=None)
                    if answer.status < 500:
                        took = time.perf_counter() - started
                        return Answer(answer.status, document, _transactions(answer), took, tries)
            except (*NO_ANSWER, ValueError):
                pass
            self.unclear += 1
            if time.perf_counter() - started > patience:
                raise TimeoutError(f"no answer to {method} {path} in {patience} s")
            await asyncio.sleep(0.1 * min(tries, 10))


def _transactions(answer: aiohttp.ClientResponse) -> int:
    timing = answer.headers.get("Server-Timing", "")
    return int(timing.rpartition('transactions;desc="')[2].partition('"')[0] or 0)


@dataclass
class Clinic:
    """One calendar in the running system, and how it is used and checked."""

    calendar: Calendar
    tables: Tables
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"/api/{self.calendar.business.slug}/appointments"

    async def audit(self, mails: "Mails | None" = None) -> list[str]:
        return await audit(
            self.tables,
            self.calendar.business.id,
            secret=SECRET,
            acknowledged=list(self.acknowledged),
            refused_keys=self.refused,
            delivered=mails.told if mails else None,
        )

    async def book(self, client: Client, start: datetime, **more: Any) -> Answer:
        number, key = next(_numbers), a_key()
        customer = {"name": f"Party {number}", "email": f"party{number}@example.org"}
        body = {"service": "visit", "start": start.isoformat(), "customer": customer, **more}
        answer = await client.send("POST", self.path, body, key=key)
        if answer.status == 201:
            self.acknowledged[answer.body["seat"]] = customer["email"]
        else:
            self.refused.add(key)
        return answer


async def open_clinic(
    tables: Tables, *, people: int = 1, quiet: bool = True, domain: str = "", **service: Any
) -> Clinic:
    """A calendar of its own, open round the clock. `quiet` sends no mails.

    Its people work nowhere else, but for those of other calendars with the same `domain`.
    """
    number = next(_numbers)
    domain = domain or f"pressure{number}.example"
    staff = [a_person(f"p{one:02d}", email=f"p{one:02d}@{domain}") for one in range(people)]
    business = a_business(
        id=f"biz0pressure{number}",
        slug=f"pressure{number}",
        email="",
        time_zone="UTC",
        hours=ROUND_THE_CLOCK,
        policy=SchedulingPolicy(maximum_advance=timedelta(days=60)),
    )
    visit = a_service(
        "visit",
        staff=tuple(one.id for one in staff),
        **{"confirm_staff": False, "confirm_customer": not quiet, **service},
    )
    calendar = a_calendar(business=business, services=[visit], staff=staff)
    await save_calendar(calendar, key=a_key(), store=TableStore(tables), secret=SECRET)
    return Clinic(calendar, tables)


async def open_offices(tables: Tables, count: int) -> list[Clinic]:
    """So many calendars of one person, each with the settings as they are when all are there."""
    domain = f"offices{next(_numbers)}.example"
    clinics = [await open_clinic(tables, domain=domain) for _ in range(count)]
    store = TableStore(tables)
    return [replace(one, calendar=await store.calendars.find(one.calendar.business.slug)) for one in clinics]


def midnight(days: int) -> datetime:
    """The midnight that comes in so many days."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


@asynccontextmanager
async def running_app(
    connection_string: str, prefix: str, log: Path, *, smtp: str = "smtp://127.0.0.1:9", port: int | None = None
) -> AsyncIterator[pieces.Piece]:
    mail = {"OPENSLOT_SMTP": smtp, "OPENSLOT_MAIL_FROM": "bookings@openslot.example"}
    env = settings_of(connection_string, prefix, "http://localhost:7071", **mail)
    async with pieces.host(env=env, log=log, port=port) as app:
        yield app


@asynccontextmanager
async def a_client(url: str) -> AsyncIterator[Client]:
    timeout, connector = aiohttp.ClientTimeout(total=40), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        yield Client(url, session)


class Mails:
    """What reached the mailbox, by the seat and version that each mail's calendar file names."""

    def __init__(self, folder: Path) -> None:
        self.by_seat: dict[str, list[tuple[int, str]]] = {}
        self.count = 0
        for file in folder.rglob("*.eml"):
            self.count += 1
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
            lines = part.get_content().splitlines()
            seat = _value(lines, "UID").partition("@")[0]
            self.by_seat.setdefault(seat, []).append((int(_value(lines, "SEQUENCE")), _value(lines, "METHOD")))

    def told(self, seat: str, version: int) -> bool:
        return any(sequence == version for sequence, _ in self.by_seat.get(seat, ()))

    @property
    def duplicates(self) -> int:
        return sum(len(told) - len(set(told)) for told in self.by_seat.values())


def _value(lines: Sequence[str], name: str) -> str:
    return next(line.partition(":")[2] for line in lines if line.startswith(name))


def percentiles(seconds: Sequence[float]) -> str:
    found = quantiles(seconds, n=100) if len(seconds) > 1 else [*seconds] * 99
    return f"p50 {found[49] * 1000:.0f} ms, p99 {found[98] * 1000:.0f} ms"
