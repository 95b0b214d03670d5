"""A backup each day, in the rounds of due work: begun by one instance, gone on with by whichever comes next."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.records.table import Ambiguous, Stale
from shared.use_cases.fault_log import log_fault
from shared.use_cases.maintenance.back_up import NotKept, back_up, folder_of
from shared.use_cases.maintenance.rounds import note_backup


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.records.table import Table
    from shared.use_cases.maintenance.back_up import Keeping
    from shared.use_cases.maintenance.rounds import BackupRound

DAILY = timedelta(days=1)
GOES_ON = timedelta(minutes=6)  # who is at one is done, or ended by the host, within five
LASTS = 210.0  # seconds in which a go begins with partitions; what is unfinished at 240 is left to the next one
log = logging.getLogger("openslot")


def is_backup_due(known: BackupRound) -> bool:
    """Return whether a backup is to be begun, or one that was left is to be gone on with."""
    return known.age is None or known.age >= (DAILY if known.is_whole else GOES_ON)


async def run_backup(known: BackupRound, keeping: Keeping, table: Table, now: datetime) -> bool:
    """Begin a backup, or go on with the one that was left; return whether it is whole.

    One that was left for a day is given up: what is kept of it says nothing of today. What fails is logged, and
    gone on with in six minutes.
    """
    is_left = known.moment is not None and not known.is_whole and now - known.moment < DAILY
    moment = known.moment if is_left and known.moment else now
    try:
        etag = await note_backup(table, moment, known.whole, known.etag)
        manifest = await back_up(table, keeping, moment, now, until=asyncio.get_running_loop().time() + LASTS)
        if manifest is not None:
            await note_backup(table, moment, moment, etag)
            _tell_torn(manifest)
    except Stale:
        return False  # another instance is at it
    except (Ambiguous, NotKept) as failed:
        why = str(failed) if isinstance(failed, NotKept) else "no clear answer from the tables"
        log_fault(log, f"the backup {folder_of(moment)} is not whole yet: {why}", failed)
        return False
    return manifest is not None


def _tell_torn(manifest: Mapping[str, Any]) -> None:
    """Log which calendars were too busy to be read at one moment."""
    torn = [one["partition"] for one in manifest["files"] if not one["isOneMoment"]]
    if torn:
        log.warning("the backup has as they were read, and not as they were at one moment: %s", ", ".join(torn))
