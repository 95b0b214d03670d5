"""The rows that say when due work was last done, and by whom. Their ages are by the service's clock alone."""

from datetime import datetime, timedelta
from typing import NamedTuple

from shared.records.table import Operation, Page, Range, Table


TABLE, PARTITION = "due", "rounds"  # beside the shards of markers
TIMER, REQUESTS, SWEEP, BACKUP = "timer", "requests", "sweep", "backup"
ALL = Range("!", "~")


class BackupRound(NamedTuple):
    """The backup that was begun last: its `moment`, whether it is whole, how long ago somebody wrote so.

    `whole` is the moment of the last one that is whole.
    """

    age: timedelta | None = None
    moment: datetime | None = None
    whole: datetime | None = None
    etag: str = ""

    @property
    def is_whole(self) -> bool:
        return self.moment is not None and self.moment == self.whole


class Rounds(NamedTuple):
    """How long ago a round of the timer, one by requests and a sweep ended; None where there was none."""

    timer: timedelta | None
    requests: timedelta | None
    sweep: timedelta | None
    sweep_etag: str = ""
    backup: BackupRound = BackupRound()


async def read_rounds(table: Table) -> Rounds:
    """Return the ages of all rounds in one request. Raises Ambiguous."""
    page = await table.range(TABLE, PARTITION, *ALL)
    etag = next((row.etag for row in page.rows if row.key == SWEEP), "")
    return Rounds(_age(page, TIMER), _age(page, REQUESTS), _age(page, SWEEP), etag, _backup(page))


def _age(page: Page, key: str) -> timedelta | None:
    written = next((row.written for row in page.rows if row.key == key), None)
    return max(page.date - written, timedelta()) if written else None


def _backup(page: Page) -> BackupRound:
    row = next((row for row in page.rows if row.key == BACKUP), None)
    if row is None:
        return BackupRound()
    moment, whole = (row.values.get(name) for name in ("moment", "whole"))
    return BackupRound(_age(page, BACKUP), _read(moment), _read(whole), row.etag)


def _read(moment: object) -> datetime | None:
    return datetime.fromisoformat(str(moment)) if moment else None


async def stamp_round(table: Table, by: str) -> None:
    """Say that a round has ended just now. Raises Ambiguous."""
    await table.transact(TABLE, PARTITION, [Operation("upsert", by)])


async def claim_sweep(table: Table, etag: str) -> None:
    """Take this hour's sweep. Raises Stale where another instance was first, and Ambiguous."""
    claim = Operation("replace", SWEEP, etag=etag) if etag else Operation("insert", SWEEP)
    await table.transact(TABLE, PARTITION, [claim])


async def note_backup(table: Table, moment: datetime, whole: datetime | None, etag: str) -> str:
    """Say that somebody is at the backup of a moment, and which one is whole; return the row's version.

    Raises Stale where another instance was first, and Ambiguous.
    """
    values = {"moment": moment.isoformat(), **({"whole": whole.isoformat()} if whole else {})}
    note = Operation("replace", BACKUP, values, etag=etag) if etag else Operation("insert", BACKUP, values)
    return (await table.transact(TABLE, PARTITION, [note]))[0]
