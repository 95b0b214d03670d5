"""A calendar is set up in six steps: nothing is lost on the way, nothing is stored before the end, and once then."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.domain.calendar.business import Calendar
from tests.functions.console.setup import NEW, a_newcomer
from tests.support.builders import a_business, a_calendar
from tests.support.edge import World


@pytest.fixture
async def nora():
    return await a_newcomer()


async def test_a_name_and_six_buttons_make_a_published_calendar_that_offers_times(nora):
    calendar = await nora.created()
    business = calendar.business
    assert (business.name, business.slug, business.page.is_published) == (
        "Riverside Clinic",
        "riverside-clinic",
        True,
    )
    assert (business.currency, business.time_zone, business.language) == ("GBP", "Europe/London", "en")
    (creator,) = calendar.staff.values()
    assert (creator.email, creator.role, creator.can_be_booked) == ("nora@clinic.example", "administrator", True)
    assert all(one.staff == (creator.id,) for one in calendar.services.values())
    service = next(iter(calendar.services))
    day = f"{nora.now + timedelta(days=1):%Y-%m-%d}"
    url = f"/api/riverside-clinic/slots?service={service}&from={day}&to={day}"
    assert (await World.call(nora, "GET", url)).json()["slots"]


async def test_what_was_typed_on_the_way_is_in_the_calendar(nora):
    await nora.to("hours")
    hours = {f"hours-{day}-{place}-{end}": "" for day in range(7) for place in (0, 1) for end in ("from", "to")}
    await nora.go(**{**hours, "hours-2-0-from": "10:00", "hours-2-0-to": "12:30"})
    mine = {"name-4": "House call", "minutes-4": "75", "price-4": "90.50"}
    await nora.go(**{"name-0": "Hello", "minutes-0": "25", "price-0": "40", "take-1": "", **mine})
    await nora.go(who="both", people="Ada Park <ada@clinic.example>\nbob.ross@clinic.example; nora@clinic.example")
    await nora.go(go="keep")
    calendar = await the_only(nora)
    assert not calendar.business.page.is_published
    assert [len(day) for day in calendar.business.hours] == [0, 0, 1, 0, 0, 0, 0]
    offered = {one.name: one for one in calendar.offered_services}
    assert list(offered) == ["Hello", "Video consultation", "Vaccination", "House call"]
    assert (offered["Hello"].duration, offered["Hello"].price.amount) == (timedelta(minutes=25), 40)
    assert str(offered["House call"].price.amount) == "90.50"
    assert {one.name for one in calendar.staff.values()} == {"Nora", "Ada Park", "Bob Ross"}
    assert all(len(one.staff) == 3 for one in offered.values())


async def test_the_others_can_be_asked_by_mail_before_they_are_booked(nora):
    await nora.to("people")
    await nora.go(who="both", people="Ada Park <ada@clinic.example>", membership="pending")
    await nora.go(go="keep")
    staff = {one.name: one.membership for one in (await the_only(nora)).staff.values()}
    assert staff == {"Nora": "active", "Ada Park": "pending"}
    await nora.drain()
    assert nora.postman.kinds("ada@clinic.example") == ["invitation"]


async def the_only(nora) -> Calendar:
    (row,) = (await nora.table.range("org", "calendars", "!", "~")).rows
    return await nora.store.calendars.reload(row.key)


async def test_nothing_is_stored_before_the_end(nora):
    await nora.to("page")
    await nora.page()
    assert await nora.calendars() == 0


async def test_going_back_keeps_what_was_typed_even_if_it_is_wrong(nora):
    await nora.to("name")
    await nora.go(name="", slug="UP", go="back")
    assert nora.step == "kind"
    await nora.go(kind="health")
    assert 'value="UP"' in await nora.page()
    assert "Enter a name" in await nora.refused(slug="!!")
    page = await nora.refused(name="Clinic")
    assert "digits and hyphens, such as" in page
    assert 'value="!!"' in page


async def test_another_kind_of_business_fills_in_its_own_and_the_first_is_kept(nora):
    await nora.to("services")
    await nora.go(**{"name-0": "Mine"})
    await nora.go(go="kind")
    await nora.go(kind="retail")
    await nora.go()
    await nora.go()
    assert "Personal shopping" in await nora.page()
    await nora.go(go="kind")
    await nora.go(kind="health")
    await nora.go()
    await nora.go()
    assert 'value="Mine"' in await nora.page()


async def test_a_later_step_asks_for_what_is_missing_first(nora):
    assert "What kind of business" in await nora.page()
    await nora.to("name")
    nora.here = nora.here.replace("step=name", "step=page")
    page = await nora.page()
    assert "What is it called?" in page
    assert "Enter a name" in page


async def test_a_draft_is_its_persons_own(nora):
    nora.who = "head"
    world = await a_newcomer("nora@clinic.example", "mary@clinic.example")
    await world.to("services")
    world.who = "mary"
    assert "What kind of business" in await world.page()
    world.here = f"{NEW}?step=services&draft=forged.seal"
    assert "What kind of business" in await world.page()


async def test_sending_it_again_creates_no_second_calendar(nora):
    await nora.to("page")
    last = nora.here
    first = await nora.go(go="publish")
    nora.here = last
    again = await nora.go(go="publish")
    assert urlsplit(first.headers["Location"]).path == urlsplit(again.headers["Location"]).path
    assert parse_qs(urlsplit(again.headers["Location"]).query)["news"] == ["created-before"]
    nora.here = last
    await nora.go(go="name")
    await nora.go(name="Another name", go="page")
    await nora.go(go="publish")
    assert await nora.calendars() == 1
    assert (await the_only(nora)).business.name == "Riverside Clinic"


async def test_an_address_that_is_taken_is_refused_with_a_free_one(nora):
    await nora.save(a_calendar(a_business(id="biz0other", slug="riverside-clinic")))
    await nora.to("name")
    page = await nora.refused(name="Riverside Clinic", slug="riverside-clinic")
    assert "riverside-clinic-2 is free" in page
    json = await nora.call(
        "GET", f"{NEW}/address?name=Riverside%20Clinic", cookie=nora.cookie("nora"), accept="application/json"
    )
    assert json.json() == {"address": "riverside-clinic-2"}


@pytest.mark.walk
async def test_a_name_that_very_many_calendars_have_still_gets_an_address(nora):
    await asyncio.gather(
        *(
            nora.save(a_calendar(a_business(id=f"biz{one}", slug=f"clinic-{one}" if one > 1 else "clinic")))
            for one in range(1, 21)
        )
    )
    answer = await nora.call(
        "GET", f"{NEW}/address?name=Clinic", cookie=nora.cookie("nora"), accept="application/json"
    )
    assert re.fullmatch(r"clinic-[0-9a-f]{8}", answer.json()["address"])


async def test_the_calendar_speaks_the_language_of_the_console(nora):
    nora.here = f"{NEW}?lang=ru"
    await nora.to("page", name="Клиника на Щукинской")
    page = await nora.page()
    assert "Первая консультация" in page
    assert "/book/klinika-na-shchukinskoy" in page
    assert 'lang="ru"' in page


async def test_an_address_that_is_taken_meanwhile_leads_back_to_it(nora):
    await nora.to("name")
    await nora.go(name="Clinic", slug="our-clinic")
    await nora.to("page")
    await nora.save(a_calendar(a_business(id="biz0other", slug="our-clinic")))
    await nora.go(go="publish")
    assert nora.step == "name"
    assert "our-clinic-2 is free" in await nora.page()
    await nora.go(slug="our-clinic-2")
    await nora.to("page")
    assert (await nora.go(go="publish")).status == 303


@pytest.mark.walk
@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({f"take-{one}": "" for one in range(4)}, "Choose at least one service"),
        ({"name-0": ""}, "Give it a name, or clear its box"),
        ({"minutes-0": "0"}, "Enter how many minutes it takes"),
        ({"minutes-0": "soon"}, "Enter how many minutes it takes"),
        ({"minutes-0": ""}, "Enter how many minutes it takes"),
        ({"price-0": "-1"}, "Enter a price such as 40"),
    ],
)
async def test_services_that_cannot_be_are_refused_in_place(nora, fields, text):
    await nora.to("services")
    assert text in await nora.refused(**fields)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("people", "text"),
    [
        ("", "Enter the address of someone else"),
        ("nora@clinic.example", "Enter the address of someone else"),
        ("Ada Park", "“Ada Park” doesn’t contain an email address"),
        ("\n".join(f"p{one}@clinic.example" for one in range(31)), "At most 30 people here"),
    ],
)
async def test_people_who_cannot_be_added_are_refused_in_place(nora, people, text):
    await nora.to("people")
    assert text in await nora.refused(who="others", people=people)


async def test_hours_are_rearranged_without_being_saved_and_a_week_without_any_is_refused(nora):
    await nora.to("hours")
    page = await nora.refused(do="add hours 0")
    assert page.count('name="hours-0-1-from"') == 1
    assert "at least one day" not in page
    closed = {f"hours-{day}-0-{end}": "" for day in range(7) for end in ("from", "to")}
    assert "at least one day" in await nora.refused(**closed)


async def test_without_a_browsers_zone_it_is_asked_for_where_the_region_has_several(nora):
    await nora.go(kind="health")
    assert "Choose the time zone" in await nora.refused(name="Clinic")


async def test_the_preview_is_the_page_of_the_draft_and_may_be_framed_by_us_alone(nora):
    await nora.to("page")
    page = await nora.open("nora", nora.here)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    preview = await nora.open("nora", nora.here.replace(NEW, f"{NEW}/preview"))
    assert "Book with" in preview.body.decode()
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]


async def test_people_who_may_not_create_see_whom_to_ask(nora):
    nora.who = "mary"
    answer = await nora.open("mary", NEW)
    assert answer.status == 403
    assert "head@organisation.example" in answer.body.decode()


async def test_a_template_of_the_organisation_fills_it_in_too(nora):
    await nora.save(a_calendar(a_business(id="biz0template", slug="our-template", name="Ours", is_template=True)))
    assert "Ours" in await nora.page()
    calendar = await nora.created(kind="biz0template")
    assert [one.name for one in calendar.services.values()] == ["Consultation"]
    assert (calendar.business.currency, calendar.business.is_template) == ("EUR", False)
    assert [one.email for one in calendar.staff.values()] == ["nora@clinic.example"]


async def test_more_than_an_address_holds_is_refused_and_still_there(nora):
    await nora.to("people")
    many = "\n".join(f"{'Анна ' * 30}{one} <anna{one}@clinic.example>" for one in range(13))
    answer = await nora.go(who="others", people=many)
    assert answer.status == 422
    assert "more than fits" in answer.body.decode()
    assert "anna12@clinic.example" in answer.body.decode()
