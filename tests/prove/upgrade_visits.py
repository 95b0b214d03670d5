"""Visits through two versions by turns: waiting, messages, admission, the end; some last into the next phase."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.domain.links import SignedLink, sign, stamp
from tests.load.system import HALF, midnight
from tests.support.builders import SECRET


if TYPE_CHECKING:
    from tests.load.system import Client, Clinic


@dataclass
class Going:
    """A visit that was begun: the paths of both sides, the attendee, and what staff last saw of it."""

    id: str
    join: str
    host: str
    party: str
    status: str = "booked"
    messages: list[str] = field(default_factory=list)


@dataclass
class Visits:
    """Each phase begins one visit for each of the next people, and ends those that the phase before left open."""

    clinic: Clinic
    at_once: int = 3
    begun: list[Going] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    async def run(self, client: Client, name: str) -> None:
        people = list(self.clinic.calendar.staff)[len(self.begun) :][: self.at_once]
        await asyncio.gather(*(self._end(client, one) for one in self._open()))
        begun = await asyncio.gather(*(self._begin(client, person) for person in people))
        for one in begun:
            await self._meet(client, one, f"{name}: a moment, please")
        await self._end(client, begun[0])
        self.begun += begun
        await self._compare(client)

    def _open(self) -> list[Going]:
        return [one for one in self.begun if one.status != "completed"]

    async def _begin(self, client: Client, person: str) -> Going:
        """Book the next half hour, which may be entered already, for one person."""
        now = datetime.now(UTC)
        start = midnight(0) + ((now - midnight(0)) // HALF + 1) * HALF
        answer = await self.clinic.book(client, start, staff=person)
        if answer.status != 201:
            raise AssertionError(f"a visit was not booked: {answer.body}")
        link = SignedLink("host", self.clinic.calendar.business.id, answer.body["id"], person, 1, stamp(start))
        join = answer.body["joinUrl"].partition("/join/")[2]
        return Going(answer.body["id"], f"/join/{join}", f"/host/{sign(SECRET, link)}", f"a.{answer.body['seat']}")

    async def _meet(self, client: Client, visit: Going, text: str) -> None:
        """Let the customer wait, be written to, be admitted, be put back and admitted again, and meet."""
        await self._say(client, visit.join, "enter", name="Ana", devices="camera")
        await self._see(client, visit, "in_lobby", "enter")
        visit.messages.append(text)
        await self._see(client, visit, "in_lobby", "tell", text=text)
        await self._see(client, visit, "in_progress", "admit", party=visit.party)
        await self._see(client, visit, "in_lobby", "put-back", party=visit.party)
        await self._see(client, visit, "in_progress", "admit", party=visit.party)
        for side in (visit.host, visit.join):
            await self._say(client, side, "signals", session=f"page{side[1:5]}", join=True)

    async def _end(self, client: Client, visit: Going) -> None:
        await self._say(client, visit.join, "leave", place="room", session="pagejoin")
        await self._see(client, visit, "completed", "mark", happening="end")

    async def _see(self, client: Client, visit: Going, status: str, what: str, **body: Any) -> None:
        seen = await self._say(client, visit.host, what, **body)
        visit.status = status
        if seen.get("status") != status:
            self.wrong.append(f"{visit.id} is {seen.get('status')} after {what}, and not {status}")

    async def _say(self, client: Client, path: str, what: str, **body: Any) -> dict[str, Any]:
        answer = await client.send("POST", f"{path}/{what}", body)
        if answer.status not in (200, 204):
            self.wrong.append(f"{what}: {answer.status} {answer.body}")
        return answer.body or {}

    async def _compare(self, client: Client) -> None:
        """Ask for each visit twice, so that each version tells of it."""
        for visit in [*self.begun, *self.begun]:
            seen = await self._say(client, visit.host, "beat")
            texts = [one["text"] for one in seen.get("messages", ())]
            if (seen.get("status"), texts) != (visit.status, visit.messages):
                self.wrong.append(
                    f"{visit.id} is {seen.get('status')}, {texts}; was {visit.status}, {visit.messages}"
                )
