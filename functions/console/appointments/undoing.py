"""Staff undo a change that nobody has been told of yet, or have people told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.appointments.context import enter_appointment
from functions.console.appointments.pages import command_of
from functions.console.boundary import console_boundary
from functions.console.series.following import tell_together, undo_together
from functions.http.boundary import BadRequest
from shared.domain.access.permissions import Permission
from shared.domain.errors import AlreadyTold, NothingToUndo
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
        is_done = await run_all(context, int(version))
        return context.to_details(news if is_done else "partly")
    about = context.appointment.id, int(version)
    news = "undone" if wish == "undo" else "told"
    given = {"editor": context.access.editor(), **command_of(context)}
    try:
        if wish == "undo":
            await undo_change(*about, **given, reading=context.app.reading)
        else:
            await tell_now(*about, **given)
    except (AlreadyTold, NothingToUndo):
        news = "too-late"
    return context.to_details(news)
