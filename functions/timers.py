"""The timers: due messages are sent every ten seconds, with a sweep once an hour, and own calendars read."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

import azure.functions as func

from functions.http.boundary import log_fault
from functions.http.invocation import invocation
from functions.wiring import services
from shared.use_cases.free_busy.read_due import ReadCounts, read_due
from shared.use_cases.maintenance.rounds import TIMER
from shared.use_cases.messages.send_counts import SendCounts


log = logging.getLogger("openslot")
Run = Callable[[func.TimerRequest], Awaitable[None]]


class TimerFailed(Exception):
    """A timer's exception, without its message, which the host would log. It is logged already."""


def quietly(run: Run) -> Run:
    """Return a timer whose exceptions are logged without their messages, and raised as TimerFailed."""

    @wraps(run)
    async def runs(timer: func.TimerRequest) -> None:
        try:
            with invocation():
                await run(timer)
        except Exception as error:  # noqa: BLE001 - raised on, by another name
            log_fault(run.__name__, error)
            raise TimerFailed(run.__name__) from None

    return runs


@quietly
async def send_due_messages(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host passes it
    """Run a round: one timer does all, since in the cloud each has an instance of its own."""
    tally = await services().due_work.run(TIMER)
    if tally != SendCounts():
        log.info("sent %s", tally)


@quietly
async def read_own_calendars(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host passes it
    """Read the people's own calendars that are due."""
    counts = await read_due(services().reading())
    if counts != ReadCounts():
        log.info("read %s own calendars, could not read %s", counts.read, counts.failed)
