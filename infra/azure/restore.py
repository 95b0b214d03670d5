"""Restore a backup into tables that are empty: another account, or another OPENSLOT_TABLE_PREFIX.

    export OPENSLOT_TABLES=… OPENSLOT_SECRET=… OPENSLOT_TABLE_PREFIX=again
    python -m infra.azure.restore /srv/backups [MOMENT]

Rows are written as they were; addresses of pages, lists of people and markers are made again from them, and then
everything is held against the rules that always hold. Whoever was erased since, as the newest backup lists them,
is erased again. The app's secret must be the one that it had.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.azure.tokens import for_tables, token_source
from shared.domain.secrets import naming, read_secrets
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.records.personal_data.erasures import ERASURES
from shared.records.table import Ambiguous, Operation, Stale
from shared.storage.backups.place import keeping_at
from shared.storage.limits import MAXIMUM_OPERATIONS, MAXIMUM_TRANSACTION
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.index_calendar import note_members, write_line
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.maintenance.back_up import FORMAT, MANIFEST, NotKept, unpack
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.personal_data.erase_again import erase_again


if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.records.table import Table
    from shared.use_cases.maintenance.back_up import Keeping

SIDE_BY_SIDE, TRIES = 4, 6
ROOM = MAXIMUM_TRANSACTION // 4  # characters of the lines: a transaction of UTF-16 and its names is larger


class NotRestored(Exception):
    """Nothing was restored, or not everything; the message says why."""


async def restore(table: Table, keeping: Keeping, moment: str = "", *, secret: str, now: datetime) -> list[str]:
    """Restore the newest backup, or that of a moment; return what does not hold: nothing, if all is well."""
    manifest = await find(keeping, moment)
    if (await table.range(ORGANISATION, CALENDARS, "!", "~", limit=1)).rows:
        raise NotRestored("there are calendars already: restore into another OPENSLOT_TABLE_PREFIX")
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(file: dict[str, Any]) -> None:
        async with slots:
            await _replay(table, keeping, file)

    await asyncio.gather(*(one(file) for file in manifest["files"]))
    businesses = [one["partition"] for one in manifest["files"] if one["table"] == "bookings"]
    store = TableStore(table)
    for business in businesses:
        await _index(business, store)
    problems = await _wrong(table, manifest, secret)
    problems += await _erase_again(keeping, store, secret, now)
    await sweep(store=store)  # for the markers
    return problems


async def find(keeping: Keeping, moment: str = "") -> dict[str, Any]:
    """Return the manifest of a backup that is whole. Raises NotRestored or NotKept."""
    whole = [name for name in await keeping.names() if name.endswith(f"/{MANIFEST}") and name.startswith(moment)]
    if not whole:
        raise NotRestored("there is no whole backup" + (f" of {moment}" if moment else ""))
    manifest = json.loads(await keeping.read(whole[-1]))
    if manifest["format"] > FORMAT:
        raise NotRestored("the backup was made by a newer version")
    return dict(manifest)


async def _replay(table: Table, keeping: Keeping, file: dict[str, Any]) -> None:
    content = await keeping.read(file["path"])
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        raise NotRestored(f"{file['path']} is not what was written")
    for operations in _batches(unpack(content)):
        await _write(table, file["table"], file["partition"], operations)


def _batches(rows: list[tuple[str, dict[str, Any]]]) -> Iterator[list[Operation]]:
    batch: list[Operation] = []
    room = ROOM
    for key, values in rows:
        size = sum(len(value) if isinstance(value, str | bytes) else 8 for value in values.values()) + 300
        if batch and (len(batch) == MAXIMUM_OPERATIONS or size > room):
            yield batch
            batch, room = [], ROOM
        batch.append(Operation("upsert", key, values))
        room -= size
    if batch:
        yield batch


async def _write(table: Table, name: str, partition: str, operations: list[Operation]) -> None:
    """Write a batch, again where there was no clear answer: the same rows do no harm twice."""
    for number in range(TRIES):
        try:
            await table.transact(name, partition, operations)
        except Ambiguous:
            if number == TRIES - 1:
                raise
            await asyncio.sleep(0.2 * 2**number)
        else:
            return


async def _index(business: str, store: TableStore) -> None:
    """Make again what other tables say of a calendar."""
    calendar = await store.calendars.reload(business, include_deleted=True)
    for slug in (*calendar.business.former_slugs, calendar.business.slug):
        try:
            await store.table.transact("slugs", slug, [Operation("insert", "0", {"business": business})])
        except Stale:
            continue  # another calendar has it now
    await note_members(calendar, None, store=store)
    await write_line(calendar, None, store=store)


async def _erase_again(keeping: Keeping, store: TableStore, secret: str, now: datetime) -> list[str]:
    """Erase whoever was erased since the backup, as the newest one lists them; return who could not be."""
    newest = await find(keeping)
    for file in newest["files"]:
        if file["partition"] == ERASURES:
            await _replay(store.table, keeping, file)
    author = Author("restore", secrets.token_urlsafe(24))
    left = await erase_again(author=author, context=Context(store, secret, now))
    return [f"{one} was erased, and has appointments to come again: cancel them, and erase them" for one in left]


async def _wrong(table: Table, manifest: dict[str, Any], secret: str) -> list[str]:
    """Return what differs from the backup, and what breaks the rules that always hold."""
    from tests.support.invariants import audit

    problems = []
    for file in manifest["files"]:
        rows = (await table.range(file["table"], file["partition"], "!", "~")).rows
        if len(rows) != file["rows"]:
            problems.append(f"{file['partition']} has {len(rows)} rows in {file['table']}, and had {file['rows']}")
        if file["table"] == "bookings":
            problems += [
                f"{file['partition']}: {one}" for one in await audit(table, file["partition"], secret=secret)
            ]
    return problems


async def run(place: str, moment: str) -> int:
    tokens = token_source()
    prefix, secret = os.environ.get("OPENSLOT_TABLE_PREFIX", ""), os.environ["OPENSLOT_SECRET"]
    table = Tables(os.environ["OPENSLOT_TABLES"], prefix, for_tables(tokens))
    keeping = keeping_at(place, tokens)
    try:
        problems = await restore(
            table, keeping, moment, secret=naming(read_secrets(secret)), now=datetime.now(UTC)
        )
    finally:
        await keeping.close()
        await table.close()
    print("\n".join(problems) if problems else "restored: all rules hold")
    return 2 if problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", help="a folder, or the URL of a container")
    parser.add_argument(
        "moment", nargs="?", default="", help="of the backup, such as 20270111T070000Z; else the newest"
    )
    chosen = parser.parse_args()
    try:
        return asyncio.run(run(chosen.place, chosen.moment))
    except KeyError as missing:
        print(f"{missing.args[0]} is not set", file=sys.stderr)
    except (NotKept, NotRestored, Ambiguous) as failed:
        print(failed, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
