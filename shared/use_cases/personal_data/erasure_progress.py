"""Says how far the erasure of a person has come in each calendar, and what stands in its way there."""

from typing import Literal, NamedTuple

from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound, UnderLegalHold
from shared.domain.personal_data.erasing import is_erased_staff
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ALL_PERSONS, ERASURES, erased_by, person_of_list, places_of
from shared.records.personal_data.sessions import address_hash
from shared.records.table import Values
from shared.use_cases.calendars.find_businesses import works_here
from shared.use_cases.calendars.find_upcoming import find_upcoming
from shared.use_cases.context import Context
from shared.use_cases.personal_data.erase_person import find_erased, noted_of
from shared.use_cases.personal_data.export.staff import find_entries
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.ports import Store


ErasureState = Literal["erased", "left", "staff", "coming", "held"]


class ErasurePlace(NamedTuple):
    """A calendar on whose staff a person is or was, by id and name; `state` is of their entry there.

    state    meaning
    erased   nothing of them is in it any more
    left     they left, and nothing stands in the way of an erasure
    staff    they are still on its staff
    coming   they left, and nobody has taken over what they have to come
    held     they left, and it is under a legal hold
    """

    business: str
    calendar: str
    state: ErasureState
    is_deleted: bool


async def find_progress(email: str, *, context: Context) -> list[ErasurePlace]:
    """Return each calendar of a person's entries, and those that an unfinished erasure has done already."""
    entries = await find_entries(email, store=context.store)
    found = {(calendar.business.id, person.id): calendar for calendar, person in entries}
    for business, person in await noted_of(email, store=context.store):
        if (business, person) not in found:
            try:
                calendar = await context.store.calendars.reload(business, include_deleted=True)
            except NotFound:  # purged, and they with it
                continue
            found[business, person] = calendar
    return [
        ErasurePlace(
            business, one.business.name, await _state(one, person, context), bool(one.business.deleted_at)
        )
        for (business, person), one in found.items()
    ]


async def find_unfinished(*, context: Context) -> list[str]:
    """Return the addresses whose erasure stopped in the middle, as long as anything names them.

    Who is on a staff again, or came back by themselves, is not to be erased any more.
    """
    page = await context.store.table.range(ORGANISATION, ERASURES, *ALL_PERSONS)
    begun = [(person_of_list(erased_by(row.key)[1]), row.values) for row in page.rows if places_of(row.values)]
    found = [await _begun(hashed, values, context) for hashed, values in begun]
    return sorted(filter(None, found))


async def _begun(hashed: str, values: Values, context: Context) -> str:
    store = context.store
    named = [await _former_address(business, person, store) for business, person in places_of(values)]
    email = next((one for one in named if one and address_hash(one) == hashed), "")
    is_back = False
    if not email:  # their calendars name them no more
        email, is_back = await find_erased(hashed, str(values["at"]), context=context)
    return "" if is_back or (email and await works_here(email, store=store, with_deleted=True)) else email


async def _former_address(business: str, person: str, store: Store) -> str:
    try:
        calendar = await store.calendars.reload(business, include_deleted=True)
    except NotFound:  # purged, and they with it
        return ""
    known = calendar.former.get(person)
    return known.email if known else ""


async def _state(calendar: Calendar, person: str, context: Context) -> ErasureState:
    if person in calendar.staff:
        return "staff"
    known = calendar.former.get(person)
    if known is None or is_erased_staff(known):
        return "erased"
    try:
        await require_no_hold(calendar.business.id, store=context.store)
    except UnderLegalHold:
        return "held"
    coming = await find_upcoming(calendar, person, store=context.store, now=context.now)
    return "coming" if coming else "left"
