"""What happens by itself: every ten seconds what is due is sent; every hour the sweep goes round."""

import logging
import secrets

import azure.functions as func

from functions.wiring import services
from shared.storage.markers import SHARDS
from shared.storage.trace import traced
from shared.use_cases.send_due import Tally, send_due
from shared.use_cases.sweep import sweep


bp = func.Blueprint()
log = logging.getLogger("openslot")


@bp.timer_trigger(schedule="*/10 * * * * *", arg_name="timer", use_monitor=False)
async def send_due_messages(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host passes it
    app = services()
    async with traced() as trace:
        tally = await send_due(
            store=app.store,
            mailer=app.mailer(),
            secret=app.secret,
            now=app.now(),
            worker=secrets.token_hex(8),
            shards=[f"s{shard}" for shard in range(SHARDS)],
        )
    if tally != Tally():
        log.info("sent %s; %s round trips, depth %s", tally, trace.requests, trace.depth)


@bp.timer_trigger(schedule="0 7 * * * *", arg_name="timer", use_monitor=True)
async def sweep_hourly(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the host passes it
    swept = await sweep(store=services().store)
    log.info("swept %s", swept)
