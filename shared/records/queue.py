"""Rows of the index of starts and of visits as a queue's lines."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from shared.domain.appointments.terms import is_joinable
from shared.domain.calendar.business import Calendar
from shared.domain.visits.queue import Planned, QueueEntry
from shared.domain.visits.visit import Visit
from shared.records.appointments import projection
from shared.records.keys import day_key, minute_of
from shared.records.table import Marks, Row
from shared.records.visits import load_visit


if TYPE_CHECKING:
    from shared.domain.appointments.appointment import Appointment, Status

COLUMNS = (
    "end",
    "status",
    "service",
    "staff",
    "name",
    "filled",
    "origin",
    "online",
    "joins",
    "by",
    "wish",
    "confirm",
)
NOBODY_CAME = Visit()


def listed_rows(starts: Iterable[Row], visits: Iterable[Row], calendar: Calendar) -> list[QueueEntry]:
    """Return the appointments of these rows with their visits."""
    known = {row.key[2:]: load_visit(row.values) for row in visits}
    return [QueueEntry(_planned(row, calendar), known.get(row.key[2:], NOBODY_CAME)) for row in starts]


def listed_entry(appointment: "Appointment", visit: Visit, calendar: Calendar) -> QueueEntry:
    """Return an appointment and its visit, both read already, as the queue lists them."""
    row = Row(day_key(appointment.start, appointment.id), projection(appointment), "", appointment.start)
    return QueueEntry(_planned(row, calendar), visit)


def _planned(row: Row, calendar: Calendar) -> Planned:
    _, start, name = row.key.split("|")
    values, service = row.values, calendar.services.get(str(row.values["service"]))
    # Older rows, and those without terms, lack these columns: then the service decides.
    is_online, is_allowed = (_flag(values.get(name)) for name in ("online", "joins"))
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
        is_online=is_online if is_online is not None else service is not None and service.is_online,
        is_joinable=is_joinable(service, is_online, is_allowed),
        origin=str(values.get("origin") or "booking"),
        made_by=str(values.get("by") or ""),
        is_to_reassign=bool(values.get("wish")),
        is_to_confirm=bool(values.get("confirm")),
    )


def _flag(value: object) -> bool | None:
    return {"0": False, "1": True}.get(str(value or ""))


def version_of(calendar: Calendar, marks: Marks) -> str:
    """Return the version of a queue, which follows from these marks and the version of the settings."""
    text = "|".join([calendar.business.version, *marks.values()])
    return hashlib.sha256(text.encode()).hexdigest()[:24]
