"""The QR code on the page of a booking, as a browser draws it and a phone's camera reads it."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
import zxingcpp

from tests.browser.visiting import book


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
GREY = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
  let grey = "";
  for (let at = 0; at < data.length; at += 4) grey += String.fromCharCode(data[at + 1]);
  return [picture.width, picture.height, btoa(grey)];
}"""
VIEWS = [
    pytest.param({}, id="desktop"),
    pytest.param({"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, id="phone, dark"),
]


async def read_picture(png: bytes, page) -> str:
    """Return what a scanner reads from a picture, which a blank page turns into shades of grey."""
    width, height, grey = await page.evaluate(GREY, b64encode(png).decode())
    picture = memoryview(b64decode(grey)).cast("B", shape=[height, width])
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


@pytest.mark.parametrize("options", VIEWS)
async def test_the_code_is_drawn_so_that_a_camera_reads_it(system, open_page, options):
    made = await book(system, "code", f"scanned{len(options)}")
    watched = await open_page(made.manage, **options)
    code = watched.page.get_by_role("img", name="QR code")
    assert not await code.is_visible()
    await watched.page.get_by_text("Open it on a phone").click()
    await watched.check("code")
    blank = await open_page()
    assert await read_picture(await code.screenshot(), blank.page) == made.join
