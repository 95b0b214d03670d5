"""Backs up all calendars: tables have neither snapshots nor undelete of their own.

Each backup is a folder named by its moment: a file of lines for each partition, and last of all `manifest.json`;
without one a backup is not whole. A partition is read until nothing has changed from one reading to the next, so
that what is kept was so at one moment; the manifest says of which that is not true. What is made again is not kept
(addresses, lists of people, markers), nor what lives for minutes.

A backup may be made in several goes: each lists what it has kept, which the next one does not read again.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from shared.records.organisation import CALENDARS, OPTED_OUT, ORGANISATION, PEOPLE
from shared.records.personal_data.erasures import ERASURES
from shared.records.personal_data.exports import EXPORTS
from shared.records.personal_data.sessions import SESSIONS


if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping, Sequence

    from shared.records.table import Row, Table

FORMAT = 1
TRIES, PAUSE = 8, 0.5  # readings of one partition, and seconds after the first of them
SIDE_BY_SIDE = 4
MANIFEST = "manifest.json"
LIST = ".list.json"
GZIP, AT_ONCE = 31, 200  # zlib's number for it; rows packed in one piece
NEVER = float("inf")
OF_A_CALENDAR = ("bookings", "facts")
OF_ALL = (
    "organisation",
    "own-calendars",
    "reports",
    "signed-out",
    PEOPLE,
    ERASURES,
    OPTED_OUT,
)  # partitions of the table `org`
MADE_AGAIN = {"slugs", "members", "due", CALENDARS, "rounds", "demo"}
SHORT_LIVED = {"limits", "signals", SESSIONS, EXPORTS}


class NotKept(Exception):
    """It could not be written or read; the message says what and why, and shows no token."""


class Keeping(Protocol):
    """Where backups are kept. What has a name is never written again."""

    async def write(self, name: str, content: bytes) -> None:
        """Keep it under a new name. Raises NotKept, also where the name is taken."""
        ...

    async def read(self, name: str) -> bytes:
        """Return what is kept. Raises NotKept."""
        ...

    async def names(self, folder: str = "") -> list[str]:
        """Return all names in order, or those of a folder. Raises NotKept."""
        ...

    async def close(self) -> None: ...


def folder_of(moment: datetime) -> str:
    """Return the name of the backup that begins at a moment."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


async def back_up(
    table: Table, keeping: Keeping, moment: datetime, now: datetime, *, pause: float = PAUSE, until: float = NEVER
) -> dict[str, Any] | None:
    """Keep everything, or go on with the backup of that moment; return the manifest.

    Return None if the loop's time `until` came first: what is kept by then is listed, and not read again. Raises
    Ambiguous and NotKept.
    """
    go = _Go(table, keeping, folder_of(moment), folder_of(now), pause, until)
    names = await keeping.names(go.folder)
    if f"{go.folder}/{MANIFEST}" in names:
        return dict(json.loads(await keeping.read(f"{go.folder}/{MANIFEST}")))
    for name in names:
        if name.endswith(LIST):
            go.listed |= {(one["table"], one["partition"]): one for one in json.loads(await keeping.read(name))}
    lines = await _rows(table, ORGANISATION, CALENDARS)
    places = [
        *((ORGANISATION, one) for one in OF_ALL if one != ERASURES),
        *((one, line.key) for line in lines for one in OF_A_CALENDAR),
    ]
    try:
        is_all = await _each(go.keep(*place) for place in places)
        # Last, and anew in each go: whoever was erased while the others were read is to be erased again.
        is_all = is_all and await go.keep(ORGANISATION, ERASURES)
    except BaseException:
        with suppress(NotKept):
            await asyncio.shield(go.note())
        raise
    if not is_all:
        await go.note()
        return None
    known = go.listed | go.made
    files = [known[place] for place in (*places, (ORGANISATION, ERASURES))]
    manifest = {"format": FORMAT, "made": moment.isoformat(), "calendars": len(lines), "files": files}
    await keeping.write(f"{go.folder}/{MANIFEST}", json.dumps(manifest, indent=1).encode())
    return manifest


class _Go:
    """One go at a backup. Its files have its name: one of a go that broke off is listed nowhere, and not used."""

    def __init__(self, table: Table, keeping: Keeping, folder: str, name: str, pause: float, until: float) -> None:
        self.table, self.keeping, self.folder, self.name = table, keeping, folder, name
        self.pause, self.until = pause, until
        self.listed: dict[tuple[str, str], dict[str, Any]] = {}
        self.made: dict[tuple[str, str], dict[str, Any]] = {}
        self._slots, self._loop = asyncio.Semaphore(SIDE_BY_SIDE), asyncio.get_running_loop()

    async def keep(self, name: str, partition: str) -> bool:
        """Keep a partition, unless an earlier go has; return whether it is kept."""
        if (name, partition) in self.listed:
            return True
        async with self._slots:
            if self._loop.time() >= self.until:
                return False
            rows, is_whole = await _settled(self.table, name, partition, self.pause)
            path, content = f"{self.folder}/{name}/{partition}-{self.name}.ndjson.gz", await pack(rows)
            await self.keeping.write(path, content)
        self.made[name, partition] = {
            "path": path,
            "table": name,
            "partition": partition,
            "rows": len(rows),
            "sha256": hashlib.sha256(content).hexdigest(),
            "isOneMoment": is_whole,
        }
        return True

    async def note(self) -> None:
        """List what this go has kept, for the next one."""
        made = [one for one in self.made.values() if one["partition"] != ERASURES]
        if made:
            await self.keeping.write(f"{self.folder}/{self.name}{LIST}", json.dumps(made).encode())


async def _each(works: Iterable[Coroutine[Any, Any, bool]]) -> bool:
    """Do all of it, and return whether all was done; if one part fails, none goes on."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return all(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _settled(table: Table, name: str, partition: str, pause: float) -> tuple[list[Row], bool]:
    """Read a partition until two readings are alike: then all of it stood so between them."""
    before = await _rows(table, name, partition)
    for number in range(TRIES):
        again = await _rows(table, name, partition)
        if [(row.key, row.etag) for row in before] == [(row.key, row.etag) for row in again]:
            return again, True
        before = again
        await asyncio.sleep(pause * 2**number)
    return before, False


async def _rows(table: Table, name: str, partition: str) -> list[Row]:
    return (await table.range(name, partition, "!", "~")).rows


async def pack(rows: Sequence[Row]) -> bytes:
    """Rows as lines of JSON, compressed; the same rows give the same bytes. Others have their turn meanwhile."""
    packing, parts = zlib.compressobj(wbits=GZIP), []
    for start in range(0, len(rows), AT_ONCE):
        lines = [
            json.dumps({"key": row.key, "values": _plain(row.values)}, ensure_ascii=False) + "\n"
            for row in rows[start : start + AT_ONCE]
        ]
        parts.append(packing.compress("".join(lines).encode()))
        await asyncio.sleep(0)
    return b"".join([*parts, packing.flush()])


def unpack(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Keys and values of the lines."""
    lines = (json.loads(line) for line in gzip.decompress(content).decode().splitlines() if line)
    return [(one["key"], {name: _value(value) for name, value in one["values"].items()}) for one in lines]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def _value(value: Any) -> Any:
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) else value
