"""The rows that say when due work was last done, and by whom. Their ages are by the service's clock alone."""

from datetime import timedelta
from typing import NamedTuple

from shared.records.table import Operation, Page, Range, Table


TABLE, PARTITION = "due", "rounds"  # beside the shards of markers
TIMER, REQUESTS, SWEEP = "timer", "requests", "sweep"
ALL = Range("!", "~")


class Rounds(NamedTuple):
    """How long ago a round of the timer, one by requests and a sweep ended; None where there was none."""

    timer: timedelta | None
    requests: timedelta | None
    sweep: timedelta | None
    sweep_etag: str = ""


async def read_rounds(table: Table) -> Rounds:
    """Return the ages of all rounds in one request. Raises Ambiguous."""
    page = await table.range(TABLE, PARTITION, *ALL)
    etag = next((row.etag for row in page.rows if row.key == SWEEP), "")
    return Rounds(_age(page, TIMER), _age(page, REQUESTS), _age(page, SWEEP), etag)


def _age(page: Page, key: str) -> timedelta | None:
    written = next((row.written for row in page.rows if row.key == key), None)
    return max(page.date - written, timedelta()) if written else None


async def stamp_round(table: Table, by: str) -> None:
    """Say that a round has ended just now. Raises Ambiguous."""
    await table.transact(TABLE, PARTITION, [Operation("upsert", by)])


async def claim_sweep(table: Table, etag: str) -> None:
    """Take this hour's sweep. Raises Stale where another instance was first, and Ambiguous."""
    claim = Operation("replace", SWEEP, etag=etag) if etag else Operation("insert", SWEEP)
    await table.transact(TABLE, PARTITION, [claim])
