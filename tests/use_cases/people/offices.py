"""Calendars with one person among their people: the same table, a process for each."""

from typing import Any

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.timeline.ledger import Ledger
from shared.records.keys import LEDGER, WORK
from tests.support.builders import a_business, a_calendar, a_person, a_service
from tests.support.clinic import World


NAMES = ("east", "north", "south", "west")


def an_office(name: str, *staff: StaffMember, **service: Any) -> Calendar:
    """A calendar whose claire is the claire of all others."""
    people = staff or (a_person("claire"),)
    offered = a_service(staff=tuple(one.id for one in people), **service)
    return a_calendar(a_business(id=f"biz0{name}", slug=name), services=[offered], staff=people)


class Offices(dict[str, World]):
    """Worlds by the names of their calendars."""

    @classmethod
    async def opened(cls, *calendars: Calendar) -> "Offices":
        offices, first = cls(), await World.opened(calendars[0])
        for calendar in calendars:
            world = first.beside(calendar)
            if calendar is not calendars[0]:
                await world.save(calendar)
            offices[calendar.business.slug] = world
        await offices.settle()
        return offices

    async def settle(self) -> None:
        """Have each process know the settings as they are now, and do what is due."""
        for world in self.values():
            await world.tick()
        for world in self.values():
            world.calendar = await world.store.calendars.reload(world.business)

    def held(self, name: str, staff: str = "claire") -> int:
        """Return how many ticks of a person are held in a calendar."""
        rows = self[name].rows(LEDGER).items()
        found = [Ledger.from_row(row.values) for key, row in rows if key.endswith(f"|{staff}")]
        return sum(plane.bit_count() for ledger in found for plane in ledger.held)

    def counts(self, kind: str) -> list[int]:
        """Return how many rows of a kind each calendar has, by name."""
        return [len(self[name].rows(kind)) for name in sorted(self)]

    def left(self) -> list[str]:
        """Return the entries about holds that still wait."""
        kinds = ("|hold-", "|release-", "|holdings")
        return [key for one in self.values() for key in one.rows(WORK) if any(kind in key for kind in kinds)]


async def offices(*names: str, **service: Any) -> Offices:
    return await Offices.opened(*(an_office(name, **service) for name in names))
