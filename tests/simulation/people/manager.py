"""Somebody who runs the place: books for others, moves what is booked, calls off, deletes, and changes the settings."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.terms import TermsChange
from shared.domain.errors import Refusal
from shared.domain.visits.rules import Transition
from shared.domain.visits.visit import Visit
from shared.records.table import Ambiguous
from shared.use_cases.appointments.hand_over import ANYONE, HandedOver, hand_over
from shared.use_cases.appointments.staff_request import AppointmentChange, CustomerInput, StaffBooking
from shared.use_cases.context import Context
from shared.use_cases.visits.change_visit import mark_visit
from shared.use_cases.visits.find_visit import VisitAccess
from tests.simulation.people.clients import Crowd
from tests.simulation.people.desk import SLUG, Asked, NoAnswer, given
from tests.simulation.people.series_desk import SeriesDesk, calling_off, every, moving, taking_back
from tests.simulation.people.staff_desk import EDITOR, StaffDesk
from tests.simulation.world.clinic import SEATS
from tests.simulation.world.instance import Instance, Lost
from tests.support.builders import SECRET


HAPPENINGS: tuple[Transition, ...] = ("arrive", "begin", "complete", "mark_no_show", "undo")


async def marking(instance: Instance, one: Appointment, happening: Transition) -> None:
    store = instance.store
    calendar = await store.calendars.find(SLUG)
    entrance = VisitAccess(calendar, None, one, Visit(), None)
    await mark_visit(entrance, happening, context=Context(store, SECRET, instance.now()))


async def handing_over(instance: Instance, person: str, key: str) -> HandedOver:
    return await hand_over(person, {}, ANYONE, key=key, editor=EDITOR, **await given(instance), most=5)


class Manager:
    """One of the crowd, with more rights."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.dice, self.orders = crowd, crowd.dice, StaffDesk(crowd.desk)

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        ways = (self._create, self._create, self._change, self._change, self._change)
        rare = (self._call_off, self._withdraw, self._set, self._note, self._mark, self._renew, self._hand_over)
        rare = (*rare, self._repeat)
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            with suppress(Refusal, NoAnswer):
                await self.dice.choice((*ways, *rare))()

    async def _ask(self, asked: Asked) -> None:
        self.crowd.past.append(asked)
        await self.crowd.desk.ask(asked, tries=1 if self.dice.random() < 0.1 else 12)

    def _some_appointment(self) -> Appointment | None:
        """One that somebody knows, as the books have it; a manager sees what the customers hold."""
        if not self.crowd.held:
            return None
        return self.crowd.desk.watch.appointments.get(self.dice.choice(self.crowd.held).appointment)

    def _party(self) -> CustomerInput:
        number = self.dice.randrange(40)
        return CustomerInput(name=f"Client {number}", email=f"c{number}@example.com")

    def _parties(self) -> tuple[CustomerInput, ...]:
        some = [self._party() for _ in range(self.dice.randint(1, 3))]
        return tuple({party.email: party for party in some}.values())

    async def _create(self) -> None:
        service = self.dice.choice(("visit", "long", "yoga", "yoga", "both"))
        people = self.crowd.people[-2:] if service == "yoga" else self.crowd.people
        staff = (self.dice.choice(people),) if self.dice.random() < 0.5 and service != "both" else ()
        parties = self._parties() if service == "yoga" else (self._party(),)
        late = timedelta(minutes=self.dice.choice((0, 0, 10)))
        is_over = self.dice.random() < 0.2
        start = self.crowd.a_start() + late
        await self._ask(
            self.orders.create(
                StaffBooking(service=service, start=start, staff=staff, parties=parties, overbook=is_over)
            )
        )

    async def _change(self) -> None:
        if one := self._some_appointment():
            change = self.dice.choice((self._another_time, self._other_people, self._other_words))(one)
            seen = one if self.dice.random() < 0.3 else None
            await self._ask(self.orders.change(one.id, change, seen))

    def _another_time(self, one: Appointment) -> AppointmentChange:
        longer = timedelta(minutes=self.dice.choice((0, 0, 15)))
        start = self.crowd.a_start()
        end = start + (one.end - one.start) + longer
        return AppointmentChange(start=start, end=end, overbook=self.dice.random() < 0.2)

    def _other_people(self, one: Appointment) -> AppointmentChange:
        return AppointmentChange(staff=tuple(self.dice.sample(list(self.crowd.people), len(one.staff))))

    def _other_words(self, one: Appointment) -> AppointmentChange:
        if one.is_group:
            return AppointmentChange(parties=self._parties())
        return AppointmentChange(terms=TermsChange(notes=f"Noted {self.dice.randrange(100)}"))

    async def _renew(self) -> None:
        """Send a new link to somebody who has one, or who has none any more."""
        if not self.crowd.held:
            return
        held = self.dice.choice(self.crowd.held)
        if (chance := self.dice.random()) < 0.7:
            await self._ask(self.orders.renew(held.appointment, "customer", held.id, is_only_revoked=chance < 0.2))
        else:
            await self._ask(self.orders.renew(held.appointment, "staff", self.dice.choice(held.staff)))

    async def _call_off(self) -> None:
        if one := self._some_appointment():
            await self._ask(self.orders.call_off(one.id))

    async def _withdraw(self) -> None:
        if one := self._some_appointment():
            await self._ask(self.orders.withdraw(one.id))

    async def _set(self) -> None:
        buffer = timedelta(minutes=self.dice.choice((0, 10)))
        seats = self.dice.randint(SEATS - 1, SEATS + 1)
        changes = (("long", {"post_buffer": buffer}), ("yoga", {"maximum_attendees": seats}))
        name, change = self.dice.choice(changes)
        await self._ask(self.orders.set_service(name, **change))

    async def _mark(self) -> None:
        """Say what came of a visit, as staff do by hand; each time is a command of its own, so that nobody repeats it."""
        one, happening = self._some_appointment(), self.dice.choice(HAPPENINGS)
        if one is None:
            return
        desk = self.crowd.desk
        desk.asked["mark"] += 1
        instance = self.dice.choice(desk.instances)
        try:
            await instance.answer(marking(instance, one, happening))
        except (Lost, Ambiguous, Refusal):
            return
        except Exception as error:  # noqa: BLE001 - as of every other command
            desk.watch.problems.append(f"{happening} of {one.id} ended in {type(error).__name__}: {error}")

    async def _hand_over(self) -> None:
        """Hand over what a person has coming; each appointment is a command of its own, and what is said is so."""
        desk, person = self.crowd.desk, self.dice.choice(self.crowd.people)
        desk.asked["hand over"] += 1
        instance, key = self.dice.choice(desk.instances), desk.a_key()
        try:
            done = await instance.answer(handing_over(instance, person, key))
        except (Lost, Ambiguous, Refusal):
            return
        except Exception as error:  # noqa: BLE001 - as of every other command
            desk.watch.problems.append(f"handing over of {person} ended in {type(error).__name__}: {error}")
            return
        for one, taker in done.moved:
            if not any(taker in each.staff for _, each, _ in desk.watch.versions[one.id]):
                desk.watch.problems.append(f"{one.id} is said to be handed over to {taker}, and never was")

    async def _repeat(self) -> None:
        """Book several at once, an hour apart; some of them are taken."""
        service = self.dice.choice(("visit", "long", "yoga"))
        request = StaffBooking(service=service, start=self.crowd.a_start(), parties=(self._party(),))
        desk, times = self.crowd.desk, self.dice.randint(2, 6)
        await SeriesDesk(desk, request, every(timedelta(hours=1), times, request), desk.a_key()).book()

    async def _note(self) -> None:
        email = f"c{self.dice.randrange(40)}@example.com"
        await self._ask(self.orders.note_customer(email, f"Note {self.dice.randrange(100)}"))


class Planner(Manager):
    """One of the crowd, who books series, and moves, cancels and undoes them as a whole."""

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            await self.dice.choice((self._repeat, self._change_series))()

    async def _change_series(self) -> None:
        """Do something to all of a series, twice with one key: what is refused stays as it is."""
        series = sorted({one.series for one in self.crowd.desk.watch.appointments.values() if one.series})
        if not series:
            return
        desk, key, name = self.crowd.desk, self.crowd.desk.a_key(), self.dice.choice(series)
        ones = [one for one in desk.watch.appointments.values() if one.series == name]
        first = min(one.start for one in ones)
        by = self.dice.choice((1, -1, 24)) * timedelta(hours=1)
        deeds: tuple[Callable[[Instance], Awaitable[bool]], ...] = (
            lambda at: moving(at, name, key, "later", first, by),
            lambda at: moving(at, name, key, "now", first, by),
            lambda at: calling_off(at, name, key, "later"),
            lambda at: taking_back(at, name, key),
        )
        deed = self.dice.choice(deeds)
        desk.asked["change series"] += 1
        for _ in range(2):
            instance = self.dice.choice(desk.instances)
            with suppress(Lost, Ambiguous, Refusal):
                await instance.answer(deed(instance))
