"""What is kept about a person on the staff, or who left it: shown, and handed out as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.session import require_recent_sign_in
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.retention.kept_lines import JSON, kept_file, kept_lines
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.use_cases.personal_data.export_staff import export_staff


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def staff_data(req: func.HttpRequest) -> func.HttpResponse:
    """Show what the calendar keeps about a person, or hand it out as JSON. Raises NotFound."""
    context = await enter(req, Permission.CHANGE_STAFF)
    require_recent_sign_in(req, context.now)
    name = context.req.route_params["person"]
    person = context.calendar.staff.get(name) or context.calendar.former.get(name)
    if person is None:
        raise NotFound
    found = await export_staff(person, calendar=context.calendar, store=context.app.store, now=context.now)
    if req.params.get("format") == JSON:
        return kept_file(found)
    here = ("staff", "person", name)
    return await context.page(
        "console/staff/data.html",
        "staff",
        heading=context.texts.gettext("Personal data of %(name)s") % {"name": person.name},
        back=context.here("staff") if person.removed_at else context.here(*here),
        file=context.here(*here, "data", format=JSON),
        details=list(kept_lines(found["person"])),
        times_off=[list(kept_lines(one)) for one in found["timeOff"]],
        coming=[list(kept_lines(one)) for one in found["upcoming"]],
        past=[list(kept_lines(one)) for one in found["past"]],
        done=[list(kept_lines(one)) for one in found["activity"]],
        connected=list(kept_lines(found["ownCalendar"])),
        sessions=[list(kept_lines(one)) for one in found["sessions"]],
    )
