"""Moves or cancels an appointment and those that follow it in its series, each by a command of its own.

One that is refused leaves the others as they are. The key of each follows from that of the request, which can be
repeated: what it has done already stays done once.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.recurrence import shifted
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Store
from shared.use_cases.telling.announce import Telling


class ChangedOne(NamedTuple):
    """An appointment as it was, and why it was not changed; None if it was."""

    appointment: Appointment
    refusal: Refusal | None


def from_here_on(series: Iterable[Appointment], one: Appointment, since: datetime) -> list[Appointment]:
    """Return an appointment and those of its series from its start `since` on that are not cancelled."""
    return [each for each in series if each.is_live and (each.id == one.id or each.start >= since)]


@dataclass(frozen=True)
class SeriesChange:
    """Who changes appointments of a series, under which key, and when people are told of each."""

    editor: Actor
    key: str
    telling: Telling
    calendar: Calendar
    store: Store
    secret: str
    now: datetime
    reading: Callable[[], ReadingRun] | None = None

    async def cancel(self, appointments: Sequence[Appointment], message: str) -> list[ChangedOne]:
        """Cancel these, the earliest first, each with the message."""

        async def cancelled(one: Appointment) -> None:
            await cancel_by_staff(one.id, message, **self._about(one))

        return [await _tried(one, cancelled) for one in appointments]

    async def move(
        self, appointments: Sequence[Appointment], old: datetime, change: AppointmentChange
    ) -> list[ChangedOne]:
        """Move these by as many days as from `old` to the new start, to its time of the clock.

        They also get the change's length and people, if it has any. Those that make room go first: to be a week
        later, the last one does.
        """
        new, zone = change.start or old, self.calendar.business.time_zone
        length = change.end - new if change.end else None
        said = f"{old.isoformat()} {change.model_dump_json(exclude_unset=True)}"

        async def moved(one: Appointment) -> None:
            start = shifted(one.start, old, new, zone)
            more = {"start": start, "overbook": False, **({"end": start + length} if length else {})}
            moving = change.model_copy(update=more)
            await change_by_staff(one.id, moving, said=said, reading=self.reading, **self._about(one))

        in_order = sorted(appointments, key=lambda one: one.start, reverse=new > old)
        found = [await _tried(one, moved) for one in in_order]
        return sorted(found, key=lambda it: it.appointment.start)

    def _about(self, one: Appointment) -> dict[str, Any]:
        return {
            "editor": self.editor,
            "key": hashlib.sha256(f"{self.key}\0{one.id}".encode()).hexdigest(),
            "telling": self.telling,
            "calendar": self.calendar,
            "store": self.store,
            "secret": self.secret,
            "now": self.now,
        }


async def _tried(one: Appointment, change: Callable[[Appointment], Awaitable[None]]) -> ChangedOne:
    try:
        await change(one)
    except Refusal as refusal:
        return ChangedOne(one, refusal)
    return ChangedOne(one, None)
