"""Moves or cancels an appointment, or a seat of a group, and those that follow it in its series.

Each is changed by a command of its own; one that is refused leaves the others as they are. The key of each follows
from that of the request, which can be repeated: what it has done already stays done once. Each files a notice of
its own, and people get one message about all of those that are due at once
(shared/use_cases/messages/serve_together.py).
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
from shared.domain.links import new_id
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.context import Context
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.seats.cancel_seat import cancel_seat
from shared.use_cases.seats.move_seat import move_seat
from shared.use_cases.seats.seat_command import SeatRef
from shared.use_cases.seats.undo_seat import tell_seat, undo_seat
from shared.use_cases.series.find_series import SeatPart
from shared.use_cases.telling.announce import Telling, Told, told_together
from shared.use_cases.telling.undo_change import tell_now, undo_change


Member = Appointment | SeatPart
"""What a series is of: appointments, or seats of one customer in group sessions."""


class ChangedOne(NamedTuple):
    """An appointment or seat as it was; why it was not changed, None if it was; and when people are told of it."""

    appointment: Member
    refusal: Refusal | None
    telling: Told | None = None


def from_here_on(series: Iterable[Member], one: Member, since: datetime) -> list[Member]:
    """Return a member and those of its series from its start `since` on that are not cancelled."""
    return [each for each in series if each.is_live and (each.id == one.id or each.start >= since)]


def pending_together(series: Iterable[Member], one: Member) -> list[Member]:
    """Return a member, and after it those of its series that people will be told of in the same message."""
    name = _told_with(one)
    return [one, *(each for each in series if name and each.id != one.id and _told_with(each) == name)]


def _told_with(one: Member) -> str:
    is_pending = one.pending and (isinstance(one, SeatPart) or one.has_pending_notice)
    return one.pending.together if one.pending and is_pending else ""


@dataclass(frozen=True)
class SeriesChange:
    """Who changes appointments of a series, under which key, and when people are told of all of it."""

    editor: Actor
    key: str
    telling: Telling
    calendar: Calendar
    context: Context
    reading: Callable[[], ReadingRun] | None = None

    async def cancel(self, appointments: Sequence[Member], message: str) -> list[ChangedOne]:
        """Cancel these, the earliest first, each with the message."""

        async def cancelled(one: Member) -> Told:
            if isinstance(one, SeatPart):
                return await cancel_seat(_ref(one), message, **self._told, **self._about(one))
            return await cancel_by_staff(one.id, message, **self._told, **self._about(one))

        return [await _tried(one, cancelled) for one in appointments]

    async def move(
        self, appointments: Sequence[Member], old: datetime, change: AppointmentChange
    ) -> list[ChangedOne]:
        """Move these by as many days as from `old` to the new start, to its time of the clock.

        They also get the change's length and people, if it has any. Those that make room go first: to be a week
        later, the last one does.
        """
        new, zone = change.start or old, self.calendar.business.time_zone
        length = change.end - new if change.end else None
        said = f"{old.isoformat()} {change.model_dump_json(exclude_unset=True)}"

        async def moved(one: Member) -> Told:
            start = shifted(one.start, old, new, zone)
            about = {"said": said, "reading": self.reading, **self._told, **self._about(one)}
            if isinstance(one, SeatPart):
                return (await move_seat(_ref(one), start, **about))[1]
            more = {"start": start, "overbook": False, **({"end": start + length} if length else {})}
            return await change_by_staff(one.id, change.model_copy(update=more), **about)

        in_order = sorted(appointments, key=lambda one: one.start, reverse=new > old)
        found = [await _tried(one, moved) for one in in_order]
        return sorted(found, key=lambda it: it.appointment.start)

    async def undo(self, appointments: Sequence[Member], version: int) -> list[ChangedOne]:
        """Undo the pending changes of these, if that of the first is the one of a version.

        Those that make room go first, which is the other way round than they were moved.
        """

        async def undone(one: Member) -> None:
            about = (self._version(one, appointments, version),)
            if isinstance(one, SeatPart):
                await undo_seat(_ref(one), *about, **self._about(one), reading=self.reading)
            else:
                await undo_change(one.id, *about, **self._about(one), reading=self.reading)

        was_moved_on = any(one.pending and one.pending.start < one.start for one in appointments)
        in_order = sorted(appointments, key=lambda one: one.start, reverse=not was_moved_on)
        return [await _tried(one, undone) for one in in_order]

    async def tell(self, appointments: Sequence[Member], version: int) -> list[ChangedOne]:
        """Have people told of these at once, by one message; the versions are as in `undo`."""
        together = told_together(self._name, "now", self.context.now)

        async def told(one: Member) -> None:
            about = {"together": together, **self._about(one)}
            if isinstance(one, SeatPart):
                await tell_seat(_ref(one), self._version(one, appointments, version), **about)
            else:
                await tell_now(one.id, self._version(one, appointments, version), **about)

        return [await _tried(one, told) for one in appointments]

    @staticmethod
    def _version(one: Member, appointments: Sequence[Member], version: int) -> int:
        return version if one.id == appointments[0].id else one.version

    @property
    def _name(self) -> str:
        """Return what names the changes of this request."""
        return new_id(self.context.secret, "together", self.calendar.business.id, self.editor.name, self.key)

    @property
    def _told(self) -> dict[str, Any]:
        # Also of one alone: it may be what a repeated request has left of several.
        return {"telling": self.telling, "together": told_together(self._name, self.telling, self.context.now)}

    def _about(self, one: Member) -> dict[str, Any]:
        return {
            "editor": self.editor,
            "key": hashlib.sha256(f"{self.key}\0{one.id}".encode()).hexdigest(),
            "calendar": self.calendar,
            "context": self.context,
        }


def _ref(one: SeatPart) -> SeatRef:
    return SeatRef(one.session.id, one.id)


async def _tried(one: Member, change: Callable[[Member], Awaitable[Told | None]]) -> ChangedOne:
    try:
        return ChangedOne(one, None, await change(one))
    except Refusal as refusal:
        return ChangedOne(one, refusal)
