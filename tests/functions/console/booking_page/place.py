"""A calendar with an administrator who sets its booking page up."""

import re

from shared.domain.calendar.business import BookingPage, Business
from tests.functions.console.app import PEOPLE, Console
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service


PAGE = "/console/calendars/biz0clinic/page"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


async def a_place(services=(), **business) -> Console:
    world = Console(now=MONDAY)
    people = [a_person("boss", role="administrator"), *PEOPLE.values()]
    offered = list(services) or [a_service("video", is_online=True, staff=("claire",)), a_service(staff=("omar",))]
    await world.save(
        a_calendar(a_business(**{"page": BookingPage(is_published=True), **business}), offered, people)
    )
    return world


async def business_of(world: Console) -> Business:
    return (await world.store.calendars.reload("biz0clinic")).business


async def see(world: Console, path: str = "") -> str:
    answer = await world.open("boss", PAGE + path)
    assert answer.status == 200, answer.body.decode()
    return answer.body.decode()


async def save(world: Console, path: str, **fields: str | list[str]):
    return await world.send("boss", PAGE + path, **fields)


def error_at(html: str, control: str) -> str:
    found = re.search(rf'id="{control}-error">.*?<span>(.*?)</span>', html, re.DOTALL)
    return found[1] if found else ""


async def upload(world: Console, data: bytes, **fields: str):
    return await upload_to(world, PAGE, f"{PAGE}/logo", {"logo": data}, **fields)


async def upload_to(world: Console, shown: str, to: str, files: dict[str, bytes], **fields: str):
    """Send files with the form of a page."""
    page = (await world.open("boss", shown)).body.decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    parts = [("csrf", csrf), ("key", re.search(r'name="key" value="([^"]+)"', page)[1]), *fields.items()]
    lines = [
        f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts
    ]
    heads = [
        f'--XX\r\nContent-Disposition: form-data; name="{name}"; filename="l"\r\nContent-Type: image/svg+xml\r\n\r\n'
        for name in files
    ]
    sent = [head.encode() + data + b"\r\n" for head, data in zip(heads, files.values(), strict=True)]
    body = b"".join([*lines, *sent]) + b"--XX--\r\n"
    kind, cookie = "multipart/form-data; boundary=XX", world.cookie("boss")
    return await world.call("POST", to, body=body, content_type=kind, cookie=cookie, accept="text/html")
