"""The infographic as customers open it: the same words on the page as in the files, and what there is not."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.toolkit import Toolkit
from shared.use_cases.calendars.save_logo import save_logo
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.toolkit.change_sheet import change_sheet
from tests.functions.toolkit.test_answers import a_world
from tests.presentation.toolkit.sheets import words_of_page, words_of_slide
from tests.support.builders import MONDAY, SECRET, a_key


ADDRESS = "/help/clinic/infographic"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1"/></svg>'


async def note(world, text, language="en"):
    edit = lambda sheet: sheet.model_copy(update={"note": text})  # noqa: E731 - one line, used once
    own = {"author": Author("boss", a_key()), "body": text, "context": Context(world.store, SECRET, MONDAY)}
    await change_sheet("biz0clinic", language, edit, **own)


async def text(world, path=ADDRESS) -> str:
    answer = await world.call("GET", path, accept_language="en")
    assert answer.status == 200, answer.body
    return answer.body.decode()


@pytest.mark.parametrize("lang", ["en", "fr", "ru", "pt-BR"])
async def test_page_and_slide_say_the_same(lang):
    world = await a_world(phone="+33 1 23")
    page = await text(world, f"{ADDRESS}?lang={lang}")
    slide = await world.call("GET", f"{ADDRESS}/infographic.pptx?lang={lang}")
    assert words_of_page(page) == words_of_slide(slide.body)


async def test_own_words_are_on_the_page_of_their_language_only():
    world = await a_world()
    await note(world, "Bring your card.")
    assert "Bring your card." in await text(world)
    assert "Bring your card." not in await text(world, f"{ADDRESS}?lang=fr")


@pytest.mark.parametrize(
    ("kind", "start"), [("pdf", b"%PDF"), ("pptx", b"PK"), ("png", b"\x89PNG"), ("svg", b"<svg")]
)
async def test_each_file_is_there_with_its_name(kind, start):
    answer = await (await a_world()).call("GET", f"{ADDRESS}/infographic.{kind}?lang=fr")
    assert answer.status == 200
    assert answer.body.startswith(start)
    assert f'filename="clinic-infographic-fr.{kind}"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("data", [SVG, WEBP], ids=["svg", "webp"])
async def test_a_logo_that_slides_cannot_show_becomes_a_picture_that_they_can(data):
    world = await a_world()
    await save_logo(data, business="biz0clinic", key=a_key(), store=world.store, secret=SECRET)
    answer = await world.call("GET", f"{ADDRESS}/infographic.pptx")
    assert ZipFile(BytesIO(answer.body)).read("ppt/media/logo.png").startswith(b"\x89PNG")
    assert (await world.call("GET", f"{ADDRESS}/infographic.pdf")).status == 200
    assert '<img class="sheet-logo"' in await text(world)


@pytest.mark.parametrize("file", ["infographic.exe", "pdf", "infographic.", "other.pdf"])
async def test_no_other_file_is_there(file):
    assert (await (await a_world()).call("GET", f"{ADDRESS}/{file}")).status == 404


@pytest.mark.parametrize(
    "path", [ADDRESS, f"{ADDRESS}/infographic.pdf", "/help/clinic/guide", "/help/clinic/poster"]
)
async def test_what_is_not_public_is_not_there(path):
    for closed in ({"toolkit": Toolkit()}, {"page": BookingPage(is_published=False)}):
        assert (await (await a_world(**closed)).call("GET", path)).status == 404


async def test_the_guide_names_the_number_to_call_and_the_poster_the_address():
    world = await a_world(phone="+33 1 23")
    assert 'href="tel:+33123"' in await text(world, "/help/clinic/guide")
    assert "book.example.org/book/clinic" in await text(world, "/help/clinic/poster")


async def test_a_name_that_no_font_has_still_gets_its_page():
    world = await a_world(name="诊所 🙂")
    answer = await world.call("GET", f"{ADDRESS}/infographic.pdf")
    assert answer.status == 200
