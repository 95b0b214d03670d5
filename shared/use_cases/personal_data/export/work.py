"""Looks through many calendars for an export: some of them in each round, and the next one goes on.

What is found is written together with how far that is, on condition that nobody else was there first: so a round
that broke off leaves nothing half done, and of an export that was deleted meanwhile nothing comes back.
"""

import asyncio
import json
import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from shared.domain.errors import TryAgain
from shared.domain.personal_data.export_job import ExportJob
from shared.records.codec import dump
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.exports import ALL_JOBS, EXPORTS, part_key, place_in
from shared.records.table import Ambiguous, Operation, Row, Stale
from shared.use_cases.calendars.find_businesses import CalendarSummary, find_all
from shared.use_cases.fault_log import log_fault
from shared.use_cases.organisation.record_access import record_access
from shared.use_cases.personal_data.everywhere import CustomerPlace, export_everywhere, find_in
from shared.use_cases.personal_data.export.jobs import delete_jobs
from shared.use_cases.ports import Store
from shared.use_cases.readable import readable


AT_ONCE, MOST = 8, 80  # calendars looked through side by side, and in one round
LASTS = 5.0  # seconds, after which a round begins with no more of them
PART, PARTS = 60_000, 30  # bytes of a row; rows of a transaction
log = logging.getLogger("openslot")


class _Kept(NamedTuple):
    """What a calendar keeps about a customer, with its place; `is_whole` unless something could not be read."""

    documents: Sequence[tuple[str, dict[str, Any]]]
    is_whole: bool = True


async def run_exports(*, store: Store, most: int = MOST, part: int = PART) -> int:
    """Go on with the exports, the one that was asked for first first, and delete those whose time is over.

    `most` bounds the calendars of a round, and `part` the bytes of a row. Return how many calendars were looked
    through. Raise Ambiguous.
    """
    page = await store.table.range(ORGANISATION, EXPORTS, *ALL_JOBS)
    jobs = readable(ExportJob, page.rows)
    over = [row.key for row, job in jobs if job.ends_at <= page.date]
    await delete_jobs(over, store=store)
    open_ = sorted((one for one in jobs if one[1].ends_at > page.date and not one[1].is_done), key=_asked)
    until, looked = asyncio.get_running_loop().time() + LASTS, 0
    for row, job in open_:
        try:
            looked += await _Exporting(row.key, store, page.date, until, most - looked, part).run(job, row.etag)
        except (Stale, TryAgain):  # another round is at it, or it was deleted
            continue
    return looked


def _asked(one: tuple[Row, ExportJob]) -> str:
    return one[1].asked_at.isoformat()


@dataclass(frozen=True, slots=True)
class _Exporting:
    key: str
    store: Store
    now: datetime
    until: float
    most: int
    part: int

    async def run(self, job: ExportJob, etag: str) -> int:
        """Go on with an export as it was read; return how many calendars were looked through. Raise Stale."""
        calendars = sorted(await find_all(store=self.store), key=lambda one: one.id)
        left, looked = [one for one in calendars if one.id > job.after], 0
        while left and looked < self.most and asyncio.get_running_loop().time() < self.until:
            some, left = left[:AT_ONCE], left[AT_ONCE:]
            found = await asyncio.gather(*(self._look(one, job) for one in some))
            job = _after(job, some, found, len(calendars), is_done=not left)
            etag = await self._write(job, [one for each in found for one in each.documents], etag)
            looked += len(some)
        if not left and not job.is_done:  # there is no calendar any more
            await self._write(job.model_copy(update={"is_done": True}), [], etag)
        return looked

    async def _look(self, calendar: CalendarSummary, job: ExportJob) -> _Kept:
        """Return what a calendar keeps; it notes in its activity who looked."""
        try:
            places = await find_in(calendar, job.said, store=self.store)
            if places:
                await record_access(job.actor, calendar.id, store=self.store, now=self.now)
            return _Kept([one for place in places for one in await self._export(place)])
        except (Ambiguous, Stale, TryAgain):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others are handed out
            log_fault(log, f"calendar {calendar.id} could not be exported", error)
            return _Kept([], is_whole=False)

    async def _export(self, place: CustomerPlace) -> list[tuple[str, dict[str, Any]]]:
        found = await export_everywhere([place], store=self.store)
        return [(place_in(place.business, place.customer), one) for one in found]

    async def _write(self, job: ExportJob, documents: Sequence[tuple[str, dict[str, Any]]], etag: str) -> str:
        """Write what was found, with how far it is in the last transaction; return the job's new ETag."""
        parts = [one for place, document in documents for one in _parts(self.key, place, document, self.part)]
        held = dump(job)
        while len(parts) > PARTS:
            some, parts = parts[:PARTS], parts[PARTS:]
            touch = Operation("merge", self.key, {}, etag)
            etag = (await self.store.table.transact(ORGANISATION, EXPORTS, [touch, *some]))[0]
        last = [Operation("replace", self.key, held, etag), *parts]
        return (await self.store.table.transact(ORGANISATION, EXPORTS, last))[0]


def _after(
    job: ExportJob, some: Sequence[CalendarSummary], found: Sequence[_Kept], calendars: int, *, is_done: bool
) -> ExportJob:
    unread = tuple(calendar.name for calendar, one in zip(some, found, strict=True) if not one.is_whole)
    return job.model_copy(
        update={
            "after": some[-1].id,
            "looked": job.looked + len(some),
            "calendars": calendars,
            "found": job.found + sum(bool(one.documents) for one in found),
            "unread": (*job.unread, *unread),
            "is_done": is_done,
        }
    )


def _parts(job: str, place: str, document: dict[str, Any], size: int) -> Iterator[Operation]:
    packed = zlib.compress(json.dumps(document, ensure_ascii=False).encode())
    for number, at in enumerate(range(0, len(packed), size)):
        yield Operation("upsert", part_key(job, place, number), {"data": packed[at : at + size]})
