"""The infographic's own pictures: uploaded with what they show, on the page and in all files, and what is refused."""

import html
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from shared.domain.calendar.logo import logo_hash
from shared.domain.calendar.toolkit import Toolkit
from shared.use_cases.calendars.save_logo import save_logo
from tests.functions.console.booking_page.place import a_place, business_of, upload_to
from tests.presentation.toolkit.pictures import A_JPEG, AN_SVG, a_png, svg_of_uses, svg_with
from tests.support.builders import SECRET, a_key


SHEET = "/console/calendars/biz0clinic/toolkit/infographic"
PICTURES = f"{SHEET}/pictures"
PUBLIC = "/help/clinic/infographic"
COSTLY = svg_with('<filter id="f"><feTurbulence baseFrequency="1" numOctaves="100000"/></filter>')


async def sent(world, place="book", data=b"", seen="", **fields):
    fields = {"place": place, "seen": seen, "alt": "Our house", **fields}
    return await upload_to(world, PICTURES, PICTURES, {"picture": data}, **fields)


async def used(world):
    return (await business_of(world)).toolkit.pictures


async def file(world, kind: str) -> bytes:
    answer = await world.call("GET", f"{PUBLIC}/infographic.{kind}")
    assert answer.status == 200
    return answer.body


@pytest.mark.walk
async def test_pictures_are_on_the_page_and_in_each_file_until_they_are_removed():
    world = await a_place(toolkit=Toolkit(is_public=True))
    own = {"top": (A_JPEG, "image/jpeg"), "book": (a_png(), "image/png"), "after": (AN_SVG, "image/svg+xml")}
    for place, (data, kind) in own.items():
        assert (await sent(world, place, data, alt=f"Our {place}")).status == 303
        answer = await world.call("GET", f"/book/clinic/picture/{logo_hash(data)}")
        assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, data, kind)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    for shown in (await world.call("GET", PUBLIC), await world.open("boss", f"{SHEET}/preview?of=en")):
        alts = re.findall(r'<img class="sheet[^>]*/picture/(\w+)" alt="([^"]+)"', shown.body.decode())
        assert alts == [(logo_hash(data), f"Our {place}") for place, (data, _) in own.items()]
    slide = ZipFile(BytesIO(await file(world, "pptx")))
    assert slide.read("ppt/media/top.jpg") == A_JPEG
    assert {"ppt/media/book.png", "ppt/media/after.png"} <= set(slide.namelist())
    assert all(f'descr="Our {place}"' in slide.read("ppt/slides/slide1.xml").decode() for place in own)
    assert b"Our top" in _decoded(await file(world, "pdf"))
    assert (await file(world, "png")).startswith(b"\x89PNG")
    assert (await file(world, "svg")).count(b"<image") >= 2
    assert (await sent(world, "top", seen=logo_hash(A_JPEG), do="remove")).status == 303
    assert list(await used(world)) == ["book", "after"]
    assert (await world.call("GET", f"/book/clinic/picture/{logo_hash(A_JPEG)}")).status == 404


def _decoded(pdf: bytes) -> bytes:
    """Return the alternative texts of a PDF."""
    reader = PdfReader(BytesIO(pdf))
    found = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    return " ".join(str(one["/Alt"]) for one in found if isinstance(one, dict) and "/Alt" in one).encode()


@pytest.mark.parametrize(
    ("place", "data", "said"),
    [
        ("book", b"", "Choose a picture first"),
        ("book", b"GIF89a", "can’t be used"),
        ("book", a_png()[:-9], "The end of this picture is missing"),
        ("book", bytes(10 * 1024 * 1024), "has 10240 KB: at most 60 KB"),
        ("book", a_png(9, 9, b"broken"), "can’t be used"),
        ("book", a_png(9000, 9000, b"few bytes"), "too many pixels or shapes"),
        ("book", svg_of_uses(6), "too many pixels or shapes"),
        ("book", COSTLY, "too many pixels or shapes"),
        ("top", a_png(400, 20), "too wide or too high"),
    ],
    ids=["none", "gif", "cut", "10 MB", "broken", "pixels", "uses", "filter", "wide"],
)
async def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_lost(place, data, said):
    world = await a_place()
    answer = await sent(world, place, data, alt="Typed before")
    page = html.unescape(answer.body.decode())
    assert (answer.status, said in page) == (422, True)
    assert 'value="Typed before"' in page
    assert not await used(world)


async def test_a_picture_needs_words_for_those_who_cannot_see_it():
    world = await a_place()
    for alt, said in (("", "Say what the picture shows"), ("x" * 151, "at most 150 characters")):
        answer = await sent(world, data=a_png(), alt=alt)
        assert (answer.status, said in html.unescape(answer.body.decode())) == (422, True)
    assert not await used(world)


async def test_its_words_change_alone_and_are_written_in_other_languages():
    world = await a_place(toolkit=Toolkit(is_public=True))
    await sent(world, data=a_png())
    assert (await sent(world, seen=logo_hash(a_png()), alt="Our new house")).status == 303
    assert (await used(world))["book"].alt == "Our new house"
    words = f"{SHEET}/words?of=fr"
    shown = (await world.open("boss", words)).body.decode()
    assert re.search(r'name="alt-book" type="text" value="Our new house"', shown)
    assert (await world.send("boss", words, **{"alt-book": "Notre maison"})).status == 303
    assert 'alt="Notre maison"' in (await world.call("GET", f"{PUBLIC}?lang=fr")).body.decode()
    assert 'alt="Our new house"' in (await world.call("GET", f"{PUBLIC}?lang=en")).body.decode()


async def test_two_people_who_change_a_picture_do_not_lose_one_unseen():
    world = await a_place()
    await sent(world, data=a_png())
    answer = await sent(world, data=A_JPEG)
    page = html.unescape(answer.body.decode())
    assert (answer.status, "it’s shown here" in page) == (412, True)
    assert f'name="seen" value="{logo_hash(a_png())}"' in page
    assert (await sent(world, data=A_JPEG, seen=logo_hash(a_png()))).status == 303
    assert (await used(world))["book"].media_type == "image/jpeg"


@pytest.mark.parametrize(
    "logo",
    [a_png(9, 9, b"broken"), COSTLY, svg_with('<text y="9">診</text>')],
    ids=["broken", "costly", "letters"],
)
async def test_a_logo_that_cannot_be_drawn_is_left_out_of_files_and_that_is_said(logo):
    world = await a_place(toolkit=Toolkit(is_public=True))
    await save_logo(logo, business="biz0clinic", key=a_key(), store=world.store, secret=SECRET)
    assert (await file(world, "pdf")).startswith(b"%PDF")
    assert "Your logo can’t be drawn" in html.unescape((await world.open("boss", SHEET)).body.decode())


async def test_no_other_place_and_no_other_file_is_there():
    world = await a_place()
    assert (await sent(world, "elsewhere", a_png())).status == 404
    assert (await world.call("GET", f"/book/clinic/picture/{'0' * 32}")).status == 404
