"""Keeps what other tables say of a calendar: its line in the organisation's list, and whose calendars it is among.

The lines only decide what lists show at first. By the lists of people it is found where a person works
(shared/use_cases/people), so a calendar is noted there before it is looked for. The hourly sweep corrects both.
"""

import asyncio
import json

from shared.domain.calendar.business import Business, Calendar
from shared.records.keys import COLUMN, member_partition
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.records.table import Operation, Row
from shared.use_cases.calendars.find_businesses import LISTED
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


AT_ONCE = 16
CalendarColumns = dict[str, str | bool]


async def find_line(business: str, *, store: Store) -> Row | None:
    """Return a calendar's line as it is, for `note_members` and `write_line`."""
    return await store.table.get(ORGANISATION, CALENDARS, business)


async def note_members(calendar: Calendar, known: Row | None, *, store: Store) -> None:
    """Note the calendar in the lists of its people, but for those whom the `known` line names already."""
    noted = set(str(known.values.get("members", "")).split()) if known else set()
    missing = [one for one in _members(calendar) if one[:SHORT] not in noted]
    for index in range(0, len(missing), AT_ONCE):
        batch = missing[index : index + AT_ONCE]
        await asyncio.gather(*(_note(one, calendar.business.id, store) for one in batch))


async def write_line(calendar: Calendar, known: Row | None, *, store: Store) -> None:
    """Write the line if it differs from the `known` one: last, so that the sweep notices a crash before it."""
    line = line_of(calendar, _members(calendar))
    if known is None or dict(known.values) != line:
        await write_alone(store.table, ORGANISATION, CALENDARS, Operation("upsert", calendar.business.id, line))
        store.kept(LISTED).forget(LISTED)


def says_the_same(known: Row | None, calendar: Calendar) -> bool:
    """Return whether a line says all that lists show of a calendar; the sweep brings its version up to date."""
    line = line_of(calendar, _members(calendar))
    return known is not None and {**known.values, "version": calendar.business.version} == line


def is_settled(line: Row) -> bool:
    """Return whether it was looked for where else the calendar's people work; earlier versions did not."""
    return line.values.get("settled") == SETTLED


def _members(calendar: Calendar) -> list[str]:
    return sorted({member_partition(one.email) for one in calendar.staff.values() if one.email})


SHORT = 8  # characters of a member's partition that the line keeps: enough to tell who was noted
SETTLED = "1"


def line_of(calendar: Calendar, members: list[str]) -> CalendarColumns:
    """Return the columns of a calendar's line in the organisation's list."""
    business = calendar.business
    return {
        "slug": business.slug,
        "name": business.name,
        "language": business.language,
        "names": _names(business),
        "serves": business.page.serves,
        "listed": business.page.is_listed,
        "template": business.is_template,
        "deleted": business.deleted_at.isoformat() if business.deleted_at else "",
        "version": business.version,
        "members": " ".join(one[:SHORT] for one in members)[:COLUMN],
        "settled": SETTLED,
    }


def _names(business: Business) -> str:
    """Return the name in the other languages of the page, as far as the column holds them."""
    names = {
        one.language: one.name for one in business.translations if business.page.offers_language(one.language)
    }
    found = {language: name for language, name in names.items() if name}
    text = json.dumps(found, ensure_ascii=False) if found else ""
    return text if len(text) <= COLUMN else ""


async def _note(member: str, business: str, store: Store) -> None:
    await write_alone(store.table, "members", member, Operation("upsert", business, {}))
