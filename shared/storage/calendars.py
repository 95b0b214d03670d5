"""Settings and busy masks as the pages read them: cached per process, validated by a point read."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from shared.domain.appointment import Appointment
from shared.domain.availability import Session
from shared.domain.business import Business, Calendar, StaffMember
from shared.domain.errors import NotFound
from shared.domain.ledger import from_bytes
from shared.domain.service import Question, Service
from shared.use_cases.ports import Range, Row, Table
from shared.use_cases.rows import BUSINESS, CONFIGURATION, ledgers_of, load, load_row, sessions_between


SLUGS_LAST = 60.0
MASKS_LAST = 1.0
SPLIT_ABOVE = 800  # rows in one range; more are read in parallel parts
PARTS = ("", "8", "f", "k", "p", "u")  # fixed bounds of staff ids: 0-7, 8-e, f-j, k-o, p-t, u-z

Masks = dict[str, dict[str, int]]
"""Busy masks by UTC month, then by person."""


def as_calendar(rows: Sequence[Row]) -> Calendar:
    """Build a calendar from its configuration rows."""
    by_kind: dict[str, dict[str, Row]] = {"0svc": {}, "0stf": {}, "0que": {}}
    business = None
    for row in rows:
        kind, _, name = row.key.partition("|")
        if row.key == BUSINESS:
            business = load_row(Business, row)
        elif kind in by_kind:
            by_kind[kind][name] = row
    if business is None:
        raise NotFound
    return Calendar(
        business,
        {name: load_row(Service, row) for name, row in by_kind["0svc"].items()},
        {name: load_row(StaffMember, row) for name, row in by_kind["0stf"].items()},
        {name: load_row(Question, row) for name, row in by_kind["0que"].items()},
    )


class Calendars:
    """Reads calendars and the masks of their people; writes nothing."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._slugs: dict[str, tuple[float, str]] = {}
        self._calendars: dict[str, Calendar] = {}
        self._masks: dict[tuple[str, str], tuple[float, asyncio.Future[dict[str, int]]]] = {}

    async def business_of(self, slug: str) -> str:
        """Return the business id behind a slug; an old slug keeps working."""
        now = asyncio.get_running_loop().time()
        known = self._slugs.get(slug)
        if known and now - known[0] < SLUGS_LAST:
            return known[1]
        row = await self._table.get("slugs", slug, "0")
        if row is None:
            raise NotFound
        self._slugs[slug] = (now, row.values["business"])
        return str(row.values["business"])

    async def find(self, slug: str) -> Calendar:
        """Return the calendar as this process knows it; no round trip once it does."""
        return await self.find_by_id(await self.business_of(slug))

    async def find_by_id(self, business: str) -> Calendar:
        return self._calendars.get(business) or await self.reload(business)

    async def reload(self, business: str) -> Calendar:
        page = await self._table.range("bookings", business, *CONFIGURATION)
        self._calendars[business] = as_calendar(page.rows)
        return self._calendars[business]

    async def current(self, calendar: Calendar) -> Calendar:
        """Return the calendar as it is now: the same after one point read, or a fresh one after two."""
        row = await self._table.get("bookings", calendar.business.id, BUSINESS, select=("version",))
        if row is None:
            raise NotFound
        if row.values.get("version") == calendar.business.version:
            return calendar
        return await self.reload(calendar.business.id)

    async def busy(self, business: str, months: Sequence[str], people: int) -> Masks:
        """Return the busy masks of months, shared within the process for up to a second; claims never use them."""
        found = await asyncio.gather(*(self._month(business, month, people) for month in months))
        return dict(zip(months, found, strict=True))

    async def _month(self, business: str, month: str, people: int) -> dict[str, int]:
        now, key = asyncio.get_running_loop().time(), (business, month)
        known = self._masks.get(key)
        if known is None or now - known[0] >= MASKS_LAST or _has_failed(known[1]):
            if len(self._masks) > 1000:
                self._masks.clear()
            known = (now, asyncio.ensure_future(self._read_month(business, month, people)))
            self._masks[key] = known
        return await asyncio.shield(known[1])

    async def _read_month(self, business: str, month: str, people: int) -> dict[str, int]:
        pages = await asyncio.gather(
            *(
                self._table.range("bookings", business, *part, select=("busy",))
                for part in parts(month, people)
            )
        )
        return {row.key.rpartition("|")[2]: from_bytes(row.values["busy"]) for page in pages for row in page.rows}

    async def sessions(self, business: str, service: str, first: datetime, last: datetime) -> list[Session]:
        """Return the open group sessions of a service that start in [first, last)."""
        page = await self._table.range("bookings", business, *sessions_between(first, last))
        found = (load(Appointment, row.values) for row in page.rows if row.key.split("|")[2] == service)
        return [Session(one.id, one.start, one.staff, one.capacity - one.filled) for one in found]


def parts(month: str, people: int) -> list[Range]:
    """Return a month's ledgers as one range, or as fixed parts where they may pass what one answer holds."""
    whole = ledgers_of(month)
    if people <= SPLIT_ABOVE:
        return [whole]
    lows = [f"L|{month}|{bound}" for bound in PARTS]
    return [Range(low, high) for low, high in zip(lows, [*lows[1:], whole.high], strict=True)]


def _has_failed(answer: asyncio.Future[dict[str, int]]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
