"""Erases again whoever was erased before and is there again from a backup."""

from contextlib import suppress
from datetime import datetime

from shared.domain.errors import AppointmentsToCome, NotFound, StillOnStaff, UnderLegalHold
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ALL_ERASURES, ERASURES, erased_by, staff_of_list
from shared.use_cases.commands import Author
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.erase_staff import ErasingStaff
from shared.use_cases.ports import Store


async def erase_again(*, author: Author, store: Store, secret: str, now: datetime) -> list[str]:
    """Erase whoever was erased before and is there again from a backup.

    Return who is not, since the backup has appointments to come of them or a legal hold, as CALENDAR/CUSTOMER. Who
    came back by themselves, after they were erased, stays.
    """
    page = await store.table.range(ORGANISATION, ERASURES, *ALL_ERASURES)
    left = []
    for row in page.rows:
        business, customer = erased_by(row.key)
        if person := staff_of_list(customer):
            with suppress(NotFound):
                try:
                    await ErasingStaff(business, author, store, secret, now).erase(person)
                except (StillOnStaff, AppointmentsToCome, UnderLegalHold):
                    left.append(f"{business}/{customer}")
            continue
        with suppress(NotFound):
            found = await read_customer(customer, business=business, store=store)
            known = found.record.created_at
            if known and known >= datetime.fromisoformat(str(row.values["at"])):
                continue
            try:
                await Erasing(business, author, store, secret, now).erase(found.id)
            except (AppointmentsToCome, UnderLegalHold):
                left.append(f"{business}/{found.id}")
    return left
