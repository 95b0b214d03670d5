"""Liveness and readiness: whether the process runs, reaches its storage, and whether somebody runs the rounds."""

import asyncio
from datetime import timedelta

import azure.functions as func

from functions.http.boundary import api, json_response, log_fault
from functions.settings.app import SettingsMissing
from functions.wiring import services
from shared.use_cases.maintenance.rounds import read_rounds


STORAGE_ANSWERS_WITHIN = 1.0
TIMER_STOPPED = timedelta(minutes=3)


@api
async def healthz(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the host passes it
    """Return 200 for the platform's liveness probe, without touching the storage."""
    return json_response({"status": "ok"})


@api
async def readyz(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the host passes it
    """Return {status, settings, storage, timer} for readiness probes; 503 unless all is well.

    `timer` is how many seconds ago a round of the timer ended, null if none did.
    """
    has_settings, age, is_there = True, None, False
    try:
        table = services().store.table
        async with asyncio.timeout(STORAGE_ANSWERS_WITHIN):
            age, is_there = (await read_rounds(table)).timer, True
    except SettingsMissing as missing:
        has_settings = False
        log_fault("readiness", missing)
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
        log_fault("readiness", error)
    is_ready = is_there and age is not None and age <= TIMER_STOPPED
    seconds = None if age is None else int(age.total_seconds())
    found = {"settings": has_settings, "storage": is_there, "timer": seconds}
    return json_response({"status": "ready" if is_ready else "not ready", **found}, 200 if is_ready else 503)
