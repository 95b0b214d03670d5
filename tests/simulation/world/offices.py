"""Four calendars with people in common, in the weather of the others: nobody is claimed twice in any two of them."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Business, Calendar
from shared.domain.errors import NotFound, Refusal
from shared.domain.timeline.ledger import cut_by_month
from shared.records.codec import load, load_row
from shared.records.holding.holds import read_hold, read_holdings
from shared.records.keys import APPOINTMENT, BUSINESS, HOLD, HOLDINGS, WORK, holdings_key
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from tests.simulation.people.clients import Client, Crowd, Staff
from tests.simulation.people.desk import Asked, Desk, NoAnswer
from tests.simulation.world.claims import Claims
from tests.simulation.world.clinic import a_clinic
from tests.simulation.world.network import CALM
from tests.simulation.world.run import Plan, Run
from tests.simulation.world.service import Changes, Direct, Service
from tests.simulation.world.watch import Watch
from tests.support.builders import SECRET
from tests.support.invariants import audit


STAFF = {
    "clinic": ("claire", "marc", "zoe"),
    "north": ("claire", "marc"),
    "south": ("zoe", "claire"),
    "west": ("claire",),
}
CLOSING = "west"  # is deleted after two thirds of a run


def an_office(slug: str, most_open: int) -> Calendar:
    calendar = a_clinic(STAFF[slug], most_open=most_open)
    return replace(calendar, business=calendar.business.model_copy(update={"id": f"biz0{slug}", "slug": slug}))


class Everywhere:
    """The account of people over all calendars that are there: their ticks are claimed once."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.problems: list[str] = []
        self.live: dict[tuple[str, str], Appointment] = {}
        self.claimed: dict[tuple[str, str], Claims] = defaultdict(Claims)
        service.watchers.append(self.look)

    def look(self, table: str, partition: str, changes: Changes) -> None:
        if table != "bookings" or self.is_deleted(partition):
            return
        if BUSINESS in changes and self._has_gone(changes):
            for name in [one for one in self.live if one[0] == partition]:
                self._release(self.live.pop(name))
            return
        made = []
        for key, (_, after) in changes.items():
            if key.startswith(APPOINTMENT):
                if old := self.live.pop((partition, key), None):
                    self._release(old)
                new = load_row(Appointment, after) if after else None
                if new and new.is_live:
                    self.live[partition, key] = new
                    made.append(new)
        for one in made:
            self._claim(one, partition)

    def is_deleted(self, business: str) -> bool:
        row = self.service.row(BUSINESS, business)
        return row is not None and load(Business, row.values).deleted_at is not None and not self._owns(business)

    def _owns(self, business: str) -> bool:
        return any(one[0] == business for one in self.live)

    def _has_gone(self, changes: Changes) -> bool:
        after = changes[BUSINESS][1]
        return after is not None and load(Business, after.values).deleted_at is not None

    def _claim(self, one: Appointment, where: str) -> None:
        for person in one.staff:
            for month, mask in cut_by_month(*one.claim).items():
                if not self.claimed[month, person].claim(mask, is_over=one.is_overbooked):
                    self.problems.append(f"{person} is claimed twice by {one.id} of {where} at {one.start}")

    def _release(self, one: Appointment) -> None:
        for person in one.staff:
            for month, mask in cut_by_month(*one.claim).items():
                self.claimed[month, person].release(mask, is_over=one.is_overbooked)


class OfficeDesk(Desk):
    """The desk of a calendar that may be deleted: then there is nothing any more, which binds nobody."""

    def _answered(self, asked: Asked, began: float, answer: tuple[Any, ...]) -> None:
        row = self.watch.service.row(BUSINESS, self.watch.business)
        is_there = row is not None and load(Business, row.values).deleted_at is None
        if is_there or answer[:2] != ("no", NotFound.code):
            super()._answered(asked, began, answer)


class Offices(Run):
    """The world of one seed, with four calendars."""

    desk_kind: type[OfficeDesk] = OfficeDesk

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.service.watchers.remove(self.watch.look)
        self.everywhere = Everywhere(self.service)
        self.watches = {slug: Watch(self.service, f"biz0{slug}", plan.most_open) for slug in STAFF}
        for one in self.watches.values():
            one.problems = self.everywhere.problems
        self.watch = self.watches["clinic"]
        self.crowds: list[Crowd] = []

    async def go(self) -> None:
        plan = self.plan
        for slug in STAFF:
            store = TableStore(Direct(self.service))
            await save_calendar(
                an_office(slug, plan.most_open), key=f"first-save-of-{slug}", store=store, secret=SECRET
            )
        self.instances = [self._instance(f"app{number}") for number in range(plan.instances)]
        desks = {slug: self.desk_kind(self.instances, self.watches[slug], self.dice, slug) for slug in STAFF}
        self.desk = desks["clinic"]
        for one in desks.values():
            one.asked, one.refused = self.desk.asked, self.desk.refused
        await self.open(list(desks.values()))
        crowds = [Crowd(desks[slug], self.dice, people, plan.ahead) for slug, people in STAFF.items()]
        self.crowds = crowds
        self.network.weather = plan.weather
        waiting = (self._crash(), self._break(), self._clean(), self._close(), *self._timers())
        background = [self._background(one) for one in waiting]
        lives: list[Coroutine[Any, Any, None]] = [
            Client(crowds[number % len(crowds)], number).live(self._is_done, plan.pause)
            for number in range(plan.clients)
        ]
        lives += [Staff(one).live(self._is_done, plan.desk_pause) for one in crowds if len(one.people) > 1]
        lives += self.more_lives()
        await asyncio.gather(*lives)
        await self._quiet(background)

    async def open(self, desks: Sequence[OfficeDesk]) -> None:
        """Do what comes before anybody asks for anything."""

    async def _close(self) -> None:
        """Delete a calendar while it is busy, until that is done."""
        await asyncio.sleep(self.plan.length * 2 / 3)
        for number in range(100):
            instance = self.instances[0]
            change = BusinessChange(
                f"biz0{CLOSING}",
                Author("desk", "the-key-that-closes-it"),
                "",
                Context(instance.store, SECRET, instance.now()),
            )
            with suppress(Refusal, NoAnswer, Exception):
                await instance.call(change.delete(None))
                return
            await asyncio.sleep(1 + number)

    async def _quiet(self, background: "list[asyncio.Task[None]]") -> None:
        """Let delayed requests arrive, end the bad weather, and serve what is due about holds."""
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        self.network.weather, self.post.forgets, self.post.is_away = CALM, 0.0, False
        await asyncio.sleep(70)
        one = self.instances[0]
        one.crash()
        one.skew = timedelta()
        for _ in range(90):
            await asyncio.sleep(20)
            await one.send_due()
        await one.sweep()

    async def findings(self) -> list[str]:
        problems = list(self.everywhere.problems)
        live = [slug for slug in STAFF if not self.everywhere.is_deleted(f"biz0{slug}")]
        for slug in live:
            found = await audit(
                Direct(self.service), f"biz0{slug}", secret=SECRET, deleted=self.watches[slug].gone()
            )
            problems += [f"{slug}: {problem}" for problem in found]
        return problems or list(self._left(live))

    def _left(self, live: list[str]) -> Iterator[str]:
        """Each hold has its appointment, and each appointment its holds; nothing about them is left to do."""
        businesses = [f"biz0{slug}" for slug in live]
        for business in businesses:
            for row in self.service.rows("bookings", business, HOLD):
                hold = read_hold(business, row)
                there = self.service.row(holdings_key(hold.appointment), hold.home)
                if hold.home not in businesses or not read_holdings(there and there.values).has(business, row.key):
                    yield f"{row.key} in {business} is held for nothing"
            for row in self.service.rows("bookings", business, HOLDINGS):
                for other, key, _, _ in read_holdings(row.values).holds:
                    if other in businesses and self.service.row(key, other) is None:
                        yield f"{row.key} of {business} counts on {key} in {other}, which is not there"
            for key, one in self._live_of(business):
                places = {
                    other
                    for other in businesses
                    if other != business and set(one.staff) & set(STAFF[other.removeprefix("biz0")])
                }
                row = self.service.row(holdings_key(key[2:]), business)
                held = {other for other, *_ in read_holdings(row and row.values).holds}
                if places - held:
                    yield f"{key} of {business} holds nothing in {places - held}"
            for row in self.service.rows("bookings", business, WORK):
                if "|hold" in row.key or "|release" in row.key:
                    yield f"{row.key} of {business} is left over"

    def _live_of(self, business: str) -> list[tuple[str, Appointment]]:
        return [(name[1], one) for name, one in self.everywhere.live.items() if name[0] == business]
