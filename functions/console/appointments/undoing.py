"""Staff undo a change that nobody has been told of yet, or have people told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.appointments.context import AppointmentContext, enter_appointment
from functions.console.appointments.pages import command_of
from functions.console.boundary import console_boundary
from functions.console.series.following import tell_together, undo_together
from functions.http.boundary import BadRequest
from shared.domain.access.permissions import Permission
from shared.domain.errors import AlreadyTold, GroupFull, NothingToUndo, SlotTaken
from shared.use_cases.seats.seat_command import SeatRef
from shared.use_cases.seats.undo_seat import tell_seat, undo_seat
from shared.use_cases.telling.undo_change import tell_now, undo_change


if TYPE_CHECKING:
    import azure.functions as func


TOGETHER = {"undo-all": (undo_together, "all-undone"), "tell-all": (tell_together, "all-told")}
"""What is done with all appointments that were changed together: how, and what is said afterwards."""


@console_boundary
async def queue_undo(req: func.HttpRequest) -> func.HttpResponse:
    """Undo the pending change, or tell of it now, or both of all that were changed with it. Raises BadRequest."""
    context = await enter_appointment(req, Permission.CHANGE_BOOKING)
    version, wish = context.form.get("version", ""), context.form.get("do", "")
    if not version.isdecimal() or len(version) > 9 or wish not in ("undo", "tell", *TOGETHER):
        raise BadRequest
    if wish in TOGETHER:
        run_all, news = TOGETHER[wish]
        is_done, there = await run_all(context, int(version))
        return context.to_details(news if is_done else "partly", there)
    news, there = "undone" if wish == "undo" else "told", ""
    try:
        there = await (_undone if wish == "undo" else _told)(context, int(version))
    except (AlreadyTold, NothingToUndo):
        news = "too-late"
    except (GroupFull, SlotTaken) as refusal:
        if not context.seat:
            raise
        news = refusal.code
    return context.to_details(news, there)


async def _undone(context: AppointmentContext, version: int) -> str:
    """Undo the change; return the appointment in which a seat is then, empty without a seat."""
    given = {"editor": context.access.editor(), "reading": context.app.reading, **command_of(context)}
    if context.seat:
        return await undo_seat(SeatRef(context.appointment.id, context.seat.id), version, **given)
    await undo_change(context.appointment.id, version, **given)
    return ""


async def _told(context: AppointmentContext, version: int) -> str:
    given = {"editor": context.access.editor(), **command_of(context)}
    if context.seat:
        await tell_seat(SeatRef(context.appointment.id, context.seat.id), version, **given)
    else:
        await tell_now(context.appointment.id, version, **given)
    return ""
