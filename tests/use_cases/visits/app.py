"""A clinic that sees people online, with everything that attendees and hosts can do, on virtual time."""

from datetime import datetime
from typing import Any, Self

from shared.domain.appointments.visit_links import host_token, join_token
from shared.domain.calendar.business import Calendar
from shared.domain.links import read_link
from shared.domain.visits.visit import Visit
from shared.records.keys import QUEUE, VISIT, visit_key
from shared.records.visits import load_visit
from shared.use_cases.booking.result import Booked
from shared.use_cases.context import Context
from shared.use_cases.visits import change_visit
from shared.use_cases.visits.exchange_signals import Exchange, Received, exchange_signals
from shared.use_cases.visits.find_visit import Side, VisitAccess, find_visit, read_visit_link
from shared.use_cases.visits.heartbeat import leave_visit, record_heartbeat
from tests.support.builders import SECRET, a_calendar, a_person, a_service
from tests.support.clinic import TEN, World


def online(**service: Any) -> Calendar:
    staff = [a_person("claire"), a_person("omar")]
    values = {"staff": ("claire",), "is_online": True, **service}
    return a_calendar(staff=staff, services=[a_service(**values)])


class Clinic(World):
    """`ana` and `doc` are tokens, once `meet` has booked; every verb goes through the link as the edge does."""

    @classmethod
    async def meeting(cls, **service: Any) -> Self:
        clinic = await cls.opened(online(**service))
        await clinic.meet()
        return clinic

    @classmethod
    async def at_ten(cls, **service: Any) -> Self:
        """It is time for the meeting, and nobody has come yet."""
        clinic = await cls.meeting(**service)
        await clinic.wait_until(TEN)
        return clinic

    async def meet(self) -> Booked:
        return self.take_links(await self.book())

    def take_links(self, booked: Booked, host: str = "claire") -> Booked:
        """From here on it is about this visit."""
        self.booked = booked
        appointment = self.appointment(booked.appointment)
        assert appointment.seat
        self.ana = join_token(SECRET, self.business, appointment, appointment.seat)
        self.doc = host_token(SECRET, self.business, appointment, host)
        return booked

    async def entry_state(self, token: str, now: datetime | None = None) -> VisitAccess:
        now = now or self.now
        side: Side = "join" if read_link(self.secret, token, "join", now) else "host"
        link = read_visit_link(token, side, secret=self.secret, now=now)
        return await find_visit(link, store=self.store, now=now)

    def _tools(self) -> dict[str, Any]:
        return {"context": Context(self.store, SECRET, self.now)}

    async def come(self, token: str, name: str = "", devices: str = "") -> None:
        await change_visit.join_visit(await self.entry_state(token), name, devices, **self._tools())

    async def both_come(self) -> None:
        await self.come(self.ana)
        await self.come(self.doc)

    async def admit(self, attendee: str = "") -> None:
        door = await self.entry_state(self.doc)
        await change_visit.admit(door, attendee or f"a.{self.booked.id}", **self._tools())

    async def put_back(self) -> None:
        await change_visit.return_to_lobby(
            await self.entry_state(self.doc), f"a.{self.booked.id}", **self._tools()
        )

    async def tell(self, text: str) -> None:
        await change_visit.message_lobby(await self.entry_state(self.doc), text, **self._tools())

    async def mark(self, happening: Any) -> None:
        await change_visit.mark_visit(await self.entry_state(self.doc), happening, **self._tools())

    async def beat(self, token: str, place: Any = "lobby", session: str = "") -> Visit:
        return await record_heartbeat(
            await self.entry_state(token), place, session, store=self.store, now=self.now
        )

    async def both_in_the_room(self) -> None:
        """They speak as `anaanaana` and `docdocdoc`."""
        await self.both_come()
        await self.admit()
        await self.beat(self.ana, "room", "anaanaana")
        await self.beat(self.doc, "room", "docdocdoc")

    async def leave(self, token: str, place: Any = "lobby") -> Visit:
        return await leave_visit(await self.entry_state(token), place, store=self.store, now=self.now)

    async def exchange(self, token: str, session: str, **more: Any) -> list[Received]:
        exchange = Exchange(session=session, **more)
        return await exchange_signals(
            await self.entry_state(token), session, exchange, store=self.store, now=self.now
        )

    @property
    def visit(self) -> Visit:
        row = self.rows(VISIT).get(visit_key(self.booked.start, self.booked.appointment))
        return load_visit(row.values if row else None)

    @property
    def status(self) -> str:
        return self.appointment(self.booked.appointment).status

    def queue(self) -> dict[str, str]:
        return {key: row.etag for key, row in self.rows(QUEUE).items()}

    def facts(self) -> list[dict[str, Any]]:
        import json

        rows = self.inner.rows("facts", self.business)
        return [json.loads(row.values["body"]) for row in rows if "body" in row.values]
