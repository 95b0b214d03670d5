"""Visits that are held elsewhere: the meeting is made by the timer, once, and never in anybody's way."""

import asyncio
from datetime import datetime, timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.calendar.meeting import MeetingRoom
from shared.records.codec import load_row
from shared.records.keys import FAILED, WORK
from shared.use_cases.visits.make_meeting import (
    MeetingRefused,
    MeetingRequest,
    MeetingUnavailable,
    NoMeetings,
    make_meeting,
)
from tests.delivery.meetings.graph_meetings import ORGANISER
from tests.support.builders import SECRET
from tests.support.clinic import TEN
from tests.support.virtual_time import virtually
from tests.use_cases.visits.app import Clinic, online


TEAMS = MeetingRoom(provider="teams", organiser=ORGANISER)
JITSI = MeetingRoom(provider="link", template="https://meet.example/{meeting}")


class Planner:
    """Makes meetings as Teams does: by name, and not always."""

    def __init__(self) -> None:
        self.made: list[MeetingRequest] = []
        self.away = 0
        self.refuses = False

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:
        await asyncio.sleep(1)
        if self.refuses:
            raise MeetingRefused("404 UserNotFound")
        if self.away:
            self.away -= 1
            raise MeetingUnavailable("503")
        self.made.append(wanted)
        return f"https://teams.example/{wanted.name}"


class Elsewhere(Clinic):
    """A clinic with a planner."""

    @classmethod
    async def held_by(cls, room: MeetingRoom) -> "Elsewhere":
        clinic = await cls.meeting(meeting=room)
        clinic.planner = Planner()
        await clinic.run()
        await clinic.wait_until(TEN)
        return clinic

    planner: Planner

    async def run(self, seconds: int = 0):
        tally = None
        for _ in range(max(1, seconds // 10)):
            tally = await self.tick("worker", meetings=self.planner)
            await asyncio.sleep(10)
        return tally

    async def where(self, token: str) -> str:
        return (await self.entry_state(token)).meeting_address(SECRET)


@virtually
async def test_it_is_made_when_somebody_comes_and_shown_to_whoever_is_let_in():
    clinic = await Elsewhere.held_by(TEAMS)
    assert clinic.planner.made == []  # not for one that nobody comes to
    await clinic.come(clinic.ana)
    await clinic.run()
    (wanted,) = clinic.planner.made
    assert (wanted.name, wanted.organiser, wanted.start) == (clinic.booked.appointment, ORGANISER, TEN)
    assert wanted.subject == "Consultation – Clinic"  # whoever reads it learns of no customer
    assert await clinic.where(clinic.ana) == ""  # still waiting
    await clinic.come(clinic.doc)
    await clinic.admit()
    assert await clinic.where(clinic.ana) == f"https://teams.example/{wanted.name}"
    assert await clinic.where(clinic.doc) == await clinic.where(clinic.ana)
    await clinic.run(120)
    assert len(clinic.planner.made) == 1
    assert await clinic.problems() == []


@virtually
async def test_nobody_waits_for_a_planner_that_is_away_and_it_is_asked_again():
    clinic = await Elsewhere.held_by(TEAMS)
    clinic.planner.away = 3
    await clinic.both_come()
    await clinic.admit()
    assert await clinic.where(clinic.ana) == ""
    await clinic.run(600)
    assert len(clinic.planner.made) == 1
    assert (await clinic.entry_state(clinic.ana)).made.startswith("https://teams.example/")


@virtually
async def test_a_refusal_is_shown_to_an_administrator():
    clinic = await Elsewhere.held_by(TEAMS)
    clinic.planner.refuses = True
    await clinic.come(clinic.ana)
    await clinic.run(60)
    (failed,) = clinic.rows(FAILED).values()
    assert load_row(OutboxEntry, failed).kind == "meeting"
    assert [key for key in clinic.rows(WORK) if "meeting" in key] == []
    clinic.planner.refuses = False
    await clinic.come(clinic.doc)  # by now somebody has mended it: whoever does something asks again
    await clinic.run()
    assert (await clinic.entry_state(clinic.doc)).made


@virtually
async def test_a_link_is_known_at_once_and_is_another_for_each_appointment():
    clinic = await Elsewhere.held_by(JITSI)
    await clinic.come(clinic.ana)
    await clinic.admit()
    address = await clinic.where(clinic.ana)
    assert address.startswith("https://meet.example/")
    assert clinic.booked.appointment not in address  # it cannot be guessed from what others see
    await clinic.run(60)
    assert clinic.planner.made == []


@virtually
async def test_what_no_longer_needs_one_has_none_made():
    clinic = await Clinic.meeting(meeting=TEAMS)
    planner = Planner()
    work = OutboxEntry(kind="meeting", appointment=clinic.booked.appointment, start=TEN)
    tools = {"store": clinic.store, "meetings": planner, "now": clinic.now}
    await make_meeting(work.model_copy(update={"appointment": "gone"}), clinic.business, **tools)
    await clinic.save(online())
    await make_meeting(work, clinic.business, **tools)
    await clinic.save(online(meeting=TEAMS))
    await clinic.cancel(clinic.booked.token)
    await make_meeting(work, clinic.business, **tools)
    assert planner.made == []


async def test_an_app_without_an_account_refuses():
    with pytest.raises(MeetingRefused):
        await NoMeetings().create(MeetingRequest("a", ORGANISER, "s", TEN, TEN + timedelta(minutes=20)), TEN)
