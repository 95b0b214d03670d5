"""The page behind a host link: the lobby and the room. It needs neither the console nor an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.pages.boundary import page_boundary
from functions.visits.attendee_pages import show, visitor_of
from functions.visits.context import enter_visit
from functions.visits.customer_facts import customer_facts
from functions.visits.notes import may_read_notes, notes_of
from functions.visits.ready_messages import READY


if TYPE_CHECKING:
    import azure.functions as func


@page_boundary
async def host_page(req: func.HttpRequest) -> func.HttpResponse:
    """Show a host who waits, and the room; outside its time, when it opens."""
    call = await enter_visit(req, "host")
    door = call.entrance.entry_state(call.now)
    token = req.route_params["token"]
    if door not in ("open", "late"):
        return show("visits/closed.html", req, call, "host", token, door=door)
    customers = await customer_facts(call.entrance, visitor_of(req, call.entrance, "host"))
    notes = notes_of(call.entrance) if may_read_notes(call.entrance) else None
    return show("visits/host.html", req, call, "host", token, ready=READY, customers=customers, notes=notes)
