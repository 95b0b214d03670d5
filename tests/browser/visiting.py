"""What visits in a browser need: cameras that work, an appointment with its links, and what came of it."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import httpx
from pydantic import TypeAdapter

from shared.storage.tables import Tables
from tests.support.builders import a_key


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

MEDIA = [
    "--use-fake-device-for-media-stream=fps=5",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]
ALLOWED = "--use-fake-ui-for-media-stream"  # a browser without windows cannot ask whether it may use them
HOSTS = {"video": "eve", "later": "eve", "together": "eve", "jitsi": "ida"}
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
STATS = """async () => {
  const found = { frames: 0, sound: 0 };
  for (const pc of window.connections) {
    if (pc.connectionState === "closed") continue;
    (await pc.getStats()).forEach((one) => {
      if (one.type !== "inbound-rtp") return;
      if (one.kind === "video") found.frames += one.framesDecoded ?? 0;
      else found.sound += one.packetsReceived ?? 0;
    });
  }
  return found;
}"""
# A picture of this size is as good for a test, at a tenth of the work of encoding and decoding it.
KEEP = """window.connections = [];
const ask = globalThis.MediaDevices?.prototype.getUserMedia;
if (ask) MediaDevices.prototype.getUserMedia = function (wanted) {
  return ask.call(this, wanted?.video ? { ...wanted, video: { ...wanted.video, width: 320, height: 180 } } : wanted);
};
const Real = RTCPeerConnection;
window.RTCPeerConnection = class extends Real { constructor(...all) { super(...all); window.connections.push(this); } };"""


@dataclass
class Booked:
    """`day` is that of its queue: shortly before midnight the next free time is tomorrow's."""

    id: str
    join: str
    host: str
    manage: str
    day: date


async def tick(system) -> None:
    """Run the timer that sends mails now: nobody waits for its seconds."""
    async with httpx.AsyncClient(base_url=system.url, timeout=20) as client:
        (await client.post("/admin/functions/send_due_messages", params={"wait": "1"})).raise_for_status()


async def link_in_mail(system, address: str, path: str) -> str:
    """The newest link of a kind in the mails to an address."""
    async with httpx.AsyncClient(base_url=system.mail, timeout=10) as client:
        for _ in range(60):
            await tick(system)
            mails = (await client.get("/api/messages", params={"to": address})).json()
            for mail in sorted(mails, key=lambda one: one["date"], reverse=True):
                raw = (await client.get(mail["raw"])).text
                text = raw.replace("=\r\n", "").replace("=\n", "")
                if found := re.search(rf"http://\S+?/{path}/[\w.~-]+", text):
                    return found[0]
            await asyncio.sleep(0.5)
    raise AssertionError(f"no mail with /{path}/ came to {address}")


async def book(system, service: str, who: str, ahead: timedelta = timedelta()) -> Booked:
    """Book the next free time that is so far ahead over the public API, and read the links from the mails."""
    async with httpx.AsyncClient(base_url=system.url, timeout=20) as client:
        booked = await _book_next(client, service, who, ahead)
    join = await link_in_mail(system, f"{who}@example.com", "join")
    assert booked["joinUrl"] == join
    host = await host_link_in_mail(system, f"{HOSTS.get(service, service)}@online.example", f"{who}@example.com")
    return Booked(booked["id"], join, host, booked["manage"], day_of(booked["start"]))


async def _book_next(client: httpx.AsyncClient, service: str, who: str, ahead: timedelta) -> dict:
    """Book the next free time, which passes or is taken where the machine is slow: then the one after it."""
    customer = {"name": who.title(), "email": f"{who}@example.com"}
    for _ in range(3):
        start = await next_start(client, service, ahead)
        body = {"service": service, "start": start, "customer": customer}
        key = {"Idempotency-Key": a_key()}
        answer = await client.post("/api/online-clinic/appointments", json=body, headers=key)
        if answer.status_code not in (409, 422):
            break
    return answer.raise_for_status().json()


async def next_start(client: httpx.AsyncClient, service: str, ahead: timedelta = timedelta()) -> str:
    """Return the next start of a service that is so far ahead."""
    slots = (await client.get("/api/online-clinic/slots", params={"service": service})).json()["slots"]
    return next(one["start"] for one in slots if datetime.fromisoformat(one["start"]) > datetime.now(UTC) + ahead)


def day_of(start: str) -> date:
    """Return the day of the queue that a start is in."""
    return datetime.fromisoformat(start).astimezone(ZoneInfo("Europe/Paris")).date()


async def host_link_in_mail(system, host: str, about: str, but: str = "") -> str:
    """The host's link in their newest mail about a customer; `but` is one that they have already."""
    async with httpx.AsyncClient(base_url=system.mail, timeout=10) as client:
        for _ in range(60):
            await tick(system)
            mails = (await client.get("/api/messages", params={"to": host})).json()
            for mail in sorted(mails, key=lambda one: one["date"], reverse=True):
                text = (await client.get(mail["raw"])).text.replace("=\r\n", "").replace("=\n", "")
                found = re.search(r"http://\S+?/host/[\w.~-]+", text)
                if about in text and found and found[0] != but:
                    return found[0]
            await asyncio.sleep(0.5)
    raise AssertionError("no mail with the host's link")


async def sees(page: Page, kind: str = "frames") -> None:
    """Frames are decoded, or sound comes in, within some seconds."""
    for _ in range(100):
        if (await page.evaluate(STATS))[kind] > 0:
            return
        await page.wait_for_timeout(150)
    raise AssertionError(f"no {kind}: {await page.evaluate(STATS)}")


async def sees_more(page: Page, frames: int) -> bool:
    return (await page.evaluate(STATS))["frames"] > frames


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait for something that a page is asked for; its policy forbids it to evaluate texts by itself."""
    for _ in range(int(seconds / 0.15)):
        if await is_so():
            return
        await asyncio.sleep(0.15)
    raise AssertionError(f"not so within {seconds:.0f} s")


async def facts(system, appointment: str) -> list[dict]:
    """What was filed of an appointment, once something is."""
    tables = Tables(system.tables)
    for _ in range(60):
        await tick(system)
        page = await tables.range("facts", "b-online", "!", "~")
        if found := [json.loads(row.values["body"]) for row in page.rows if appointment in row.key]:
            break
        await asyncio.sleep(0.5)
    await tables.close()
    return found


def seconds(text: str) -> float:
    return TypeAdapter(timedelta).validate_python(text).total_seconds()
