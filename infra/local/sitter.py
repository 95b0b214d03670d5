"""A drawn person before a camera, in place of the browser's own pattern: a picture for guides, of nobody."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from playwright.async_api import Browser

DRAW = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const paint = canvas.getContext("2d");
  const shape = (colour, path) => { paint.fillStyle = colour; paint.beginPath(); path(); paint.fill(); };
  const round = (x, y, wide, high) => paint.ellipse(x, y, wide, high, 0, 0, 7);
  const jpegs = [];
  for (let number = 0; number < 40; number += 1) {
    const turn = (number / 40) * 2 * Math.PI;
    const x = 320 + 9 * Math.sin(turn), y = 205 + 4 * Math.sin(2 * turn), isBlinking = number % 20 === 7;
    shape("#dfe7ec", () => paint.rect(0, 0, 640, 480));
    shape("#c3d3dc", () => paint.rect(0, 330, 640, 150));
    shape("#f6fafc", () => paint.roundRect(60, 50, 150, 190, 8));
    shape("#bcd9e6", () => paint.roundRect(70, 60, 130, 170, 4));
    shape("#5d8a6b", () => { round(565, 300, 46, 70); round(525, 330, 34, 46); });
    shape("#a8644a", () => paint.roundRect(525, 360, 80, 90, 10));
    shape("#3a2a24", () => round(x, y - 22, 92, 106));
    shape("#2f6f73", () => paint.roundRect(x - 175, 372, 350, 200, 110));
    shape("#d9a07e", () => paint.roundRect(x - 32, y + 80, 64, 110, 30));
    shape("#e8b592", () => round(x, y + 10, 74, 94));
    shape("#3a2a24", () => { paint.ellipse(x, y - 56, 80, 46, 0, Math.PI, 0); });
    for (const side of [-28, 28]) shape("#33262a", () => round(x + side, y, 7, isBlinking ? 1.5 : 8));
    paint.strokeStyle = "#a5574b";
    paint.lineWidth = 5;
    paint.lineCap = "round";
    paint.beginPath();
    paint.arc(x, y + 38, 24 + 3 * Math.sin(5 * turn), 0.35, Math.PI - 0.35);
    paint.stroke();
    jpegs.push(canvas.toDataURL("image/jpeg", 0.9).split(",")[1]);
  }
  return jpegs;
}"""


async def film_of_sitter(browser: Browser) -> bytes:
    """Return a film of the person, as chromium reads it in place of a camera (MJPEG)."""
    page = await browser.new_page()
    jpegs: list[str] = await page.evaluate(DRAW)
    await page.close()
    return b"".join(map(base64.b64decode, jpegs))
