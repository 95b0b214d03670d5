"""The page behind a host link: the lobby and the room. It needs neither the console nor an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.pages.boundary import page_boundary
from functions.visits.attendee_pages import show
from functions.visits.context import enter_visit
from functions.visits.ready_messages import READY


if TYPE_CHECKING:
    import azure.functions as func


@page_boundary
async def host_page(req: func.HttpRequest) -> func.HttpResponse:
    """Show a host who waits, and the room; outside its time, when it opens."""
    call = await enter_visit(req, "host")
    door = call.entrance.entry_state(call.now)
    template = "visits/host.html" if door in ("open", "late") else "visits/closed.html"
    return show(template, req, call, "host", req.route_params["token"], door=door, ready=READY)
