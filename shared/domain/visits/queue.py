"""A day's queue: its lines in order of urgency, counted and filtered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from heapq import nsmallest

from shared.domain.appointments.appointment import Status
from shared.domain.visits.rules import offered, wait_time
from shared.domain.visits.visit import Visit


LONG_WAIT = timedelta(minutes=15)
PAST = 4  # the end has passed, nobody came, and nobody marked it
ORDER: dict[str, int] = {
    "in_lobby": 1,
    "in_progress": 2,
    "booked": 3,
    "not_admitted": 5,
    "no_show": 6,
    "completed": 7,
    "cancelled": 8,
}


@dataclass(frozen=True, slots=True)
class Planned:
    """An appointment, as far as the index of starts stores it."""

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
    origin: str = "booking"
    is_joinable: bool = False
    made_by: str = ""  # "customer" or "staff"; empty if it is not known, as of a group
    is_to_reassign: bool = False  # who serves it asks to be replaced
    is_to_confirm: bool = False  # who serves it has not confirmed yet that they can


@dataclass(frozen=True)
class QueueEntry:
    """An appointment of the day with its visit, as read from storage."""

    planned: Planned
    visit: Visit

    @cached_property
    def key(self) -> str:
        """Return its name across calendars: "calendar.appointment"."""
        return f"{self.planned.business}.{self.planned.id}"

    @cached_property
    def status(self) -> Status:
        """Return the visit's status, unless the appointment is cancelled."""
        return "cancelled" if self.planned.status == "cancelled" else self.visit.status

    def order(self, now: datetime) -> tuple[int, datetime, str]:
        """Return what to sort by: urgency, then time, then the key."""
        if self.status == "in_lobby":
            line = QueueLine(self, now)
            return 0 if line.is_late else 1, line.waits_since or self.planned.start, self.key
        if self.status == "booked" and self.planned.end <= now:
            return PAST, self.planned.start, self.key
        return self._order

    @cached_property
    def _order(self) -> tuple[int, datetime, str]:
        return ORDER[self.status], self.planned.start, self.key


@dataclass(frozen=True)
class QueueLine:
    """An entry as it is at the moment `now`."""

    listed: QueueEntry
    now: datetime

    @property
    def planned(self) -> Planned:
        """Return the appointment."""
        return self.listed.planned

    @property
    def visit(self) -> Visit:
        """Return its visit."""
        return self.listed.visit

    @property
    def key(self) -> str:
        """Return its name across calendars: "calendar.appointment"."""
        return self.listed.key

    @property
    def status(self) -> Status:
        """Return the status that the queue shows."""
        return self.listed.status

    @cached_property
    def wait(self) -> timedelta | None:
        """Return how long the customer has waited, or did wait; None if none has come."""
        return wait_time(self.visit, self.now)

    @cached_property
    def is_late(self) -> bool:
        """Return whether an attendee waits past the start, or has waited for long."""
        is_long = self.wait is not None and self.wait >= LONG_WAIT
        return self.status == "in_lobby" and (self.now >= self.planned.start or is_long)

    @property
    def waits_since(self) -> datetime | None:
        """Return the moment from which the running wait counts; None if no attendee waits."""
        return self.now - self.wait if self.status == "in_lobby" and self.wait is not None else None

    @property
    def late_at(self) -> datetime | None:
        """Return when this line becomes late: at the start, or after a long wait. None if it will not."""
        if self.waits_since is None or self.is_late:
            return None
        return min(self.planned.start, self.waits_since + LONG_WAIT)

    @cached_property
    def waiting(self) -> list[tuple[str, str, bool]]:
        """Return the attendees to admit: id, name, and whether they are present."""
        found = self.visit.waiting if self.status in ("in_lobby", "in_progress") else []
        return [(one.id, one.name.value if one.name else "", one.is_here(self.now)) for one in found]

    @property
    def unanswered(self) -> str:
        """Return what an attendee who waits wrote last, if staff have written nothing since; else empty."""
        newest = self.visit.messages[-1] if self.visit.messages else None
        return newest.text if newest and self.waiting and not newest.is_by_staff else ""

    @property
    def has_gone(self) -> bool:
        """Return whether all attendees who came have left before they were admitted."""
        came = [one for one in self.visit.attendees if one.came]
        return self.status == "booked" and bool(came) and all(one.has_left for one in came)

    @property
    def devices(self) -> str:
        """Return what the first attendee's devices can do, as "camera microphone"; empty if unknown."""
        return next((one.devices.value for one in self.visit.attendees if one.devices), "")

    @property
    def staff_here(self) -> bool:
        """Return whether a host is present."""
        return any(one.is_here(self.now) for one in self.visit.staff)

    @property
    def offered(self) -> list[str]:
        """Return what staff may mark by hand."""
        return list(offered(self.status, is_online=self.planned.is_online))


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show; an empty field means all. A service and a person are named "calendar.id"."""

    status: str = ""
    service: str = ""
    staff: str = ""
    is_online_only: bool = False
    name: str = ""


def sorted_lines(listed: Iterable[QueueEntry], now: datetime) -> list[QueueLine]:
    """Return the lines in order of urgency."""
    return [QueueLine(one, now) for one in sorted(listed, key=lambda one: one.order(now))]


def first_lines(listed: Iterable[QueueEntry], now: datetime, count: int) -> list[QueueLine]:
    """Return the most urgent lines in their order, without putting the others in order."""
    return [QueueLine(one, now) for one in nsmallest(count, listed, key=lambda one: one.order(now))]


def matching(listed: Iterable[QueueEntry], wish: QueueFilter) -> list[QueueEntry]:
    """Return the entries of a service, a person and a customer, with any status."""
    found = [one for one in listed if one.planned.is_online or not wish.is_online_only]
    if wish.service:
        calendar, _, service = wish.service.partition(".")
        found = [one for one in found if (one.planned.business, one.planned.service) == (calendar, service)]
    if wish.staff:
        calendar, _, person = wish.staff.partition(".")
        found = [one for one in found if one.planned.business == calendar and person in one.planned.staff]
    if wish.name:
        name = wish.name.casefold()
        found = [one for one in found if name in one.planned.name.casefold()]
    return found


def counted(listed: Iterable[QueueEntry]) -> Counter[str]:
    """Return the number of entries of each status."""
    return Counter(one.status for one in listed)
