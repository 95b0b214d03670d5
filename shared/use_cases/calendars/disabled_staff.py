"""Addresses whose accounts the identity provider disabled: their holders cannot be booked and cannot sign in."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from shared.domain.calendar.business import Calendar, StaffMember
from shared.records.accounts import DISABLED, PARTITION, is_among
from shared.records.keys import staff_key
from shared.records.organisation import ORGANISATION
from shared.use_cases.ports import Store


LASTS = 10.0  # seconds until another process knows of a disabled account
KEPT = "disabled addresses"


async def find_disabled(*, store: Store, within: float = 0.0) -> frozenset[str]:
    """Return the keys of disabled addresses, at most `within` seconds old; one round trip."""
    return await _disabled(within, lambda value: value, "", store)


async def _disabled(
    within: float, part: Callable[[frozenset[str]], object], of: str, store: Store
) -> frozenset[str]:
    async def read() -> frozenset[str]:
        page = await store.table.range(ORGANISATION, PARTITION, *DISABLED, ("id",))
        return frozenset(row.key for row in page.rows)

    return await store.lately(store.kept(KEPT), PARTITION, within, read, f"{KEPT} {of}", part)


async def is_disabled(address: str, *, store: Store) -> bool:
    """Return whether an address is disabled, as of at most LASTS seconds ago."""

    def part(disabled: frozenset[str]) -> bool:
        return is_among(disabled, address)

    return bool(address) and part(await _disabled(LASTS, part, address, store))


def with_suspensions(calendar: Calendar, disabled: frozenset[str]) -> Calendar:
    """Return a calendar in which exactly those are suspended whose accounts are disabled."""
    staff = {
        name: person
        if person.is_suspended == (is_off := bool(person.email) and is_among(disabled, person.email))
        else person.model_copy(update={"is_suspended": is_off})
        for name, person in calendar.staff.items()
    }
    return calendar if staff == calendar.staff else replace(calendar, staff=staff)


def concerns_accounts(before: Calendar | None, after: Calendar, written: Iterable[str]) -> bool:
    """Return whether somebody is new, has another address, or is suspended otherwise than before."""
    people = [key.removeprefix(staff_key("")) for key in written if key.startswith(staff_key(""))]
    if before is None:
        return bool(people)
    return any(_account(before.person(one)) != _account(after.person(one)) for one in people)


def _account(person: StaffMember | None) -> tuple[str, bool] | None:
    return (person.email, person.is_suspended) if person else None
