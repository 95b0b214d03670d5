"""Back up all calendars once, by hand or by a clock of yours: the app does it daily where OPENSLOT_BACKUPS is set.

OPENSLOT_TABLES=… python -m infra.azure.backup https://ACCOUNT.blob.core.windows.net/backups
OPENSLOT_TABLES=… python -m infra.azure.backup /srv/backups
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime

from infra.azure.tokens import for_tables, token_source
from shared.records.table import Ambiguous
from shared.storage.backups.place import keeping_at
from shared.storage.tables import Tables
from shared.use_cases.maintenance.back_up import NotKept, back_up


async def run(place: str) -> int:
    tokens = token_source()
    table = Tables(os.environ["OPENSLOT_TABLES"], os.environ.get("OPENSLOT_TABLE_PREFIX", ""), for_tables(tokens))
    keeping = keeping_at(place, tokens)
    try:
        now = datetime.now(UTC)
        manifest = await back_up(table, keeping, now, now)
    finally:
        await keeping.close()
        await table.close()
    assert manifest is not None  # it had all the time
    rows = sum(one["rows"] for one in manifest["files"])
    torn = [one["partition"] for one in manifest["files"] if not one["isOneMoment"]]
    print(f"{manifest['calendars']} calendars, {rows} rows in {len(manifest['files'])} files")
    if torn:
        print(f"too busy to be read at one moment, kept as they were read: {', '.join(torn)}", file=sys.stderr)
    return 2 if torn else 0


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
