"""The console's first page: a person's calendars, or what to do where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import access_in
from functions.auth.session import form_token
from functions.console.boundary import console_boundary, console_visitor, person_of
from functions.console.trial_visit import find_trial
from functions.pages.render import page
from functions.pages.rich_text import own_language, said_in
from functions.wiring import services
from shared.domain.access.organisation import is_named
from shared.domain.access.permissions import can_see
from shared.i18n.marked import marked
from shared.use_cases.calendars.find_businesses import find_all, find_of_person


if TYPE_CHECKING:
    import azure.functions as func
    from markupsafe import Markup

    from functions.pages.visitor import Visitor
    from shared.domain.access.permissions import Caller
    from shared.domain.calendar.business import Business, Role, Served

ROLES = {
    "administrator": marked("Administrator"),
    "scheduler": marked("Scheduler"),
    "team_member": marked("Team member"),
    "viewer": marked("Viewer"),
    "guest": marked("Guest"),
}
OPEN = ("everyone", "organisation", None)  # for all who are signed in; None: not known


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


@console_boundary
async def console_home(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person the calendars they work on; an organisation administrator sees all others too."""
    caller, visitor = await person_of(req), console_visitor(req)
    return page(
        "console/home.html",
        visitor,
        None,
        here=(("console",), {}),
        who=caller.name or caller.email or caller.subject,
        email=caller.email,
        own=await _own(caller, visitor),
        others=await _others(caller, visitor) if caller.is_organisation_administrator else [],
        may_try=await find_trial(caller) is not None,
        has_no_trial=req.params.get("trial") == "none",
        form_token=form_token(req),
    )


async def _own(caller: Caller, visitor: Visitor) -> list[CalendarLine]:
    found = [access_in(caller, one) for one in await find_of_person(caller.email, store=services().store)]
    lines = [
        _line(one.calendar.business, one.role, caller, visitor)
        for one in found
        if one.role and can_see(caller, one.role)
    ]
    return sorted(lines, key=lambda line: line.name.casefold())


def _line(business: Business, role: Role, caller: Caller, visitor: Visitor) -> CalendarLine:
    page = business.page
    opens = page.serves in OPEN or (page.is_published and is_named(caller, page.audience))
    own_lang = own_language(business, visitor)
    return CalendarLine(business.name, own_lang, business.slug, ROLES[role], page.serves, opens)


async def _others(caller: Caller, visitor: Visitor) -> list[CalendarLine]:
    """Return the organisation's calendars that are not the caller's own."""
    own = {line.slug for line in await _own(caller, visitor)}
    listed = await find_all(store=services().store)
    lines = [
        CalendarLine(one.name, said_in(one.language, visitor), one.slug, "", one.serves, one.serves in OPEN)
        for one in listed
        if not one.deleted_at and one.slug not in own
    ]
    return sorted(lines, key=lambda line: line.name.casefold())
