"""The questions and answers as customers read them: drawn from the settings, light, and for members only if need be."""

import asyncio
import json
import re

import pytest

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Price
from shared.domain.calendar.toolkit import Toolkit
from tests.support.builders import a_business, a_calendar, a_person, a_service
from tests.support.edge import PUBLIC_URL, World
from tests.support.fakes import MemoryTable
from tests.support.far_table import FarTable
from tests.support.virtual_time import VirtualTimeLoop


SERVICES = [
    a_service("talk", is_online=True, staff=("claire",), price=Price(kind="fixed", amount=40)),
    a_service("visit", staff=("omar",), price=Price(kind="free")),
]
PEOPLE = [a_person("claire"), a_person("omar"), a_person("vera", is_listed=False)]
ADDRESS = "/help/clinic"


async def a_world(table=None, *, services=SERVICES, page=None, toolkit=None, **business) -> World:
    world = World(table or MemoryTable())
    own = {
        "page": page or BookingPage(is_published=True),
        "toolkit": toolkit or Toolkit(is_public=True),
        **business,
    }
    await world.save(a_calendar(a_business(**own), services, PEOPLE))
    return world


async def html(world: World, path=ADDRESS, **headers) -> str:
    answer = await world.call("GET", path, **{"accept_language": "en", **headers})
    assert answer.status == 200, answer.body
    return answer.body.decode()


def answer_in(page: str, question: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{question}">.*?</section>', page, re.DOTALL)
    assert found, question
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0].partition("</h3>")[2])).strip()


async def test_the_answers_state_what_is_set():
    page = await html(await a_world(phone="+33 1 23", address="1 rue du Lac"))
    assert "Online : Talk" in answer_in(page, "difference").replace("Online:", "Online :")
    assert "1 rue du Lac" in answer_in(page, "difference")
    assert "Talk: €40" in answer_in(page, "fees")
    assert "Visit: Free of charge" in answer_in(page, "fees")
    assert "Claire" in answer_in(page, "who")
    assert "Vera" not in page
    assert "until it starts" in answer_in(page, "change")
    assert 'href="tel:+33123"' in page
    assert f'href="{PUBLIC_URL}/help/clinic/test"' in page


async def test_payment_is_stated_for_both_kinds():
    toolkit = Toolkit(
        is_public=True,
        paid_online=("card",),
        paid_in_person=("cash", "insurance"),
        billing_url="https://pay.example/(a)",
    )
    page = await html(await a_world(toolkit=toolkit))
    said = answer_in(page, "payment")
    assert re.search(r"Online ?: Card", said)
    assert re.search(r"In person ?: Cash, Insurance", said)
    assert 'href="https://pay.example/%28a%29"' in page


@pytest.mark.parametrize(
    ("lang", "asked"),
    [("fr", "Combien coûte un rendez-vous"), ("ru", "Сколько стоит встреча?"), ("pt-BR", "Quanto custa")],
)
async def test_each_language_has_all_of_it(lang, asked):
    page = await html(await a_world(), f"{ADDRESS}?lang={lang}")
    assert asked in page
    assert "What does an appointment cost" not in page


@pytest.mark.parametrize("services", [[SERVICES[0]], [SERVICES[1]], [a_service("secret", is_hidden=True)]])
async def test_a_calendar_of_one_kind_says_so(services):
    page = await html(await a_world(services=services))
    said = answer_in(page, "difference")
    assert said in (
        "All our appointments are online.",
        "All our appointments are in person.",
        "No services are available to book right now.",
    )


async def test_markdown_is_at_the_same_address_and_has_the_same_words():
    world = await a_world()
    answer = await world.call("GET", "/help/clinic.md", accept_language="en")
    assert answer.headers["Content-Type"] == "text/markdown"
    text = answer.body.decode()
    assert "### What does an appointment cost?" in text
    assert "**Online**  \nTalk: €40" in text


@pytest.mark.parametrize("is_indexed", [True, False])
async def test_search_engines_get_data_only_where_they_may_index(is_indexed):
    page = await html(await a_world(page=BookingPage(is_published=True, index_by_search_engines=is_indexed)))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert bool(found) is is_indexed
    assert ("noindex" in page) is not is_indexed
    if found:
        data = json.loads(found[1])
        assert data["@type"] == "FAQPage"
        assert len(data["mainEntity"]) == 12
        assert "<" not in found[1]


async def test_it_can_be_embedded_by_the_sites_of_the_page_only():
    page = BookingPage(is_published=True, frame_origins=("https://www.clinic.example",))
    world = await a_world(page=page)
    embedded = await world.call("GET", f"{ADDRESS}?embed=1")
    assert "frame-ancestors https://www.clinic.example" in embedded.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in (await world.call("GET", ADDRESS)).headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [ADDRESS, "/help/clinic.md", "/help/clinic/test"])
@pytest.mark.parametrize(
    "closed",
    [{"toolkit": Toolkit()}, {"page": BookingPage(is_published=False)}],
)
async def test_pages_that_are_not_public_are_not_there(path, closed):
    world = await a_world(**closed)
    assert (await world.call("GET", path)).status == 404


async def test_members_only_means_these_pages_too():
    world = await a_world(page=BookingPage(is_published=True, access="organisation"))
    assert (await world.call("GET", ADDRESS)).status == 303


def test_the_page_is_light_and_read_in_one_round_trip():
    async def visit():
        world = await a_world(FarTable(), phone="+33 1 23", address="1 rue du Lac")
        await world.call("GET", ADDRESS)  # this process knows the calendar
        return await world.call("GET", ADDRESS)

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        answer = runner.run(visit())
    assert len(answer.body) <= 15_000
    assert 'depth;desc="1"' in answer.headers["Server-Timing"]


async def test_the_device_test_needs_no_appointment():
    answer = await (await a_world()).call("GET", "/help/clinic/test")
    assert answer.status == 200
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "data-elsewhere" in answer.body.decode()
