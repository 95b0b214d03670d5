"""The staff pages of a small clinic: Alma administers it, and the people of the console work there."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from shared.domain.access.permissions import Caller
from shared.domain.errors import TryAgain
from shared.storage.store import TableStore
from tests.functions.console.app import FORM, PEOPLE, Console, a_clinic
from tests.support.builders import MONDAY, a_key, a_person


if TYPE_CHECKING:
    from shared.domain.calendar.business import StaffMember


STAFF = "/console/calendars/biz0clinic/staff"
BOSS, HEAD = "alma", "head"


class Office(Console):
    def cookie(self, who: str) -> str:
        """As the console's; HEAD is the administrator of the organisation, from outside the clinic."""
        if who != HEAD:
            return super().cookie(who)
        caller = Caller(HEAD, email="head@organisation.example", name="Hedda Head")
        return str(self.__dict__.setdefault("head", self.session(caller)))

    async def staff(self) -> dict[str, StaffMember]:
        return dict((await self.store.calendars.reload("biz0clinic")).staff)

    async def named(self, name: str) -> StaffMember:
        return next(one for one in (await self.staff()).values() if one.name == name)

    async def page(self, path: str = STAFF, who: str = BOSS) -> str:
        answer = await self.open(who, path)
        assert answer.status == 200, answer.body
        return plain(answer.body)


class BusyStore(TableStore):
    """Decides some commands, and then nothing more until it may again."""

    left = 1

    async def decide(self, *args: Any, **more: Any) -> Any:
        if self.left == 0:
            raise TryAgain
        self.left -= 1
        return await super().decide(*args, **more)


def plain(body: bytes) -> str:
    """Return a page's text without its tags, and without what can be selected."""
    text = re.sub(r"<select.*?</select>", " ", body.decode(), flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def fields_of(body: bytes) -> dict[str, str]:
    """Return what a page's form would send as it is."""
    page = body.decode()
    found = {}
    for tag in re.findall(r"<input [^>]+>", page):
        name = re.search(r' name="([^"]+)"', tag)
        kind = re.search(r' type="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("radio", "checkbox") or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


async def an_office(**people: StaffMember) -> Office:
    office = Office(now=MONDAY)
    alma = a_person(BOSS, role="administrator")
    await office.save(a_clinic({**PEOPLE, BOSS: alma, **people}))
    return office


async def fill(office: Office, path: str, who: str = BOSS, **changes: str):
    """Open a form, change some of its fields, and send it."""
    answer = await office.open(who, path)
    assert answer.status == 200, answer.body
    sent = {name: value for name, value in {**fields_of(answer.body), **changes}.items() if value is not None}
    sent.pop("do", None)
    return await office.send(who, path, **sent)


async def press(office: Office, who: str, page: str, action: str, **fields: str):
    """Press a button of a page whose form goes elsewhere."""
    cookie = office.cookie(who)
    shown = (await office.call("GET", page, cookie=cookie, accept="text/html")).body.decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', shown)
    body = urlencode({"csrf": csrf[1] if csrf else "", "key": a_key(), **fields}).encode()
    return await office.call("POST", action, body=body, content_type=FORM, cookie=cookie, accept="text/html")
