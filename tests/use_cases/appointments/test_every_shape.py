"""Every command at every shape of appointment: each is done or refused by the rules, and none forgets what it writes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import get_args

import pytest

from shared.domain.appointments.terms import TermsChange
from shared.domain.appointments.visit_links import host_token, join_token
from shared.domain.calendar.business import BookingPage, WaitingRoom
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.errors import TryAgain
from shared.domain.visits.rules import Transition
from shared.records.keys import APPOINTMENT, FAILED, WORK, appointment_key
from shared.use_cases.appointments.send_reminder_now import remind_now
from shared.use_cases.booking.result import Booked
from shared.use_cases.context import Context
from shared.use_cases.visits import change_visit
from shared.use_cases.visits.find_queue import find_queued
from shared.use_cases.visits.find_visit import VisitAccess
from shared.use_cases.visits.walk_in import try_visit, walk_in
from tests.delivery.meetings.graph_meetings import ORGANISER
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person, a_request, a_service
from tests.support.clinic import BOB, HALF, TEN, refusal_of
from tests.support.invariants import audit
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, cancel, change, delete, make, seats_of
from tests.use_cases.visits.app import Clinic


HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
pytestmark = pytest.mark.walk
TEAMS = MeetingRoom(provider="teams", organiser=ORGANISER)
JITSI = MeetingRoom(provider="link", template="https://meet.example/{meeting}")
SHAPES = {
    "single": {},
    "in person": {"is_online": False},
    "several staff": {"staff": ("claire", "omar"), "assignment": "all"},
    "in Teams": {"meeting": TEAMS},
    "by a link": {"meeting": JITSI},
    "group with free places": {"maximum_attendees": 5},
    "full group": {"maximum_attendees": 2},
    "group in person": {"maximum_attendees": 5, "is_online": False},
    "group that staff made smaller": {"maximum_attendees": 5},
    "long": {"duration": timedelta(hours=4)},
    "walk-in": {"staff": ("claire", "omar")},
    "trial": {},
}


class Shaped(Clinic):
    """A clinic with one appointment of a shape, as customers and staff make it."""

    shape: str
    booked: Booked

    @classmethod
    async def holding(cls, shape: str) -> "Shaped":
        values = {"staff": ("claire",), "is_online": True, **SHAPES[shape]}
        business = a_business(
            waiting_room=WaitingRoom(on_demand="consultation"), page=BookingPage(is_published=True)
        )
        staff = [a_person("claire"), a_person("omar"), a_person("zoe")]
        clinic = await cls.opened(a_calendar(business, [a_service(**values)], staff))
        clinic.shape = shape
        await clinic._book()
        await clinic.wait_until(TEN)
        return clinic

    async def _book(self) -> None:
        if self.shape == "walk-in":
            await self.wait_until(TEN)
            self.booked = await walk_in(a_request(TEN), key=a_key(), **self.args())
        elif self.shape == "trial":
            await self.wait_until(TEN)
            self.booked = await try_visit("consultation", "claire", "Test patient", key=a_key(), **self.args())
        else:
            self.booked = await self.book(TEN)
        if self.shape == "full group":
            await self.book(TEN, email=BOB)
        if self.shape == "group that staff made smaller":
            await change(self, self.booked.appointment, seats=2)

    @property
    def name(self) -> str:
        return self.booked.appointment

    async def meet_in_the_room(self) -> None:
        appointment = self.appointment(self.name)
        seat = appointment.seat or self.seat(self.name, self.booked.id)
        self.ana = join_token(SECRET, self.business, appointment, seat)
        self.doc = host_token(SECRET, self.business, appointment, "claire")
        await self.both_in_the_room()

    async def queued(self) -> VisitAccess:
        return await find_queued(self.name, self.calendar, self.calendar.staff["claire"], store=self.store)

    async def mark_queued(self, happening: Transition) -> None:
        await change_visit.mark_visit(
            await self.queued(), happening, context=Context(self.store, SECRET, self.now)
        )

    async def remind(self) -> None:
        await remind_now(
            await self.queued(), key=a_key(), actor="desk", context=Context(self.store, SECRET, self.now)
        )

    async def come_as_host(self) -> None:
        await change_visit.join_visit(await self.queued(), "", "", context=Context(self.store, SECRET, self.now))


ONLINE = [one for one in SHAPES if SHAPES[one].get("is_online", True)]
COMMANDS: dict[str, Callable[[Shaped], Awaitable[object]]] = {
    "the customer cancels": lambda it: it.cancel(it.booked.token),
    "the customer moves": lambda it: it.move(it.booked.token, TEN + 5 * HOUR),
    "another joins": lambda it: it.book(TEN, email="eve@example.com"),
    "staff add a party": lambda it: make(it, TEN, parties=[a_party("new@example.com")], overbook=True),
    "staff cancel": lambda it: cancel(it, it.name, "Sorry"),
    "staff delete": lambda it: delete(it, it.name),
    "staff give it to others": lambda it: it.reassign(it.name, "zoe"),
    "staff move it": lambda it: change(it, it.name, start=TEN + 5 * HOUR, end=TEN + 5 * HOUR + HALF),
    "staff change people": lambda it: change(it, it.name, staff=("omar", "zoe")),
    "staff change words": lambda it: change(it, it.name, terms=TermsChange(notes="Noted")),
    "staff change parties": lambda it: change(it, it.name, parties=(a_party("new@example.com"),)),
    "staff change seats": lambda it: change(it, it.name, seats=7),
    "staff remind": lambda it: it.remind(),
    "a host comes": lambda it: it.come_as_host(),
    **{f"staff mark: {one}": lambda it, one=one: it.mark_queued(one) for one in get_args(Transition)},
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("shape", SHAPES)
@virtually
async def test_it_is_done_or_refused_by_the_rules(shape: str, command: str) -> None:
    clinic = await Shaped.holding(shape)
    seats = {seat.id for seat in seats_of(clinic, clinic.name).values()} or {clinic.booked.id}
    assert await refusal_of(COMMANDS[command](clinic)) != TryAgain.code
    gone = {clinic.name: seats} if appointment_key(clinic.name) not in clinic.rows(APPOINTMENT) else {}
    assert await audit(clinic.inner, clinic.business, secret=SECRET, deleted=gone) == []


@pytest.mark.parametrize("shape", SHAPES)
@virtually
async def test_what_staff_mark_by_hand_is_so_and_can_be_undone(shape: str) -> None:
    clinic = await Shaped.holding(shape)
    happening, marked = ("complete", "completed") if "in person" in shape else ("mark_no_show", "no_show")
    before = clinic.status
    await clinic.mark_queued(happening)
    assert clinic.status == (marked if clinic.visit.status != "in_lobby" else before)
    await clinic.mark_queued("undo")
    assert clinic.status == before


@pytest.mark.parametrize("shape", ONLINE)
@virtually
async def test_a_host_ends_it_and_lets_them_in_again(shape: str) -> None:
    clinic = await Shaped.holding(shape)
    await clinic.meet_in_the_room()
    await clinic.mark("end")
    assert clinic.status == "completed"
    await clinic.mark("undo")
    assert clinic.status == "booked"
    await clinic.mark("end")
    await clinic.tick_for(timedelta(hours=1), every=60)
    assert len(clinic.facts()) == (shape != "trial")


@pytest.mark.parametrize("shape", ONLINE)
@virtually
async def test_the_timer_closes_what_nobody_is_in_any_more_and_leaves_nothing_behind(shape: str) -> None:
    clinic = await Shaped.holding(shape)
    await clinic.meet_in_the_room()
    await clinic.tick_for(timedelta(hours=6), every=60)
    assert clinic.status == "completed"
    assert len(clinic.facts()) == (shape != "trial")
    assert clinic.rows(WORK) == {}
    assert clinic.markers() == []
    assert len(clinic.rows(FAILED)) == (shape == "in Teams")  # nobody makes meetings here
