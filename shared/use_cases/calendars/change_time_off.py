"""Adds, changes and removes time off: a person's `off` masks are rebuilt from the rows in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.appointments.appointment import TimeOff
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.business import Calendar
from shared.domain.errors import EditConflict, InvalidFields, NotFound, Refusal, TryAgain
from shared.domain.links import new_id
from shared.domain.timeline.ledger import Ledger, month_window, months_in
from shared.domain.timeline.ticks import Window
from shared.records.audit import audit_row, schedule_changes
from shared.records.codec import dump, load_row
from shared.records.keys import BUSINESS, ledger_key, time_off_key, time_off_of
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.calendars.find_time_off import read_time_off
from shared.use_cases.commands import Etags, is_stale, name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Store, Writes


if TYPE_CHECKING:
    from shared.records.appointments import Changes


LONGEST = timedelta(days=400)
MOST_AT_ONCE = 26  # periods of one transaction: it writes a row for each, and a ledger for each month
ATTEMPTS = 5
TimeOffEdit = Callable[[TimeOff], TimeOff]


class Outdated(Exception):
    """The time off exists, but has changed since the command was planned."""


async def add_time_off(time_off: TimeOff, *, key: str, actor: str, calendar: Calendar, context: Context) -> str:
    """Block a person from `start` to `end`, rounded outwards, and return its id. Appointments stay.

    Raise InvalidFields for an unknown person or an impossible period.
    """
    given = {"calendar": calendar, "context": context}
    (name,) = await add_times_off([time_off], key=key, actor=actor, **given)  # type: ignore[arg-type]
    return name


async def add_times_off(
    times_off: Sequence[TimeOff],
    *,
    is_quiet: bool = False,
    key: str,
    actor: str,
    calendar: Calendar,
    context: Context,
) -> list[str]:
    """Block one person in several periods, such as the same hours each week, and return their ids in order.

    They are added in one transaction, and told in one mail unless it `is_quiet`. Raise as `add_time_off`, and
    InvalidFields for periods of several people or more than MOST_AT_ONCE.
    """
    for one in times_off:
        _check(one)
    if times_off[0].staff not in calendar.staff or len({one.staff for one in times_off}) > 1:
        raise InvalidFields([("/staff", "not on the staff")])
    if len(times_off) > MOST_AT_ONCE:
        raise InvalidFields([("/times", f"at most {MOST_AT_ONCE}")])
    body = "\n".join([*(one.model_dump_json() for one in times_off), *(["quiet"] if is_quiet else [])])
    command = name_command(context.secret, calendar.business.id, "time-off", actor, key, body)
    first, *more = (
        one.model_copy(update={"id": new_id(context.secret, f"{command.hash} {place}" if place else command.hash)})
        for place, one in enumerate(times_off)
    )
    plan = TimeOffCommand(first, None, None, actor, calendar, command, context.now, tuple(more), is_quiet)
    await _decide(plan, context.store)
    return [first.id, *(one.id for one in more)]


async def change_time_off(
    time_off: TimeOff,
    edit: TimeOffEdit,
    said: str = "",
    *,
    is_quiet: bool = False,
    etags: Etags = None,
    key: str,
    actor: str,
    calendar: Calendar,
    context: Context,
) -> None:
    """Replace a time off by what `edit` returns, without mail if it `is_quiet`; `said` is the request's content.

    Raise NotFound, EditConflict if the etags are outdated, and InvalidFields for an impossible period.
    """
    command = name_command(context.secret, calendar.business.id, f"time-off {time_off.id}", actor, key, said)

    def changed(before: TimeOff) -> TimeOff:
        after = edit(before)
        _check(after)
        return after.model_copy(update={"version": before.version + _is_elsewhen(before, after)})

    plan = TimeOffCommand(changed(time_off), time_off, etags, actor, calendar, command, context.now, (), is_quiet)
    await _decide_anew(plan, changed, context.store)


async def remove_time_off(
    time_off: TimeOff, *, etags: Etags = None, key: str, actor: str, calendar: Calendar, context: Context
) -> None:
    """Remove a time off. Raise NotFound; EditConflict if the etags are outdated."""
    command = name_command(context.secret, calendar.business.id, "time-on", actor, key, time_off.id)
    plan = TimeOffCommand(None, time_off, etags, actor, calendar, command, context.now)
    await _decide_anew(plan, lambda _: None, context.store)


def _check(time_off: TimeOff) -> None:
    if not timedelta() < time_off.end - time_off.start <= LONGEST:
        raise InvalidFields([("/end", f"after the start, and at most {LONGEST.days} days later")])


async def _decide_anew(plan: "TimeOffCommand", changed: Callable[[TimeOff], TimeOff | None], store: Store) -> None:
    """Run the command; if another request changed the time off meanwhile, plan again with its result."""
    for _ in range(ATTEMPTS):
        try:
            await _decide(plan, store)
        except Outdated:
            with suppress(NotFound):  # removed meanwhile: the next decision refuses with the same
                fresh = await read_time_off(plan.about.id, business=plan.calendar.business.id, store=store)
                plan = replace(plan, added=changed(fresh), removed=fresh)
        else:
            return
    raise TryAgain


async def _decide(plan: "TimeOffCommand", store: Store) -> str:
    def plan_for(calendar: Calendar) -> TimeOffCommand:
        return replace(plan, calendar=calendar)

    decision = await run_command(plan.command, plan_for, calendar=plan.calendar, store=store)
    return str(decision.outcome["timeOff"])


@dataclass(frozen=True)
class TimeOffCommand:
    """What one change of a time off reads and decides. Pure. To change is to remove and to add.

    `more` are further periods of the same person that are added with the first.
    """

    added: TimeOff | None
    removed: TimeOff | None
    etags: Etags
    actor: str
    calendar: Calendar
    command: Command
    now: datetime
    more: tuple[TimeOff, ...] = ()
    is_quiet: bool = False

    @property
    def _new(self) -> list[TimeOff]:
        return [self.added, *self.more] if self.added else []

    @property
    def about(self) -> TimeOff:
        """Return the time off after the change, or the one that is removed."""
        about = self.added or self.removed
        assert about is not None
        return about

    @property
    def months(self) -> list[str]:
        """Return the months ("yyyymm") whose ledgers the change touches, each once."""
        windows = [Window.around(one.start, one.end) for one in (self.removed, *self._new) if one]
        return list(dict.fromkeys(month for window in windows for month in months_in(window)))

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the ledgers, and only then the times off: adding one in between changes a ledger too."""
        yield BUSINESS
        ledgers = [ledger_key(month, self.about.staff) for month in self.months]
        yield from ledgers
        if all(rows.has(key) for key in ledgers):
            yield time_off_of(self.about.staff)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the rebuilt ledgers and the row, or a refusal. Raise Outdated."""
        require_current(rows, self.calendar)
        kept = [load_row(TimeOff, row) for row in rows.between(time_off_of(self.about.staff))]
        if self.removed and (refusal := self._refusal(kept)):
            return refusal
        if self.added == self.removed:
            return Writes({}, {"timeOff": self.about.id})
        valid = [one for one in kept if not self.removed or one.id != self.removed.id]
        valid += self._new
        changes: Changes = {}
        for month in self.months:
            key = ledger_key(month, self.about.staff)
            changes[key] = _with_off(Ledger.from_row(rows.values(key)), month, valid).to_row()
        changes |= {_key(self.removed): None} if self.removed else {}
        changes |= {_key(one): dump(one) for one in self._new}
        changes |= work_rows(self._told())
        told = [*schedule_changes(self.removed, self.added)]
        told += [change for one in self.more for change in schedule_changes(None, one)]
        number = self.command.hash[:12]
        changes |= audit_row(self.now, number, self.actor, self._action, self.about.id, told)
        return Writes(changes, {"timeOff": self.about.id})

    def _refusal(self, kept: list[TimeOff]) -> Refusal | None:
        """Return why the time off cannot be changed. Raise Outdated if it is not as it was planned for."""
        current = next((one for one in kept if one.id == self.about.id), None)
        if current is None:
            return NotFound()
        if is_stale(current, self.etags):
            return EditConflict()
        if current != self.removed:
            raise Outdated
        return None

    @property
    def _action(self) -> str:
        if self.added and self.removed:
            return "time off changed"
        return "time off added" if self.added else "time off removed"

    def _told(self) -> list[NewEntry]:
        """Return the message to the person, if it is new or at another time and they want such mail."""
        person = self.calendar.staff.get(self.about.staff)
        if self.is_quiet or not self.added or not person or not person.notify_of_time_off or not person.email:
            return []
        if self.removed and not _is_elsewhen(self.removed, self.added):
            return []
        key, version, people = _key(self.added), self.added.version, (Recipient("staff", person.id),)
        times = str(len(self._new)) if self.more else ""
        work = OutboxEntry(kind="time_off", appointment=key, version=version, recipients=people, text=times)
        return [NewEntry(None, self.added.id, f"{version:08d}", work)]


def _is_elsewhen(before: TimeOff, after: TimeOff) -> bool:
    return (before.start, before.end) != (after.start, after.end)


def _key(one: TimeOff) -> str:
    return time_off_key(one.staff, one.start, one.id)


def _with_off(ledger: Ledger, month: str, time_off: list[TimeOff]) -> Ledger:
    window, off = month_window(month), 0
    for one in time_off:
        ticks = Window.around(one.start, one.end)
        off |= window.cut(ticks.first, ticks.last)
    return ledger._replace(off=off, away=0)
