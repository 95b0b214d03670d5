"""The organisation's settings in the console: on and off, and the lists of people and senders."""

from datetime import timedelta

import pytest

from tests.functions.console.organisation.app import BASE, HEAD, headquarters, words_of
from tests.support.builders import MONDAY
from tests.support.edge import ORGANISATION_ADMINISTRATOR


KEPT = {"is_on": "yes", "whom": "*", "users": "", "creators": "", "administrators": "", "mail_senders": ""}


@pytest.mark.parametrize("path", ["", "/calendars", "/people", "/audit"])
async def test_only_the_organisations_administrators_open_it(path):
    world = await headquarters()
    for who in ("ada", "desk", "claire", "eye"):
        assert (await world.open(who, f"{BASE}{path}")).status == 403
    assert (await world.open(HEAD, f"{BASE}{path}")).status == 200
    assert (await world.call("GET", f"{BASE}{path}", accept="text/html")).status == 303


@pytest.mark.parametrize("path", ["", "/people"])
async def test_nobody_else_changes_it(path):
    world = await headquarters()
    fields = {**KEPT, "is_on": "off", "sure": "yes", "person": "claire@clinic.example"}
    assert (await world.send("ada", f"{BASE}{path}", **fields)).status == 403
    assert (await world.settings()).is_on
    assert len((await world.store.calendars.find("clinic")).staff) == 6


async def test_the_navigation_leads_there_for_the_organisations_administrators_only():
    world = await headquarters()
    assert f'href="{BASE}"' in (await world.open(HEAD, "/console")).body.decode()
    assert f'href="{BASE}"' not in (await world.open("ada", "/console")).body.decode()


async def test_the_lists_are_saved_a_line_each():
    world = await headquarters()
    fields = {
        "whom": "named",
        "users": "@clinic.example\nAna Souza <ana@a.example>\n\n@clinic.example",
        "creators": "group:managers",
        "administrators": "ada@clinic.example",
        "mail_senders": "desk@clinic.example, @bank.example",
    }
    answer = await world.send(HEAD, BASE, **KEPT | fields)
    assert answer.status == 303, words_of(answer)
    found = await world.settings()
    assert found.users == ("@clinic.example", "ana@a.example")
    assert (found.creators, found.administrators) == (("group:managers",), ("ada@clinic.example",))
    assert found.mail_senders == ("desk@clinic.example", "@bank.example")


async def test_names_are_kept_while_everybody_may_use_it():
    world = await headquarters()
    await world.send(HEAD, BASE, **KEPT | {"users": "@clinic.example"})
    found = await world.settings()
    assert found.users == ("*", "@clinic.example")
    assert "@clinic.example</textarea>" in (await world.open(HEAD, BASE)).body.decode()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("users", "ana@a.example\nana", "Line 2: “ana” names no one"),
        ("users", "@nowhere", "Line 1: “@nowhere” isn’t a domain"),
        ("creators", "ana@", "Line 1: “ana@” isn’t an email address"),
        ("administrators", "*", "Line 1: “*” stands for many people"),
        ("administrators", "ada@a.example\n@a.example", "Line 2: “@a.example” stands for many people"),
        ("mail_senders", "*", "Line 1: “*” isn’t an email address or a domain"),
        ("mail_senders", "group:desk", "Line 1: “group:desk” isn’t an email address or a domain"),
    ],
)
async def test_a_line_that_names_nobody_is_said_by_its_number(field, typed, said):
    world = await headquarters()
    answer = await world.send(HEAD, BASE, **KEPT | {"whom": "named", field: typed})
    assert answer.status == 422
    assert said in words_of(answer)
    assert typed in answer.body.decode()


@pytest.mark.parametrize(
    "typed", ["group:staff", "role:Booking.User", "0f8fad5b-d9cb-469f-a165-70867728950e", "https://id.example#u1"]
)
async def test_groups_roles_and_accounts_of_the_provider_are_names_too(typed):
    world = await headquarters()
    assert (await world.send(HEAD, BASE, **KEPT | {"whom": "named", "users": typed})).status == 303
    assert (await world.settings()).users == (typed,)


async def test_turning_it_off_asks_once_more_and_says_what_happens():
    world = await headquarters()
    answer = await world.send(HEAD, BASE, **KEPT | {"is_on": "off"})
    assert answer.status == 422
    said = words_of(answer)
    assert "Select this box to turn it off" in said
    assert "Booking pages will then take no bookings and say so" in said
    assert (await world.settings()).is_on
    assert (await world.send(HEAD, BASE, **KEPT | {"is_on": "off", "sure": "yes"})).status == 303
    assert not (await world.settings()).is_on
    assert (await world.open("ada", "/console")).status == 403
    assert (await world.open(HEAD, BASE)).status == 200
    assert (await world.send(HEAD, BASE, **KEPT)).status == 303
    assert (await world.settings()).is_on


async def test_while_it_is_off_pages_take_no_bookings_and_say_so_and_what_is_booked_stays():
    world = await headquarters()
    booked = (await world.book(service="here")).json()["id"]
    await world.send(HEAD, BASE, **KEPT | {"is_on": "off", "sure": "yes"})
    page = await world.call("GET", "/book/clinic", accept="text/html")
    assert page.status == 403
    assert "No services are available to book right now" in page.body.decode()
    assert b"/book/clinic/here" not in page.body
    refused = await world.book(MONDAY + timedelta(days=2, hours=2), service="here")
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (403, "switched-off")
    assert (await world.stored(booked)).status == "booked"


async def test_nobody_locks_themselves_out():
    world = await headquarters()
    await world.name(administrators=("ada@clinic.example",))
    answer = await world.send("ada", BASE, **KEPT)
    assert answer.status == 422
    assert "you would lock yourself out" in words_of(answer)
    assert (await world.settings()).administrators == ("ada@clinic.example",)
    # the installation names them: they stay whatever is written here
    assert (await world.send(HEAD, BASE, **KEPT)).status == 303
    assert (await world.settings()).administrators == ()


async def test_of_two_people_who_change_it_neither_loses_anything():
    world = await headquarters()
    await world.name(mail_senders=("a@a.example",))
    page = (await world.open(HEAD, BASE)).body.decode()
    await world.name(mail_senders=("b@b.example",), creators=("@clinic.example",))
    answer = await world.send_read(HEAD, BASE, page, **KEPT | {"mail_senders": "c@c.example"})
    assert answer.status == 412
    said = words_of(answer)
    assert "b@b.example" in said
    assert "Keep theirs" in said
    assert (await world.settings()).creators == ("@clinic.example",)
    kept = KEPT | {"mail_senders": "c@c.example", "answer-mail_senders": "mine"}
    assert (await world.send_read(HEAD, BASE, answer.body.decode(), **kept)).status == 303
    found = await world.settings()
    assert (found.mail_senders, found.creators) == (("c@c.example",), ("@clinic.example",))


async def test_the_page_names_administrators_of_the_installation():
    world = await headquarters()
    assert f"It names {ORGANISATION_ADMINISTRATOR}" in await world.page()
