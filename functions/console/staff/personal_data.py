"""What is kept about a person on the staff, or who left it: shown, handed out as a file, and erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.session import require_recent_sign_in
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.retention.kept_lines import JSON, kept_file, kept_lines
from shared.domain.access.permissions import Permission
from shared.domain.errors import AppointmentsToCome, NotFound, StillOnStaff, UnderLegalHold
from shared.domain.personal_data.erasing import is_erased_staff
from shared.i18n import translator
from shared.i18n.marked import marked
from shared.use_cases.free_busy.connect import disconnect
from shared.use_cases.personal_data.erase_staff import ErasingStaff
from shared.use_cases.personal_data.export.staff import export_staff


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext

CALLED = marked("Former staff member")
READ = ("reportByMail", "organisationReportByMail")


@console_boundary
async def staff_data(req: func.HttpRequest) -> func.HttpResponse:
    """Show what the calendar keeps about a person, or hand it out as JSON. Raises NotFound."""
    context = await enter(req, Permission.EXPORT_STAFF)
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
        erase=context.here(*here, "erase") if person.removed_at and not is_erased_staff(person) else "",
        details=list(kept_lines(found["person"] | {name: found[name] for name in READ})),
        times_off=[list(kept_lines(one)) for one in found["timeOff"]],
        coming=[list(kept_lines(one)) for one in found["upcoming"]],
        past=[list(kept_lines(one)) for one in found["past"]],
        waiting=[list(kept_lines(one)) for one in found["waiting"]],
        done=[list(kept_lines(one)) for one in found["activity"]],
        connected=list(kept_lines(found["ownCalendar"])),
        sessions=[list(kept_lines(one)) for one in found["sessions"]],
    )


@console_boundary
async def staff_erase(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether to erase somebody who left the staff, and erase them. Raises NotFound."""
    context = await enter(req, Permission.ERASE_STAFF)
    require_recent_sign_in(req, context.now)
    person = context.calendar.person(context.req.route_params["person"])
    if person is None:
        raise NotFound
    hold = await _erased(context, person.id) if context.is_sent else ""
    if context.is_sent and not hold:
        return context.leave(context.here("staff", news="erased"))
    here = ("staff", "person", person.id)
    return await context.page(
        "console/staff/erase.html",
        "staff",
        status=409 if hold else 200,
        heading=context.texts.gettext("Erase %(name)s?") % {"name": person.name},
        back=context.here(*here, "data"),
        data=context.here(*here, "data"),
        handover=context.here(*here, "handover"),
        is_refused=hold == AppointmentsToCome.code,
        is_on_staff=hold == StillOnStaff.code,
        hold=hold if hold not in (AppointmentsToCome.code, StillOnStaff.code) else "",
    )


async def _erased(context: CalendarContext, person: str) -> str:
    """Erase somebody, and return what stands in the way: the code of a refusal, or the reason of a legal hold."""
    app = context.app
    called = translator(context.business.language).gettext(CALLED)
    erasing = ErasingStaff(context.business.id, context.author, app.context, called)
    try:
        await erasing.erase(person, lambda email: disconnect(email, app.reading()))
    except (AppointmentsToCome, StillOnStaff) as refusal:
        return refusal.code
    except UnderLegalHold as refusal:
        return refusal.detail
    return ""
