"""The work that is due, however its hour is noticed: by the timer, by a clock outside, or by any request."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING

from functions.http.events import Watch, tell_round
from shared.records.markers import SHARDS
from shared.storage.trace import traced
from shared.use_cases import fault_log
from shared.use_cases.context import Context
from shared.use_cases.maintenance.rounds import REQUESTS


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shared.storage.store import TableStore
    from shared.use_cases.maintenance.back_up import Keeping
    from shared.use_cases.maintenance.run_round import Backup
    from shared.use_cases.messages.send_counts import SendCounts
    from shared.use_cases.ports import Mailer
    from shared.use_cases.sms.texter import Texter
    from shared.use_cases.visits.make_meeting import Meetings

LOOKS_EVERY = 15.0  # seconds in one process
LOOKS_AFTER = 1.0  # seconds: what a round loads is not loaded before the response that is on its way
log = logging.getLogger("openslot")


class DueWork:
    """Sends what is due. Mail and meetings are loaded when there is something to send, and pages do not wait."""

    def __init__(
        self,
        store: TableStore,
        mailer: Callable[[], Mailer],
        meetings: Callable[[], Meetings],
        texter: Callable[[], Texter],
        secret: str,
        now: Callable[[], datetime],
        keeping: Callable[[], Keeping] | None = None,
    ) -> None:
        self._store, self._mailer, self._meetings, self._texter = store, mailer, meetings, texter
        self._secret, self._now, self._keeping = secret, now, keeping
        self._looked = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def send(self) -> SendCounts:
        """Send all due outbox entries, shared between those who do so at the same time. Raises Ambiguous."""
        from shared.use_cases.messages.send_due import send_due  # noqa: PLC0415 - heavy, and pages do not send

        return await send_due(
            context=Context(self._store, self._secret, self._now()),
            mailer=self._mailer(),
            # a new name for each run: a lease of an outbox entry says by it whose it is
            worker=secrets.token_hex(8),
            shards=SHARDS,
            meetings=self._meetings(),
            texter=self._texter(),
        )

    async def run(self, by: str) -> SendCounts:
        """Run a round: send, stamp, sweep once an hour, back up once a day. Raises Ambiguous."""
        from shared.use_cases.maintenance.run_round import run_round  # noqa: PLC0415 - the same

        watch = Watch()
        async with traced() as trace:
            counts = await run_round(by, self.send, store=self._store, backup=self._backup_by())
        tell_round(by, asdict(counts), watch, trace)
        return counts

    def _backup_by(self) -> Backup | None:
        """Return how backups are made, None where none are kept."""
        keeping = self._keeping
        if keeping is None:
            return None
        from shared.use_cases.maintenance.backup_round import run_backup  # noqa: PLC0415 - the same

        return lambda known: run_backup(known, keeping(), self._store.table, self._now())

    def ring(self) -> None:
        """Look, after a request is answered, whether somebody runs the rounds; if nobody does, run one."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < LOOKS_EVERY or (self._looking and not self._looking.done()):
            return
        self._looked = now
        # in a context of its own: what it costs is not the request's
        self._looking = asyncio.get_running_loop().create_task(self._look_soon(), context=contextvars.Context())

    async def _look_soon(self) -> None:
        await asyncio.sleep(LOOKS_AFTER)
        await self.look()

    async def look(self) -> None:
        """Run a round where it is late; a fault is logged, and the next request looks again."""
        from shared.use_cases.maintenance.run_round import run_if_late  # noqa: PLC0415 - the same

        watch = Watch()
        try:
            async with traced() as trace:
                counts = await run_if_late(self.send, store=self._store, backup=self._backup_by())
        except Exception as error:  # noqa: BLE001 - nobody waits for it
            fault_log.log_fault(log, "due work could not be looked after", error)
            return
        if counts is not None:
            tell_round(REQUESTS, asdict(counts), watch, trace)
            log.warning("the timer is late, and a request sent what was due: %s", counts)
