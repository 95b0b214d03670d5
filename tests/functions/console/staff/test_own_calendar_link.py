"""A person connects their own calendar by the link in their mail, without an account."""

import html
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from shared.use_cases.free_busy.connect import find_own
from shared.use_cases.free_busy.connect_link import connect_token
from tests.functions.console.app import FORM, PEOPLE, START, a_clinic, a_console, hidden
from tests.support.builders import SECRET, a_person
from tests.support.outside.published import published, reads


GAST = "/console/calendars/biz0clinic/staff/person/gast/own-calendar"
EMAIL = "gast@clinic.example"


@pytest_asyncio.fixture
async def office():
    async with published() as calendar:
        console = await a_console()
        await console.save(a_clinic({**PEOPLE, "alma": a_person("alma", role="administrator")}))
        reads(console, calendar.origin)
        console.outside = calendar
        gast = (await console.store.calendars.find("clinic")).staff["gast"]
        console.link = f"/own-calendar/{connect_token(SECRET, 'biz0clinic', gast, console.now)}"
        yield console


async def send(office, **form):
    body = urlencode({"key": "k" * 24, **form}).encode()
    return await office.call("POST", office.link, body=body, content_type=FORM, accept_language="en")


async def page(office):
    answer = await office.call("GET", office.link, accept_language="en")
    assert answer.status == 200
    return html.unescape(answer.body.decode())


async def state(office):
    return await find_own(EMAIL, store=office.store)


async def test_it_is_connected_and_disconnected(office):
    office.outside.add(START, START + timedelta(hours=1))
    answer = await send(office, act="connect", kind="feed", url=office.outside.url)
    assert answer.headers["Location"] == f"{office.link}?news=saved"
    assert "Feed at 127.0.0.1" in await page(office)
    assert (await office.store.calendars.reload("biz0clinic")).staff["gast"].minds_personal_calendar
    assert (await send(office, act="disconnect")).status == 303
    assert await state(office) is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"url": ""}, "Enter the address of the calendar"),
        ({"url": "https://" + "x" * 2000}, "This is too long"),
        ({"url": "http://10.0.0.1/x.ics"}, "This address can’t be used"),
        ({"url": "{}/nothing.ics"}, "knows no calendar"),
    ],
)
async def test_what_cannot_be_read_is_said_at_its_field_and_what_was_typed_stays(office, form, said):
    form = {name: text.format(office.outside.origin) for name, text in form.items()}
    answer = await send(office, act="connect", user="gast", **form)
    text = html.unescape(answer.body.decode())
    assert answer.status == 422
    assert said in text
    assert 'value="gast"' in text
    assert await state(office) is None


async def test_a_link_is_void_when_it_is_old_or_forged_or_the_address_is_another_one(office):
    assert (await office.call("GET", "/own-calendar/forged")).status == 404
    assert (await send(office, act="explode")).status == 400
    office.now += timedelta(days=31)
    assert (await office.call("GET", office.link)).status == 404
    assert (await send(office, act="connect", url=office.outside.url)).status == 404


async def test_an_administrator_has_the_link_mailed(office):
    form = hidden(await office.open("alma", GAST))
    answer = await office.post("alma", f"{GAST}/act", act="mail", **form)
    assert answer.headers["Location"].endswith("news=mailed")
    await office.drain()
    (mail,) = [one for one in office.postman.to(EMAIL) if one.kind == "connect_calendar"]
    assert (await office.call("GET", f"/own-calendar/{mail.calendar_token}")).status == 200
