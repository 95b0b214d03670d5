"""A person who may create calendars walks through the steps, as the browser would."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import Calendar
from shared.use_cases.organisation.settings import change_organisation
from tests.functions.console.app import FORM, Console
from tests.support.builders import MONDAY, a_key
from tests.support.edge import Answer


NEW = "/console/new"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Setup(Console):
    """`here` is the page that the newcomer is at."""

    who: str = "nora"
    here: str = NEW

    async def go(self, **fields: str) -> Answer:
        """Send the form of the page with these fields; follow the redirect to the next page of the steps."""
        page = (await self.open(self.who, self.here)).body.decode()
        values = {**dict(HIDDEN.findall(page)), **self.filled(page), **fields}
        body = urlencode(values).encode()
        answer = await self.call(
            "POST", self.here, body=body, content_type=FORM, cookie=self.cookie(self.who), accept="text/html"
        )
        if answer.status == 303:
            self.here = answer.headers["Location"]
        return answer

    def filled(self, page: str) -> dict[str, str]:
        """What the browser would send of a page that nobody has changed: texts, boxes, radios and selects."""
        found = {}
        for tag in re.findall(r"<input[^>]*>", page):
            attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            kind = attributes.get("type", "text")
            if (
                "name" in attributes
                and kind != "hidden"
                and (kind not in ("checkbox", "radio") or " checked" in tag)
            ):
                found[attributes["name"]] = attributes.get("value", "")
        for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', inner)
            found[name] = chosen[1] if chosen else re.search(r'<option value="([^"]*)"', inner)[1]
        found.pop("find", None)
        return {name: text.replace("&amp;", "&") for name, text in found.items()}

    @property
    def step(self) -> str:
        return parse_qs(urlsplit(self.here).query).get("step", ["kind"])[0]

    async def page(self) -> str:
        answer = await self.open(self.who, self.here)
        assert answer.status == 200, answer.body
        return answer.body.decode()

    async def refused(self, **fields: str) -> str:
        """Send the form; return the page of the same step, with what is wrong."""
        before = self.step
        answer = await self.go(**fields)
        assert (answer.status, self.step) == (303, before)
        return await self.page()

    async def to(self, step: str, *, name: str = "Riverside Clinic", kind: str = "health") -> None:
        """Go on from the first page, changing nothing but the name, to a step."""
        answers = {"kind": {"kind": kind, "zone": "Europe/London"}, "name": {"name": name}}
        while self.step != step:
            answer = await self.go(**answers.get(self.step, {}))
            assert answer.status == 303, answer.body.decode()

    async def created(self, **fields: str) -> Calendar:
        """Go to the end and publish; return the calendar."""
        await self.to("page", **fields)
        answer = await self.go(go="publish")
        assert answer.status == 303, answer.body.decode()
        business = urlsplit(answer.headers["Location"]).path.rpartition("/")[2]
        return await self.store.calendars.reload(business)

    async def calendars(self) -> int:
        return len((await self.table.range("org", "calendars", "!", "~")).rows)


async def a_newcomer(*creators: str) -> Setup:
    """An organisation without calendars, where Nora may create some, or those who are named."""
    world = Setup(now=MONDAY)
    names = creators or ("nora@clinic.example",)
    await change_organisation(
        lambda _: Organisation(creators=names), actor="head", number=a_key(), store=world.store, now=world.now
    )
    return world
