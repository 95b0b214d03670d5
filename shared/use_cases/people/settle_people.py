"""Finds where else people work, and has the other calendars know it too."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from shared.domain.calendar.business import Calendar, StaffMember, Workplace
from shared.domain.calendar.workplaces import with_elsewhere, with_neighbours
from shared.domain.errors import NotFound
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.find_businesses import find_noted
from shared.use_cases.ports import Store


AT_ONCE = 16
Places = dict[str, tuple[Workplace, ...]]
Apply = Callable[[str, Callable[[Calendar], Calendar]], Awaitable[Calendar]]
"""Changes the settings of a calendar, by its id, without a word to anybody."""


async def settle_people(
    calendar: Calendar, people: Sequence[StaffMember], *, apply: Apply, store: Store
) -> Calendar:
    """Settle people of a calendar in whose lists it is noted, there and where else they work; return it.

    They can be booked after the first write. The others only make known sooner, and everywhere, what one of the
    calendars knows: those that are not reached are left to the sweep.
    """
    if not people:
        return calendar
    business = calendar.business.id
    found = await find_elsewhere(calendar, people, store=store)
    settled = await apply(business, lambda current: with_elsewhere(current, _unchanged(found, people, current)))
    here = [one for one in people if one.id in settled.staff]
    gone = [one.id for one in people]
    neighbours = {one.calendar for person in people for one in (*person.elsewhere, *found[person.id])}
    await _tell(neighbours, lambda current: with_neighbours(current, business, here, gone), apply)
    return settled


async def _tell(calendars: Iterable[str], change: Callable[[Calendar], Calendar], apply: Apply) -> None:
    """Change the settings of other calendars, several at once: each is a transaction of its own."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def tell(other: str) -> None:
        async with limit:
            with suppress(NotFound):  # it was purged meanwhile
                await apply(other, change)

    await asyncio.gather(*(tell(other) for other in sorted(calendars)))


def _unchanged(found: Places, people: Sequence[StaffMember], current: Calendar) -> Places:
    """Return what was found of those who still have the address with which it was looked for."""
    same = {one.id for one in people if (now := current.person(one.id)) and folded(now.email) == folded(one.email)}
    return {name: places for name, places in found.items() if name in same}


async def leave_everywhere(calendar: Calendar, *, apply: Apply) -> None:
    """Have the other calendars forget a calendar that is going to be purged."""
    gone = [*calendar.staff, *calendar.former]
    others = {place.calendar for one in calendar.staff.values() for place in one.elsewhere}
    await _tell(others, lambda current: with_neighbours(current, calendar.business.id, [], gone), apply)


async def find_elsewhere(calendar: Calendar, people: Sequence[StaffMember], *, store: Store) -> Places:
    """Return, for each person, their entries in other calendars, read from the table; none for who has left.

    Deleted calendars count until they are purged: one that is restored must be known at once.
    """
    business, limit = calendar.business, asyncio.Semaphore(AT_ONCE)

    async def noted(person: StaffMember) -> tuple[str, ...]:
        async with limit:
            return await find_noted(person.email, store=store)

    async def read(other: str) -> Calendar | None:
        async with limit:
            try:
                return await store.calendars.reload(other, include_deleted=True)
            except NotFound:
                return None

    wanted = [one for one in people if one.id in calendar.staff]
    lists = await asyncio.gather(*(noted(one) for one in wanted))
    others = sorted({other for each in lists for other in each} - {business.id})
    places: dict[str, list[Workplace]] = {}
    for one in filter(None, await asyncio.gather(*(read(other) for other in others))):
        for person in one.staff.values():
            if person.email:
                place = Workplace(calendar=one.business.id, staff=person.id)
                places.setdefault(folded(person.email), []).append(place)
    return {one.id: tuple(places.get(folded(one.email), ())) if one in wanted else () for one in people}
