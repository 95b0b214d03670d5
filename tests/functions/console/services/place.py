"""A calendar for tests of the console's services, with an administrator called boss."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Question, Service
from tests.functions.console.app import FORM, PEOPLE, Console
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service


PATH = "/console/calendars/biz0clinic/services"
ONE = f"{PATH}/service"
BOSS = a_person("boss", role="administrator")
NAMES = ("beard", "cut", "tea")  # as they are stored
QUESTIONS = (
    Question(id="why", text="Why? See [here](https://example.com)"),
    Question(id="first", text="First visit?", kind="choice", options=("Yes", "No"), required=True),
)


async def a_place(*services, questions=(), people: Sequence = (), **business) -> Console:
    world = Console(now=MONDAY)
    settings = a_business(**{"page": BookingPage(is_published=True), **business})
    made = services or [a_service(one) for one in NAMES]
    await world.save(a_calendar(settings, list(made), [BOSS, *PEOPLE.values(), *people], questions))
    return world


async def text_of(world: Console, path: str, who: str = "boss") -> str:
    answer = await world.open(who, path)
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def stored(world: Console, name: str = "tea") -> Service:
    return (await world.store.calendars.reload("biz0clinic")).services[name]


async def fill(world: Console, path: str, **fields: str | list[str] | None):
    """Send the form as a browser does that has only changed these fields; None is a box that is not ticked."""
    return await fill_shown(world, path, await text_of(world, path), **fields)


async def fill_shown(world: Console, path: str, page: str, **fields: str | list[str] | None):
    """Send the form of a page that was opened before, with these fields changed."""
    form = re.search(r'<form class="settings".*?</form>', page, re.DOTALL)
    assert form
    shown = {**typed(form[0]), **fields}
    pairs = [
        (name, one)
        for name, value in shown.items()
        for one in ([value] if isinstance(value, str) else value or [])
    ]
    body, cookie = urlencode(pairs).encode(), world.cookie("boss")
    return await world.call("POST", path, body=body, content_type=FORM, cookie=cookie, accept="text/html")


def typed(form: str) -> dict[str, str | list[str]]:
    """Return what the controls of a form hold."""
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, kind = attribute(tag, "name"), attribute(tag, "type")
        if not name or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        value = attribute(tag, "value")
        before = found.get(name)
        found[name] = [*before, value] if isinstance(before, list) else [before, value] if before else value
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return match[1] if match else ""


def error_at(answer, control: str) -> str:
    match = re.search(rf'id="{control}-error"[^>]*>.*?<span>([^<]*)</span>', answer.body.decode(), re.DOTALL)
    return match[1] if match else ""
