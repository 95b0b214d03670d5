"""What administrators do about an invitation: send it again, or answer it for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.staff.person import person_in
from functions.http.problems import BadRequest
from shared.domain.access.permissions import Permission
from shared.use_cases.calendars.answer_invitation import invite_again


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember
    from shared.records.calendars import CalendarEntry

MEMBERSHIPS = {"accept": "active", "decline": "rejected", "invite": "pending"}
"""By the button, the membership that it leads to; who becomes pending is invited by mail."""


@console_boundary
async def staff_invitation(req: func.HttpRequest) -> func.HttpResponse:
    """Invite a person, send the invitation again, or answer it on their behalf. Raises BadRequest."""
    context = await enter(req, Permission.CHANGE_STAFF)
    person, wanted = person_in(context), context.form.get("answer")
    if wanted not in MEMBERSHIPS:
        raise BadRequest
    membership = MEMBERSHIPS[wanted]
    if wanted == "invite" and person.membership == "pending":
        await _again(context, person)
    else:
        await context.settings.change("staff", person.id, lambda _, one: _with_answer(one, membership), None)
    return context.leave(context.here("staff", "person", person.id, news=wanted))


async def _again(context: CalendarContext, person: StaffMember) -> None:
    app = context.app
    await invite_again(
        person.id,
        author=context.author,
        calendar=context.calendar,
        context=app.context,
    )


def _with_answer(person: CalendarEntry, membership: str) -> StaffMember:
    return cast("StaffMember", person).model_copy(update={"membership": membership})
