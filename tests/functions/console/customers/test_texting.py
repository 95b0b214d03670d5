"""What a customer has said to staff about SMS is noted on their page, and holds everywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.settings.sms import SmsSettings
from shared.use_cases.sms.opt_outs import code_of, is_opted_out
from tests.functions.console.app import START, Console
from tests.support.builders import SECRET, a_calendar, a_person, a_service
from tests.support.telephones import ACCOUNT


PHONE = "+33612345670"
LIST = "/console/calendars/biz0clinic/customers"


@pytest.fixture
async def console():
    world = Console()
    people = [a_person("claire", role="team_member"), a_person("view", role="viewer")]
    await world.save(a_calendar(staff=people, services=[a_service(send_sms=True)]))
    settings = replace(world.services.settings, sms=SmsSettings(ACCOUNT))
    world.services = replace(world.services, settings=settings)
    for start, phone in ((START, PHONE), (START + timedelta(hours=1), "")):
        customer = {"name": "Ana" if phone else "Bob", "email": f"{phone or 'bob'}@example.com", "phone": phone}
        assert (await world.book(start, service="consultation", customer=customer)).status == 201
    return world


async def customer(console, name):
    page = (await console.open("claire", f"{LIST}?find={name}")).body.decode()
    return f"{LIST}/customer/{page.partition('/customers/customer/')[2].partition(chr(34))[0].partition('?')[0]}"


async def test_a_spoken_wish_is_noted_and_taken_back(console):
    path = await customer(console, "Ana")
    assert "Send no texts" in (await console.open("claire", path)).body.decode()
    assert "Send no text messages to Ana?" in (await console.open("claire", f"{path}/texts")).body.decode()
    done = await console.send("claire", f"{path}/texts")
    shown = (await console.open("claire", done.headers["Location"])).body.decode()
    assert "Wants no texts" in shown
    assert await is_opted_out(code_of(SECRET, PHONE), store=console.store)
    await console.send("claire", f"{path}/texts")
    assert not await is_opted_out(code_of(SECRET, PHONE), store=console.store)
    rows = [str(row.values) for row in console.table.rows("bookings", "biz0clinic") if row.key.startswith("Z|")]
    assert sum("customer texts" in one for one in rows) == 2


async def test_without_a_number_a_provider_or_the_right_there_is_nothing_to_note(console):
    path, other = await customer(console, "Ana"), await customer(console, "Bob")
    assert (await console.open("claire", f"{other}/texts")).status == 404
    assert "Send no texts" not in (await console.open("claire", other)).body.decode()
    assert (await console.open("view", f"{path}/texts")).status == 403
    settings = replace(console.services.settings, sms=SmsSettings())
    console.services = replace(console.services, settings=settings)
    assert (await console.open("claire", f"{path}/texts")).status == 404
