"""A person's day in the staff calendar: appointments, buffers, time off, what is busy elsewhere, and free gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple

from shared.domain.availability.slots import business_hours, staff_hours
from shared.domain.calendar.business import Business, StaffMember
from shared.domain.timeline.ledger import Ledger, at_least_once, busy_in
from shared.domain.timeline.ticks import TICK, Window, ceil_tick, floor_tick, ones, runs
from shared.domain.visits.queue import QueueEntry


BlockKind = Literal["appointment", "buffer", "free", "off", "busy", "closed"]
SHORTEST_GAP = timedelta(minutes=5)


class Block(NamedTuple):
    """What fills [start, end). Appointments that overlap stand beside each other, in `lane` of `lanes`."""

    kind: BlockKind
    start: datetime
    end: datetime
    entry: QueueEntry | None = None
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class PersonDay:
    """A person's blocks in order of time; `hours` are the stretches in which they work."""

    person: StaffMember
    blocks: Sequence[Block]
    hours: Sequence[tuple[datetime, datetime]]

    @property
    def count(self) -> int:
        """Return the number of appointments."""
        return sum(one.kind == "appointment" for one in self.blocks)


def person_day(
    person: StaffMember,
    business: Business,
    start: datetime,
    end: datetime,
    *,
    entries: Iterable[QueueEntry],
    ledgers: Mapping[str, Ledger],
    shortest: timedelta = SHORTEST_GAP,
) -> PersonDay:
    """Return a person's day in [start, end).

    `entries` are the appointments of the day, of anyone; cancelled ones are left out. `ledgers` are the person's
    by month. Gaps shorter than `shortest`, the length of the shortest service, are no free gaps.
    """
    window = Window.around(start, end)
    mine = [one for one in entries if person.id in one.planned.staff and one.status != "cancelled"]
    # From the entries and not from `claimed`: that includes the buffers, which are shown apart.
    visits = reduce(or_, (_ticks(one, window) for one in mine), 0)
    kinds = ("claimed", "off", "external", "held")
    claimed, off, external, held = (_plane(ledgers, window, name) for name in kinds)
    hours = business_hours(business, window) & staff_hours(person, business, window)
    taken = visits | claimed | off | external | held
    masks: list[tuple[BlockKind, int]] = [
        ("off", off & ~visits),
        ("busy", (external | held) & ~(visits | off)),
        ("buffer", claimed & ~(visits | off | external)),
        ("closed", ones(len(window)) & ~(hours | taken)),
        ("free", hours & ~taken if person.can_be_booked else 0),
    ]
    blocks = [
        Block(kind, max(window.moment(low), start), min(window.moment(high), end))
        for kind, mask in masks
        for low, high in runs(mask)
        if kind != "free" or (high - low) * TICK >= shortest
    ]
    blocks += in_lanes(mine, start, end)
    spans = [(window.moment(low), window.moment(high)) for low, high in runs(hours)]
    return PersonDay(person, sorted(blocks, key=lambda one: (one.start, one.kind, one.lane)), spans)


def in_lanes(entries: Iterable[QueueEntry], start: datetime, end: datetime) -> list[Block]:
    """Return appointments as blocks cut to [start, end), those that overlap in lanes beside each other."""
    found: list[Block] = []
    group: list[Block] = []
    for one in sorted(entries, key=lambda one: (one.planned.start, one.key)):
        block = Block("appointment", max(one.planned.start, start), min(one.planned.end, end), one)
        if group and block.start >= max(each.end for each in group):
            found += _shared_out(group)
            group = []
        group.append(block)
    return found + _shared_out(group)


def _shared_out(group: Sequence[Block]) -> list[Block]:
    """Return blocks of which each overlaps another, every one in the first lane that is free at its start."""
    ends: list[datetime] = []
    placed = []
    for one in group:
        lane = next((at for at, until in enumerate(ends) if until <= one.start), len(ends))
        ends[lane : lane + 1] = [one.end]
        placed.append(one._replace(lane=lane))
    return [one._replace(lanes=len(ends)) for one in placed]


def shown_hours(days: Iterable[PersonDay], start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the whole hours to show: all working hours and all appointments; 8 to 18 where there are none."""
    moments = [moment for day in days for span in day.hours for moment in span]
    moments += [
        moment
        for day in days
        for one in day.blocks
        if one.kind == "appointment"
        for moment in (one.start, one.end)
    ]
    if not moments:
        return start + timedelta(hours=8), min(start + timedelta(hours=18), end)
    hour = timedelta(hours=1)
    first = start + (max(min(moments), start) - start) // hour * hour
    last = start - (start - min(max(moments), end)) // hour * hour
    return first, min(max(last, first + hour), end)


def _ticks(entry: QueueEntry, window: Window) -> int:
    return window.cut(floor_tick(entry.planned.start), ceil_tick(entry.planned.end))


def _plane(ledgers: Mapping[str, Ledger], window: Window, name: str) -> int:
    """Return one kind of a person's ticks; of planes, what they have at least once."""
    masks = {month: getattr(one, name) for month, one in ledgers.items()}
    if name in ("claimed", "held"):
        masks = {month: at_least_once(planes) for month, planes in masks.items()}
    return busy_in(window, masks)
