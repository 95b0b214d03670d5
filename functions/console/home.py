"""The console's first page: a person's calendars, or what to do where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import OPEN, access_in
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.shell import base_of
from functions.console.trial_visit import find_trial
from functions.pages.rich_text import own_language, said_in
from functions.wiring import services
from shared.domain.access.permissions import can_see
from shared.i18n.marked import marked
from shared.use_cases.calendars.find_businesses import find_all, find_of_person


if TYPE_CHECKING:
    import azure.functions as func
    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.pages.visitor import Visitor
    from shared.domain.access.permissions import Caller
    from shared.domain.calendar.business import Role, Served

ROLES = {
    "administrator": marked("Administrator"),
    "scheduler": marked("Scheduler"),
    "team_member": marked("Team member"),
    "viewer": marked("Viewer"),
    "guest": marked("Guest"),
}
MOST_LISTED = 200


class CalendarLine(NamedTuple):
    """A calendar on the page. `role` is a text to translate, empty for one of the organisation's others.

    `opens`: the reader can open its booking page.
    """

    name: str
    own_lang: Markup
    slug: str
    role: str
    serves: Served | None
    opens: bool
    href: str


@console_boundary
async def console_home(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person the calendars they work on; an organisation administrator sees all others too."""
    context = await enter_console(req)
    caller, visitor, _ = context.caller, context.visitor, context.texts.gettext
    own = await _own(caller, visitor)
    others = await _others(caller, visitor) if caller.is_organisation_administrator else []
    wanted = req.params.get("find", "")[:60].strip()
    return await context.page(
        "console/home.html",
        "home",
        heading=_("Your calendars") if own or others else _("No calendar yet"),
        email=caller.email,
        find=wanted,
        has_any=bool(own or others),
        own=[one for one in own if wanted.casefold() in one.name.casefold()],
        others=[one for one in others if wanted.casefold() in one.name.casefold()][:MOST_LISTED],
        may_try=await find_trial(caller) is not None,
        news=_("No test visit is under way: start one first.") if req.params.get("trial") == "none" else "",
    )


async def _own(caller: Caller, visitor: Visitor) -> list[CalendarLine]:
    found = [access_in(caller, one) for one in await find_of_person(caller.email, store=services().store)]
    lines = [_line(one, one.role, visitor) for one in found if one.role and can_see(caller, one.role)]
    return sorted(lines, key=lambda line: line.name.casefold())


def _line(own: Access, role: Role, visitor: Visitor) -> CalendarLine:
    business, own_lang = own.calendar.business, own_language(own.calendar.business, visitor)
    return CalendarLine(
        business.name,
        own_lang,
        business.slug,
        ROLES[role],
        business.page.serves,
        own.opens_booking_page,
        base_of(business.id),
    )


async def _others(caller: Caller, visitor: Visitor) -> list[CalendarLine]:
    """Return the organisation's calendars that are not the caller's own."""
    own = {line.slug for line in await _own(caller, visitor)}
    listed = await find_all(store=services().store)
    lines = [
        CalendarLine(
            one.name, said_in(one.language, visitor), one.slug, "", one.serves, one.serves in OPEN, base_of(one.id)
        )
        for one in listed
        if not one.deleted_at and one.slug not in own
    ]
    return sorted(lines, key=lambda line: line.name.casefold())
