"""Add and remove time off: the person's `off` masks are rebuilt from their time-off rows in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.appointment import TimeOff
from shared.domain.business import Calendar
from shared.domain.errors import InvalidFields, NotFound, Refusal
from shared.domain.ledger import Ledger, month_window, months_in
from shared.domain.links import new_id
from shared.domain.messages import Due, Work
from shared.domain.ticks import Window
from shared.use_cases.appointment_rows import audit_row, work_rows
from shared.use_cases.commands import name_command, require_current, with_settings
from shared.use_cases.ports import Command, Range, Rows, Store, Values, Writes
from shared.use_cases.rows import BUSINESS, dump, ledger_key, load_row, time_off_key, time_off_of


LONGEST = timedelta(days=400)


async def add_time_off(
    time_off: TimeOff, *, key: str, actor: str, calendar: Calendar, store: Store, secret: str, now: datetime
) -> str:
    """Block a person from `start` to `end`, rounded outwards, and return its id. What is booked stays booked."""
    if not timedelta() < time_off.end - time_off.start <= LONGEST:
        raise InvalidFields([("/end", f"after the start, and at most {LONGEST.days} days later")])
    if time_off.staff not in calendar.staff:
        raise InvalidFields([("/staff", "not on the staff")])
    command = name_command(secret, calendar.business.id, "time-off", actor, key, time_off.model_dump_json())
    added = time_off.model_copy(update={"id": new_id(secret, command.hash)})
    return await _change(added, None, command, actor, calendar, store, now)


async def remove_time_off(
    time_off: TimeOff, *, key: str, actor: str, calendar: Calendar, store: Store, secret: str, now: datetime
) -> str:
    """Take a time off away again. Raises NotFound where there is none."""
    command = name_command(secret, calendar.business.id, "time-on", actor, key, time_off.id)
    return await _change(None, time_off, command, actor, calendar, store, now)


async def _change(
    added: TimeOff | None,
    removed: TimeOff | None,
    command: Command,
    actor: str,
    calendar: Calendar,
    store: Store,
    now: datetime,
) -> str:
    async def run(calendar: Calendar) -> str:
        change = ChangingTimeOff(added, removed, actor, calendar, command, now)
        decision = await store.decide(command, change.reads, change.decide)
        return str(decision.outcome["timeOff"])

    return await with_settings(calendar, store, run)


@dataclass(frozen=True)
class ChangingTimeOff:
    """What one change of a time off reads, and what it decides: pure."""

    added: TimeOff | None
    removed: TimeOff | None
    actor: str
    calendar: Calendar
    command: Command
    now: datetime

    @property
    def about(self) -> TimeOff:
        about = self.added or self.removed
        assert about is not None
        return about

    @property
    def months(self) -> list[str]:
        return months_in(Window.around(self.about.start, self.about.end))

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Name the ledgers, and only then the time off: whoever adds some in between changes a ledger too."""
        yield BUSINESS
        ledgers = [ledger_key(month, self.about.staff) for month in self.months]
        yield from ledgers
        if all(rows.has(key) for key in ledgers):
            yield time_off_of(self.about.staff)

    def decide(self, rows: Rows) -> Refusal | Writes:
        require_current(rows, self.calendar)
        kept = [load_row(TimeOff, row) for row in rows.between(time_off_of(self.about.staff))]
        if self.removed and self.removed not in kept:
            return NotFound()
        valid = [one for one in kept if not self.removed or one.id != self.removed.id]
        valid += [self.added] if self.added else []
        changes: dict[str, Values | None] = {}
        for month in self.months:
            key = ledger_key(month, self.about.staff)
            changes[key] = _with_off(Ledger.from_row(rows.values(key)), month, valid).to_row()
        about = self.about
        changes[time_off_key(about.staff, about.start, about.id)] = dump(about) if self.added else None
        changes |= work_rows(self._told())
        action = "time off added" if self.added else "time off removed"
        changes |= audit_row(self.now, self.command.hash[:12], self.actor, action, about.id)
        return Writes(changes, {"timeOff": about.id})

    def _told(self) -> list[Due]:
        """The person is told of a new time off, unless that mail is turned off for them."""
        person = self.calendar.staff.get(self.about.staff)
        if not self.added or not person or not person.notify_of_time_off or not person.email:
            return []
        key = time_off_key(person.id, self.added.start, self.added.id)
        work = Work(kind="time_off", appointment=key, recipients=(f"staff:{person.id}",))
        return [Due(None, self.added.id, "00000001", work)]


def _with_off(ledger: Ledger, month: str, time_off: list[TimeOff]) -> Ledger:
    window, off = month_window(month), 0
    for one in time_off:
        ticks = Window.around(one.start, one.end)
        off |= window.cut(ticks.first, ticks.last)
    return Ledger(ledger.claimed, off, ledger.external, ledger.held)
