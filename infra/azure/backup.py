"""Back up all calendars: tables have neither snapshots nor undelete of their own.

    OPENSLOT_TABLES=… python -m infra.azure.backup https://ACCOUNT.blob.core.windows.net/backups
    OPENSLOT_TABLES=… python -m infra.azure.backup /srv/backups

Each backup is a folder named by its moment: a file of lines for each partition, and last of all `manifest.json`;
without one a backup is not whole. A partition is read until nothing has changed from one reading to the next, so
that what is kept was so at one moment. What is made again is not kept (addresses, lists of people, markers), nor
what lives for minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gzip
import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.azure.keeping import Keeping, NotKept, keeping_at, token_source
from shared.records.organisation import CALENDARS, OPTED_OUT, ORGANISATION, PEOPLE
from shared.records.personal_data.erasures import ERASURES
from shared.records.personal_data.sessions import SESSIONS
from shared.records.table import Ambiguous
from shared.storage.tables import Tables


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.records.table import Row, Table

FORMAT = 1
TRIES, PAUSE = 8, 0.5  # readings of one partition, and seconds after the first of them
SIDE_BY_SIDE = 4
MANIFEST = "manifest.json"
OF_A_CALENDAR = ("bookings", "facts")
OF_ALL = ("organisation", "own-calendars", PEOPLE, ERASURES, OPTED_OUT)  # partitions of the table `org`
MADE_AGAIN = {"slugs", "members", "due", CALENDARS, "rounds"}
SHORT_LIVED = {"limits", "signals", SESSIONS}


async def back_up(table: Table, keeping: Keeping, now: datetime, pause: float = PAUSE) -> dict[str, Any]:
    """Keep everything; return the manifest. Raises Ambiguous or NotKept."""
    folder = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = await _rows(table, ORGANISATION, CALENDARS)
    places = [
        *((ORGANISATION, one) for one in OF_ALL),
        *((one, line.key) for line in lines for one in OF_A_CALENDAR),
    ]
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def keep(name: str, partition: str) -> dict[str, Any]:
        async with slots:
            rows, is_whole = await _settled(table, name, partition, pause)
            content = pack(rows)
            path = f"{folder}/{name}/{partition}.ndjson.gz"
            await keeping.write(path, content)
        digest = hashlib.sha256(content).hexdigest()
        return {
            "path": path,
            "table": name,
            "partition": partition,
            "rows": len(rows),
            "sha256": digest,
            "isOneMoment": is_whole,
        }

    files = await asyncio.gather(*(keep(*place) for place in places))
    manifest = {"format": FORMAT, "made": now.isoformat(), "calendars": len(lines), "files": list(files)}
    await keeping.write(f"{folder}/{MANIFEST}", json.dumps(manifest, indent=1).encode())
    return manifest


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


async def run(place: str) -> int:
    tokens = token_source()
    table = Tables(os.environ["OPENSLOT_TABLES"], os.environ.get("OPENSLOT_TABLE_PREFIX", ""), _for_tables(tokens))
    keeping = keeping_at(place, tokens)
    try:
        manifest = await back_up(table, keeping, datetime.now(UTC))
    finally:
        await keeping.close()
        await table.close()
    rows, torn = (
        sum(one["rows"] for one in manifest["files"]),
        [one["partition"] for one in manifest["files"] if not one["isOneMoment"]],
    )
    print(f"{manifest['calendars']} calendars, {rows} rows in {len(manifest['files'])} files")
    if torn:
        print(f"too busy to be read at one moment, kept as they were read: {', '.join(torn)}", file=sys.stderr)
    return 2 if torn else 0


def _for_tables(tokens: Any) -> Any:
    """Only a URL is reached by tokens."""
    return tokens if os.environ["OPENSLOT_TABLES"].startswith("https://") else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", help="a folder, or the URL of a container")
    try:
        return asyncio.run(run(parser.parse_args().place))
    except KeyError as missing:
        print(f"{missing.args[0]} is not set", file=sys.stderr)
    except (NotKept, Ambiguous) as failed:
        print(f"No backup was made: {failed}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
