"""The infographic's own font: uploaded with its bold file, shown where customers look, and what is refused."""

import html

import pytest

from shared.domain.toolkit.font_file import font_hash
from tests.functions.console.booking_page.place import a_place, business_of, upload_to
from tests.support.fonts import a_font


SHEET = "/console/calendars/biz0clinic/toolkit/infographic"
FONT = f"{SHEET}/font"


async def sent(world, *, seen=None, **files: bytes):
    font = (await business_of(world)).toolkit.font
    seen = (font.regular if font else "") if seen is None else seen
    return await upload_to(world, SHEET, FONT, files, seen=seen)


async def page(world) -> str:
    return html.unescape((await world.open("boss", SHEET)).body.decode())


async def test_a_font_is_used_by_page_and_files_until_it_is_removed():
    world = await a_place()
    regular, bold = a_font(), a_font("700Bold")
    assert (await sent(world, regular=regular, bold=bold)).status == 303
    font = (await business_of(world)).toolkit.font
    assert (font.family, font.regular, font.bold) == ("Intar", font_hash(regular), font_hash(bold))
    assert "Intar" in await page(world)
    style = await world.call("GET", f"/book/clinic/font/{font.regular}.css")
    assert (style.status, style.headers["Content-Type"]) == (200, "text/css")
    assert f"/book/clinic/font/{font.bold}.font" in style.body.decode()
    for name, data in ((font.regular, regular), (font.bold, bold)):
        answer = await world.call("GET", f"/book/clinic/font/{name}.font")
        assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, data, "font/ttf")
    preview = await world.open("boss", f"{SHEET}/preview?of=en")
    assert f"/book/clinic/font/{font.regular}.css" in preview.body.decode()
    assert (await upload_to(world, SHEET, FONT, {}, do="remove", seen=font.regular)).status == 303
    assert (await business_of(world)).toolkit.font is None
    assert (await world.call("GET", f"/book/clinic/font/{font.regular}.font")).status == 404


async def test_one_without_bold_replaces_one_with_it():
    world = await a_place()
    await sent(world, regular=a_font(), bold=a_font("700Bold"))
    await sent(world, regular=a_font(name="Inzer"))
    font = (await business_of(world)).toolkit.font
    assert (font.family, font.bold) == ("Inzer", "")
    assert "without a file for bold" in await page(world)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a font first"),
        (b"GIF89a", "This font can’t be used"),
        (a_font()[:100_000], "The end of this font is missing"),
        (a_font(licence=2), "doesn’t allow being embedded"),
        (a_font() + bytes(10_000_000), "at most 600 KB"),
    ],
)
async def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_lost(data, said):
    world = await a_place()
    await sent(world, regular=a_font())
    answer = await sent(world, regular=data)
    assert (answer.status, said in html.unescape(answer.body.decode())) == (422, True)
    assert f'id="settings" method="post" action="{SHEET}"' in answer.body.decode(), "the look is saved where it is"
    answer = await sent(world, regular=a_font(), bold=data or b"x")
    assert answer.status == 422
    assert (await business_of(world)).toolkit.font.family == "Intar"


async def test_the_letters_that_it_lacks_are_named():
    world = await a_place(name="Clinic 診")
    await sent(world, regular=a_font())
    assert "don’t have these characters: 診" in await page(world)
    assert "shown in another one: 診" in await page(world)


async def test_two_people_who_change_the_font_do_not_lose_one_unseen():
    world = await a_place()
    await sent(world, regular=a_font())
    answer = await sent(world, regular=a_font(name="Inzer"), seen="")
    assert (answer.status, "it’s named here" in html.unescape(answer.body.decode())) == (412, True)
    assert (await business_of(world)).toolkit.font.family == "Intar"


@pytest.mark.parametrize("file", ["x.css", ".css", ".font", "font", "%2e%2e.font"])
async def test_no_other_file_is_there(file):
    world = await a_place()
    await sent(world, regular=a_font())
    assert (await world.call("GET", f"/book/clinic/font/{file}")).status == 404
