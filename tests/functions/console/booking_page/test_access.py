"""Who can book, as the console changes it."""

import pytest

from shared.domain.calendar.business import BookingPage
from tests.functions.console.booking_page.place import a_place, business_of, error_at, save, see


ALL = {"access": "everyone", "most_open": "20"}


async def test_the_page_is_for_named_people_groups_and_domains():
    world = await a_place()
    people = "Ada <Ada@Example.com>, @clinic.example\ngroup:Nurses on duty\n\nada@example.com"
    await save(world, "/access", **{**ALL, "access": "named"}, audience=people)
    page = (await business_of(world)).page
    assert page.access == "organisation"
    assert page.audience == ("Ada@Example.com", "@clinic.example", "group:Nurses on duty", "ada@example.com")
    assert (await world.call("GET", "/book/clinic", accept="text/html")).status == 303


async def test_the_list_counts_for_no_other_choice():
    world = await a_place(page=BookingPage(is_published=True, access="organisation", audience=("a@b.example",)))
    assert 'value="named" checked' in (await see(world, "/access")).replace('id="access" ', "")
    await save(world, "/access", **ALL, audience="a@b.example")
    page = (await business_of(world)).page
    assert (page.access, page.audience) == ("everyone", ())


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("ada@", "“ada@” isn’t an email address such as name@example.com"),
        ("@example", "“@example” isn’t a domain such as @example.com"),
        ("example.com", "“example.com” isn’t an address. Do you mean @example.com?"),
        ("Ada", "“Ada” names no one: enter an email address, @domain or group:NAME"),
    ],
)
async def test_an_entry_that_names_nobody_is_refused_by_its_line(entry, said):
    world = await a_place()
    sent = {**ALL, "access": "named", "audience": f"ada@example.com\n{entry}"}
    answer = await save(world, "/access", **sent)
    assert answer.status == 422
    assert error_at(answer.body.decode(), "audience") == f"Line 2: {said}"
    assert f"ada@example.com\n{entry}</textarea>" in answer.body.decode()


async def test_what_a_program_has_named_stays_as_it_is():
    named = ("*", "auth0|1.2")
    world = await a_place(page=BookingPage(is_published=True, access="organisation", audience=named))
    answer = await save(world, "/access", **{**ALL, "access": "named"}, audience="\n".join(named))
    assert answer.status == 303
    assert (await business_of(world)).page.audience == named


async def test_a_page_for_nobody_at_all_is_refused():
    world = await a_place()
    answer = await save(world, "/access", **{**ALL, "access": "named"})
    assert error_at(answer.body.decode(), "audience").startswith("Name at least one person")


@pytest.mark.parametrize(
    ("typed", "is_kept"), [("0", True), ("1000", True), ("1001", False), ("-1", False), ("x", False)]
)
async def test_the_limit_of_coming_appointments_is_a_number_within_reach(typed, is_kept):
    world = await a_place()
    answer = await save(world, "/access", **{**ALL, "most_open": typed})
    assert answer.status == (303 if is_kept else 422)
    if not is_kept:
        assert error_at(answer.body.decode(), "most_open") == "Enter a whole number from 0 to 1000"


async def test_code_and_search_engines_are_ticked():
    world = await a_place()
    await save(
        world, "/access", **ALL, require_email_code="yes", index_by_search_engines="yes", is_on_front_page="yes"
    )
    page = (await business_of(world)).page
    assert (page.require_email_code, page.index_by_search_engines, page.is_listed) == (True, True, True)
    assert 'href="/book/clinic"' in (await world.call("GET", "/", accept="text/html")).body.decode()
    await save(world, "/access", **ALL)
    page = (await business_of(world)).page
    assert (page.require_email_code, page.index_by_search_engines, page.is_listed) == (False, False, False)
