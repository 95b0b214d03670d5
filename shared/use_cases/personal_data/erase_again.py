"""Erases again whoever was erased before and is there again from a backup."""

from contextlib import suppress
from datetime import datetime

from shared.domain.errors import AppointmentsToCome, NotFound, StillOnStaff, StillProvided, UnderLegalHold
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import (
    ALL_ERASURES,
    ERASURES,
    erased_by,
    person_in_list,
    person_of_list,
    staff_of_list,
)
from shared.records.table import Values
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.erase_person import ErasingPerson, find_erased
from shared.use_cases.personal_data.erase_staff import ErasingStaff
from shared.use_cases.personal_data.forget_address import forget_hashed


async def erase_again(*, author: Author, context: Context) -> list[str]:
    """Erase whoever was erased before and is there again from a backup.

    Return who is not, since the backup has appointments to come of them or a legal hold, as CALENDAR/CUSTOMER. Who
    came back by themselves, after they were erased, stays.
    """
    page = await context.store.table.range(ORGANISATION, ERASURES, *ALL_ERASURES)
    left = []
    for row in page.rows:
        business, customer = erased_by(row.key)
        if hashed := person_of_list(customer):
            left += await _erase_person(hashed, row.values, author, context)
            continue
        if person := staff_of_list(customer):
            with suppress(NotFound):
                try:
                    await ErasingStaff(business, author, context).erase(person)
                except (StillOnStaff, AppointmentsToCome, UnderLegalHold):
                    left.append(f"{business}/{customer}")
            continue
        with suppress(NotFound):
            found = await read_customer(customer, business=business, store=context.store)
            known = found.record.created_at
            if known and known >= datetime.fromisoformat(str(row.values["at"])):
                continue
            try:
                await Erasing(business, author, context).erase(found.id)
            except (AppointmentsToCome, UnderLegalHold):
                left.append(f"{business}/{found.id}")
    return left


async def _erase_person(hashed: str, listed: Values, author: Author, context: Context) -> list[str]:
    """Erase who was erased from the organisation, if a backup brought them back; return who is not."""
    since = str(listed["at"])
    email, is_back = await find_erased(hashed, since, context=context)
    if is_back:
        return []
    if not email:
        also = str(listed.get("also", "")).split()
        await forget_hashed(hashed, also, datetime.fromisoformat(since), context=context)
        return []
    try:
        await ErasingPerson(author, context).erase(email)
    except (StillOnStaff, StillProvided, AppointmentsToCome, UnderLegalHold):
        return [f"organisation/{person_in_list(hashed)}"]
    return []
