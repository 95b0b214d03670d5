"""The search finds pages, calendars, services and people by a part of their name, within one's rights."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.console.search import SearchHit, best
from shared.domain.access.permissions import Caller
from tests.functions.console.app import PEOPLE, START, Console
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.edge import ORGANISATION_ADMINISTRATOR


CLINIC = "biz0clinic"


@pytest.fixture
async def console() -> Console:
    """Two calendars; the boss works in both, and the desk in the first. The head works in none, and sees all."""
    world = Console(now=MONDAY)
    boss = a_person("boss", role="administrator")
    services = [
        a_service("video", is_online=True, staff=("claire",)),
        a_service("here", staff=("omar",)),
        a_service("gone", staff=("omar",)),
    ]
    named = [
        one.model_copy(update={"name": name})
        for one, name in zip(services, ("Téléconsultation", "Claire’s hour", "Clap"), strict=True)
    ]
    named[2] = named[2].model_copy(update={"removed_at": MONDAY})
    await world.save(a_calendar(a_business(name="Clinic"), named, [*PEOPLE.values(), boss]))
    await world.save(a_calendar(a_business(id="biz0other", slug="other", name="École Clé"), [], [boss]))
    return world


async def found(console: Console, who: str, wanted: str, calendar: str = CLINIC) -> list[tuple[str, str]]:
    """Return (kind, label) of what the script shows, and see that each of its links opens."""
    answer = await answered(console, who, wanted, calendar, accept="application/json")
    assert answer.status == 200
    places = answer.json()["found"]
    for one in places:
        opened = await console.call("GET", one["href"], cookie=cookie_of(console, who), accept="text/html")
        assert opened.status == 200, (one, opened.status)
    return [(one["kind"], one["label"]) for one in places]


async def answered(console, who, wanted, calendar=CLINIC, **headers):
    url = f"/console/search?find={quote(wanted)}&calendar={calendar}&lang=en"
    return await console.call("GET", url, cookie=cookie_of(console, who), **headers)


def cookie_of(console: Console, who: str) -> str:
    if who == "head":
        return console.session(Caller("head", email=ORGANISATION_ADMINISTRATOR, name="Head"))
    return console.cookie(who)


async def test_everything_of_a_name_is_found_by_kind(console):
    assert (await found(console, "boss", "cl"))[-4:] == [
        ("Calendar", "Clinic"),
        ("Calendar", "École Clé"),
        ("Service", "Claire’s hour"),
        ("Person", "Claire"),
    ]


async def test_customers_are_found_by_name_and_number_by_those_who_may_list_them(console):
    for name, phone in (("Zélie Martin", "+33 6 12 34 56 78"), ("Zoltan", "")):
        made = await console.send(
            "boss", f"/console/calendars/{CLINIC}/customers/new", name=name, email="", phone=phone
        )
        assert made.status == 303, made.body
    assert ("Customer", "Zélie Martin") in await found(console, "boss", "zel")
    assert ("Customer", "Zélie Martin") in await found(console, "eye", "34 56")
    assert await found(console, "boss", "ze") == []  # too few letters to mean one
    assert await found(console, "gast", "zelie") == []


@pytest.mark.parametrize("wanted", ["teleconsult", "TÉLÉ", " Télé  consu", "consultation"])
async def test_a_name_is_found_as_it_is_typed_in_haste(console, wanted):
    assert ("Service", "Téléconsultation") in await found(console, "boss", wanted)


async def test_pages_and_their_tabs_are_found_by_those_who_may_open_them(console):
    assert ("Page", "Settings") in await found(console, "boss", "sett")
    assert ("Settings", "Opening hours") in await found(console, "boss", "opening")
    for who in ("desk", "claire", "eye"):
        assert await found(console, who, "sett") == []
        assert await found(console, who, "opening") == []
        assert await found(console, who, "queue") == [("Page", "Queue")]


@pytest.mark.parametrize("calendar", ["biz0other", "biz0none", "../x", ""])
async def test_nothing_of_another_calendar_is_found_by_those_who_do_not_work_there(console, calendar):
    """Without one, the search is in the only calendar that they work in."""
    places = await found(console, "desk", "cl", calendar)
    assert ("Calendar", "École Clé") not in places
    assert (("Person", "Claire") in places) == (calendar == "")


@pytest.mark.parametrize("who", ["gast", "stranger"])
async def test_who_works_nowhere_finds_nothing(console, who):
    for wanted in ("cl", "settings", "staff"):
        assert await found(console, who, wanted) == []


async def test_an_administrator_of_the_organisation_finds_every_calendar(console):
    assert [label for kind, label in await found(console, "head", "c") if kind == "Calendar"] == [
        "Clinic",
        "École Clé",
    ]


async def test_only_the_best_are_listed_and_the_page_shows_more(console):
    many = [a_person(f"p{number}").model_copy(update={"name": f"Paul {number:03}"}) for number in range(60)]
    boss = a_person("boss", role="administrator")
    await console.save(a_calendar(a_business(id="biz0large", slug="large"), [], [*many, boss]))
    assert len(await found(console, "boss", "paul", "biz0large")) == 6
    page = (await answered(console, "boss", "paul", "biz0large", accept="text/html")).body.decode()
    assert page.count("Paul 0") == 50


async def test_the_page_says_when_nothing_was_found_and_keeps_what_was_typed(console):
    page = (await answered(console, "boss", '<b>"x', accept="text/html")).body.decode()
    assert "Nothing here has this name." in page
    assert 'value="&lt;b&gt;&#34;x"' in page
    empty = (await answered(console, "boss", "  ", accept="text/html")).body.decode()
    assert "Nothing here" not in empty


async def test_the_page_has_the_same_as_links(console):
    page = (await answered(console, "boss", "claire", accept="text/html")).body.decode()
    main = page.partition("<main")[2]
    assert re.findall(r'class="name" href="([^"?]+)', main) == [
        "/console/calendars/biz0clinic/services/service/here",
        "/console/calendars/biz0clinic/staff/person/claire",
    ]


async def test_other_calendars_of_the_reader_are_searched_too_and_named(console):
    assert ("Person · Clinic", "Claire") in await found(console, "boss", "cl", "biz0other")
    assert ("Person", "Claire") in await found(console, "boss", "cl", CLINIC)


async def test_the_page_groups_what_it_found(console):
    page = (await answered(console, "boss", "cl", accept="text/html")).body.decode()
    assert re.findall(r'<h2 id="group-\d">(.*?)</h2>', page) == ["Pages", "Calendars", "Services", "Staff"]


async def test_appointments_are_found_by_customer_reference_and_refid(console):
    booked = (await console.book(START, service="video", refId="Spring-Mailing")).json()
    place = ("Monday, January 11, 2027 at 10:00\u202fAM", "Ana Souza")
    reference = f"{booked['id'][:4]} {booked['id'][4:8]}".upper()
    for wanted in ("souza", "spring-mailing", reference, reference.replace(" ", "").lower()):
        assert place in await found(console, "desk", wanted), wanted
    assert place not in await found(console, "desk", "spring")  # a RefID is found as a whole
    assert await found(console, "gast", "souza") == []
    assert all("Souza" not in label for _, label in await found(console, "stranger", "souza"))
    console.now = START + timedelta(days=15)
    assert place in await found(console, "desk", reference)  # by reference at any time


def labels(places: list[SearchHit]) -> list[str]:
    return [one.label for one in places]


def a_place(label: str) -> SearchHit:
    return SearchHit(label, "Page", "/x")


def test_names_that_begin_with_what_is_typed_come_first():
    places = [a_place(one) for one in ("Reopening", "The opening", "Opening hours", "open", "Other")]
    assert labels(best(places, "open")) == ["open", "Opening hours", "The opening", "Reopening"]
    assert labels(best(places, "hours open")) == ["Opening hours"]


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_is_typed_is_looked_for_as_text(wanted, names):
    assert set(labels(best([a_place(one) for one in names], wanted))) <= set(names)


@pytest.mark.parametrize(
    "wanted", ["Texts and consent", "Who can book", "Waiting room", "Embed", "Share the page"]
)
async def test_the_tabs_of_the_booking_page_are_found_by_who_may_change_it(console, wanted):
    assert ("Booking page", wanted) in await found(console, "boss", wanted)
    assert ("Booking page", wanted) not in await found(console, "desk", wanted)


@pytest.mark.parametrize(
    ("wanted", "place", "others"),
    [
        ("Why not offered", ("Settings", "Why not offered?"), ()),
        ("Activity", ("Settings", "Activity"), ()),
        ("Questions", ("Services", "Questions"), ()),
        ("Time off", ("Staff", "Time off"), ("desk", "claire", "eye")),
    ],
)
async def test_pages_within_a_section_are_found_by_who_may_open_them(console, wanted, place, others):
    finders = {
        who for who in ("boss", "desk", "claire", "eye", "gast") if place in await found(console, who, wanted)
    }
    assert finders == {"boss", *others}


@pytest.mark.parametrize("wanted", ["Calendars", "People", "Deleted calendars", "Activity"])
async def test_the_tabs_of_the_organisation_are_found_by_its_administrators(console, wanted):
    assert ("Organisation", wanted) in await found(console, "head", wanted)
    assert ("Organisation", wanted) not in await found(console, "boss", wanted)
