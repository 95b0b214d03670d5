"""Reminds staff of appointments to be confirmed: the sweep files an entry a day, read again as it is served."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import NEW, staff_members
from shared.domain.appointments.unconfirmed import is_waiting, reminder_due
from shared.domain.calendar.business import Business
from shared.records.keys import appointment_key, days_from, id_of
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.ports import Command, Store, Writes
from shared.use_cases.readable import readable
from shared.use_cases.series.find_series import SeriesPart


AHEAD = timedelta(hours=2)  # so long before it is due an entry may be filed: the sweep comes once an hour
UNCONFIRMED = "unconfirmed"


async def file_confirmation_reminder(business: Business, *, store: Store, now: datetime) -> bool:
    """File the day's reminder if something waits that was asked for before it is due; return whether it was.

    Its decision is named after the day, so however many sweeps there are, there is one. It is filed for all of the
    staff: who of them has something to confirm shows when it is served, as more may be asked for until then.
    """
    if business.when_unread != "confirm":
        return False
    due = reminder_due(now + AHEAD, business.time_zone)
    if not await _find_waiting(business.id, due, now, store):
        return False
    calendar = await store.calendars.current(await store.calendars.find_by_id(business.id))
    work = OutboxEntry(
        kind="unconfirmed",
        appointment="",
        start=due,
        recipients=tuple(staff_members(calendar.staff, NEW)),
    )
    name = f"{due:%Y%m%d}"
    rows = work_rows([NewEntry(due, UNCONFIRMED, name, work)])
    named = hashlib.sha256(f"{UNCONFIRMED} {business.id} {name}".encode()).hexdigest()[:40]

    def reads(_: Rows) -> Iterable[str | Range]:
        return ()

    decision = await store.decide(
        Command(business.id, named, name), reads, lambda _: Writes(rows, {"day": name}), due=[due]
    )
    return decision.is_new


async def find_unconfirmed(work: OutboxEntry, *, business: str, store: Store, now: datetime) -> list[SeriesPart]:
    """Return what an entry reminds of, the earliest first; none once the next day's entry is due."""
    if work.start is None or now >= work.start + timedelta(days=1):
        return []
    found = await _find_waiting(business, work.start, now, store)
    return [SeriesPart(one, one.seat) for one in found]


async def _find_waiting(business: str, due: datetime, now: datetime, store: Store) -> list[Appointment]:
    page = await store.table.range("bookings", business, *days_from(now), select=("confirm",))
    names = [id_of(row.key) for row in page.rows if row.values.get("confirm")]
    rows = await asyncio.gather(*(store.table.get("bookings", business, appointment_key(name)) for name in names))
    found = (one for _, one in readable(Appointment, filter(None, rows)))
    return sorted((one for one in found if is_waiting(one, due, now)), key=lambda one: (one.start, one.id))
