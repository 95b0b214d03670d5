"""Keeps what other tables say of a calendar: its line in the organisation's list, and whose calendars it is among.

These rows only decide what lists show at first; they follow the settings, and the hourly sweep corrects them.
"""

import asyncio

from shared.domain.calendar.business import Calendar
from shared.records.keys import COLUMN, member_partition
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.records.table import Operation, Row
from shared.use_cases.calendars.find_businesses import LISTED
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


AT_ONCE = 16
CalendarColumns = dict[str, str | bool]


async def find_line(business: str, *, store: Store) -> Row | None:
    """Return a calendar's line as it is, for `index_calendar`."""
    return await store.table.get(ORGANISATION, CALENDARS, business)


async def index_calendar(calendar: Calendar, known: Row | None, *, store: Store) -> None:
    """Write what differs from the `known` line: members first, and last the line, so that a crash is noticed."""
    business = calendar.business
    noted = set(str(known.values.get("members", "")).split()) if known else set()
    members = sorted({member_partition(one.email) for one in calendar.staff.values() if one.email})
    missing = [one for one in members if one[:SHORT] not in noted]
    for index in range(0, len(missing), AT_ONCE):
        await asyncio.gather(*(_note(one, business.id, store) for one in missing[index : index + AT_ONCE]))
    line = line_of(calendar, members)
    if known is None or dict(known.values) != line:
        await write_alone(store.table, ORGANISATION, CALENDARS, Operation("upsert", business.id, line))
        store.kept(LISTED).forget(LISTED)


SHORT = 8  # characters of a member's partition that the line keeps: enough to tell who was noted


def line_of(calendar: Calendar, members: list[str]) -> CalendarColumns:
    """Return the columns of a calendar's line in the organisation's list."""
    business = calendar.business
    return {
        "slug": business.slug,
        "name": business.name,
        "language": business.language,
        "serves": business.page.serves,
        "listed": business.page.is_listed,
        "template": business.is_template,
        "deleted": business.deleted_at.isoformat() if business.deleted_at else "",
        "version": business.version,
        "members": " ".join(one[:SHORT] for one in members)[:COLUMN],
    }


async def _note(member: str, business: str, store: Store) -> None:
    await write_alone(store.table, "members", member, Operation("upsert", business, {}))
