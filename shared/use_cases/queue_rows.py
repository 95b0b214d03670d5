"""Rows of the index of starts and of visits as a queue's lines."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from shared.domain.business import Calendar
from shared.domain.visit import Visit
from shared.domain.visit_queue import Listed, Planned
from shared.use_cases.ports import Marks, Row
from shared.use_cases.rows import minute_of
from shared.use_cases.visit_rows import load_visit


if TYPE_CHECKING:
    from shared.domain.appointment import Status

COLUMNS = ("end", "status", "service", "staff", "name", "filled", "origin", "online")
NOBODY_CAME = Visit()


def listed_rows(starts: Iterable[Row], visits: Iterable[Row], calendar: Calendar) -> list[Listed]:
    """Return the appointments of a stretch of time with their visits."""
    known = {row.key[2:]: load_visit(row.values) for row in visits}
    return [Listed(_planned(row, calendar), known.get(row.key[2:], NOBODY_CAME)) for row in starts]


def _planned(row: Row, calendar: Calendar) -> Planned:
    _, start, name = row.key.split("|")
    values, service = row.values, calendar.services.get(str(row.values["service"]))
    agreed = str(values.get("online") or "")  # an older row, or one without terms, is as its service
    return Planned(
        business=calendar.business.id,
        id=name,
        start=minute_of(start),
        end=datetime.fromisoformat(str(values["end"])),
        status=cast("Status", values["status"]),
        service=str(values["service"]),
        staff=tuple(str(values["staff"]).split(",")),
        name=str(values["name"]),
        filled=int(values["filled"]),
        is_online=agreed == "1" if agreed else service is not None and service.is_online,
        origin=str(values.get("origin") or "booking"),
    )


def version_of(calendar: Calendar, marks: Marks) -> str:
    """Return a name for a queue with these marks, under the settings as they are."""
    text = "|".join([calendar.business.version, *marks.values()])
    return hashlib.sha256(text.encode()).hexdigest()[:24]
