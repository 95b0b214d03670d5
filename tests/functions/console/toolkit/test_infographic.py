"""The infographic at the console: its look, its words, and what does not fit or cannot be printed."""

import re

import pytest

from shared.domain.calendar.business import BookingPage
from shared.domain.toolkit.infographic import LONGEST_TEXT
from shared.use_cases.toolkit.change_sheet import find_sheet
from tests.functions.console.app import hidden
from tests.functions.console.booking_page.place import a_place, business_of, error_at


SHEET = "/console/calendars/biz0clinic/toolkit/infographic"
WORDS = f"{SHEET}/words?of=en"


async def fields(world, path=WORDS) -> dict[str, str]:
    """Return what the form begins with."""
    page = (await world.open("boss", path)).body.decode()
    found = dict(re.findall(r'<input class="input" id="([\w-]+)" name="[\w-]+" type="text" value="([^"]*)"', page))
    return found | dict(
        re.findall(r'<textarea class="input" id="([\w-]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    )


async def own(world, language="en"):
    return await find_sheet("biz0clinic", language, store=world.store)


async def test_the_words_begin_as_the_standard_ones_and_saving_these_keeps_them_standard():
    world = await a_place(business_type="finance")
    shown = await fields(world)
    assert "identity card" in shown["text-prepare"]
    assert (await world.send("boss", WORDS, **shown)).status == 303
    assert (await own(world)).is_blank


async def test_own_words_are_saved_for_one_language_and_given_back():
    world = await a_place()
    await world.send("boss", WORDS, **{**await fields(world), "title-book": "Ring us", "note": "Bring a card."})
    kept = await own(world)
    assert (kept.step("book").title, kept.step("book").text, kept.note) == ("Ring us", "", "Bring a card.")
    assert (await own(world, "fr")).is_blank
    await world.send("boss", WORDS, **{**await fields(world), "reset": "1"})
    assert (await own(world)).is_blank


async def test_more_words_than_fit_are_refused_at_the_longest_text_and_kept():
    world = await a_place()
    many = {name: "a b c d e f g h i j " * 7 for name in await fields(world) if name.startswith("text-")}
    answer = await world.send("boss", WORDS, **{**await fields(world), **many})
    page = answer.body.decode()
    assert answer.status == 422
    assert "At most 150 words fit on the page" in page
    assert "a b c d e f" in page
    assert (await own(world)).is_blank


async def test_a_text_three_times_as_long_is_refused_at_its_field():
    world = await a_place()
    answer = await world.send("boss", WORDS, **{**await fields(world), "text-join": "x" * LONGEST_TEXT * 3})
    assert answer.status == 422
    assert "too long" in error_at(answer.body.decode(), "text-join")


@pytest.mark.parametrize(("text", "named"), [("See you 🙂", "🙂"), ("你好", "你 好")])
async def test_characters_that_no_font_has_are_named_at_their_field(text, named):
    world = await a_place()
    answer = await world.send("boss", WORDS, **{**await fields(world), "note": text})
    assert answer.status == 422
    assert error_at(answer.body.decode(), "note").endswith(f": {named}")


async def test_two_people_who_write_the_same_words_see_each_others():
    world = await a_place()
    stale, shown = hidden(await world.open("boss", WORDS)), await fields(world)
    await world.send("boss", WORDS, **{**shown, "note": "Theirs."})
    answer = await world.post("boss", WORDS, **{**shown, **stale, "note": "Mine."})
    assert answer.status == 412
    assert "Theirs." in answer.body.decode()


async def test_the_look_is_saved_and_a_colour_that_is_none_is_refused():
    world = await a_place()
    sent = {"variant": "retail", "colour": "own", "colour-own": "#7A3E9D", "typeface": "serif"}
    assert (await world.send("boss", SHEET, **sent)).status == 303
    toolkit = (await business_of(world)).toolkit
    assert (toolkit.variant, toolkit.colour, toolkit.typeface) == ("retail", "#7a3e9d", "serif")
    assert 'sheet is-serif"' in (await world.open("boss", f"{SHEET}/preview?of=en")).body.decode()
    wrong = await world.send("boss", SHEET, **{**sent, "colour-own": "purple"})
    assert wrong.status == 422
    assert "Enter a colour" in error_at(wrong.body.decode(), "colour-own")


async def test_a_colour_that_no_text_can_be_read_on_says_what_becomes_of_it():
    world = await a_place(page=BookingPage(is_published=True, accent="#ffff66"))
    page = (await world.open("boss", SHEET)).body.decode()
    assert "Too pale for text on white" in page


async def test_the_preview_follows_a_form_that_is_not_saved():
    world = await a_place()
    page = (await world.open("boss", WORDS)).body.decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    sent = {**await fields(world), "csrf": csrf, "heading": "Meet us online"}
    shown = await world.post("boss", f"{SHEET}/preview?form=words&of=en", **sent)
    assert ">Meet us online</h1>" in shown.body.decode()
    assert " inert" in shown.body.decode()
    look = await world.post(
        "boss", f"{SHEET}/preview?form=look&of=fr", csrf=csrf, variant="finance", colour="#a8201a"
    )
    assert "/s/theme/a8201a.css" in look.body.decode()
    assert "pièce d’identité" in look.body.decode()
    assert (await own(world)).is_blank
