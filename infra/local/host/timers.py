"""Timers: each runs on its schedule, never beside itself, and catches up once after the host was down."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from infra.local.host.engine import AppRefused, Function
from infra.local.host.schedules import BadSchedule, Schedule, host_zone


if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

log = logging.getLogger("openslot.host")
LONGEST_SLEEP = 3600.0  # in one go, as the clock may be set while we sleep


class Timer:
    """One timer function. Its monitor status is a file; there is none for schedules under a minute."""

    def __init__(self, function: Function, trigger: dict[str, Any], statuses: Path) -> None:
        try:
            self._schedule = Schedule(trigger.get("schedule", ""), host_zone())
        except BadSchedule as bad:
            raise AppRefused(f"{function.name}: {bad}") from None
        self.name = function.name
        self.stopping = asyncio.Event()
        self._function, self._parameter = function, trigger["name"]
        self._at_start = bool(trigger.get("runOnStartup"))
        wanted = trigger.get("useMonitor") is not False
        self._file = statuses / f"{function.name}.json" if wanted and self._schedule.is_monitored(_now()) else None

    async def keep(self) -> None:
        """Run on schedule until told to stop; a run that is under way ends first. The engine logs errors."""
        if self._is_past_due():
            await self._run_scheduled(_now(), past_due=True)
        elif self._at_start:
            await self._run_scheduled(_now())
        while not self.stopping.is_set():
            due = self._schedule.after(_now())
            self._note(due=due)
            if await self._waited_until(due):
                await self._run_scheduled(due)

    async def _waited_until(self, due: datetime) -> bool:
        while (left := (due - _now()).total_seconds()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), min(left, LONGEST_SLEEP))
                return False
        return not self.stopping.is_set()

    async def run(self, *, past_due: bool = False) -> bool:
        """One run, now; whether it went well."""
        from azure_functions_runtime.bindings.datumdef import Datum
        from azure_functions_runtime.native_invocation import invocation_request_native

        status = self._status() if self._file else None
        payload = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": past_due}
        datum = Datum(json.dumps(payload), "json")
        ok, *_ = await invocation_request_native(str(uuid4()), self._function.id, [(self._parameter, datum)], {})
        return ok

    async def _run_scheduled(self, due: datetime, *, past_due: bool = False) -> None:
        await self.run(past_due=past_due)
        self._note(last=due, due=self._schedule.after(_now()))

    def _is_past_due(self) -> bool:
        """A changed schedule is not past due: its next time is not the one that was noted."""
        status = self._status()
        if not status:
            return False
        noted = datetime.fromisoformat(status["Next"])
        expected = self._schedule.after(datetime.fromisoformat(status["Last"] or status["LastUpdated"]))
        return noted == expected and noted < _now()

    def _status(self) -> dict[str, Any] | None:
        if not self._file or not self._file.exists():
            return None
        status: dict[str, Any] = json.loads(self._file.read_text())
        return status

    def _note(self, *, due: datetime, last: datetime | None = None) -> None:
        if not self._file:
            return
        was = (self._status() or {}).get("Last", "")
        now = _now().isoformat()
        status = {"Last": last.isoformat() if last else was, "Next": due.isoformat(), "LastUpdated": now}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(status))
        fresh.replace(self._file)


def build_timers(functions: Iterable[Function], statuses: Path) -> dict[str, Timer]:
    """By lower-case name; raises AppRefused for a schedule that the host cannot read."""
    timers = [Timer(f, trigger, statuses) for f in functions if (trigger := f.trigger("timerTrigger"))]
    return {timer.name.lower(): timer for timer in timers}


def _now() -> datetime:
    return datetime.now(UTC)
