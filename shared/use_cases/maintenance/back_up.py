"""Backs up all calendars: tables have neither snapshots nor undelete of their own.

Each backup is a folder named by its moment: a file of lines for each partition, and last of all `manifest.json`;
without one a backup is not whole. A partition is read until nothing has changed from one reading to the next, so
that what is kept was so at one moment; one that is too busy for that has it in its file's name. What is made again
is not kept (addresses, lists of people, markers), nor what lives for minutes.

A backup may be made in several goes: what its folder has is not read again.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from shared.records.organisation import CALENDARS, OPTED_OUT, ORGANISATION, PEOPLE
from shared.records.personal_data.erasures import ERASURES
from shared.records.personal_data.sessions import SESSIONS


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.records.table import Row, Table

FORMAT = 1
TRIES, PAUSE = 8, 0.5  # readings of one partition, and seconds after the first of them
SIDE_BY_SIDE = 4
MANIFEST = "manifest.json"
WHOLE, TORN = ".ndjson.gz", ".torn.ndjson.gz"  # whether all of a file was so at one moment
NEVER = float("inf")
OF_A_CALENDAR = ("bookings", "facts")
OF_ALL = ("organisation", "own-calendars", PEOPLE, ERASURES, OPTED_OUT)  # partitions of the table `org`
MADE_AGAIN = {"slugs", "members", "due", CALENDARS, "rounds"}
SHORT_LIVED = {"limits", "signals", SESSIONS}


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
    table: Table, keeping: Keeping, moment: datetime, *, pause: float = PAUSE, until: float = NEVER
) -> dict[str, Any] | None:
    """Keep everything, or go on with the backup of that moment; return the manifest.

    Return None if the loop's time `until` came first: what is kept by then stays. Raises Ambiguous and NotKept.
    """
    folder, loop = folder_of(moment), asyncio.get_running_loop()
    lines = await _rows(table, ORGANISATION, CALENDARS)
    places = [
        *((ORGANISATION, one) for one in OF_ALL),
        *((one, line.key) for line in lines for one in OF_A_CALENDAR),
    ]
    kept, slots = set(await keeping.names(folder)), asyncio.Semaphore(SIDE_BY_SIDE)

    async def keep(name: str, partition: str) -> dict[str, Any] | None:
        async with slots:
            for end in (WHOLE, TORN):
                if (path := f"{folder}/{name}/{partition}{end}") in kept:
                    return _entry(path, name, partition, await keeping.read(path))
            if loop.time() >= until:
                return None
            rows, is_whole = await _settled(table, name, partition, pause)
            path, content = f"{folder}/{name}/{partition}{WHOLE if is_whole else TORN}", pack(rows)
            await keeping.write(path, content)
            return _entry(path, name, partition, content)

    files = await asyncio.gather(*(keep(*place) for place in places))
    if None in files:
        return None
    manifest = {"format": FORMAT, "made": moment.isoformat(), "calendars": len(lines), "files": list(files)}
    if f"{folder}/{MANIFEST}" not in kept:
        await keeping.write(f"{folder}/{MANIFEST}", json.dumps(manifest, indent=1).encode())
    return manifest


def _entry(path: str, name: str, partition: str, content: bytes) -> dict[str, Any]:
    """Return the line of the manifest about a file."""
    return {
        "path": path,
        "table": name,
        "partition": partition,
        "rows": len(unpack(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "isOneMoment": path.endswith(WHOLE) and not path.endswith(TORN),
    }


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


def pack(rows: Iterable[Row]) -> bytes:
    """Rows as lines of JSON, compressed; the same rows give the same bytes."""
    text = "".join(
        json.dumps({"key": row.key, "values": _plain(row.values)}, ensure_ascii=False) + "\n" for row in rows
    )
    return gzip.compress(text.encode(), mtime=0)


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
