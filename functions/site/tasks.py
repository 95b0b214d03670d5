"""What a clock outside may ask for: a round of due work, where the platform's timers cannot be relied on."""

import hmac
from dataclasses import asdict

import azure.functions as func

from functions.http.boundary import api, json_response
from functions.http.client_address import client_address
from functions.http.problems import Unauthenticated
from functions.wiring import services
from shared.domain.errors import NotFound
from shared.use_cases.free_busy.read_due import read_due
from shared.use_cases.maintenance.rounds import TIMER


def require_operator(req: func.HttpRequest) -> None:
    """Raise NotFound where there is no operator's key, Unauthenticated for who does not show it."""
    app = services()
    if not app.settings.operator_key:
        raise NotFound
    scheme, _, given = str(req.headers.get("authorization", "")).partition(" ")
    # in constant time, and as bytes: compare_digest takes no other text than ASCII
    is_right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), app.settings.operator_key.encode())
    if scheme.lower() != "bearer" or not is_right:
        # only failures are counted: guesses of the key are limited, the operator never is
        app.limiter.count_read(client_address(req), app.now())
        raise Unauthenticated(is_invalid=bool(given))


@api
async def do_due_tasks(req: func.HttpRequest) -> func.HttpResponse:
    """Do what all timers do, and answer with what was sent: where a clock calls this, they may be off."""
    require_operator(req)
    app = services()
    counts = await app.due_work.run(TIMER)
    await read_due(app.reading())
    return json_response(asdict(counts))
