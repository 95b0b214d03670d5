"""Before a booking is decided, the calendars of those who would serve are read once more, for two seconds at most.

What a person has put into their own calendar a moment ago is not in the ledgers yet. A calendar that says so is
in them before the booking is decided; one that stays silent leaves what was read last.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.records.free_busy.own_calendars import PARTITION, own_key, own_of, person_of
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Range, Rows, Stale
from shared.use_cases.commands import Plan, SettingsChanged
from shared.use_cases.free_busy.outside import AT_BOOKING
from shared.use_cases.free_busy.read_calendar import ReadingRun, read_calendar
from shared.use_cases.free_busy.read_due import save_or_free
from shared.use_cases.ports import Store, Writes


CHOICES = 3  # how often another person is chosen, and their calendar read
FRESH = timedelta(seconds=2)


async def read_before_booking(
    candidates: Iterable[str],
    plan_for: Callable[[Calendar], Plan],
    *,
    calendar: Calendar,
    reading: Callable[[], ReadingRun],
) -> None:
    """Read the calendars of those who would serve, if any of the candidates has one that counts. Never raises."""
    minding = {one.id for one in calendar.people(candidates) if one.minds_personal_calendar and one.email}
    if not minding:
        return
    seen: set[str] = set()
    run = reading()
    for _ in range(CHOICES):
        chosen = await _would_serve(plan_for(calendar), calendar.business.id, run.store)
        fresh = sorted((chosen & minding) - seen)
        if not fresh:
            return
        seen.update(fresh)
        if not any(await asyncio.gather(*(_read_again(calendar.staff[one].email, run) for one in fresh))):
            return


async def read_once(
    people: Iterable[str], *, calendar: Calendar, reading: Callable[[], ReadingRun] | None
) -> bool:
    """Read the calendars of these people, for two seconds at most, before much is moved to them. Never raises.

    Return whether any of them says something else than before, so that what was planned by the ledgers is stale.
    """
    minding = [one.email for one in calendar.people(people) if one.minds_personal_calendar and one.email]
    if reading is None or not minding:
        return False
    run = reading()
    return any(await asyncio.gather(*(_read_again(one, run) for one in minding)))


async def _would_serve(plan: Plan, business: str, store: Store) -> set[str]:
    """Return who would serve, if the booking were decided now."""
    rows = Rows()
    try:
        while wanted := [one for one in dict.fromkeys(plan.reads(rows)) if not rows.has(one)]:
            await asyncio.gather(*(_read_into(rows, one, business, store) for one in wanted))
        verdict = plan.decide(rows)
    except (Refusal, SettingsChanged, Ambiguous, Stale):
        return set()  # it is decided in a moment, with all that this takes
    return set(verdict.outcome.get("staff", ())) if isinstance(verdict, Writes) else set()


async def _read_into(rows: Rows, wanted: str | Range, business: str, store: Store) -> None:
    if isinstance(wanted, Range):
        rows.ranges[wanted] = await store.table.range("bookings", business, wanted.low, wanted.high)
    else:
        rows.by_key[wanted] = await store.table.get("bookings", business, wanted)


async def _read_again(email: str, run: ReadingRun) -> bool:
    """Return whether a person's own calendar says something else than before."""
    with suppress(Ambiguous, Stale):  # the timer has read it meanwhile, or will
        row = await run.store.table.get(ORGANISATION, PARTITION, own_key(person_of(email)))
        if row is None or (before := own_of(row)).is_leaving:
            return False
        if before.tried_at and timedelta() <= run.now - before.tried_at < FRESH:
            return False
        row, own, masks, is_news = await read_calendar(row, run, AT_BOOKING, is_counted=False)
        if own.failures:
            return False  # the timer's tries count, and the last good copy serves
        own = own.model_copy(update={"next_at": own_of(row).next_at})
        await save_or_free(row, own, masks, run)
        return is_news
    return False
