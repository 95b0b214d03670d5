"""Visits as columns: little memory for many, and counts and sums at the speed of C."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from shared.domain.appointments.appointment import Status


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from shared.domain.visits.fact import VisitFact

    Change = Callable[[Any], Any]

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
NOT = -1  # in place of a wait or a number that there is not
STATUSES: tuple[Status, ...] = get_args(Status)
STATUS, EHR, SMS = 7, 8, 16  # bits of a mark
MARKS = 32


class ReportedVisit(NamedTuple):
    """A row of the report's table: what is known of a visit in the calendar `business`."""

    business: str
    meeting: str
    start: datetime
    wait: timedelta | None
    duration: timedelta
    status: Status
    kind: Literal["bookings", "ehr"]
    attendees: int
    together: int | None
    sms_sent: bool
    service: str
    staff: tuple[str, ...]


class NamedService(NamedTuple):
    """A service of a calendar."""

    business: str
    service: str


class NamedStaff(NamedTuple):
    """People of a calendar."""

    business: str
    staff: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitColumns:
    """Visits by their start. Times are in microseconds, services and staff are places in the lists at the end.

    What was not asked for is empty: `meetings` and the columns that only the table shows.
    """

    starts: array[int]
    durations: array[int]
    waits: array[int]
    marks: bytes
    services: array[int]
    staff: array[int]
    attendees: array[int]
    together: array[int]
    meetings: Sequence[str]
    service_list: tuple[NamedService, ...]
    staff_list: tuple[NamedStaff, ...]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def first(self) -> datetime:
        """Return when the first of them began."""
        return EPOCH + self.starts[0] * MICROSECOND

    def place(self, moment: datetime) -> int:
        """Return how many of the visits began before a moment."""
        return bisect_left(self.starts, microseconds(moment))

    def cut(self, low: int, high: int) -> VisitColumns:
        """Return the visits from a place to another."""
        if (low, high) == (0, len(self)):
            return self
        return self._each(lambda column: column[low:high])

    def compressed(self, mask: Sequence[object]) -> VisitColumns:
        """Return the visits for which the mask has something that is true."""
        return self._each(lambda column: _like(column, compress(column, mask)))

    def visit(self, number: int) -> ReportedVisit:
        """Return the visit at a place."""
        mark, wait, together = self.marks[number], self.waits[number], self.together[number]
        business, service = self.service_list[self.services[number]]
        return ReportedVisit(
            business,
            self.meetings[number] if self.meetings else "",
            EPOCH + self.starts[number] * MICROSECOND,
            None if wait == NOT else wait * MICROSECOND,
            self.durations[number] * MICROSECOND,
            STATUSES[mark & STATUS],
            "ehr" if mark & EHR else "bookings",
            self.attendees[number],
            None if together == NOT else together,
            bool(mark & SMS),
            service,
            self.staff_list[self.staff[number]].staff,
        )

    def _each(self, change: Change) -> VisitColumns:
        return VisitColumns(
            change(self.starts),
            change(self.durations),
            change(self.waits),
            change(self.marks),
            change(self.services),
            change(self.staff),
            change(self.attendees),
            change(self.together),
            change(self.meetings),
            self.service_list,
            self.staff_list,
        )


def microseconds(moment: datetime) -> int:
    """Return a moment as the columns hold it."""
    return (moment - EPOCH) // MICROSECOND


def columns_of(facts: Iterable[VisitFact], business: str) -> VisitColumns:
    """Return the facts of a calendar as columns."""
    ordered = sorted(facts, key=lambda one: (one.start, one.meeting))
    services = _numbers(NamedService(business, one.service) for one in ordered)
    staff = _numbers(NamedStaff(business, one.staff) for one in ordered)
    return VisitColumns(
        array("q", (microseconds(one.start) for one in ordered)),
        array("q", (one.duration // MICROSECOND for one in ordered)),
        array("q", (NOT if one.wait is None else one.wait // MICROSECOND for one in ordered)),
        bytes(_mark(one) for one in ordered),
        array("H", (services[NamedService(business, one.service)] for one in ordered)),
        array("H", (staff[NamedStaff(business, one.staff)] for one in ordered)),
        array("H", (one.attendees for one in ordered)),
        array("h", (NOT if one.together is None else one.together for one in ordered)),
        [one.meeting for one in ordered],
        tuple(services),
        tuple(staff),
    )


def joined(parts: Sequence[VisitColumns]) -> VisitColumns:
    """Return visits one part after the other, no longer by their start."""
    services = _numbers(one for part in parts for one in part.service_list)
    staff = _numbers(one for part in parts for one in part.staff_list)
    whole = VisitColumns(
        array("q"),
        array("q"),
        array("q"),
        b"".join(part.marks for part in parts),
        array("H"),
        array("H"),
        array("H"),
        array("h"),
        [one for part in parts for one in part.meetings],
        tuple(services),
        tuple(staff),
    )
    for part in parts:
        whole.starts.extend(part.starts)
        whole.durations.extend(part.durations)
        whole.waits.extend(part.waits)
        whole.attendees.extend(part.attendees)
        whole.together.extend(part.together)
        whole.services.extend(_renumbered(part.services, part.service_list, services))
        whole.staff.extend(_renumbered(part.staff, part.staff_list, staff))
    return whole


def _renumbered(column: array[int], known: Sequence[object], numbers: Mapping[object, int]) -> array[int]:
    places = [numbers[one] for one in known]
    return array("H", map(places.__getitem__, column))


def _numbers(found: Iterable[object]) -> dict[Any, int]:
    return {one: number for number, one in enumerate(dict.fromkeys(found))}


def _like(column: Any, values: Iterable[Any]) -> Any:
    if isinstance(column, array):
        return array(column.typecode, values)
    return bytes(values) if isinstance(column, bytes) else list(values)


def _mark(fact: VisitFact) -> int:
    return STATUSES.index(fact.status) | EHR * (fact.kind == "ehr") | SMS * fact.sms_sent
