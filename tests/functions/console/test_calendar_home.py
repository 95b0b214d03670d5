"""A calendar's home: who waits and comes next, what needs attention, and the figures of the last days."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from shared.domain.appointments.messages import REFUSED, OutboxEntry
from shared.domain.appointments.recipients import BUSINESS as BUSINESS_ITSELF
from shared.domain.appointments.recipients import CUSTOMER, Recipient
from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Price
from shared.records.codec import dump
from shared.records.keys import failed_key, work_key
from shared.records.table import Operation
from tests.functions.console.app import PEOPLE, START, Console, a_clinic, a_console
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service


CLINIC, HOME = "biz0clinic", "/console/calendars/biz0clinic"
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}


async def home(world: Console, who: str = "boss") -> str:
    answer = await world.open(who, HOME)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def checks(html: str) -> dict[str, bool]:
    """What is needed until customers can book, and whether it is done."""
    items = re.findall(r'<li class="(is-done)?">.*?</svg>(.*?)</li>', html, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", text).removesuffix(": done"): bool(done) for done, text in items}


async def test_a_published_page_that_can_be_booked_needs_nothing():
    world = Console(now=MONDAY)
    await world.save(a_clinic(BOSS))
    html = await home(world)
    assert checks(html) == {}
    assert 'value="https://book.example.org/book/clinic"' in html
    assert "Today at 8:00\u202fAM, a customer can book from today" in html
    assert re.search(r"\d+ times are available in the next two weeks", html)


async def test_what_is_missing_is_listed_with_the_way_to_it():
    world = Console(now=MONDAY)
    service = a_service(staff=("eye",))
    business = a_business(page=BookingPage(), hours=((),) * 7)
    eye = a_person("eye", role="viewer", is_bookable=False)
    await world.save(a_calendar(business, [service], [BOSS["boss"], eye]))
    html = await home(world)
    assert checks(html) == {
        "A service is shown on the page": True,
        "Someone can be booked for it": False,
        "There are opening hours": False,
        "The booking page is published": False,
    }
    assert f'href="{HOME}/settings/hours"' in html
    assert f'href="{HOME}/page/publish"' in html


async def test_a_viewer_is_not_asked_to_do_what_they_may_not():
    world = Console(now=MONDAY)
    clinic = a_clinic(BOSS)
    await world.save(replace(clinic, business=clinic.business.model_copy(update={"page": BookingPage()})))
    html = await home(world, "eye")
    assert checks(html) == {}
    assert "Not published" in html
    assert "New appointment" not in html
    assert "New appointment" in await home(world, "desk")


def section(html: str, name: str) -> str:
    """Return a section of the page as text; empty if it is not there."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">(.*?)</section>', html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip() if found else ""


def names(html: str, section: str) -> list[str]:
    part = re.search(rf'aria-labelledby="{section}">(.*?)</section>', html, re.DOTALL)
    return re.findall(r'<span class="who"><a[^>]*><bdi>(\w+)', part[1]) if part else []


async def test_the_next_appointments_are_those_that_are_not_over_of_today_and_later():
    world = await a_console()
    eve = await world.book(
        START + timedelta(days=1), service="video", customer={"name": "Eve", "email": "e@example.com"}
    )
    assert names(await home(world, "desk"), "coming") == ["Ana", "Bob", "Eve"]
    world.now = START + timedelta(minutes=45)
    assert names(await home(world, "desk"), "coming") == ["Bob", "Eve"]
    world.now = START + timedelta(hours=4)
    html = await home(world, "desk")
    assert names(html, "coming") == ["Eve"]
    assert "Tue, 12 Jan" in section(html, "coming") or "Jan 12" in section(html, "coming")
    await world.send("desk", f"/console/queue/biz0clinic/{eve.json()['id']}/cancel")
    assert "No appointments are coming." in await home(world, "desk")


async def test_who_waits_is_named_first_with_the_length_of_the_wait():
    world = await a_console()
    world.now = START - timedelta(minutes=10)
    await world.ana("enter", {"name": "Ana"})
    world.now = START - timedelta(minutes=4)
    html = await home(world, "desk")
    assert names(html, "waiting") == ["Ana"]
    assert "Waiting 6 min" in section(html, "waiting")
    assert names(html, "coming") == ["Bob"]


def figures(html: str) -> dict[str, tuple[str, str]]:
    """What is counted: the figure, and what is within it."""
    found = re.findall(
        r'<dt>(.*?)</dt><dd><strong>(.*?)</strong>(?: <span class="small muted">(.*?)</span>)?</dd>', html
    )
    return {label: (value, more) for label, value, more in found}


async def test_the_figures_count_thirty_days_with_today_and_what_was_cancelled_by_itself():
    world = Console(now=MONDAY)
    clinic = a_clinic(BOSS, currency="EUR")
    price = Price(kind="hourly", amount=Decimal(60))
    clinic.services["here"] = clinic.services["here"].model_copy(update={"price": price})
    await world.save(clinic)
    for hour in range(3):
        customer = {"name": f"Bob {hour}", "email": f"b{hour}@example.com"}
        answer = await world.book(START + timedelta(hours=hour), service="here", customer=customer)
    world.id = answer.json()["id"]
    await world.book(START, service="video")
    await world.book_by_hand(START + timedelta(hours=4), name="Ina", email="i@example.com")
    assert (await world.send("desk", f"{world.path}/cancel")).status == 303
    world.now = START + timedelta(days=29)
    assert figures(await home(world)) == {
        "Appointments": ("4", "2 h"),
        "Online": ("2", "2 in person"),
        "Cancellations": ("1", "20%"),
        "No-shows": ("0", ""),
        "Booked by customers themselves": ("3", "1 by staff"),
        "New customers": ("5", "booked for the first time"),
        "Estimated revenue": ("€60", "at the present prices of the services"),
    }
    assert "Estimated revenue" not in figures(await home(world, "desk"))
    world.now = START + timedelta(days=30)
    assert figures(await home(world))["Appointments"] == ("0", "")


async def test_a_very_large_calendar_is_counted_when_somebody_asks():
    world = Console(now=MONDAY)
    many = {**BOSS, **{f"p{number}": a_person(f"p{number}", role="guest") for number in range(200)}}
    await world.save(a_clinic(many))
    html = await home(world)
    assert figures(html) == {}
    answer = await world.open("boss", re.search(r'href="([^"#]*)#days"', html)[1])
    assert figures(answer.body.decode())["Appointments"] == ("0", "")


async def mended(world: Console) -> None:
    """Of what is listed, one message is sent again and one dismissed; who is late is told."""
    path = f"{HOME}/undelivered"
    listed = (await world.open("boss", path)).body.decode()
    for one in ("Ana Souza", "ana@example.com", "Claire", "The address was refused"):
        assert one in listed
    (key, *_), name = re.findall(r'name="message" value="([^"]+)"', listed), "recipient"
    for how, news in (("resend", "resend"), ("dismiss", "gone"), ("nothing", "")):
        sent = await world.send("boss", path, do=how, message=key, **{name: "customer"})
        assert (sent.status, sent.headers["Location"]) == (303, f"{path}?news={news}" if news else path)
    left = (await world.open("boss", f"{path}?news=resend")).body.decode()
    assert ["sent again within a minute" in left, "Ana Souza" in left, "Claire" in left] == [True, False, True]
    assert (await world.open("desk", path)).status == 403


async def test_whom_a_message_did_not_reach_is_named_with_where_it_is_mended():
    world = await a_console()
    boss = BOSS["boss"]
    calendar = a_clinic(BOSS)
    await world.save(calendar)
    about = {"appointment": world.id, "seat": world.id, "kind": "notify"}
    for number, recipient in enumerate((CUSTOMER, Recipient("staff", "claire"), BUSINESS_ITSELF)):
        failed = OutboxEntry(**about, recipients=(recipient,), reasons={recipient.called: REFUSED})
        key = failed_key(work_key(None, world.id, f"{number}"))
        await world.table.transact("bookings", CLINIC, [Operation("upsert", key, dump(failed))])
    html = await home(world, boss.id)
    text = section(html, "concerns")
    assert "A message to Ana Souza couldn’t be delivered" in text
    assert "A message to Claire couldn’t be delivered" in text
    assert "this calendar’s own address" in text
    for path in (f"/console/queue/{CLINIC}/{world.id}", f"{HOME}/staff/person/claire", f"{HOME}/settings"):
        assert f'href="{path}"' in html
        assert (await world.open("boss", path)).status == 200
    assert section(await home(world, "desk"), "concerns") == ""
    await mended(world)
    world.now = START + timedelta(hours=1)  # it is over: nothing can be mended
    assert section(await home(world), "concerns") == ""


async def test_people_and_services_that_cannot_be_booked_are_named():
    world = Console(now=MONDAY)
    people = {
        **BOSS,
        "ida": a_person("ida", membership="pending"),
        "dan": a_person("dan", membership="rejected"),
        "sue": a_person("sue", is_bookable=False),
    }
    clinic = a_clinic(people)
    clinic.services["here"] = clinic.services["here"].model_copy(update={"staff": ("sue",)})
    await world.save(clinic)
    html = await home(world)
    text = section(html, "concerns")
    assert "Ida hasn’t accepted the invitation yet" in text
    assert "Dan declined the invitation" in text
    assert "No one can be booked for Here" in text
    for path in ("staff/person/ida", "staff/person/dan/handover", "services/service/here/people"):
        assert f'href="{HOME}/{path}"' in html
    assert section(await home(world, "eye"), "concerns") == ""


async def test_many_people_in_one_state_are_one_line():
    world = Console(now=MONDAY)
    await world.save(a_clinic({**BOSS, **{f"p{n}": a_person(f"p{n}", membership="pending") for n in range(4)}}))
    html = await home(world)
    assert section(html, "concerns").endswith("4 people haven’t accepted the invitation yet")
    assert f'href="{HOME}/staff?state=invited"' in html
