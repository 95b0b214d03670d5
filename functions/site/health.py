"""Liveness and readiness: whether the process runs, and whether it reaches its storage."""

import asyncio

import azure.functions as func

from functions.http.boundary import api, json_response, log_fault
from functions.settings.app import SettingsMissing
from functions.wiring import services


STORAGE_ANSWERS_WITHIN = 1.0


@api
async def healthz(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the host passes it
    """Return 200 for the platform's liveness probe, without touching the storage."""
    return json_response({"status": "ok"})


@api
async def readyz(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the host passes it
    """Return {status, settings, storage} for readiness probes; 503 unless both checks pass."""
    checks = {"settings": True, "storage": False}
    try:
        table = services().store.table
        async with asyncio.timeout(STORAGE_ANSWERS_WITHIN):
            # a row that does not exist will do: any answer shows that the storage is reachable
            await table.get("org", "calendars", "ready")
        checks["storage"] = True
    except SettingsMissing as missing:
        checks["settings"] = False
        log_fault("readiness", missing)
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
        log_fault("readiness", error)
    ready = all(checks.values())
    return json_response({"status": "ready" if ready else "not ready", **checks}, 200 if ready else 503)
