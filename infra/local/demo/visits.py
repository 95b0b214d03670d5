"""Today's visits of the demo's clinic, one in every status: made anew at each start, and kept alive while it runs.

They go through the product's own use cases, as of the moments at which people would have done it. Who waits, or is
in a visit, gives signs of life as their pages would: until `make run` ends, or somebody in the console decides
otherwise. At midnight the new day has visits of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from infra.local.demo.queue_scenes import MINUTE, ON_DEMAND, SCENES, Scene
from infra.local.demo.repeated import RepeatedTable
from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.terms import TermsChange
from shared.domain.appointments.visit_links import host_token, join_token
from shared.domain.errors import NotFound, Refusal, TryAgain
from shared.records.codec import load_row
from shared.records.keys import appointment_key
from shared.records.table import Ambiguous, Operation
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.delete_appointment import delete_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from shared.use_cases.booking.create_appointment import AppointmentRequest
from shared.use_cases.context import Context
from shared.use_cases.visits import change_visit
from shared.use_cases.visits.find_visit import VisitAccess, find_visit, read_visit_link
from shared.use_cases.visits.heartbeat import leave_visit, record_heartbeat
from shared.use_cases.visits.walk_in import walk_in


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from shared.domain.calendar.business import Calendar
    from shared.domain.visits.rules import Transition

SLUG, SERVICE = "demo-clinic", "teleconsultation"
STEP = timedelta(seconds=80)  # between signs of life in the past: near enough to be one stay
PACE = 20.0  # seconds between those of now
SAME_START = timedelta(minutes=20)  # within which the visits of the last start are still those of today


@dataclass(frozen=True)
class Guest:
    """Somebody whose page gives signs of life; `side` is whose link it is."""

    token: str
    side: str


class Tools(TypedDict):
    """What every use case takes."""

    store: TableStore
    secret: str
    now: datetime


@dataclass
class Stage:
    """One start of the demo; `present` are those who are there now."""

    store: TableStore
    secret: str
    calendar: Calendar
    began: datetime
    present: list[Guest] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def at(self, minutes: float) -> datetime:
        return (self.began + timedelta(minutes=minutes)).replace(microsecond=0)

    def day_of(self, moment: datetime) -> date:
        """Return the day of the clinic's queue."""
        return moment.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.business.time_zone)

    async def set(self) -> None:
        await asyncio.gather(*(self._play(number, scene) for number, scene in enumerate(SCENES)))
        with contextlib.suppress(Refusal):  # the clinic is closed: nobody comes without a booking
            await self._somebody_comes()

    async def _play(self, number: int, scene: Scene) -> None:
        appointment = await self._book(number, scene)
        self.made.append(appointment.id)
        assert appointment.seat
        join = Guest(join_token(self.secret, self.business, appointment, appointment.seat), "join")
        host = Guest(host_token(self.secret, self.business, appointment, scene.staff), "host")
        entrance = await self._door(join, self.began)
        if entrance.is_live and not entrance.visit.parties:
            await self._story(scene, appointment, join, host)
        if scene.came is not None and not scene.ends:
            self.present.append(join)
        if scene.ends == "in_progress":
            self.present += [join, host]

    @property
    def business(self) -> str:
        return self.calendar.business.id

    def _tools(self, now: datetime) -> Tools:
        return {"context": Context(self.store, self.secret, now)}

    async def _book(self, number: int, scene: Scene) -> Appointment:
        first, _, last = scene.name.partition(" ")
        email = f"patient{number}@patients.example"
        request = StaffBooking(
            service=SERVICE,
            start=scene.start(self.began, self.zone),
            staff=(scene.staff,),
            parties=(CustomerInput(name=f"{first} {last}", email=email, language="fr"),),
            terms=TermsChange(tells_customer=scene.starts > 0),
            overbook=True,
        )
        made = await create_by_staff(
            request,
            editor=Actor("demo"),
            key=f"demo-visit-{number:04d}-{self.began:%Y%m%d%H%M%S}",
            calendar=self.calendar,
            **self._tools(self.began),
        )
        row = await self.store.table.get("bookings", self.business, appointment_key(made.id))
        assert row
        return load_row(Appointment, row)

    async def _door(self, guest: Guest, now: datetime) -> VisitAccess:
        link = read_visit_link(
            guest.token, "host" if guest.side == "host" else "join", secret=self.secret, now=now
        )
        return await find_visit(link, store=self.store, now=now)

    async def _story(self, scene: Scene, appointment: Appointment, join: Guest, host: Guest) -> None:
        if scene.ends == "cancelled":
            await self._cancel(appointment)
        if scene.came is not None:
            await self._come(join, self.at(scene.came), scene.devices)
        if scene.ends in ("completed", "in_progress"):
            until = self.at(scene.starts + 14) if scene.ends == "completed" else self.began
            await self._meet(appointment, join, host, self.at(scene.starts + 1), until)
        if scene.ends == "completed":
            await self._mark(host, "end", self.at(scene.starts + 14))
        if scene.ends == "no_show":
            await self._come(host, self.at(scene.starts), "camera microphone")
            await self._stay([host], self.at(scene.starts), self.at(scene.starts + 8))
            await self._mark(host, "mark_no_show", self.at(scene.starts + 8))
        if scene.ends == "not_admitted":
            gone = self.at(scene.starts + 20)
            await leave_visit(await self._door(join, gone), "lobby", store=self.store, now=gone)
            await self._mark(host, "end", gone + MINUTE)

    async def _cancel(self, appointment: Appointment) -> None:
        await cancel_by_staff(
            appointment.id,
            "",
            editor=Actor("demo"),
            key=f"demo-cancelled-{self.began:%Y%m%d%H%M%S}",
            calendar=self.calendar,
            **self._tools(self.began),
        )

    async def _come(self, guest: Guest, when: datetime, devices: str) -> None:
        await change_visit.join_visit(await self._door(guest, when), "", devices, **self._tools(when))

    async def _meet(
        self, appointment: Appointment, join: Guest, host: Guest, when: datetime, until: datetime
    ) -> None:
        await self._come(host, when, "camera microphone")
        attendee = f"a.{appointment.seat.id if appointment.seat else ''}"
        await change_visit.admit(await self._door(host, when), attendee, **self._tools(when))
        await self._stay([join, host], when + timedelta(seconds=5), until)

    async def _stay(self, guests: list[Guest], since: datetime, until: datetime) -> None:
        now = since
        while now < until:
            for guest in guests:
                await record_heartbeat(await self._door(guest, now), "room", "", store=self.store, now=now)
            now += STEP

    async def _mark(self, host: Guest, happening: Transition, when: datetime) -> None:
        await change_visit.mark_visit(await self._door(host, when), happening, **self._tools(when))

    async def _somebody_comes(self) -> None:
        request = AppointmentRequest(
            service=SERVICE,
            start=self.began,
            customer=ON_DEMAND,
            answers={"camera": "yes"},
            consent=True,
            language="fr",
        )
        key = f"demo-on-demand-{self.began:%Y%m%d%H%M%S}"
        made = await walk_in(request, key=key, calendar=self.calendar, **self._tools(self.began))
        self.made.append(made.appointment)
        self.present.append(Guest(made.join_token, "join"))

    async def forget(self, appointments: Iterable[str]) -> None:
        """Take away the visits of an earlier start: who waited in them has long gone."""
        for one in appointments:
            with contextlib.suppress(NotFound):
                await delete_appointment(
                    one,
                    editor=Actor("demo"),
                    key=f"demo-forgets-{one}",
                    calendar=self.calendar,
                    **self._tools(self.began),
                )

    async def live(self, now: datetime) -> None:
        """Give the signs of life of all who are there: in the room where they were let in. Set a new day's."""
        if self.day_of(now) != self.day_of(self.began):
            self.began = now.replace(microsecond=0)
            with contextlib.suppress(Refusal, Ambiguous):
                await self.set()
                await _note(self)
        for guest in self.present:
            with contextlib.suppress(Refusal, Ambiguous):
                await record_heartbeat(await self._door(guest, now), "room", "", store=self.store, now=now)


@contextlib.asynccontextmanager
async def visits_of_today(connection_string: str, now: datetime) -> AsyncIterator[Stage | None]:
    """Make today's visits, unless those of the last start are still of now. Reads OPENSLOT_SECRET.

    Nothing where somebody has deleted the demo's clinic; fewer where the machine is too busy to make them.
    """
    tables = Tables(connection_string, os.environ.get("OPENSLOT_TABLE_PREFIX", ""))
    try:
        yield await set_stage(TableStore(RepeatedTable(tables)), os.environ["OPENSLOT_SECRET"], now)
    finally:
        await tables.close()


async def set_stage(store: TableStore, secret: str, now: datetime) -> Stage | None:
    """Make the visits of that moment's day, as `visits_of_today`, in any store."""
    stage = None
    with contextlib.suppress(NotFound, TryAgain, Ambiguous):
        stage = Stage(store, secret, await store.calendars.find(SLUG), now.replace(microsecond=0))
        await stage.forget(await _noted(stage))
        await stage.set()
        await _note(stage)
    return stage


async def _noted(stage: Stage) -> list[str]:
    """Return which visits are to be forgotten; begin as the last start did where its visits are still of now."""
    noted = await stage.store.table.get("org", "demo", "visits")
    if noted is None:
        return []
    last, now = datetime.fromisoformat(str(noted.values["began"])), stage.began
    made = str(noted.values.get("made") or "").split()
    if timedelta() <= now - last < SAME_START and stage.day_of(now) == stage.day_of(last):
        stage.began, stage.made = last, made
        return []
    return made


async def _note(stage: Stage) -> None:
    values = {"began": stage.began.isoformat(), "made": " ".join(dict.fromkeys(stage.made))}
    await stage.store.table.transact("org", "demo", [Operation("upsert", "visits", values)])
