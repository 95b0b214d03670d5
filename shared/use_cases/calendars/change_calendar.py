"""Changes a calendar's settings: a pure change of the whole, written as the rows that differ, and audited."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from shared.domain.calendar.business import Business, Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.calendar.staff_groups import without_leavers
from shared.domain.calendar.workplaces import with_settling
from shared.domain.errors import AlreadyOnStaff, InvalidFields, NotFound, Refusal
from shared.domain.text.addresses import folded, lowered
from shared.records.audit import audit_row
from shared.records.calendars import as_calendar, changed_rows, keeps_references, with_written
from shared.records.keys import BUSINESS, CONFIGURATION, IDENTIFIER, SETTINGS
from shared.records.limits import require_fit
from shared.records.table import Range, Row, Rows, Values
from shared.records.work import work_rows
from shared.use_cases.calendars.disabled_staff import concerns_accounts, find_disabled, with_suspensions
from shared.use_cases.calendars.index_calendar import (
    find_line,
    is_settled,
    note_members,
    says_the_same,
    write_line,
)
from shared.use_cases.calendars.invitation_message import invitations_due
from shared.use_cases.commands import Author
from shared.use_cases.messages.host_links import host_links_due
from shared.use_cases.people.hold_again import holdings_due
from shared.use_cases.people.settle_people import Apply, leave_everywhere, settle_people
from shared.use_cases.ports import Command, Store, Writes


STRANDED = (
    "isAnonymousJoinEnabled is false while isLocationOnline is true: "
    "our own room can only be joined from a browser; allow it, or choose another meetingRoom"
)
NEVER = datetime.min.replace(tzinfo=UTC)  # of a row that was just written, when that is
RECENTLY = 600.0  # seconds in which a process may have looked for disabled accounts before it changes settings
AT_ONCE = 80  # people who are settled in one transaction
Change = Callable[[Calendar], Calendar]
"""A pure function of the settings as they are now; it may raise a refusal."""


class AlsoTold(NamedTuple):
    """What is read beside the settings, and the words of the audit that follow from it."""

    read: Range
    action: Callable[[Rows], str]


async def change_calendar(
    command: Command,
    change: Change,
    *,
    action: str,
    subject: str,
    author: Author,
    store: Store,
    now: datetime | None,
    founding: Business | None = None,
    reaches_deleted: bool = False,
    tells_values: bool = True,
    also: AlsoTold | None = None,
) -> Calendar:
    """Apply a change in one transaction, and return the settings after it.

    `action` and `subject` are the words of the audit, or what `also` says instead of `action`. Raise NotFound if
    there is no calendar, unless `founding` is the one to create; InvalidFields for settings that contradict each
    other; and what `change` raises. Without `now`, as a program sets calendars up, there are no time stamps
    and no audit row; without `tells_values` the audit says which fields were changed, and not from what to what.
    Every change also suspends staff whose account is disabled, and finds where else people work whose address is
    new.
    """
    disabled = await find_disabled(store=store, within=RECENTLY)
    known = None if founding or reaches_deleted else store.calendars.known(command.business)
    told = (action, subject, author.actor)
    changing = SettingsCommand(command, change, *told, now, founding, reaches_deleted, disabled)
    changing = replace(changing, known=known, tells_values=tells_values, also=also)
    calendar, line, is_about_accounts = await _apply(changing, store)
    await note_members(calendar, line, store=store)
    calendar = await _with_accounts(calendar, changing, store, is_looked_up=is_about_accounts)
    calendar = await _settled(calendar, [one for one in _all_people(calendar) if one.is_settling], store)
    if not says_the_same(line, calendar):
        await write_line(calendar, line, store=store)
    return calendar


async def mend_calendar(line: Row, *, store: Store) -> None:
    """Bring what other tables say of a calendar, and what it says of people elsewhere, up to its settings."""
    calendar = await store.calendars.reload(line.key, include_deleted=True)
    await note_members(calendar, line, store=store)
    people = [one for one in _all_people(calendar) if one.is_settling or not is_settled(line)]
    for index in range(0, len(people), AT_ONCE):
        calendar = await _settled(calendar, people[index : index + AT_ONCE], store)
    await write_line(calendar, line, store=store)


async def forget_calendar(calendar: Calendar, *, store: Store) -> None:
    """Have no other calendar count on one that is going to be purged."""
    await leave_everywhere(calendar, apply=_applying(calendar, "forgotten", store))


def _all_people(calendar: Calendar) -> list[StaffMember]:
    return [*calendar.staff.values(), *calendar.former.values()]


def _following(command: Command, calendar: Calendar, what: str = "") -> Command:
    """Return the command that settles what a change has left, once for each version of the settings."""
    name = hashlib.sha256(f"{command.hash} {calendar.business.version}{what}".encode()).hexdigest()[:40]
    return command._replace(hash=name, aliases=())


async def _settled(calendar: Calendar, people: Sequence[StaffMember], store: Store) -> Calendar:
    """Have these people, and where else they work, known here and there."""
    about = " ".join(one.id for one in people)
    return await settle_people(calendar, people, apply=_applying(calendar, about, store), store=store)


def _applying(calendar: Calendar, about: str, store: Store) -> Apply:
    """Return what changes settings about people of a calendar, there and elsewhere."""
    own = calendar.business.id

    async def apply(business: str, change: Change) -> Calendar:
        command = _following(Command(business, own, ""), calendar, f" {business} {about}")
        settling = SettingsCommand(command, change, "", "", "", None, None, True, frozenset(), settles=True)
        changed, line, _ = await _apply(settling, store)
        if business != own:
            await write_line(changed, line, store=store)
        return changed

    return apply


async def _with_accounts(
    calendar: Calendar, changed: "SettingsCommand", store: Store, *, is_looked_up: bool
) -> Calendar:
    """Return the settings with those suspended whose account was disabled meanwhile.

    It may have been looked up before its person was on this calendar, or by this process a while ago.
    """
    # Looked up once people are noted: whoever disables an account looks for its calendars afterwards.
    disabled = await find_disabled(store=store) if is_looked_up else changed.disabled
    if with_suspensions(calendar, disabled) == calendar:
        return calendar
    settling = replace(changed, command=_following(changed.command, calendar), change=lambda current: current)
    settling = replace(settling, action="accounts settled", disabled=disabled, known=None, also=None)
    return (await _apply(replace(settling, reaches_deleted=True), store))[0]


async def _apply(changing: "SettingsCommand", store: Store) -> tuple[Calendar, Row | None, bool]:
    """Return the settings after the change, the calendar's line, and whether it may be about people's accounts."""
    command, seen = changing.command, list[Rows]()

    def decide(rows: Rows) -> Refusal | Writes:
        seen[:] = [rows]
        return changing.decide(rows)

    line, decision = await asyncio.gather(
        find_line(command.business, store=store), store.decide(command, changing.reads, decide)
    )
    if decision.is_new and seen and line:
        known = None if seen[0].has(CONFIGURATION) else changing.known
        calendar = with_written(known, decision.rows) if known else _as_written(seen[0], decision.rows)
        store.calendars.keep_written(calendar, _version(seen[0]))
        return calendar, line, concerns_accounts(known, calendar, decision.rows)
    calendar, line = await asyncio.gather(
        store.calendars.reload(command.business, include_deleted=True),
        find_line(command.business, store=store),
    )
    return calendar, line, True


def _version(rows: Rows) -> str:
    business = rows.values(BUSINESS)
    return str(business["version"]) if business else ""


def _as_written(rows: Rows, written: Mapping[str, Values | None]) -> Calendar:
    """Return the settings that a transaction has left, which was conditional on these rows."""
    after = {row.key: row for row in rows.between(CONFIGURATION)}
    for key, values in written.items():
        if not CONFIGURATION.low <= key < CONFIGURATION.high:
            continue
        known = after.pop(key, None)
        if values is not None:
            after[key] = known._replace(values=values) if known else Row(key, values, "", NEVER)
    return as_calendar([after[key] for key in sorted(after)])


@dataclass(frozen=True)
class SettingsCommand:
    """What a change of settings reads and decides. Pure.

    `known` are settings that were read before. As long as their version is the present one, which the transaction
    is conditional on, only the rows that the change writes are read again: not all of a large calendar.
    """

    command: Command
    change: Change
    action: str
    subject: str
    actor: str
    now: datetime | None
    founding: Business | None
    reaches_deleted: bool
    disabled: frozenset[str]
    settles: bool = False  # it is about where people work, and nothing else
    known: Calendar | None = None
    tells_values: bool = True
    also: AlsoTold | None = None

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the range of all settings; or their version and what is to be written, while they are known."""
        if self.also:
            yield self.also.read
        if self._foreseen is None:
            yield CONFIGURATION
            return
        yield BUSINESS
        yield from (key for key in self._foreseen.rows if key.startswith(SETTINGS))
        if rows.has(BUSINESS) and not self._is_known(rows):
            yield CONFIGURATION

    def _is_known(self, rows: Rows) -> bool:
        row = rows.values(BUSINESS)
        return self.known is not None and row is not None and row["version"] == self.known.business.version

    @cached_property
    def _foreseen(self) -> Writes | None:
        """Return what the change writes in the known settings; None where all of them have to be read."""
        if self.known is None:
            return None
        try:
            writes = self._writes(self.known, self.action)
        except Refusal:
            return None
        return writes if writes.rows and keeps_references(self.known, writes.rows) else None

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the rows that the change makes different, with invitations and new host links that follow."""
        foreseen = None if rows.has(CONFIGURATION) else self._foreseen
        if foreseen and not self.also:
            return foreseen
        action = self.also.action(rows) if self.also else self.action
        return self._writes(self.known if foreseen else self._before(rows), action)

    def _writes(self, before: Calendar | None, told_action: str) -> Writes:
        after = self.change(before or Calendar(self._founding(), {}, {}, {}))
        if not self.settles:
            after = with_settling(before, with_suspensions(after, self.disabled))
        after = with_links_voided(before, after) if before else after
        after = without_leavers(before, after)
        check_calendar(after, before)
        version = self.command.hash[:12]
        changes, fields, told = changed_rows(before, after, version, self.now)
        require_fit(changes)
        changes |= work_rows(holdings_due(before, after, version))
        if changes and self.now:
            action = f"{told_action}: {', '.join(fields)}" if fields else told_action
            values = told if self.tells_values else ()
            changes |= audit_row(self.now, version, self.actor, action, self.subject, values)
            changes |= work_rows(invitations_due(before, after, version))
            changes |= work_rows(host_links_due(before, after, version))
        return Writes(changes, {"version": version})

    def _before(self, rows: Rows) -> Calendar | None:
        if rows.values(BUSINESS) is None:
            return None
        calendar = as_calendar(rows.between(CONFIGURATION))
        if calendar.business.deleted_at and not self.reaches_deleted:
            raise NotFound
        return calendar

    def _founding(self) -> Business:
        if self.founding is None:
            raise NotFound
        return self.founding


def with_links_voided(before: Calendar, after: Calendar) -> Calendar:
    """Return the settings with links voided that were sent to an address that its person no longer has."""
    staff = dict(after.staff)
    for name, person in after.staff.items():
        if known := before.person(name):
            is_moved = folded(known.email) != folded(person.email)
            staff[name] = person.model_copy(update={"link_version": known.link_version + is_moved})
    return after if staff == after.staff else replace(after, staff=staff)


def check_calendar(calendar: Calendar, before: Calendar | None = None) -> None:
    """Raise InvalidFields for settings that contradict each other, such as unknown people and invalid ids.

    Refused too is an online service in the app's own room that cannot be joined from a browser: nobody could
    enter. Services that did not change are not checked, since people whom they name may just have left. Raise
    AlreadyOnStaff if a person gets an address that another one on the staff has.
    """
    errors = [
        (f"/{kind}/{name}", "an id is 1 to 60 characters of A-Z a-z 0-9 . _ ~ -")
        for kind in ("services", "staff", "questions")
        for name in getattr(calendar, kind)
        if not IDENTIFIER.fullmatch(name)
    ]
    for service in calendar.services.values():
        known = before.services.get(service.id) if before else None
        if before is None or service != known or calendar.meeting_of(service) != before.meeting_of(known):
            errors += _stranded(service, calendar)
        if service == known:
            continue
        errors += [*_unknown_people(service, calendar.staff), *_unknown_questions(service, calendar.questions)]
    if errors:
        raise InvalidFields(errors)
    _require_one_entry_each(calendar.staff.values(), before.staff if before else {})


def _require_one_entry_each(staff: Iterable[StaffMember], before: Mapping[str, StaffMember]) -> None:
    """Raise AlreadyOnStaff if two entries have one address: with two ledgers a person could be booked twice.

    Entries that had it before stay as they are, so that a calendar of an older version can still be changed.
    """
    holders: dict[str, list[StaffMember]] = {}
    for person in staff:
        if person.email:
            holders.setdefault(folded(person.email), []).append(person)
    for address, people in holders.items():
        new = [one for one in people if not (known := before.get(one.id)) or folded(known.email) != address]
        if new and len(people) > 1:
            other = next(one for one in people if one is not new[-1])
            raise AlreadyOnStaff(
                f"{lowered(new[-1].email)} is already on the staff of this calendar, as {other.name} ({other.id})."
            )


def _stranded(service: Service, calendar: Calendar) -> list[tuple[str, str]]:
    is_stranded = calendar.strands(service) and not service.removed_at
    return [(f"/services/{service.id}/isAnonymousJoinEnabled", STRANDED)] if is_stranded else []


def _unknown_people(service: Service, staff: Collection[str]) -> list[tuple[str, str]]:
    unknown = [one for one in service.staff if one not in staff]
    return [(f"/services/{service.id}/staff", f"{one} is not on the staff") for one in unknown]


def _unknown_questions(service: Service, questions: Collection[str]) -> list[tuple[str, str]]:
    unknown = [one.id for one in service.questions if one.id not in questions]
    return [(f"/services/{service.id}/questions", f"{one} is not a question") for one in unknown]


def with_business(calendar: Calendar, **changes: object) -> Calendar:
    """Return the calendar with these fields of its business changed."""
    return replace(calendar, business=calendar.business.model_copy(update=changes))
