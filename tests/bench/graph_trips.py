"""The Graph API's storage round trips one after another, as the app itself reports them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx

from infra.local import pieces
from infra.local.demo.people import APPLICATION, ORGANISATION_ADMINISTRATOR
from infra.local.demo.token import token
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.bench.days.calendars import many, noon_today, save
from tests.bench.system import app
from tests.bench.table import Row
from tests.bench.trips import TRIES, least


if TYPE_CHECKING:
    from infra.local.pieces import Azurite

PATIENT = 60
BOOKINGS = 120


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    for people in (100, 1000):
        await save(many(people, f"graph{people}"), TableStore(adapter), noon_today(), months=1)
    await adapter.close()
    port = pieces.free_port()
    async with (
        pieces.identity_provider(f"http://localhost:{port}") as provider,
        app(tables, port=port, more=provider.settings) as running,
    ):
        tokens = [token(provider.url, one) for one in (ORGANISATION_ADMINISTRATOR, APPLICATION)]
        return [row for people in (100, 1000) for row in await _of(running.url, tokens, people)]


async def _of(url: str, tokens: list[str], people: int) -> list[Row]:
    root = f"{url}/v1.0/solutions/bookingBusinesses/b-graph{people}"
    person, program = (
        httpx.AsyncClient(headers={"Authorization": f"Bearer {one}"}, timeout=PATIENT) for one in tokens
    )
    first = noon_today().replace(hour=0) + timedelta(days=7)
    async with person, program:
        made = [
            await person.post(f"{root}/appointments", json=_booking(first, number)) for number in range(BOOKINGS)
        ]
        week = {"start": first.isoformat(), "end": (first + timedelta(days=7)).isoformat()}
        asked = {
            "staffIds": [f"p{number:04d}" for number in range(people)],
            "startDateTime": {"dateTime": f"{first:%Y-%m-%dT%H:%M:%S}"},
            "endDateTime": {"dateTime": f"{first + timedelta(days=31):%Y-%m-%dT%H:%M:%S}"},
        }
        found = {
            "a page of appointments": [await person.get(f"{root}/appointments") for _ in range(TRIES)],
            "calendarView of a week": [
                await person.get(f"{root}/calendarView", params=week) for _ in range(TRIES)
            ],
            "getStaffAvailability of a month": [
                await program.post(f"{root}/getStaffAvailability", json=asked) for _ in range(TRIES)
            ],
        }
        assert len(found["calendarView of a week"][0].json()["value"]) == 100
        ones = [f"{root}/appointments/{one.json()['id']}" for one in made[:TRIES]]
        changes = {
            "create": made,
            "change": [await person.patch(one, json={"serviceNotes": "x"}) for one in ones],
            "cancel": [await person.post(f"{one}/cancel", json={}) for one in ones],
        }
    rows = [_row(f"{name}, {people} staff", answers, 1) for name, answers in found.items()]
    return rows + [_row(f"{name} an appointment, {people} staff", answers, 3) for name, answers in changes.items()]


def _booking(first, number: int) -> dict:
    start = first + timedelta(hours=8 + number % 8, days=number // 40)
    return {
        "serviceId": "visit",
        "startDateTime": {"dateTime": f"{start:%Y-%m-%dT%H:%M:%S}"},
        "staffMemberIds": [f"p{number % 100:04d}"],
        "customers": [{"name": "Ana", "emailAddress": f"c{number}@bench.example"}],
        "isOverbooked": True,  # whatever else is in the ledger
    }


def _row(name: str, answers: list[httpx.Response], limit: int) -> Row:
    spent = least(answers)
    return Row(f"Graph: {name}", spent.depth, "", limit, note=f"{spent.requests} requests")
