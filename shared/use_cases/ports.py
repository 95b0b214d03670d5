"""What the use cases need from outside: a table seen through three verbs, and a store that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from shared.domain.errors import Refusal


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.appointments.messages import Letter
    from shared.domain.availability.slots import Session
    from shared.domain.calendar.business import Calendar
    from shared.domain.visits.queue import Listed


Values = Mapping[str, Any]
"""A row's columns: str, int, bool or bytes."""


class Row(NamedTuple):
    """A row as it was read; `written` is the service's own clock at its last write."""

    key: str
    values: Values
    etag: str
    written: datetime


class Page(NamedTuple):
    """The rows of a range in key order, in how many answers they came, and the service's clock at the last."""

    rows: list[Row]
    date: datetime
    pages: int = 1


class Operation(NamedTuple):
    """One write of a transaction.

    verb      condition on the row                    without it
    insert    absent                                  Stale
    replace   has `etag` (any where it is empty)      Stale
    merge     has `etag` (exists where it is empty)   Stale
    upsert    none
    touch     none: as merge where the row exists, as insert where it does not
    delete    has `etag` (exists where it is empty)   Stale
    """

    verb: str
    key: str
    values: Values = MappingProxyType({})
    etag: str = ""


class Stale(Exception):
    """The service answered that a condition of the transaction did not hold; nothing was written."""


class Ambiguous(Exception):
    """No clear answer: it may have been applied, now or later. Only the same command may follow."""


class Table(Protocol):
    """Table storage as the product sees it. Every call may raise Ambiguous."""

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None: ...

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        """Return the rows with low <= key < high; only the first ones where there is a limit."""
        ...

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all operations or none; return the new ETag of each, empty for a delete."""
        ...


class NotAccepted(Exception):
    """A definite no for this recipient: sending it again would end the same way."""


class MailUnavailable(Exception):
    """No answer, or one that may be another later: it should be tried again."""


class Mailer(Protocol):
    """Hands letters over to whoever carries them."""

    async def deliver(self, letter: Letter, now: datetime) -> None:
        """Raise NotAccepted or MailUnavailable unless the letter was taken."""
        ...


class Range(NamedTuple):
    """The rows with low <= key < high, as something to read."""

    low: str
    high: str


@dataclass(slots=True)
class Rows:
    """What a command has read so far: rows by key, absent ones too, and whole ranges."""

    by_key: dict[str, Row | None] = field(default_factory=dict)
    ranges: dict[Range, Page] = field(default_factory=dict)

    def find(self, key: str) -> tuple[bool, Row | None]:
        """Tell whether a key was read, by itself or within a range, and the row that was there."""
        if key in self.by_key:
            return True, self.by_key[key]
        for wanted, page in self.ranges.items():
            if wanted.low <= key < wanted.high:
                return True, next((row for row in page.rows if row.key == key), None)
        return False, None

    def values(self, key: str) -> Values | None:
        row = self.find(key)[1]
        return row.values if row else None

    def between(self, wanted: Range) -> list[Row]:
        return self.ranges[wanted].rows if wanted in self.ranges else []

    def has(self, wanted: str | Range) -> bool:
        return wanted in (self.ranges if isinstance(wanted, Range) else self.by_key)


class Writes(NamedTuple):
    """What a command does: a row's new value, or None to delete it; and the ids of its outcome."""

    rows: Mapping[str, Values | None]
    outcome: Values


class Command(NamedTuple):
    """One thing that somebody asks for, once: `hash` names it, `fingerprint` tells its content.

    `proof` tells what it came with that is no part of what is asked for, such as a code. `aliases` are its names
    by newer secrets: what is decided is recorded under each, so that processes that know only one of them agree.
    """

    business: str
    hash: str
    fingerprint: str
    proof: str = ""
    aliases: tuple[str, ...] = ()


Reads = Callable[[Rows], Iterable[str | Range]]
"""Names what to read next, given what has been read: called until it names nothing new."""

Decide = Callable[[Rows], Refusal | Writes]
"""A pure function: what was read → no, or what to write."""


class Decision(NamedTuple):
    """The outcome of a command; `is_new` is false where an earlier try had made it."""

    outcome: Values
    is_new: bool


class Calendars(Protocol):
    """Settings and masks as pages read them."""

    async def business_of(self, slug: str) -> str: ...

    async def find(self, slug: str, months: Sequence[str] = ()) -> Calendar: ...

    async def find_by_id(self, business: str, months: Sequence[str] = ()) -> Calendar: ...

    async def reload(self, business: str, *, include_deleted: bool = False) -> Calendar: ...

    async def current(self, calendar: Calendar, within: float = ...) -> Calendar: ...

    async def busy(self, business: str, months: Sequence[str], people: int) -> dict[str, dict[str, int]]: ...

    async def sessions(self, business: str, service: str, first: datetime, last: datetime) -> list[Session]: ...


Marks = Mapping[str, str]
"""By the hours of a queue, what last changed each."""


class Queues(Protocol):
    """Queues as their pages read them."""

    async def marks(self, calendar: Calendar, first: datetime, last: datetime) -> Marks: ...

    async def day(
        self, calendar: Calendar, first: datetime, last: datetime, marks: Marks | None
    ) -> tuple[list[Listed], str]: ...


class Markers(Protocol):
    """The rows by which timers find the calendars that have work."""

    async def write(self, business: str, minutes: Iterable[datetime | None]) -> float: ...


class Store(Protocol):
    """The one way to read settings and to change anything."""

    @property
    def table(self) -> Table: ...

    @property
    def calendars(self) -> Calendars: ...

    @property
    def markers(self) -> Markers: ...

    @property
    def queues(self) -> Queues: ...

    async def decide(
        self, command: Command, reads: Reads, decide: Decide, *, due: Iterable[datetime] = ()
    ) -> Decision:
        """Run a command to its one decision; a recorded refusal is raised.

        `due` are the times of the work rows that the command expects to write: a hint, so that their markers
        are written in parallel with the first reads. Raises TryAgain when no answer came within the deadline.
        """
        ...
