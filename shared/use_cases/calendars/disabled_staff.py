"""Addresses whose accounts the identity provider disabled: their holders cannot be booked and cannot sign in."""

import asyncio
from dataclasses import replace
from weakref import WeakKeyDictionary

from shared.domain.calendar.business import Calendar
from shared.records.accounts import DISABLED, PARTITION, is_among
from shared.records.organisation import ORGANISATION
from shared.records.table import Table
from shared.use_cases.ports import Store


LASTS = 10.0  # seconds until another process knows of a disabled account
_known: WeakKeyDictionary[Table, tuple[float, frozenset[str]]] = WeakKeyDictionary()


async def find_disabled(*, store: Store, within: float = 0.0) -> frozenset[str]:
    """Return the keys of disabled addresses, at most `within` seconds old; one round trip."""
    now = asyncio.get_running_loop().time()
    known = _known.get(store.table)
    if known and 0 <= now - known[0] < within:
        return known[1]
    page = await store.table.range(ORGANISATION, PARTITION, *DISABLED, ("id",))
    found = frozenset(row.key for row in page.rows)
    _known[store.table] = (now, found)
    return found


async def is_disabled(address: str, *, store: Store) -> bool:
    """Return whether an address is disabled, as of at most LASTS seconds ago."""
    return bool(address) and is_among(await find_disabled(store=store, within=LASTS), address)


def with_suspensions(calendar: Calendar, disabled: frozenset[str]) -> Calendar:
    """Return a calendar in which exactly those are suspended whose accounts are disabled."""
    staff = {
        name: person
        if person.is_suspended == (is_off := bool(person.email) and is_among(disabled, person.email))
        else person.model_copy(update={"is_suspended": is_off})
        for name, person in calendar.staff.items()
    }
    return calendar if staff == calendar.staff else replace(calendar, staff=staff)
