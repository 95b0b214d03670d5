"""The QR code of a booking's page opens what a phone is for: the waiting room, or the booking."""

import re
from xml.etree import ElementTree as ET

import zxingcpp

from functions.pages.qr_code import qr_code
from tests.support.builders import a_calendar, a_person, a_service
from tests.support.edge import PUBLIC_URL, World


SVG = "{http://www.w3.org/2000/svg}"
SCALE = 4


def read_code(svg: str) -> str:
    """Draw the paths of a code's SVG, as a browser would, and read the picture as a phone would."""
    svg = re.search(r'<svg[^>]* class="code">.*?</svg>', svg)[0]
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    dark = [[False] * size for _ in range(size)]
    path = re.search(r'<path [^>]*stroke="#000"[^>]* d="([^"]*)"', svg)[1]
    x = y = 0.0
    for verb, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if verb == "h":
            for column in range(int(x), int(x + float(first))):
                dark[int(y)][column] = True
            x += float(first)
        else:
            x, y = (float(first), float(second)) if verb == "M" else (x + float(first), y + float(second))
    rows = [bytes(0 if one else 255 for one in row for _ in range(SCALE)) for row in dark]
    picture = memoryview(b"".join(row for row in rows for _ in range(SCALE)))
    (found,) = zxingcpp.read_barcodes(picture.cast("B", shape=[size * SCALE, size * SCALE]))
    return str(found.text)


async def page_of(service: str) -> tuple[str, dict[str, str]]:
    world = World()
    services = [a_service("video", is_online=True, staff=("omar",)), a_service("visit", staff=("omar",))]
    await world.save(a_calendar(staff=[a_person("omar")], services=services))
    made = (await world.book(service=service)).json()
    answer = await world.call("GET", made["manage"].removeprefix(PUBLIC_URL) + "?new=1", accept_language="en")
    return answer.body.decode(), made


async def test_the_code_of_an_online_appointment_opens_its_waiting_room():
    html, made = await page_of("video")
    assert read_code(html) == made["joinUrl"]


async def test_the_code_of_another_appointment_opens_its_booking():
    html, made = await page_of("visit")
    assert read_code(html).partition("?")[0] == made["manage"]


def test_a_code_is_drawn_by_attributes_alone_whatever_the_link_holds():
    for link in ("https://book.example.org/join/" + "x" * 400, 'https://x.example/?a="<script>'):
        svg = str(qr_code(link))
        tree = ET.fromstring(svg)
        assert {one.tag.removeprefix(SVG) for one in tree.iter()} <= {"svg", "path"}
        assert not {name for one in tree.iter() for name in one.attrib} & {"style", "onload", "href"}
        assert read_code(svg) == link
