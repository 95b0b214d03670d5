"""The list of services at the console: its order, what it says of each, and what its buttons do."""

import csv
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Price
from shared.records.calendars import as_calendar
from shared.records.codec import dump
from shared.records.keys import CONFIGURATION
from tests.functions.console.app import PEOPLE, Console
from tests.functions.console.services.place import NAMES, ONE, PATH, a_place
from tests.support.builders import MONDAY, a_service
from tests.support.edge import ORGANISATION_ADMINISTRATOR


def listed(html: str) -> list[str]:
    return re.findall(r'<li id="row-(\w+)"', html)


async def order_of(world: Console, query: str = "") -> list[str]:
    return listed((await world.open("boss", PATH + query)).body.decode())


async def press(world: Console, do: str, who: str = "boss", **fields: str):
    return await world.send(who, PATH, do=do, **fields)


async def test_buttons_move_a_service_up_and_down_and_customers_see_the_new_order():
    world = await a_place()
    assert (await press(world, "up tea")).headers["Location"] == f"{PATH}?page=1&moved=tea&way=up#row-tea"
    assert await order_of(world) == ["beard", "tea", "cut"]
    await press(world, "down beard")
    assert await order_of(world) == ["tea", "beard", "cut"]
    page = (await world.call("GET", "/book/clinic", accept="text/html")).body.decode()
    assert [page.index(f">{one.title()}<") for one in ("tea", "beard", "cut")] == sorted(
        page.index(f">{one.title()}<") for one in NAMES
    )
    document = (await world.call("GET", "/api/clinic")).json()
    assert [one["id"] for one in document["services"]] == ["tea", "beard", "cut"]
    text = (await world.call("GET", "/book/clinic", accept="text/markdown")).body.decode()
    assert text.index("### Tea") < text.index("### Beard") < text.index("### Cut")


async def test_services_of_one_name_are_told_apart_and_their_menus_are_no_landmarks():
    world = await a_place()
    await press(world, "copy tea")
    await press(world, "copy tea")
    page = (await world.open("boss", PATH)).body.decode()
    names = re.findall(r'<li id="row-[^>]* data-name="([^"]+)"', page)
    assert len(names) == len(set(names)) + 1 == len(NAMES) + 2
    landmarks = re.findall(r'<(nav|section|aside)\b[^>]* aria-label(?:ledby)?="([^"]+)"', page)
    assert len(landmarks) == len(set(landmarks))


@pytest.mark.parametrize(
    ("do", "fields", "expected"),
    [
        ("after beard tea", {}, ["cut", "tea", "beard"]),
        ("before tea beard", {}, ["tea", "beard", "cut"]),
        ("place tea", {"place": "1"}, ["tea", "beard", "cut"]),
        ("place beard", {"place": "99"}, ["cut", "tea", "beard"]),
        ("place beard", {"place": "soon"}, ["beard", "cut", "tea"]),
        ("place beard", {"place": "9" * 5000}, ["beard", "cut", "tea"]),
        ("up beard", {}, ["beard", "cut", "tea"]),
        ("after beard gone", {}, ["beard", "cut", "tea"]),
    ],
)
async def test_a_service_is_moved_beside_another_or_to_a_place(do, fields, expected):
    world = await a_place()
    assert (await press(world, do, **fields)).status == 303
    assert await order_of(world) == expected


async def test_a_move_is_one_transaction_in_the_audit_and_writes_no_service():
    world = await a_place()
    before = {row.key: row.values for row in world.table.rows("bookings", "biz0clinic")}
    await press(world, "up tea")
    after = {row.key: row.values for row in world.table.rows("bookings", "biz0clinic")}
    changed = {key for key, values in after.items() if before.get(key) != values}
    assert not any(key.startswith("0svc") for key in changed)
    audit = [values for key, values in after.items() if key not in before and "rearranged" in str(values)]
    assert len(audit) == 1


async def test_rows_of_the_version_before_keep_the_order_in_which_they_are_stored():
    world = await a_place()
    rows = await world.table.range("bookings", "biz0clinic", *CONFIGURATION)
    calendar = as_calendar(rows.rows)
    assert "serviceOrder" not in dump(calendar.business)["body"]
    assert [one.id for one in calendar.listed_services] == list(NAMES) == await order_of(world)
    await press(world, "place tea", place="1")
    assert await order_of(world) == ["tea", "beard", "cut"]


async def test_a_list_says_what_customers_can_do_with_each_service():
    hidden, unserved = a_service("cut", is_hidden=True), a_service("tea", staff=())
    world = await a_place(hidden, unserved, a_service("beard", staff=tuple(PEOPLE)))
    page = (await world.open("boss", PATH)).body.decode()
    rows = dict(re.findall(r'<li id="row-(\w+)"(.*?)</div></li>', page, re.DOTALL))
    assert "Hidden" in rows["cut"]
    assert "No staff assigned" in rows["tea"]
    assert "Published" in rows["beard"]
    assert "5 people" in rows["beard"]
    world = await a_place(a_service("beard"), page=BookingPage())
    assert "Ready" in (await world.open("boss", PATH)).body.decode()


async def test_two_hundred_services_are_found_by_name_and_shown_in_pages():
    many = [a_service(f"s{number:03}", duration=timedelta(minutes=20)) for number in range(200)]
    world = await a_place(*many)
    first = (await world.open("boss", PATH)).body
    assert len(listed(first.decode())) == 50
    assert "1–50 of 200" in first.decode()
    assert await order_of(world, "?page=4") == [f"s{number}" for number in range(150, 200)]
    assert await order_of(world, "?page=99") == [f"s{number}" for number in range(150, 200)]
    assert await order_of(world, "?find=S17") == [f"s{number}" for number in range(170, 180)]
    assert await order_of(world, "?find=none") == []
    await press(world, "up s050")
    assert (await order_of(world))[-1] == "s050"


async def test_a_service_is_hidden_and_shown_again():
    world = await a_place()
    assert "news=hidden" in (await press(world, "hide tea")).headers["Location"]
    assert (await world.call("GET", "/book/clinic/tea", accept="text/html")).status == 404
    assert "news=shown" in (await press(world, "show tea")).headers["Location"]
    assert (await world.call("GET", "/book/clinic/tea", accept="text/html")).status == 200


async def test_a_copy_stands_after_its_service_hidden_and_once_however_often_it_is_sent():
    world = await a_place()
    answers = [await press(world, "copy beard", key="a-key-of-one-page-0001") for _ in range(2)]
    copy = re.fullmatch(rf"{ONE}/([\w-]+)\?news=copied", answers[0].headers["Location"])
    assert copy
    assert answers[1].headers == answers[0].headers
    calendar = await world.store.calendars.reload("biz0clinic")
    assert [one.id for one in calendar.listed_services] == ["beard", copy[1], "cut", "tea"]
    assert calendar.services[copy[1]].name == "Beard (copy)"
    assert calendar.services[copy[1]].is_hidden


async def test_a_removal_says_how_many_coming_appointments_stay():
    world = await a_place()
    await world.book(MONDAY + timedelta(days=1, hours=2), service="tea")
    page = (await world.open("boss", f"{ONE}/tea/remove")).body.decode()
    assert "1 upcoming appointment stays" in page
    assert "It has no upcoming appointments" in (await world.open("boss", f"{ONE}/cut/remove")).body.decode()
    assert (await world.send("boss", f"{ONE}/tea/remove")).headers["Location"] == f"{PATH}?news=removed"
    assert await order_of(world) == ["beard", "cut"]
    assert (await world.open("boss", f"{ONE}/tea/remove")).status == 404


@pytest.mark.parametrize("who", ["eye", "claire", "desk"])
async def test_readers_see_the_list_and_share_links_and_change_nothing(who):
    world = await a_place()
    page = (await world.open(who, PATH)).body.decode()
    assert listed(page) == list(NAMES)
    assert 'name="do"' not in page
    assert (await press(world, "hide tea", who)).status == 403
    assert (await world.open(who, f"{ONE}/tea/share")).status == 200
    assert (await world.open(who, f"{ONE}/tea/remove")).status == 403


@pytest.mark.parametrize("do", ["", "explode tea", "up", "before tea"])
async def test_a_button_that_the_list_does_not_have_is_refused(do):
    world = await a_place()
    assert (await press(world, do)).status in (303, 400)
    assert await order_of(world) == list(NAMES)


@pytest.mark.parametrize("do", ["up gone", "hide gone", "copy gone", "place gone"])
async def test_a_service_that_is_gone_is_not_found(do):
    world = await a_place()
    assert (await press(world, do)).status == 404


async def test_the_link_carries_a_reference_and_the_code_leads_to_it():
    world = await a_place(a_service("tea"))
    plain = (await world.open("boss", f"{ONE}/tea/share")).body.decode()
    assert 'value="https://book.example.org/book/clinic/tea"' in plain
    assert "<svg" in plain
    marked = (await world.open("boss", f"{ONE}/tea/share?ref=spring-flyer")).body.decode()
    assert 'value="https://book.example.org/book/clinic/tea?RefID=spring-flyer"' in marked
    wrong = await world.open("boss", f"{ONE}/tea/share?ref=caf%C3%A9")
    assert wrong.status == 422
    assert "letters without accents" in wrong.body.decode()


async def test_an_organisation_administrator_arranges_any_calendar():
    world = await a_place()
    cookie = world.session(Caller("head", ORGANISATION_ADMINISTRATOR, "Head"))
    page = await world.call("GET", PATH, cookie=cookie, accept="text/html")
    assert 'value="up tea"' in page.body.decode()


@pytest.mark.parametrize(("kind", "cells"), [("csv", ","), ("tsv", "\t")])
async def test_the_services_are_a_file_too(kind, cells):
    price = Price(kind="fixed", amount=Decimal("12.50"))
    world = await a_place(a_service("tea", price=price, maximum_attendees=4), a_service("cut", is_hidden=True))
    answer = await world.open("eye", f"{PATH}?format={kind}")
    assert f'filename="services.{kind}"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(answer.body.decode("utf-8-sig").splitlines(), delimiter=cells))
    priced = ["Kind of price", "Amount", "Currency"]
    head = ["Service name", "Minutes", *priced, "Where", "Seats", "State", "People", "Link"]
    tea = ["Tea", "30", "Fixed price", "12.50", "EUR", "In person", "4", "Published", "Claire"]
    assert rows[0] == head
    assert [*tea, "https://book.example.org/book/clinic/tea"] in rows
    assert [row[7] for row in rows if row[0] == "Cut"] == ["Hidden"]
    found = await world.open("eye", f"{PATH}?format={kind}&find=te")
    assert [row[0] for row in csv.reader(found.body.decode("utf-8-sig").splitlines(), delimiter=cells)] == [
        "Service name",
        "Tea",
    ]
