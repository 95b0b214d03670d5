"""Answers in the calendar's own words, as the console writes them: per language, checked again, and given back."""

import re

import pytest

from shared.domain.calendar.service import Price
from shared.domain.toolkit.questions import LONGEST_ANSWER
from shared.use_cases.toolkit.find_answers import find_answers
from tests.functions.console.app import Console, hidden
from tests.functions.console.booking_page.place import a_place, business_of, error_at
from tests.support.builders import a_service


TOOLKIT = "/console/calendars/biz0clinic/toolkit"
FEES = f"{TOOLKIT}/answers/fees?of=en"


def a_video(amount: int):
    return a_service("video", is_online=True, staff=("claire",), price=Price(kind="fixed", amount=amount))


async def see(world: Console, path: str = "") -> str:
    answer = await world.open("boss", TOOLKIT + path)
    assert answer.status == 200, answer.body.decode()
    return answer.body.decode()


async def own(world: Console, language: str = "en") -> dict[str, str]:
    found = await find_answers("biz0clinic", language, store=world.store)
    return {name: one.text for name, one in found.items()}


async def test_an_answer_is_written_for_one_language_and_marked():
    world = await a_place([a_video(40)])
    answer = await world.send("boss", FEES, text="Forty euros, paid at the end.")
    assert answer.status == 303
    assert answer.headers["Location"].endswith("/toolkit?of=en&news=saved")
    assert await own(world) == {"fees": "Forty euros, paid at the end."}
    assert await own(world, "fr") == {}
    page = await see(world, "?of=en&news=saved")
    assert page.count("Own words") == 1
    assert "Saved." in page
    assert "Forty euros" not in await see(world, "?of=fr")


async def test_the_form_begins_with_the_standard_answer_and_saving_that_is_no_own_answer():
    world = await a_place([a_video(40)])
    page = (await world.open("boss", FEES)).body.decode()
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert "Video: €40" in text
    assert (await world.send("boss", FEES, text=text)).status == 303
    assert await own(world) == {}


async def test_a_setting_that_changed_behind_it_is_told_until_it_is_saved_again():
    world = await a_place([a_video(40)])
    await world.send("boss", FEES, text="Forty euros.")
    await world.save(
        (await world.store.calendars.reload("biz0clinic")).__class__(
            await business_of(world),
            {"video": a_video(50)},
            (await world.store.calendars.reload("biz0clinic")).staff,
            {},
        )
    )
    page = await see(world, "?of=en")
    assert "has changed since you wrote it" in page
    assert re.search(r'href="/console/calendars/biz0clinic/services">Prices</a>', page)
    assert (await world.send("boss", FEES, text="Forty euros.")).status == 303
    assert "has changed since you wrote it" not in await see(world, "?of=en")


async def test_the_standard_answer_is_given_back():
    world = await a_place([a_video(40)])
    await world.send("boss", FEES, text="Forty euros.")
    assert (await world.send("boss", FEES, text="Forty euros.", reset="1")).status == 303
    assert await own(world) == {}


async def test_two_people_who_write_the_same_answer_see_each_others():
    world = await a_place([a_video(40)])
    stale = hidden(await world.open("boss", FEES))
    await world.send("boss", FEES, text="Theirs.")
    answer = await world.post("boss", FEES, **{**stale, "text": "Mine."})
    assert answer.status == 412
    page = answer.body.decode()
    assert "Theirs." in page
    assert "Mine." in page
    assert await own(world) == {"fees": "Theirs."}
    again = await world.post("boss", FEES, **{**hidden(answer), "text": "Mine.", "answer-text": "mine"})
    assert again.status == 303
    assert await own(world) == {"fees": "Mine."}


async def test_an_answer_that_is_too_long_is_refused_at_its_field_and_kept():
    world = await a_place()
    answer = await world.send("boss", FEES, text="word " * (LONGEST_ANSWER // 4))
    assert answer.status == 422
    assert "too long" in error_at(answer.body.decode(), "text")
    assert "word word" in answer.body.decode()


async def test_all_answers_can_be_copied_as_html_and_as_markdown_and_embedded():
    world = await a_place([a_video(40)])
    await world.send("boss", FEES, text="Forty & more, **always**")
    page = await see(world, "?of=en")
    assert "&lt;p&gt;Forty &amp;amp; more, &lt;strong&gt;always&lt;/strong&gt;&lt;/p&gt;" in page
    assert "### What does an appointment cost?" in page
    assert "https://book.example.org/help/clinic?embed=1&amp;amp;lang=en" in page


@pytest.mark.parametrize("path", ["/answers/none", "/answers/none?of=en"])
async def test_what_is_no_question_is_not_found(path):
    world = await a_place()
    assert (await world.open("boss", TOOLKIT + path)).status == 404


async def test_links_and_payment_are_saved_and_what_is_no_address_is_refused():
    world = await a_place()
    path = f"{TOOLKIT}/settings"
    wrong = await world.send("boss", path, is_public="yes", billing_url="javascript:alert(1)", portal_url="no way")
    page = wrong.body.decode()
    assert wrong.status == 422
    assert "Enter a web address" in error_at(page, "billing_url")
    assert "Enter a web address" in error_at(page, "portal_url")
    assert "javascript:alert(1)" in page
    sent = {"is_public": "yes", "paid_online": ["card", "invoice"], "billing_url": "clinic.example/bills"}
    assert (await world.send("boss", path, **sent)).status == 303
    toolkit = (await business_of(world)).toolkit
    assert (toolkit.is_public, toolkit.is_linked) == (True, False)
    assert toolkit.paid_online == ("card", "invoice")
    assert toolkit.billing_url == "https://clinic.example/bills"


async def test_only_those_who_change_settings_get_here():
    world = await a_place()
    for who in ("desk", "claire", "eye"):
        assert (await world.open(who, TOOLKIT)).status == 403
