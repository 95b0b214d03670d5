"""The deleted calendars that can be restored, for their administrators and the organisation's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import access_in
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.organisation.context import SECTION, organisation_tabs
from functions.pages.rich_text import said_in
from shared.domain.access.permissions import Permission, may
from shared.i18n.formats import Formats
from shared.use_cases.organisation.find_deleted import find_deleted, find_deleted_of_person


if TYPE_CHECKING:
    import azure.functions as func
    from markupsafe import Markup

    from functions.console.context import ConsoleContext
    from shared.use_cases.organisation.find_deleted import DeletedCalendar


class DeletedRow(NamedTuple):
    """A deleted calendar in the list."""

    name: str
    own_lang: Markup
    by: str
    when: str
    left: str
    action: str


@console_boundary
async def deleted_calendars(req: func.HttpRequest) -> func.HttpResponse:
    """Show the deleted calendars that the reader may restore; to the organisation's administrators all."""
    context = await enter_console(req)
    _, is_of_all = context.texts.gettext, context.caller.is_organisation_administrator
    return await context.page(
        "console/organisation/deleted.html",
        SECTION if is_of_all else "home",
        heading=_("Organisation") if is_of_all else _("Deleted calendars"),
        tabs=organisation_tabs(context, "deleted") if is_of_all else [],
        rows=[_row(context, one) for one in await _found(context)],
    )


async def _found(context: ConsoleContext) -> list[DeletedCalendar]:
    caller, store = context.caller, context.app.store
    if may(caller, None, Permission.RESTORE_CALENDAR):
        return await find_deleted(store=store, now=context.now)
    own = await find_deleted_of_person(caller.email, store=store, now=context.now)
    return [one for one, calendar in own if access_in(caller, calendar).may(Permission.RESTORE_CALENDAR)]


def _row(context: ConsoleContext, one: DeletedCalendar) -> DeletedRow:
    formats = Formats(context.visitor.region_tag, "UTC", context.texts)
    days = max((one.lost_at - context.now).days, 0)
    left = context.texts.ngettext("%(num)s day left", "%(num)s days left", days) % {"num": days}
    return DeletedRow(
        one.name,
        said_in(one.language, context.visitor),
        one.by,
        formats.full_day(one.deleted_at.date()),
        left if days else context.texts.gettext("Less than a day left"),
        context.link("deleted", one.id),
    )
