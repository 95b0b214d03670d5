"""The look of the booking page at the console: what is saved, what is refused, and what the preview shows of it."""

import pytest

from shared.domain.calendar.business import BookingPage
from shared.records.keys import AUDIT
from tests.functions.console.booking_page.place import (
    PAGE,
    SVG,
    a_place,
    business_of,
    error_at,
    save,
    see,
    upload,
)
from tests.presentation.toolkit.pictures import svg_of_uses


LOOK = {"accent": "#7a3e9d", "header": "Welcome **all**", "layout": "cards"}
STRICT = "frame-ancestors 'none'"


async def test_colour_header_and_layout_are_saved_at_once_and_customers_see_them():
    world = await a_place()
    assert (await save(world, "", **LOOK)).headers["Location"] == f"{PAGE}?news=saved"
    page = (await business_of(world)).page
    assert (page.accent, page.header, page.layout) == ("#7a3e9d", "Welcome **all**", "cards")
    shown = (await world.call("GET", "/book/clinic", accept="text/html")).body.decode()
    assert "/s/theme/7a3e9d.css" in shown
    assert "<strong>all</strong>" in shown
    assert sum(row.key.startswith(AUDIT) for row in world.table.rows("bookings", "biz0clinic")) == 1


@pytest.mark.parametrize(
    ("typed", "stored"), [("#ABCDEF", "#abcdef"), ("0a5", "#00aa55"), ("  123456 ", "#123456")]
)
async def test_a_colour_of_ones_own_is_taken_as_people_write_it(typed, stored):
    world = await a_place()
    await save(world, "", **{**LOOK, "accent": "own", "accent-own": typed})
    assert (await business_of(world)).page.accent == stored


async def test_what_is_no_colour_is_refused_at_its_field_and_nothing_typed_is_lost():
    world = await a_place()
    answer = await save(world, "", **{**LOOK, "accent": "own", "accent-own": "purple"})
    html = answer.body.decode()
    assert answer.status == 422
    assert error_at(html, "accent-own") == "Enter a colour such as #0a5bad"
    assert "Welcome **all**" in html
    assert "#purple" in html
    assert (await business_of(world)).page.header == ""


@pytest.mark.parametrize(
    ("accent", "said"),
    [
        ("#0a5bad", "Text in this colour is easy to read (6.3 : 1)."),
        ("#e08030", "Too pale for text on white (2.7 : 1): the page writes it in a darker shade"),
        ("#ffee00", "Buttons are darkened as well, so that they stand out."),
    ],
)
async def test_the_contrast_of_the_colour_is_said_in_words_with_its_figure(accent, said):
    world = await a_place(page=BookingPage(is_published=True, accent=accent))
    assert said in await see(world)


async def preview(world, of="look", **fields):
    page = await world.open("boss", f"{PAGE}{'' if of == 'look' else '/' + of}")
    hidden = page.body.decode().partition('name="csrf" value="')[2].partition('"')[0]
    return await world.post("boss", f"{PAGE}/preview?of={of}", csrf=hidden, **fields)


async def test_the_preview_is_the_booking_page_of_the_form_and_nothing_is_saved():
    world = await a_place()
    html = (await preview(world, **LOOK, **{"view-scheme": "dark", "view-lang": "fr"})).body.decode()
    assert "/s/theme/7a3e9d.css" in html
    assert "<strong>all</strong>" in html
    assert 'class="services cards"' in html
    assert 'data-scheme="dark"' in html
    assert 'lang="fr"' in html
    assert (await business_of(world)).page.header == ""


async def test_nothing_in_the_preview_can_be_used():
    world = await a_place()
    html = (await world.open("boss", f"{PAGE}/preview?of=look")).body.decode()
    assert '<div class="shell" inert>' in html
    assert html.count("<a ") == html.partition('<div class="shell" inert>')[2].count("<a ")
    assert "<script" not in html


async def test_what_cannot_be_saved_is_shown_as_it_is_stored():
    world = await a_place()
    html = (await preview(world, **{**LOOK, "accent": "own", "accent-own": "#12"})).body.decode()
    assert "/s/theme/0a5bad.css" in html
    assert "<strong>all</strong>" in html


async def test_only_our_own_pages_frame_the_preview_and_only_pages_with_a_preview_frame_anything():
    world = await a_place(page=BookingPage(is_published=True, frame_origins=("https://friend.example",)))
    policies = {
        path: (await world.open("boss", PAGE + path)).headers["Content-Security-Policy"]
        for path in ("", "/preview?of=look", "/sample", "/share")
    }
    assert "frame-src 'self'" in policies[""]
    assert STRICT in policies[""]
    assert "frame-ancestors 'self'" in policies["/preview?of=look"]
    assert "frame-src 'none'" in policies["/preview?of=look"]
    assert "frame-ancestors 'self'" in policies["/sample"]
    assert "frame-src" not in policies["/share"]
    assert all("script-src 'self'" in one for one in policies.values())


async def test_a_preview_is_never_stored_though_the_page_itself_may_be():
    world = await a_place()
    for path in ("/preview?of=look", "/preview?of=texts", "/preview?of=waiting-room", "/sample"):
        assert (await world.open("boss", PAGE + path)).headers["Cache-Control"] == "no-store"


async def test_a_logo_is_uploaded_shown_replaced_and_removed():
    world = await a_place()
    assert (await upload(world, SVG)).headers["Location"] == f"{PAGE}?news=saved"
    first = (await business_of(world)).page.logo
    assert f"/book/clinic/logo/{first}" in await see(world)
    await upload(world, SVG.replace(b"1 1", b"2 2"))
    assert (await business_of(world)).page.logo not in ("", first)
    await upload(world, b"", do="remove")
    assert (await business_of(world)).page.logo == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a picture first"),
        (b"x" * (10 * 1024 * 1024), "This picture has 10240 KB: at most 60 KB can be kept"),
        (b"GIF89a", "This picture can’t be used. Save it as PNG, JPEG or WebP, or as an SVG without DOCTYPE"),
        (svg_of_uses(6), "This picture has too many pixels or shapes: save a smaller or simpler one"),
        (b"\x89PNG\r\n\x1a\n", "The end of this picture is missing: save it again, or choose another one"),
    ],
)
async def test_a_picture_that_cannot_be_kept_is_refused_in_its_form(data, said):
    world = await a_place()
    answer = await upload(world, data)
    assert answer.status == 422
    assert f'id="settings" method="post" action="{PAGE}"' in answer.body.decode(), "the look is saved where it is"
    assert error_at(answer.body.decode(), "logo") == said
    assert (await business_of(world)).page.logo == ""


async def test_an_upload_from_another_site_is_refused():
    world = await a_place()
    answer = await upload(world, SVG, csrf="of-nobody")
    assert answer.status == 403
    assert (await business_of(world)).page.logo == ""


async def test_a_logo_that_is_there_can_be_hidden():
    world = await a_place()
    await upload(world, SVG)
    await save(world, "", **LOOK)
    page = (await business_of(world)).page
    assert (page.logo != "", page.show_logo, page.shown_logo) == (True, False, "")
