"""Reads many rows of a calendar: by long ranges where few others lie between them, else one by one."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from shared.records.keys import following, kind_of
from shared.records.table import Range, Row
from shared.use_cases.ports import Store


SIDE_BY_SIDE = 32
FEWEST, RUN = 16, 250  # keys or ranges that are worth a long range; of one such range
ONE_ANSWER, PAYS = 1000, 8  # rows that one answer holds; how many of them may be read to spare a request


async def read_many(wanted: Iterable[str | Range], *, business: str, store: Store) -> dict[str, Row]:
    """Return the rows of these keys and ranges that exist, by their keys. They are not of one moment.

    Where n rows are between the first and the last, it takes about n / 1,000 requests, or one for each key or
    range if those are fewer. Raise Ambiguous.
    """
    reading = _ManyReads(business, store)
    spans = sorted({one if isinstance(one, Range) else Range(one, following(one)) for one in wanted})
    runs = []
    for _, same in groupby(spans, lambda one: kind_of(one.low)):
        of_kind = list(same)
        runs += [of_kind[at : at + RUN] for at in range(0, len(of_kind), RUN)]
    await asyncio.gather(*map(reading.read, runs))
    return reading.found


@dataclass(slots=True)
class _ManyReads:
    business: str
    store: Store
    found: dict[str, Row] = field(default_factory=dict)
    several: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))

    async def read(self, spans: Sequence[Range]) -> None:
        """Read the rows of ranges of one kind, in their order."""
        left = spans
        while len(left) >= FEWEST:
            before = len(left)
            left = await self._read_along(left)
            if (before - len(left)) * PAYS < ONE_ANSWER:
                break
        await asyncio.gather(*map(self._read_one, left))

    async def _read_along(self, spans: Sequence[Range]) -> Sequence[Range]:
        """Read one answer from the first range on; return the ranges that are left."""
        low, high = spans[0].low, spans[-1].high
        async with self.several:
            table = self.store.table
            page = await table.range("bookings", self.business, low, high, limit=ONE_ANSWER)
        is_all = len(page.rows) < ONE_ANSWER
        end = high if is_all else following(page.rows[-1].key)
        rows = iter(page.rows)
        row = next(rows, None)
        for span in spans:
            while row and row.key < span.high:
                if row.key >= span.low:
                    self.found[row.key] = row
                row = next(rows, None)
        return [Range(max(one.low, end), one.high) for one in spans if one.high > end]

    async def _read_one(self, span: Range) -> None:
        table = self.store.table
        async with self.several:
            if span.high == following(span.low):
                row = await table.get("bookings", self.business, span.low)
                found = [row] if row else []
            else:
                found = (await table.range("bookings", self.business, *span)).rows
        self.found |= {row.key: row for row in found}
