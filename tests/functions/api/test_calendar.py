"""GET /api/{business}: what anybody may know of a calendar, as it is now."""

import asyncio
from dataclasses import replace

from shared.storage.calendars import JUST_READ
from tests.support.edge import clinic


async def test_a_published_calendar_is_shown(world):
    answer = await world.call("GET", "/api/clinic")
    assert answer.status == 200
    assert answer.json()["timeZone"] == "Europe/Paris"
    assert [one["id"] for one in answer.json()["services"]] == ["consultation", "course", "detailed", "solo"]


async def test_its_name_in_the_address_has_no_case(world):
    shown = await world.call("GET", "/api/clinic")
    assert (await world.call("GET", "/api/CLINIC")).body == shown.body
    assert (await world.call("GET", "/book/Clinic")).status == 200


async def test_nobody_who_is_not_listed_is_named(world):
    answer = await world.call("GET", "/api/clinic")
    assert [one["id"] for one in answer.json()["staff"]] == ["claire", "omar"]
    assert b"vera" not in answer.body.lower()
    assert b"secret" not in answer.body.lower()


async def test_no_address_of_staff_is_told(world):
    answer = await world.call("GET", "/api/clinic")
    assert b"claire@" not in answer.body


async def test_a_change_by_another_process_is_seen_in_a_moment(world):
    other = world.another_process()
    await world.call("GET", "/api/clinic")
    await asyncio.sleep(JUST_READ)
    await other.save(clinic(name="Other Clinic"))
    assert (await world.call("GET", "/api/clinic")).json()["name"] == "Other Clinic"


async def test_a_price_is_a_plain_decimal(world):
    from decimal import Decimal

    from shared.domain.calendar.service import Price

    calendar = clinic()
    services = dict(calendar.services.items())
    price = Price(kind="fixed", amount=Decimal("1E+2"))
    services["solo"] = services["solo"].model_copy(update={"price": price})
    await world.save(replace(calendar, services=services))
    shown = {one["id"]: one["price"] for one in (await world.call("GET", "/api/clinic")).json()["services"]}
    assert shown["solo"] == {"kind": "fixed", "amount": "100", "currency": "EUR"}
    assert shown["course"] == {"kind": "not_set"}
