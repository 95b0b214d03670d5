"""A day's queue: its lines in the order in which they matter, counted and filtered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.appointment import Status
from shared.domain.visit import Visit
from shared.domain.visit_rules import offered, waited


LONG_WAIT = timedelta(minutes=15)
ORDER: dict[str, int] = {
    "in_lobby": 1,
    "in_progress": 2,
    "booked": 3,
    "not_admitted": 4,
    "no_show": 5,
    "completed": 6,
    "cancelled": 7,
}


@dataclass(frozen=True, slots=True)
class Planned:
    """An appointment as the index of starts has it."""

    business: str
    id: str
    start: datetime
    end: datetime
    status: Status
    service: str
    staff: tuple[str, ...]
    name: str
    filled: int
    is_online: bool


@dataclass(frozen=True, slots=True)
class QueueLine:
    """An appointment of the day with its visit. `waiting` are the attendees who may be let in now."""

    planned: Planned
    visit: Visit
    now: datetime

    @property
    def key(self) -> str:
        return f"{self.planned.business}.{self.planned.id}"

    @property
    def status(self) -> Status:
        return "cancelled" if self.planned.status == "cancelled" else self.visit.status

    @property
    def is_late(self) -> bool:
        """Somebody waits past the start, or has waited for long."""
        wait = waited(self.visit, self.now)
        is_long = wait is not None and wait >= LONG_WAIT
        return self.status == "in_lobby" and (self.now >= self.planned.start or is_long)

    @property
    def wait(self) -> timedelta | None:
        return waited(self.visit, self.now)

    @property
    def waits_since(self) -> datetime | None:
        """Since when the wait goes on counting; nothing where it is over."""
        return self.now - self.wait if self.status == "in_lobby" and self.wait is not None else None

    @property
    def waiting(self) -> list[tuple[str, str, bool]]:
        """Party, name, and whether they show signs of life."""
        found = self.visit.waiting if self.status in ("in_lobby", "in_progress") else []
        return [(one.id, one.name.value if one.name else "", one.is_here(self.now)) for one in found]

    @property
    def has_gone(self) -> bool:
        """Somebody came and is not there any more, before they were let in."""
        came = [one for one in self.visit.attendees if one.came]
        return self.status == "booked" and bool(came) and all(one.has_left for one in came)

    @property
    def devices(self) -> str:
        return next((one.devices.value for one in self.visit.attendees if one.devices), "")

    @property
    def staff_here(self) -> bool:
        return any(one.is_here(self.now) for one in self.visit.staff)

    @property
    def offered(self) -> list[str]:
        return list(offered(self.status, is_online=self.planned.is_online))

    def order(self) -> tuple[int, datetime, str]:
        rank = 0 if self.is_late else ORDER[self.status]
        first = self.waits_since if self.status == "in_lobby" else None
        return rank, first or self.planned.start, self.key


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the queue is wanted; nothing means all."""

    status: str = ""
    service: str = ""
    staff: str = ""
    in_person: bool = False


def sorted_lines(lines: Iterable[QueueLine]) -> list[QueueLine]:
    return sorted(lines, key=QueueLine.order)


def matching(lines: Iterable[QueueLine], wish: Wish) -> list[QueueLine]:
    """Return the lines of a service and a person, before any status is asked for."""
    return [
        one
        for one in lines
        if (one.planned.is_online or wish.in_person)
        and wish.service in ("", f"{one.planned.business}.{one.planned.service}")
        and (not wish.staff or wish.staff in {f"{one.planned.business}.{name}" for name in one.planned.staff})
    ]


def counted(lines: Iterable[QueueLine]) -> Counter[str]:
    """Return how many lines there are of each status."""
    return Counter(one.status for one in lines)
