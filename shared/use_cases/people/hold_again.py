"""Has the coming appointments of people hold their time where they work now, and nowhere else."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from shared.domain.appointments.appointment import LONGEST_VISIT, Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import staff_members
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.domain.timeline.holds import holds_time, places_of
from shared.records.codec import load
from shared.records.holding.holds import holds_to_release, read_holdings
from shared.records.keys import (
    BUSINESS,
    HOLDINGS,
    WORK,
    appointment_key,
    days_from,
    every,
    holdings_key,
    id_of,
    ledger_keys,
)
from shared.records.table import Operation, Range, Row, Rows, Stale
from shared.records.work import work_rows
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Store, Writes


AT_ONCE = 8


def holdings_due(before: Calendar | None, after: Calendar, version: str) -> Iterator[NewEntry]:
    """Yield the entry for the people of whom a change of the settings says that they work elsewhere now."""
    is_back = before is not None and before.business.deleted_at and not after.business.deleted_at
    people = [
        one.id
        for one in (*after.staff.values(), *after.former.values())
        if (known := before.person(one.id) if before else None)
        and (known.elsewhere != one.elsewhere or (is_back and one.elsewhere))
    ]
    if people:
        yield _entry(people, version)


def _entry(people: Iterable[str], version: str) -> NewEntry:
    work = OutboxEntry(kind="holdings", appointment="holdings", recipients=tuple(staff_members(people)))
    return NewEntry(None, "holdings", version, work)


async def file_holdings(calendar: Calendar, *, store: Store) -> None:
    """Have the appointments of other calendars hold their people's time in a restored one."""
    places = [place for one in calendar.staff.values() for place in one.elsewhere]
    for other in sorted({one.calendar for one in places}):
        people = [one.staff for one in places if one.calendar == other]
        filed = work_rows([_entry(people, f"{calendar.business.id}-{calendar.business.version}")])
        await store.markers.write(other, [None])
        await store.table.transact(
            "bookings", other, [Operation("upsert", key, values or {}) for key, values in filed.items()]
        )


async def hold_again(person: str, *, business: str, context: Context, may_go_on: Callable[[], bool]) -> bool:
    """Have each coming appointment of a person hold their time elsewhere; return false if the time was up.

    It is held even where somebody else's appointment lies: both have been made.
    """
    calendar = await context.store.calendars.find_by_id(business)
    page = await context.store.table.range(
        "bookings", business, *days_from(context.now - LONGEST_VISIT), ("staff", "status")
    )
    for row in page.rows:
        if person not in str(row.values["staff"]).split(",") or row.values["status"] == "cancelled":
            continue
        if not may_go_on():
            return False
        name = id_of(row.key)
        command = name_command(
            context.secret, business, "hold", name, f"hold-again-{context.now:%Y%m%d%H%M%S%f}", ""
        )
        await run_command(command, partial(HoldAgain, name), calendar=calendar, store=context.store)
    return True


@dataclass(frozen=True)
class HoldAgain:
    """Writes an appointment as it is if it holds other places than it should: the store does the rest."""

    appointment: str
    calendar: Calendar

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the settings, the appointment, what it holds, and the ledgers of its people."""
        yield from (BUSINESS, appointment_key(self.appointment), holdings_key(self.appointment))
        if values := rows.values(appointment_key(self.appointment)):
            appointment = load(Appointment, values)
            yield from ledger_keys(*appointment.claim, appointment.staff)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the appointment as it was read, or nothing to write."""
        require_current(rows, self.calendar)
        key, outcome = appointment_key(self.appointment), {"appointment": self.appointment}
        values = rows.values(key)
        known = read_holdings(rows.values(holdings_key(self.appointment)))
        appointment = load(Appointment, values) if values else None
        is_held = appointment is not None and holds_time(appointment)
        places = places_of(appointment.staff, self.calendar.elsewhere) if appointment and is_held else []
        return Writes({} if values is None or set(places) == known.places else {key: values}, outcome)


async def release_all(business: str, *, store: Store) -> None:
    """Give back all that a deleted calendar's appointments hold elsewhere; restored ones hold it again.

    Its entries wait while it is deleted, so what they were to release is given back here too.
    """
    holdings, entries = await asyncio.gather(
        store.table.range("bookings", business, *every(HOLDINGS)),
        store.table.range("bookings", business, *every(WORK)),
    )
    limit = asyncio.Semaphore(AT_ONCE)

    async def release(row: Row) -> None:
        async with limit:
            for calendar, key, _, _ in read_holdings(row.values).holds:
                await store.holds.remove(calendar, key)
            with suppress(Stale):
                await store.table.transact("bookings", business, [Operation("delete", row.key, etag=row.etag)])

    await asyncio.gather(*(release(row) for row in holdings.rows))
    for row in entries.rows:
        for calendar, key in holds_to_release(row):
            await store.holds.remove(calendar, key)
