"""Finds the times off of a calendar's staff."""

from shared.domain.appointments.appointment import TimeOff
from shared.domain.errors import NotFound
from shared.records.codec import load_row
from shared.records.keys import TIME_OFF, every, time_off_of
from shared.use_cases.ports import Store


EVERYBODYS = every(TIME_OFF)


async def find_time_off(*, business: str, store: Store, staff: str = "") -> list[TimeOff]:
    """Return all of them, or all of one person, by person and start; one round trip."""
    wanted = time_off_of(staff) if staff else EVERYBODYS
    page = await store.table.range("bookings", business, *wanted)
    return [load_row(TimeOff, row) for row in page.rows]


async def read_time_off(name: str, *, business: str, store: Store, staff: str = "") -> TimeOff:
    """Return the one with this id, of this person if known. Raise NotFound."""
    for one in await find_time_off(business=business, store=store, staff=staff):
        if one.id == name:
            return one
    raise NotFound
