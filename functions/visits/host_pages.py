"""The page behind a host link: the lobby and the room. It needs neither the console nor an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.pages.boundary import page_boundary
from functions.visits.attendee_pages import show, visitor_of
from functions.visits.context import enter_visit, host_may
from functions.visits.customer_facts import customer_facts
from functions.visits.notes import may_read_notes, notes_of
from shared.domain.access.permissions import Permission
from shared.presentation.ready_messages import READY


if TYPE_CHECKING:
    import azure.functions as func

    from functions.pages.visitor import Visitor
    from shared.use_cases.visits.find_visit import VisitAccess


@page_boundary
async def host_page(req: func.HttpRequest) -> func.HttpResponse:
    """Show a host who waits, and the room; outside its time, when it opens."""
    call = await enter_visit(req, "host")
    door = call.entrance.entry_state(call.now)
    token = req.route_params["token"]
    if door not in ("open", "late"):
        return show("visits/closed.html", req, call, "host", token, door=door)
    visitor = visitor_of(req, call.entrance, "host")
    customers = await customer_facts(call, visitor)
    notes = notes_of(call.entrance) if may_read_notes(call.entrance) else None
    return show(
        "visits/host.html",
        req,
        call,
        "host",
        token,
        ready=READY,
        customers=customers,
        notes=notes,
        ways=_ways_on(call.entrance, visitor),
    )


def _ways_on(entrance: VisitAccess, visitor: Visitor) -> dict[str, str]:
    """Return where a host goes after the visit: the queue, and a follow-up; empty where they may not."""
    one, business = entrance.appointment, entrance.business
    queue = visitor.link("console", "queue") if host_may(entrance, Permission.RUN_QUEUE) else ""
    is_offered = one.service in {each.id for each in entrance.calendar.listed_services}
    may = host_may(entrance, Permission.CREATE_BOOKING) and host_may(entrance, Permission.READ_CUSTOMER)
    again = ""
    if may and is_offered and one.seat and one.seat.customer_id:
        asked = {"service": one.service, "staff": entrance.party.partition(".")[2], "time": "next"}
        again = visitor.link("console", "bookings", business, "new", customer=one.seat.customer_id, **asked)
    return {"queue": queue, "again": again}
