"""The row of the audit: who did what, and when, and what it changed."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.domain.differences import FieldChange, differences
from shared.domain.model import Model
from shared.records.keys import audit_key


if TYPE_CHECKING:
    from shared.records.appointments import Changes

MOST_TOLD = 6000  # characters of all changes in one row; fields beyond are only counted


SCHEDULE = ("service", "start", "end", "staff")
"""What is told of appointments and times off: nothing about customers, and no reasons."""


def audit_row(
    now: datetime, number: str, actor: str, action: str, subject: str, changes: Iterable[FieldChange] = ()
) -> "Changes":
    """Return the row; `number` distinguishes rows of one millisecond, and is the same for each try."""
    what = {**audit_entry(now, actor, action, subject), **_told(changes)}
    return {audit_key(now, number): {"body": json.dumps(what, ensure_ascii=False)}}


def audit_entry(now: datetime, actor: str, action: str, subject: str) -> dict[str, Any]:
    """Return what every entry says: who did what to what, and when."""
    return {"at": now.isoformat(), "actor": actor, "action": action, "subject": subject}


def schedule_changes(before: Model | None, after: Model | None) -> Iterator[FieldChange]:
    """Return when an appointment or a time off was and is, with whom and for what."""
    return differences(before, after, only=SCHEDULE)


def _told(changes: Iterable[FieldChange]) -> dict[str, Any]:
    told, length, more = [], 0, 0
    for one in changes:
        length += len(json.dumps(one, ensure_ascii=False))
        if length <= MOST_TOLD:
            told.append(list(one))
        else:
            more += 1
    return {**({"changes": told} if told else {}), **({"more": more} if more else {})}


def changes_in(said: dict[str, Any]) -> tuple[list[FieldChange], int]:
    """Return the changes that a row tells, and how many more there were; rows of earlier versions tell none."""
    found = [FieldChange(*one) for one in said.get("changes", ()) if len(one) == len(FieldChange._fields)]
    return found, int(said.get("more", 0))
