"""What is read from a person's own calendar: for whom and which stretch of time, and what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from shared.domain.timeline.ticks import Window, ceil_tick, floor_tick


NoteKind = Literal["unknown_zone", "floating", "finer_than_daily", "unreadable"]
MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class BusyReader:
    """Whose calendar is read, and how.

    `zone` is the IANA zone of whole days and of times without one. `own_host` ends the UIDs of our own
    appointments, which come back through the person's calendar and must not block themselves. `ours` are the ticks
    that these take, for sources that have no UIDs, and `now` is the moment of the reading.
    """

    window: Window
    zone: str
    address: str = ""
    own_host: str = ""
    tentative_is_busy: bool = True
    ours: int = 0
    now: datetime | None = None

    def is_own(self, uid: str) -> bool:
        """Return whether an event is an appointment of ours."""
        return bool(self.own_host) and uid.strip().lower().endswith(f"@{self.own_host.lower()}")


class Note(NamedTuple):
    """What was read otherwise than it is written: `detail` names a zone or the start of an event."""

    kind: NoteKind
    detail: str = ""


class BusyTimes(NamedTuple):
    """The ticks of a window at which a person is busy, and what was passed over or read otherwise."""

    mask: int = 0
    notes: tuple[Note, ...] = ()
    passed_over: int = 0
    events: int = 0


class Stretch(NamedTuple):
    """A stretch [start, end) at which the person is busy; both are aware."""

    start: datetime
    end: datetime


def busy_mask(window: Window, stretches: Iterable[Stretch]) -> int:
    """Return the ticks of a window that stretches touch: they are rounded outwards. Empty ones touch nothing."""
    mask = 0
    for start, end in stretches:
        if start < end:
            mask |= window.cut(floor_tick(start), ceil_tick(end))
    return mask
