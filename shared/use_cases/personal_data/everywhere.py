"""A customer in all calendars of the organisation, by address or telephone number: found, exported and erased.

Each calendar is done by itself, and what is done is done: whoever stops in the middle asks again.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from shared.domain.errors import AppointmentsToCome, NotFound, TryAgain, UnderLegalHold
from shared.use_cases.calendars.find_businesses import CalendarSummary, find_all
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import is_theirs, read_all
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.export.customer import export_customer
from shared.use_cases.ports import Store


SIDE_BY_SIDE, MOST_CALENDARS = 8, 200  # calendars looked through at once, and for one answer
ErasureOutcome = Literal["erased", "coming", "held", "again"]


class CustomerPlace(NamedTuple):
    """A calendar that knows a customer, by its id and name, and their id and name there."""

    business: str
    calendar: str
    customer: str
    name: str
    is_deleted: bool = False


class FoundPlaces(NamedTuple):
    """The calendars that know a customer; `after` is where the search goes on, empty once it is through."""

    places: Sequence[CustomerPlace]
    after: str = ""


async def find_everywhere(said: str, after: str = "", *, store: Store) -> FoundPlaces:
    """Return the customers who have exactly this address or number, in up to MOST_CALENDARS after one.

    Deleted calendars are among these as long as they are there: they may be restored.
    """
    known = [one for one in await find_all(store=store) if one.id > after]
    calendars = sorted(known, key=lambda one: one.id)
    some, limit = calendars[:MOST_CALENDARS], asyncio.Semaphore(SIDE_BY_SIDE)

    async def look(calendar: CalendarSummary) -> list[CustomerPlace]:
        async with limit:
            return await find_in(calendar, said, store=store)

    found = await asyncio.gather(*map(look, some))
    more = some[-1].id if len(calendars) > len(some) else ""
    return FoundPlaces([one for each in found for one in each], more)


async def find_in(calendar: CalendarSummary, said: str, *, store: Store) -> list[CustomerPlace]:
    """Return the customers of one calendar who have exactly this address or number."""
    known = await read_all(business=calendar.id, store=store)
    return [
        CustomerPlace(calendar.id, calendar.name, one.id, one.record.name, calendar.deleted_at is not None)
        for one in known
        if is_theirs(one.record, said)
    ]


async def export_everywhere(places: Iterable[CustomerPlace], *, store: Store) -> list[dict[str, Any]]:
    """Return what each calendar keeps about a customer; one that forgot them meanwhile is left out."""
    found = []
    for place in places:
        try:
            calendar = await store.calendars.reload(place.business, include_deleted=True)
            found.append(await export_customer(place.customer, calendar=calendar, store=store))
        except NotFound:
            continue
    return found


@dataclass(frozen=True, slots=True)
class ErasingEverywhere:
    """Erases customers of several calendars in the name of `author`."""

    author: Author
    context: Context

    async def erase(self, places: Iterable[CustomerPlace]) -> list[tuple[CustomerPlace, ErasureOutcome]]:
        """Return what came of each: erased, or why not; one that had no answer may be asked for again."""
        return [(place, await self._erase(place)) for place in places]

    async def _erase(self, place: CustomerPlace) -> ErasureOutcome:
        erasing = Erasing(place.business, self.author, self.context)
        try:
            await erasing.erase(place.customer)
        except NotFound:
            return "erased"  # by another request
        except AppointmentsToCome:
            return "coming"
        except UnderLegalHold:
            return "held"
        except TryAgain:
            return "again"
        return "erased"
