"""What the use cases need from outside: a mailer, and a store by which they read and decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from shared.domain.errors import Refusal
from shared.records.table import Marks, Range, Row, Rows, Table, Values


if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shared.domain.appointments.messages import Message, OutboxEntry, SentMessage
    from shared.domain.appointments.recipients import Recipient
    from shared.domain.availability.slots import Session
    from shared.domain.calendar.business import Calendar, Workplace
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.timed_cache import TimedCache


LatelyRead = TypeVar("LatelyRead")


class NotAccepted(Exception):
    """This recipient is refused for good: sending again would have the same result."""


class MailUnavailable(Exception):
    """No answer, or a temporary refusal: worth another try later, which does not count where it says when."""

    def __init__(self, why: str = "", later: timedelta | None = None) -> None:
        super().__init__(why)
        self.later = later


class Mailer(Protocol):
    """Hands messages over for delivery."""

    @property
    def reports(self) -> bool:
        """Whether it is told later what became of a message, by its `reference`."""
        ...

    async def deliver(self, message: Message, now: datetime) -> None:
        """Raise NotAccepted or MailUnavailable unless the message was accepted."""
        ...


class Writes(NamedTuple):
    """The effect of a command: for each row its new value, or None to delete it; and the ids of its outcome."""

    rows: Mapping[str, Values | None]
    outcome: Values


Elsewhere = Mapping[str, Sequence["Workplace"]]


class Command(NamedTuple):
    """A request that takes effect at most once: `hash` identifies it, `fingerprint` its content.

    `proof` identifies what came with it but is no part of its content, such as a code. `aliases` are its hashes by
    newer secrets: the decision is recorded under each, so that processes that know only one of the secrets agree.
    `elsewhere` says, for the people of the calendar who have any, which entries they have in other calendars.
    One that `may_repeat` is not what a request is for: the request may begin again after it.
    """

    business: str
    hash: str
    fingerprint: str
    proof: str = ""
    aliases: tuple[str, ...] = ()
    elsewhere: Elsewhere = MappingProxyType({})
    may_repeat: bool = False


Reads = Callable[[Rows], Iterable[str | Range]]
"""Names what to read next, given what has been read: called until it names nothing new."""

Decide = Callable[[Rows], Refusal | Writes]
"""A pure function from what was read to a refusal, or to what to write."""


class Decision(NamedTuple):
    """The outcome of a command and the rows it wrote; `is_new` is false if an earlier try had decided it."""

    outcome: Values
    is_new: bool
    rows: Mapping[str, Values | None] = {}


class Calendars(Protocol):
    """Settings and busy masks for pages, cached."""

    async def business_of(self, slug: str) -> str:
        """Return the id of the calendar with this address. Raise NotFound."""
        ...

    async def find(self, slug: str, months: Sequence[str] = ()) -> Calendar:
        """Return a calendar by its address, possibly outdated; read with its masks of these months if unknown."""
        ...

    async def find_by_id(self, business: str, months: Sequence[str] = ()) -> Calendar:
        """Return the same by the calendar's id. Raise NotFound."""
        ...

    def is_known(self, slug: str) -> bool:
        """Return whether an address was found before; its calendar may be outdated."""
        ...

    def known(self, business: str) -> Calendar | None:
        """Return a calendar as it was read last, possibly outdated; None if it is not cached."""
        ...

    async def reload(self, business: str, *, include_deleted: bool = False) -> Calendar:
        """Return a calendar as it is now, read from the table.

        Raise NotFound; so does a deleted one unless included.
        """
        ...

    def keep_written(self, calendar: Calendar, over: str) -> None:
        """Take a calendar as it was just written `over` a version."""
        ...

    async def current(self, calendar: Calendar, within: float = ...) -> Calendar:
        """Return the calendar if it was current `within` these seconds, else as it is now; one point read."""
        ...

    async def busy(
        self, business: str, months: Sequence[str], people: int, person: str = ""
    ) -> dict[str, dict[str, int]]:
        """Return the busy mask of each person, or at least of one, by month ("yyyymm").

        `people` is the number expected.
        """
        ...

    async def sessions(
        self, business: str, services: Collection[str], first: datetime, last: datetime
    ) -> dict[str, list[Session]]:
        """Return the open sessions of each of these group services that start in [first, last)."""
        ...


class Queues(Protocol):
    """Queues for pages, cached."""

    async def marks(self, calendar: Calendar, first: datetime, last: datetime) -> Marks:
        """Return what last changed each hour of a queue in [first, last)."""
        ...

    async def day(
        self, calendar: Calendar, first: datetime, last: datetime, marks: Marks | None
    ) -> tuple[list[QueueEntry], str]:
        """Return the entries of [first, last) and their version, empty if they may be of several moments."""
        ...


class Markers(Protocol):
    """The rows by which timers find calendars that have outbox entries."""

    async def write(self, business: str, minutes: Iterable[datetime | None]) -> float:
        """Return the loop's time at which the oldest marker was sent, once all are durable. Raise Ambiguous."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """An entry of the outbox that a worker serves, as it last wrote it; `since` is the loop's time, in seconds."""

    business: str
    key: str
    etag: str
    entry: OutboxEntry
    worker: str
    since: float


class Outbox(Protocol):
    """Changes the states of outbox entries.

    Every method raises Stale if another worker has the entry, and Ambiguous if the outcome stays unknown.
    """

    async def claim(self, business: str, batch: Sequence[tuple[Row, OutboxEntry]], worker: str) -> Lease:
        """Lease the last of these entries, merged with the others, which are deleted."""
        ...

    async def finish(self, lease: Lease, recipient: Recipient, sent: SentMessage | None = None) -> Lease:
        """Remove a recipient who was served or refused, and note the message; the entry goes with its last one."""
        ...

    async def defer(self, lease: Lease, recipient: Recipient, until: datetime) -> Lease:
        """Move a recipient to an entry of their own that is due at `until`, whose marker is written."""
        ...

    async def release(self, lease: Lease, *, later: datetime | None = None, is_try: bool = True) -> Lease:
        """Give the entry back, not to be served before `later`; `is_try` counts one that failed."""
        ...

    async def give_up(self, lease: Lease, now: datetime) -> Lease:
        """Refuse all recipients that are left, and note that."""
        ...


class Holds(Protocol):
    """Looks after the holds that appointments of one calendar have in another one.

    Every method raises Ambiguous if the outcome stays unknown, and Stale if others write all the time.
    """

    async def check(self, calendar: str, key: str) -> bool:
        """Confirm a hold or remove it; return false if it is too early to tell."""
        ...

    async def remove(self, calendar: str, key: str) -> None:
        """Give a person's time back, once."""
        ...


class Store(Protocol):
    """Reads settings and queues, and makes every change."""

    @property
    def table(self) -> Table:
        """Return the table itself, for reads and for writes that need no decision."""
        ...

    @property
    def repeatable(self) -> Table:
        """Return the table for writes that do no harm twice: a request may begin again after them."""

    async def prove(self) -> None:
        """Wait until all that a request is judged by is known to be current, before another server is asked."""

    @property
    def calendars(self) -> Calendars:
        """Return the cache of calendars."""
        ...

    @property
    def markers(self) -> Markers:
        """Return the writer of markers."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Return the writer of the states of outbox entries."""
        ...

    @property
    def holds(self) -> Holds:
        """Return what looks after holds in other calendars."""
        ...

    @property
    def queues(self) -> Queues:
        """Return the cache of queues."""
        ...

    def kept(self, name: str, most: int = 1, weigh: Callable[[Any], int] = ...) -> TimedCache[Any, Any]:
        """Return what this process keeps under a name, for a while or for as long as it is true."""
        ...

    async def lately(
        self,
        kept: TimedCache[Any, LatelyRead],
        name: str,
        within: float,
        read: Callable[[], Awaitable[LatelyRead]],
        of: str,
        part: Callable[[LatelyRead], object] = ...,
    ) -> LatelyRead:
        """Return what is kept under a name, read at most `within` seconds ago; or older, if that is proven beside.

        The `part` of it that is looked at, which `of` names, must then be the same.
        """
        ...

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        """Run a command to its one decision. Raise a recorded refusal, and TryAgain after the deadline.

        `due` are the times of the outbox entries that the command is likely to write: a hint, so that their
        markers are written in parallel with the first reads. `earlier` are rows that were read before: the first
        try begins with them, and after a conflict all is read anew.
        """
        ...
