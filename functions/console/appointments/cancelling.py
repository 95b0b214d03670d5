"""The page by which staff cancel an appointment, or it and those that follow in its series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.appointments.context import enter_appointment
from functions.console.appointments.forms import DeskForm, Select, form_page, telling_field, told_when
from functions.console.appointments.pages import LONGEST_MESSAGE, REFUSED, command_of, left, text_of
from functions.console.boundary import console_boundary
from functions.console.series.following import cancel_following, chosen_since, scope_fields
from functions.pages.form_field import FormField
from shared.domain.access.permissions import Permission
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.seats.cancel_seat import cancel_seat
from shared.use_cases.seats.seat_command import SeatRef


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def queue_cancel(req: func.HttpRequest) -> func.HttpResponse:
    """Ask staff for confirmation, and cancel with a message to all parties."""
    context = await enter_appointment(req, Permission.CANCEL_BOOKING)
    _ = context.visitor.texts.gettext
    typed = context.form.get("message", "")
    field = FormField("message", _("Message to everyone"), "notes", typed, longest=LONGEST_MESSAGE)
    fields: list[FormField | Select] = [field, *await scope_fields(context), telling_field(context)]
    asked = _("Cancel this place?") if context.seat else _("Cancel this appointment?")
    done = _("Cancel the place") if context.seat else _("Cancel appointment")
    form = DeskForm(asked, done, fields, is_danger=True)
    if not context.is_sent:
        return await form_page(context, form)
    try:
        message = text_of(context, "message", LONGEST_MESSAGE)
        if since := chosen_since(context):
            return await cancel_following(context, form, since, message)
        about = {"editor": context.access.editor(), "telling": told_when(context) or "now", **command_of(context)}
        if context.seat:
            telling = await cancel_seat(SeatRef(context.appointment.id, context.seat.id), message, **about)
        else:
            telling = await cancel_by_staff(context.appointment.id, message, seen=context.appointment, **about)
    except REFUSED as refusal:
        return await form_page(context, form, refusal)
    return left(context, "cancelled", telling)
