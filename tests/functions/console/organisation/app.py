"""The console of an organisation: a clinic with people of every role, and who administers the organisation."""

import html
import re
from urllib.parse import urlencode

from shared.domain.access.organisation import Organisation
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage, Calendar
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import change_organisation, find_organisation
from tests.functions.console.app import FORM, PEOPLE, Console, a_clinic
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person
from tests.support.edge import ORGANISATION_ADMINISTRATOR, Answer


HEAD = "head"
BASE = "/console/organisation"
REPORT_FIELDS = {
    "has_analytics": "yes",
    "report_days": "0",
    "every": "never",
    "mail_zone": "Etc/UTC",
    "mail_language": "en",
}
"""The fields of the settings of reports, as they are at first."""
ADA = a_person("ada", role="administrator")


class Headquarters(Console):
    def cookie(self, who: str) -> str:
        """Return the cookie of somebody's session; `head` administers the organisation."""
        if who != HEAD:
            return super().cookie(who)
        sessions = self.__dict__.setdefault("sessions", {})
        if (who, self.now.date()) not in sessions:
            sessions[who, self.now.date()] = self.session(Caller(who, ORGANISATION_ADMINISTRATOR, "Head"))
        return str(sessions[who, self.now.date()])

    async def send_read(self, who: str, path: str, page: str, **fields: str) -> Answer:
        """Send the form of a page that was opened before, with these fields filled in."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        body = urlencode({**hidden, **fields}).encode()
        return await self.call(
            "POST", path, body=body, content_type=FORM, cookie=self.cookie(who), accept="text/html"
        )

    async def page(self, path: str = "", who: str = HEAD) -> str:
        """Return the words of a page, without its markup."""
        return words_of(await self.open(who, path if path.startswith("/console") else f"{BASE}{path}"))

    async def file(self, who: str, path: str) -> list[str]:
        """Return the lines of a file."""
        answer = await self.open(who, path)
        assert answer.status == 200, answer.body
        assert answer.body.startswith(b"\xef\xbb\xbf")
        return answer.body.decode("utf-8-sig").splitlines()

    async def settings(self) -> Organisation:
        return await find_organisation(store=self.store, within=0)

    async def name(self, **changes: object) -> None:
        """Change the organisation's settings."""
        await change_organisation(
            lambda one: one.model_copy(update=changes),
            actor="root",
            number=a_key(),
            store=self.store,
            now=self.now,
        )

    def changing(self, business: str = "biz0clinic", actor: str = "ada@clinic.example") -> BusinessChange:
        return BusinessChange(business, Author(actor, a_key()), "", Context(self.store, SECRET, self.now))


def words_of(answer: Answer) -> str:
    assert answer.status in (200, 422, 412), (answer.status, answer.body)
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", answer.body.decode(), flags=re.DOTALL))
    return html.unescape(re.sub(r"\s+", " ", text))


def another(name: str, people: list, **business: object) -> Calendar:
    settings = {"id": f"biz0{name}", "slug": name, "name": name.title(), **business}
    return a_calendar(a_business(**settings), staff=people)


async def headquarters() -> Headquarters:
    """A clinic that Ada administers; a bank that nobody does, not published; both know Claire."""
    world = Headquarters(now=MONDAY)
    await world.save(a_clinic({**PEOPLE, "ada": ADA}))
    claire = a_person("claire2", email="claire@clinic.example", role="scheduler")
    await world.save(another("bank", [claire], page=BookingPage(is_published=False)))
    return world
