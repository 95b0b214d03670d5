"""What a command reads in other calendars, for the people who work there too, and how its rows look with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from shared.domain.calendar.business import Business
from shared.domain.timeline.ledger import Ledger
from shared.records.codec import load
from shared.records.holding.holds import (
    Far,
    far_ledgers,
    holdings_keys,
    ledgers_held,
    own_masks,
    with_away,
    without,
)
from shared.records.keys import BUSINESS, LEDGER, id_of, ledger_key, month_of
from shared.records.table import Page, Range, Row, Rows


if TYPE_CHECKING:
    from shared.domain.timeline.holds import Hold
    from shared.storage.markers import Markers
    from shared.storage.shared_reads import SharedReads
    from shared.use_cases.ports import Command, Elsewhere


HeldMasks = Mapping[tuple[str, str], Sequence[int]]
"""HeldMasks to leave out, by calendar and ledger."""


class FarRows:
    """The rows of other calendars that one run of a command has read."""

    def __init__(self, reads: SharedReads, markers: Markers, command: Command) -> None:
        self._reads, self._markers, self._command = reads, markers, command
        self._rows: dict[Far, Row | Page | None] = {}
        self._gone: set[str] = set()
        self.read_by = 0  # the moment by which all were read
        self.own: dict[Far, Hold] = {}  # holds that this command may have

    def begin(self) -> None:
        """Forget what was read: another try begins."""
        self._rows.clear()
        self._gone.clear()
        self.read_by = 0

    def also(self, rows: Rows) -> Iterable[str]:
        """Return what to read at home besides: what the appointments hold that were read."""
        return holdings_keys(rows) if self._command.elsewhere else ()

    async def read(self, wanted: Iterable[str | Range], since: int) -> None:
        """Read the ledgers in other calendars of the people whose ledgers are read at home."""
        if not self._command.elsewhere:
            return
        ledgers = far_ledgers(wanted, self._command.elsewhere)
        settings = dict.fromkeys(Far(one.calendar, BUSINESS) for one in ledgers)
        new = [one for one in (*ledgers, *settings, *self.own) if one not in self._rows]
        marks = (self._markers.write(one, [None]) for one in sorted({one.calendar for one in new}))
        await asyncio.gather(*(self.read_one(one, since) for one in new), *marks)

    async def read_one(self, one: Far, since: int) -> None:
        """Read a row or a range, as it is after `since`."""
        if isinstance(one.key, Range):
            self._rows[one], moment = await self._reads.range(one.calendar, one.key, since)
        else:
            self._rows[one], moment = await self._reads.get(one.calendar, one.key, since)
        self.read_by = max(self.read_by, moment)
        if one.key == BUSINESS:
            (self._gone.discard if _is_live(self._rows[one]) else self._gone.add)(one.calendar)

    @property
    def elsewhere(self) -> Elsewhere:
        """Return where people work, without calendars that were read and are deleted."""
        if not self._gone:
            return self._command.elsewhere
        return {
            person: [one for one in places if one.calendar not in self._gone]
            for person, places in self._command.elsewhere.items()
        }

    async def is_same(self, since: int) -> bool:
        """Return whether the ledgers that were read are the same after `since`, by which all had been read."""
        before = {one: _etags(self._rows[one]) for one in self._rows if one not in self.own}
        await asyncio.gather(*(self.read_one(one, since) for one in before))
        return all(_etags(self._rows[one]) == etags for one, etags in before.items())

    def seen(self, rows: Rows) -> Rows:
        """Return the rows that a decision is made by: ledgers have what people are busy with elsewhere."""
        return self.less(rows, {}) if self._command.elsewhere else rows

    def less(self, rows: Rows, less: HeldMasks) -> Rows:
        """Return the same, without some of the holds."""
        home = self._command.business
        own = self.own_masks(rows)
        away: dict[str, int] = {}
        elsewhere = self.elsewhere
        for key in ledgers_read(rows, elsewhere):
            for place in elsewhere.get(id_of(key), ()):
                there = (place.calendar, ledger_key(month_of(key), place.staff))
                row = self.found(*there)
                ledger = Ledger.from_row(row.values if row else None)
                masks = [*own.get(there, ()), *less.get(there, ())]
                away[key] = away.get(key, 0) | without(ledger, masks).shared
        return with_away(rows, away, {key: masks for (calendar, key), masks in less.items() if calendar == home})

    def own_masks(self, rows: Rows) -> dict[tuple[str, str], list[int]]:
        """Return what this command, and the appointments that it has read, hold themselves."""
        masks = own_masks(rows)
        for far, hold in self.own.items():
            if self._rows.get(far):
                for key, mask in ledgers_held(hold).items():
                    masks.setdefault((far.calendar, key), []).append(mask)
        return masks

    def found(self, calendar: str, key: str) -> Row | None:
        """Return a row that was read, by itself or within a range."""
        if isinstance(row := self._rows.get(Far(calendar, key)), Row):
            return row
        pages = [
            page
            for far, page in self._rows.items()
            if isinstance(far.key, Range) and far.calendar == calendar and far.key.low <= key < far.key.high
        ]
        return next((one for page in pages if isinstance(page, Page) for one in page.rows if one.key == key), None)

    def was_read(self, calendar: str, key: str) -> bool:
        """Return whether a row was read, though there may be none."""
        return any(
            far.calendar == calendar and (far.key == key if isinstance(far.key, str) else _within(key, far.key))
            for far in self._rows
        )


def ledgers_read(rows: Rows, people: Iterable[str]) -> list[str]:
    """Return the keys of these people's ledgers that were read at home, absent ones too."""
    found = {key: None for key in rows.by_key if key.startswith(LEDGER) and id_of(key) in people}
    months = [month_of(one.low) for one in rows.ranges if one.low.startswith(LEDGER)]
    return list(found | {ledger_key(month, person): None for month in months for person in people})


def _is_live(row: Row | Page | None) -> bool:
    if not isinstance(row, Row):
        return False
    return not _is_deleted(tuple(one for one in row.values.items() if one[0].startswith("body")))


@lru_cache(maxsize=100)
def _is_deleted(document: tuple[tuple[str, str], ...]) -> bool:
    return load(Business, dict(document)).deleted_at is not None


def _within(key: str, wanted: Range) -> bool:
    return wanted.low <= key < wanted.high


def _etags(read: Row | Page | None) -> list[str]:
    if isinstance(read, Page):
        return [row.etag for row in read.rows]
    return [read.etag] if read else []
