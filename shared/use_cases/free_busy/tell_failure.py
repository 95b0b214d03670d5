"""Has people told by mail that their own calendar cannot be read: on days 1, 3, 7 and 14, then no more.

On day 3 the administrators of the person's calendars are told too. A calendar that is read again, or connected
anew, begins from the first day.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import NEW, staff_members
from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.commands import name_command
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.free_busy.workplaces import StaffEntry
from shared.use_cases.ports import Writes


DAYS, OTHERS = (1, 3, 7, 14), 3


async def tell_failure(own: OwnCalendar, entries: Sequence[StaffEntry], run: ReadingRun) -> OwnCalendar:
    """File the mails that are due; return what is known now. The person gets one, of their first calendar."""
    if not own.is_failing or own.failing_since is None:
        return own
    age = run.now - own.failing_since
    due = [day for day in DAYS if timedelta(days=day) <= age and day not in own.told]
    if not due or not entries:
        return own
    await asyncio.gather(
        *(_file(entry, own, due, run, tells_person=not number) for number, entry in enumerate(entries))
    )
    return own.model_copy(update={"told": (*own.told, *due)})


async def _file(
    entry: StaffEntry, own: OwnCalendar, due: Sequence[int], run: ReadingRun, *, tells_person: bool
) -> None:
    person, business = entry.person.id, entry.calendar.business.id
    told = [person] if tells_person else []
    if OTHERS in due:
        told += [
            one.id for one in entry.calendar.staff.values() if one.role == "administrator" and one.id not in told
        ]
    number = f"{own.failing_since or run.now:%y%m%d%H%M}{max(due):02d}"
    work = OutboxEntry(
        kind="own_calendar",
        appointment=person,
        text=f"{own.cause} {own.failing_since.isoformat() if own.failing_since else ''}",
        recipients=tuple(staff_members(told, NEW)),
    )
    rows = work_rows([NewEntry(None, f"own-{person}"[:60], number, work)])
    command = name_command(run.secret, business, "own-calendar", person, f"{run.run}-told", number)

    def reads(_: Rows) -> Iterable[str | Range]:
        return ()

    if rows:
        await run.store.decide(command, reads, lambda _: Writes(rows, {"person": person}))
