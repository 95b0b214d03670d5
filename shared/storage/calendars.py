"""Settings and busy masks as the pages read them: cached per process, validated by a point read."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from shared.domain.availability.slots import Session
from shared.domain.calendar.business import SLUG, Calendar
from shared.domain.errors import NotFound
from shared.domain.timeline.ledger import from_bytes
from shared.records.calendars import SCHEMA, as_calendar, schema_of
from shared.records.codec import load
from shared.records.keys import (
    BUSINESS,
    CONFIGURATION,
    id_of,
    ledger_key,
    ledgers_of,
    parts_of,
    service_of,
    sessions_between,
)
from shared.records.table import Range, Table
from shared.storage.checks.basis import current_basis
from shared.storage.checks.schema import require_known
from shared.storage.shared_reads import SharedReads
from shared.use_cases.timed_cache import TimedCache


SLUGS_LAST = 60.0  # seconds; an address keeps its calendar until that is purged
MASKS_LAST = 1.0  # seconds in which a slot that another process books may still be offered
MOST_SLUGS, MOST_MONTHS = 10_000, 1000  # that a process remembers
JUST_READ = 0.1  # seconds: long enough for the parts of one request
SPLIT_ABOVE = 800  # rows in one range; more are read in parallel parts
PARTS = ("8", "f", "k", "p", "u")  # fixed bounds of staff ids: 0-7, 8-e, f-j, k-o, p-t, u-z

Masks = dict[str, dict[str, int]]
"""Busy masks by UTC month, then by person."""


class Calendars:
    """Reads calendars and the masks of their people; writes nothing."""

    def __init__(self, table: Table, reads: SharedReads | None = None) -> None:
        self._table, self._reads = table, reads or SharedReads(table)
        self._slugs: TimedCache[str, str] = TimedCache(MOST_SLUGS)
        self._calendars: dict[str, Calendar] = {}
        self._read_at: dict[str, float] = {}
        self._schemas: dict[str, int] = {}
        self._current_at: dict[str, float] = {}
        self._masks: TimedCache[tuple[str, str, str], dict[str, int]] = TimedCache(MOST_MONTHS)

    async def business_of(self, slug: str) -> str:
        """Return the business id behind a slug, in whatever case; an old slug keeps working."""
        slug = slug.lower()
        if not SLUG.fullmatch(slug):  # no calendar has it, and it may not even be a valid key
            raise NotFound

        async def read() -> str:
            row = await self._table.get("slugs", slug, "0")
            if row is None:
                raise NotFound
            return str(row.values["business"])

        return await self._slugs.get(slug, SLUGS_LAST, read)

    async def find(self, slug: str, months: Sequence[str] = ()) -> Calendar:
        """Return the calendar from the cache of this process, without a round trip if it is there.

        If it is not, the masks of `months` are read in parallel, for the page that will need them.
        """
        return await self.find_by_id(await self.business_of(slug), months)

    async def find_by_id(self, business: str, months: Sequence[str] = ()) -> Calendar:
        """Return the same by the calendar's id. Raise NotFound."""
        if known := self._calendars.get(business):
            return known
        calendar, _ = await asyncio.gather(self.reload(business), self.busy(business, months, 0))
        return calendar

    def is_known(self, slug: str) -> bool:
        """Return whether this process has been asked for an address before."""
        return slug.lower() in self._slugs

    def known(self, business: str) -> Calendar | None:
        """Return a calendar as this process has read it last; None if it has not."""
        return self._calendars.get(business)

    async def reload(self, business: str, *, include_deleted: bool = False) -> Calendar:
        """Return a calendar, read from the table. Raise NotFound if there is none, or only a deleted one."""
        page = await self._table.range("bookings", business, *CONFIGURATION)
        calendar = as_calendar(page.rows)
        self._schemas[business] = max(schema_of(row.values) for row in page.rows if row.key == BUSINESS)
        self._keep(calendar)
        if calendar.business.deleted_at and not include_deleted:
            raise NotFound
        return calendar

    def forget(self, business: str) -> None:
        """Have the next caller read a calendar anew."""
        self._calendars.pop(business, None)

    def require_writable(self, business: str) -> None:
        """Raise TryAgain for a calendar that was read, and that a newer version of the app has written."""
        require_known(business, self._schemas.get(business, SCHEMA))

    def _keep(self, calendar: Calendar) -> None:
        business = calendar.business.id
        if calendar.business.deleted_at:
            self._calendars.pop(business, None)
            return
        self._calendars[business] = calendar
        self._read_at[business] = asyncio.get_running_loop().time()

    def keep_written(self, calendar: Calendar, over: str) -> None:
        """Take a calendar as it was just written `over` a version; what is known of another one is forgotten."""
        known = self._calendars.pop(calendar.business.id, None)
        if known is None or known.business.version == over:
            self._keep(calendar)

    async def current(self, calendar: Calendar, within: float = JUST_READ) -> Calendar:
        """Return the calendar as it is now: the same object after one point read, or a fresh one after two reads.

        No read is made if the calendar was read within JUST_READ seconds, by this request or another one. With a
        longer `within`, for pages that poll, a check within so many seconds counts too. A request that may be
        judged by what has to be proven gets the same object at once, while it is read whether it is current.
        """
        business, now = calendar.business.id, asyncio.get_running_loop().time()
        if (basis := current_basis()) and basis.is_open:
            basis.judge_by(calendar)
        known = max(
            self._read_at.get(business, -1), self._current_at.get(business, -1) if within > JUST_READ else -1
        )
        if now - known < within and self._calendars.get(business) is calendar:
            return calendar
        if basis and basis.is_open:
            basis.rest_on(business, lambda: self._is_current(calendar), forgets_unread=True)
            return calendar
        row, _ = await self._reads.get(business, BUSINESS, self._reads.moment())
        if row is None:
            raise NotFound
        if row.values.get("version") == calendar.business.version:
            self._current_at[business] = now
            return calendar
        return await self.reload(business)

    async def _is_current(self, calendar: Calendar) -> bool:
        """Return whether the settings are known to be as they are now, by a read of its own. Raise Ambiguous."""
        business, now = calendar.business.id, asyncio.get_running_loop().time()
        row = await self._table.get("bookings", business, BUSINESS, ("version",))
        if row is None or row.values.get("version") != calendar.business.version:
            return False
        self._current_at[business] = now
        return True

    async def busy(self, business: str, months: Sequence[str], people: int, person: str = "") -> Masks:
        """Return the busy masks of months, cached in the process for up to a second; claims never use them.

        With a `person`, theirs are there, and those of others only where they are cached.
        """
        found = await asyncio.gather(*(self._month(business, month, people, person) for month in months))
        return dict(zip(months, found, strict=True))

    def forget_masks(self, business: str) -> None:
        """Forget masks that were read before a change, so that a slot just booked is not offered again."""
        self._masks.forget_where(lambda name: name[0] == business)

    async def _month(self, business: str, month: str, people: int, person: str) -> dict[str, int]:
        whole = (business, month, "")
        if person and not self._masks.is_fresh(whole, MASKS_LAST):
            one = (business, month, person)
            return await self._masks.get(one, MASKS_LAST, lambda: self._read_ledger(*one))
        return await self._masks.get(whole, MASKS_LAST, lambda: self._read_month(business, month, people))

    async def _read_ledger(self, business: str, month: str, person: str) -> dict[str, int]:
        row = await self._table.get("bookings", business, ledger_key(month, person), ("busy",))
        return {person: from_bytes(row.values["busy"])} if row else {}

    async def _read_month(self, business: str, month: str, people: int) -> dict[str, int]:
        pages = await asyncio.gather(
            *(self._table.range("bookings", business, *part, select=("busy",)) for part in parts(month, people))
        )
        return {id_of(row.key): from_bytes(row.values["busy"]) for page in pages for row in page.rows}

    async def sessions(
        self, business: str, services: Collection[str], first: datetime, last: datetime
    ) -> dict[str, list[Session]]:
        """Return the open sessions of each of these group services that start in [first, last)."""
        page = await self._table.range("bookings", business, *sessions_between(first, last))
        from shared.domain.appointments.appointment import Appointment  # noqa: PLC0415 - only groups have sessions

        found: dict[str, list[Session]] = {one: [] for one in services}
        for row in page.rows:
            if (service := service_of(row.key)) in found:
                one = load(Appointment, row.values)
                found[service].append(Session(one.id, one.start, one.staff, one.capacity - one.filled))
        return found


def parts(month: str, people: int) -> list[Range]:
    """Return a month's ledgers as one range, or as fixed parts if they may be more than one answer holds."""
    whole = ledgers_of(month)
    if people <= SPLIT_ABOVE:
        return [whole]
    return parts_of(whole, PARTS)
