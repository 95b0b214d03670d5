"""Who leads a calendar: the administrators who can sign in, and whether a change would leave it without one."""

from dataclasses import replace
from typing import Literal

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.text.addresses import folded


Standing = Literal[0, 1, 2]
"""0: nobody leads the calendar; 1: people who were only invited do; 2: somebody who has accepted does."""


def has_administrator(calendar: Calendar) -> bool:
    """Return whether anybody administers the calendar who can sign in and has not declined."""
    return any(_standing(one) for one in calendar.staff.values())


def loses_administrator(before: Calendar, after: Calendar) -> bool:
    """Return whether a change leaves nobody to lead the calendar, or nobody who has accepted to.

    A person with a new address counts as invited: whether it is theirs, and right, nobody knows yet.
    """
    kept = (
        min(_standing(one), 1) if _is_moved(before.staff.get(one.id), one) else _standing(one)
        for one in after.staff.values()
    )
    return max(kept, default=0) < max(map(_standing, before.staff.values()), default=0)


def is_last_administrator(calendar: Calendar, person: StaffMember) -> bool:
    """Return whether the calendar would be left without an administrator if a person declined or went."""
    others = {name: one for name, one in calendar.staff.items() if name != person.id}
    return loses_administrator(calendar, replace(calendar, staff=others))


def as_administrator(person: StaffMember) -> StaffMember:
    """Return a person as administrator; one who has declined is asked again."""
    answer = "pending" if person.membership == "rejected" else person.membership
    return person.model_copy(update={"role": "administrator", "membership": answer})


def _standing(person: StaffMember) -> Standing:
    if (
        person.role != "administrator"
        or not person.email
        or person.is_suspended
        or person.membership == "rejected"
    ):
        return 0
    return 2 if person.membership == "active" else 1


def _is_moved(before: StaffMember | None, after: StaffMember) -> bool:
    return before is not None and bool(before.email) and folded(before.email) != folded(after.email)
