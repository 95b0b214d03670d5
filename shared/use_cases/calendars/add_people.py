"""Adds many people to a calendar's staff: as many in one transaction as it holds, then the next."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.domain.calendar.business import Calendar, Role, StaffMember
from shared.domain.errors import TryAgain
from shared.domain.text.addresses import folded
from shared.records.calendars import with_document
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Store


AT_ONCE = 90  # people of one transaction


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to add. `membership` "pending" has them invited by mail."""

    name: str
    email: str
    role: Role
    membership: Literal["active", "pending"] = "active"


@dataclass(frozen=True, slots=True)
class AddedPeople:
    """What became of people who were to be added: `known` were on the staff already, `left` were not tried."""

    added: int
    known: Sequence[NewPerson]
    left: Sequence[NewPerson]


async def add_people(
    people: Sequence[NewPerson], *, business: str, author: Author, context: Context
) -> AddedPeople:
    """Add those whose address is not on the staff yet, in transactions of 90 people.

    If a transaction cannot be decided now, the people from there on are `left`. Repeating the same call adds
    nobody twice, and continues. Raise NotFound if there is no calendar.
    """
    added, known = 0, list[NewPerson]()
    for first in range(0, len(people), AT_ONCE):
        part = people[first : first + AT_ONCE]
        command = name_change(context.secret, business, f"people added {first}", author, repr(part))
        try:
            calendar = await _add(part, command, author, context.store, context.now)
        except TryAgain:
            return AddedPeople(added, known, people[first:])
        new = [_id(command, place) in calendar.staff for place in range(len(part))]
        added += sum(new)
        known += [one for one, is_new in zip(part, new, strict=True) if not is_new]
    return AddedPeople(added, known, ())


async def _add(
    people: Sequence[NewPerson], command: Command, author: Author, store: Store, now: datetime
) -> Calendar:
    return await change_calendar(
        command,
        _adding(people, command),
        action="people added",
        subject="staff",
        author=author,
        store=store,
        now=now,
    )


def _adding(people: Sequence[NewPerson], command: Command) -> Callable[[Calendar], Calendar]:
    def change(calendar: Calendar) -> Calendar:
        there = {folded(one.email) for one in calendar.staff.values()}
        for place, one in enumerate(people):
            if folded(one.email) in there:
                continue
            there.add(folded(one.email))
            name = _id(command, place)
            person = StaffMember(id=name, name=one.name, email=one.email, role=one.role, membership=one.membership)
            calendar = with_document(calendar, person)
        return calendar

    return change


def _id(command: Command, place: int) -> str:
    """Return the id of the person at a place: repeating the command creates no second one."""
    digest = hashlib.sha256(f"{command.hash} {place}".encode()).hexdigest()
    return str(UUID(digest[:32], version=4))
