"""Exports out of many calendars, for whoever asked for one: asked for, looked at, fetched and deleted."""

import asyncio
import json
import zlib
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from itertools import groupby
from typing import Any, NamedTuple

from shared.domain.errors import NotFound, TryAgain
from shared.domain.links import new_id
from shared.domain.personal_data.export_job import ExportJob
from shared.records.codec import dump
from shared.records.keys import IDENTIFIER
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.exports import (
    ALL_JOBS,
    ALL_PARTS,
    EXPORTS,
    job_key,
    jobs_of,
    name_of,
    parts_of,
    place_in,
    place_of,
)
from shared.records.table import Operation, Stale
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.delete_rows import delete_keys
from shared.use_cases.ports import Store
from shared.use_cases.readable import readable
from shared.use_cases.single_write import write_alone


TRIES = 5  # rounds may go on with an export while it is deleted


class OwnExport(NamedTuple):
    """An export of whoever asked for it, by its id."""

    name: str
    job: ExportJob


async def ask_export(said: str, *, subject: str, author: Author, context: Context) -> str:
    """Have the calendars looked through for an address or a number; return the export's id."""
    name = new_id(context.secret, "export", subject, author.key)
    job = ExportJob(said=said, actor=author.actor, asked_at=context.now)
    with suppress(Stale):  # the same form was sent before
        insert = Operation("insert", job_key(subject, name), dump(job))
        await write_alone(context.store.table, ORGANISATION, EXPORTS, insert)
    return name


async def find_exports(subject: str, *, context: Context) -> list[OwnExport]:
    """Return the exports that somebody asked for and that are still there, the latest first."""
    page = await context.store.table.range(ORGANISATION, EXPORTS, *jobs_of(subject))
    found = [OwnExport(name_of(row.key), job) for row, job in readable(ExportJob, page.rows)]
    there = (one for one in found if one.job.ends_at > context.now)
    return sorted(there, key=lambda one: one.job.asked_at, reverse=True)


async def fetch_export(name: str, *, subject: str, context: Context) -> list[dict[str, Any]]:
    """Return what each calendar keeps. Raise NotFound for others than who asked, and unless it is done."""
    job = next((one.job for one in await find_exports(subject, context=context) if one.name == name), None)
    if job is None or not job.is_done:
        raise NotFound
    page = await context.store.table.range(ORGANISATION, EXPORTS, *parts_of(job_key(subject, name)))
    found = []
    for _place, rows in groupby(page.rows, lambda row: place_of(row.key)):
        packed = b"".join(row.values["data"] for row in rows)
        try:
            # Behind its end may be what was left of a longer one, of a round that broke off.
            found.append(json.loads(zlib.decompressobj().decompress(packed)))
        except (zlib.error, ValueError):
            raise NotFound from None  # it is being deleted
    return sorted(found, key=lambda one: str(one["calendar"]))


async def delete_export(name: str, *, subject: str, store: Store) -> None:
    """Delete an export of whoever asked for it. Raise NotFound if there is none."""
    if not IDENTIFIER.fullmatch(name):
        raise NotFound
    key = job_key(subject, name)
    if await store.table.get(ORGANISATION, EXPORTS, key, ("none",)) is None:
        raise NotFound
    await delete_jobs([key], store=store)


async def delete_jobs(keys: Iterable[str], *, store: Store) -> None:
    """Delete exports by the keys of their jobs, these last: who stops in the middle finds what is left by them.

    Raise TryAgain for one to which rounds add too fast, and Ambiguous.
    """
    for key in keys:
        for _ in range(TRIES):
            if await _is_deleted(key, store):
                break
        else:
            raise TryAgain


async def _is_deleted(key: str, store: Store) -> bool:
    """Delete an export; return False if it has more by now."""
    job = await store.table.get(ORGANISATION, EXPORTS, key, ("none",))
    page = await store.table.range(ORGANISATION, EXPORTS, *parts_of(key), ("none",))
    with suppress(Stale):  # another request deletes them
        await delete_keys(store.table, ORGANISATION, EXPORTS, [row.key for row in page.rows])
    try:
        if job:
            await write_alone(store.table, ORGANISATION, EXPORTS, Operation("delete", key, etag=job.etag))
    except Stale:
        return False
    return True


async def forget_exported(
    is_theirs: Callable[[ExportJob], bool], customers: Collection[tuple[str, str]] = (), *, store: Store
) -> None:
    """Delete the exports that are for or about somebody, or have found one of these customers of calendars."""
    held, parts = await asyncio.gather(
        store.table.range(ORGANISATION, EXPORTS, *ALL_JOBS),
        store.table.range(ORGANISATION, EXPORTS, *ALL_PARTS, ("none",)),
    )
    places = {place_in(*one) for one in customers}
    holding = {name_of(row.key) for row in parts.rows if place_of(row.key) in places}
    jobs = readable(ExportJob, held.rows)
    await delete_jobs([row.key for row, job in jobs if name_of(row.key) in holding or is_theirs(job)], store=store)
