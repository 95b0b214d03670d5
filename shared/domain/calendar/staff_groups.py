"""Named groups of a calendar's staff, by which its pages are filtered."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from shared.domain.errors import InvalidFields, NotFound
from shared.domain.model import Model


if TYPE_CHECKING:
    from shared.domain.calendar.business import Calendar

MOST_GROUPS = 50
MOST_MEMBERS = 100  # as many people as the staff calendar shows
LONGEST_GROUP_NAME = 60


class StaffGroup(Model):
    """Some of the staff under a name; `members` are their ids."""

    id: str
    name: str = Field(max_length=LONGEST_GROUP_NAME)
    members: tuple[str, ...] = ()


def find_group(groups: Iterable[StaffGroup], name: str) -> StaffGroup:
    """Return the group with this id. Raise NotFound."""
    found = next((one for one in groups if one.id == name), None)
    if found is None:
        raise NotFound
    return found


def with_group(groups: Iterable[StaffGroup], new: StaffGroup, staff: Collection[str]) -> tuple[StaffGroup, ...]:
    """Return the groups with another one, or with one changed, in the order of their names.

    People who are not on the staff are left out. Raise InvalidFields for a name that another group has, in
    whatever case, and for too many groups or members.
    """
    others = [one for one in groups if one.id != new.id]
    members = tuple(one for one in dict.fromkeys(new.members) if one in staff)
    if any(one.name.casefold() == new.name.casefold() for one in others):
        raise InvalidFields([("/name", "another group has this name")])
    if len(others) >= MOST_GROUPS:
        raise InvalidFields([("/groups", f"at most {MOST_GROUPS}")])
    if len(members) > MOST_MEMBERS:
        raise InvalidFields([("/members", f"at most {MOST_MEMBERS}")])
    kept = new.model_copy(update={"members": members})
    return tuple(sorted([*others, kept], key=lambda one: (one.name.casefold(), one.id)))


def without_leavers(before: "Calendar | None", after: "Calendar") -> "Calendar":
    """Return the settings in which those who have left the staff are in no group."""
    left = before.staff.keys() - after.staff.keys() if before else set()
    if not any(left.intersection(one.members) for one in after.business.staff_groups):
        return after
    groups = tuple(
        one.model_copy(update={"members": tuple(each for each in one.members if each not in left)})
        for one in after.business.staff_groups
    )
    return replace(after, business=after.business.model_copy(update={"staff_groups": groups}))
