"""What a person typed is in no log of a whole life: booked, refused, failed, visited, searched for, exported, erased."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from urllib.parse import quote, urlencode

from functions.wiring import given
from shared.domain.access.permissions import Caller
from shared.use_cases.maintenance.sweep import sweep
from tests.functions.console.app import FORM, PEOPLE, START, Console, a_clinic
from tests.support.builders import MONDAY, a_key, a_person
from tests.support.edge import a_booking
from tests.support.fakes import UnreadableTable


EMAIL, PHONE = "zebulon.quagmire@person.example", "+33 6 99 88 77 66"
CUSTOMER = {"name": "Zebulon Quagmire", "email": EMAIL, "phone": PHONE, "notes": "a swollen xylophone"}
TYPED = ("zebulon", "quagmire", "99 88 77", "99887766", "33699", "xylophone", "ouagadougou")
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}
CUSTOMERS = "/console/calendars/biz0clinic/customers"


def found_in(text: str, *more: str) -> list[str]:
    lowered = text.lower()
    return [one for one in (*TYPED, *more) if one.lower() in lowered or quote(one.lower()) in lowered]


async def test_a_life_leaves_nothing_in_the_logs(caplog):
    caplog.set_level(logging.DEBUG)
    world = Console(now=MONDAY)
    await world.save(a_clinic(BOSS))
    tokens = await _booked_and_refused(world)
    await _visited(world)
    await _failed(world)
    await _looked_for_and_erased(world)
    world.now += timedelta(days=40)
    with given(world.services):
        await sweep(store=world.store)
    assert EMAIL not in str(world.table.rows("bookings", "biz0clinic"))
    assert caplog.text.count(" failed") == 2, "the faults are told"
    assert found_in(caplog.text, *tokens) == []


async def _booked_and_refused(world: Console) -> list[str]:
    """Book, move and cancel; be refused for what was typed, at the API and at pages. Return the links' tokens."""
    booked = await world.book(START, service="video", customer=CUSTOMER)
    assert booked.status == 201, booked.body
    world.join = booked.json()["joinUrl"].removeprefix("https://book.example.org")
    tokens = [world.join.rpartition("/")[2], booked.json()["manage"].rpartition("/")[2]]
    later = (await world.book(START + timedelta(hours=2), service="here", customer=CUSTOMER)).json()
    manage = later["manage"].rpartition("/")[2]
    tokens.append(manage)
    for path in ("manage", "join"):
        await world.call("GET", f"/book/clinic/{path}/{manage}", accept="text/html")
    assert (await world.call("DELETE", f"/api/clinic/appointments/{manage}")).status in (200, 204)
    wrong = a_booking(
        START, service="video", customer={**CUSTOMER, "shoeSize": "ouagadougou", "email": f"{EMAIL}@"}
    )
    assert (await world.call("POST", "/api/clinic/appointments", wrong, idempotency_key=a_key())).status == 422
    form = urlencode({**CUSTOMER, "email": f"{EMAIL}@", "start": "ouagadougou"}).encode()
    page = await world.call("POST", "/book/clinic/video/details", body=form, content_type=FORM, accept="text/html")
    assert page.status < 500
    return tokens


async def _visited(world: Console) -> None:
    """Come, write, and be met."""
    world.now = START
    assert (await world.ana("enter", {"name": "Zebulon Quagmire"})).status < 300
    told = await world.ana("tell", {"text": "I am in Ouagadougou"})
    assert told.status < 300, told.body
    await world.drain()


async def _failed(world: Console) -> None:
    """Mail is refused, mail is away, and the storage faults with what was asked for in its message."""
    world.postman.refused |= {EMAIL}
    await world.book(START + timedelta(hours=3), service="here", customer=CUSTOMER)
    await world.drain()
    world.postman.is_away = True
    await world.book(START + timedelta(hours=4), service="here", customer=CUSTOMER)
    for _ in range(3):
        await world.drain()
    world.postman.is_away = False
    broken = Console(UnreadableTable(lambda *asked: RuntimeError(f"{EMAIL} {asked}")), now=world.now)
    assert (await broken.book(START, customer=CUSTOMER)).status >= 500
    await broken.call("GET", f"/book/clinic?name={quote(EMAIL)}", accept="text/html")


async def _looked_for_and_erased(world: Console) -> None:
    world.now = START + timedelta(days=2)
    listed = await world.open("boss", f"{CUSTOMERS}?find=zebulon")
    (customer,) = set(re.findall(rf"{CUSTOMERS}/customer/([0-9a-f]+)", listed.body.decode()))
    await world.open("boss", f"/console/search?find={quote(EMAIL)}&calendar=biz0clinic")
    await world.open("desk", f"/console/queue?name={quote('Zebulon')}")
    assert (await world.open("boss", f"{CUSTOMERS}/customer/{customer}/data?format=json")).status == 200
    assert (await world.send("boss", f"{CUSTOMERS}/customer/{customer}/erase")).status == 303
    head = world.session(Caller("head", email="head@organisation.example"))
    asked = f"/console/organisation/customers?find={quote(EMAIL)}"
    assert (await world.call("GET", asked, cookie=head, accept="text/html")).status == 200
