"""The console's first page: a person's calendars; who has none and may create one is led to create it."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import OPEN, access_in, may_create
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.shell import base_of
from functions.console.trial_visit import find_trial
from functions.console.undelivered import undelivered_badges
from functions.console.unread import unread_lines
from functions.pages.rich_text import own_language, said_in
from shared.domain.access.permissions import Permission, can_see
from shared.i18n.marked import marked
from shared.use_cases.calendars.find_businesses import find_all, find_readable
from shared.use_cases.organisation.find_deleted import find_deleted_of_person


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func
    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.console.context import ConsoleContext
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Calendar, Role, Served

FEW = 5  # calendars that are found at a glance
ROLES = {
    "administrator": marked("Administrator"),
    "scheduler": marked("Scheduler"),
    "team_member": marked("Team member"),
    "viewer": marked("Viewer"),
    "guest": marked("Guest"),
}
ON_A_PAGE = 50


class CalendarLine(NamedTuple):
    """A calendar on the page. `role` is a text to translate, empty for one of the organisation's others.

    `opens`: the reader can open its booking page. `mends` is its id if they may see what was not delivered.
    """

    name: str
    own_lang: Markup
    slug: str
    role: str
    serves: Served | None
    opens: bool
    href: str
    is_template: bool = False
    mends: str = ""


class HomePage(NamedTuple):
    """A page of the calendars that were found; `earlier` and `later` lead to the pages beside it."""

    own: list[CalendarLine]
    others: list[CalendarLine]
    found: int
    earlier: str
    later: str


@console_boundary
async def console_home(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person the calendars they work on; an organisation administrator sees all others too."""
    context = await enter_console(req)
    caller, _ = context.caller, context.texts.gettext
    asked = find_readable(caller.email, store=context.app.store)
    known, others, creates = await gather(asked, _others(context), may_create(caller))
    own, unread = _own(context, known.read), await unread_lines(context, known.unread)
    others = [one for one in others if one.slug not in {line.slug for line in own}]
    if creates and not (own or others or unread) and not await _has_lost(context):
        return context.leave(context.link("new"))
    page = _page(context, own, others)
    mended = [one.mends for one in (*page.own, *page.others) if one.mends]
    trial, undelivered = await gather(
        find_trial(caller, store=context.app.store), undelivered_badges(context, mended)
    )
    return await context.page(
        "console/home.html",
        "home",
        heading=_("Your calendars") if own or unread else _("Calendars") if others else _("No calendar yet"),
        email=caller.email,
        find=_wanted(context),
        has_any=bool(own or others),
        unread=unread,
        is_long=len(own) + len(others) > FEW,
        page=page,
        undelivered=undelivered,
        create=context.link("new") if creates else "",
        may_try=trial is not None,
        news=_("No test appointment is running. Start one first.") if req.params.get("trial") == "none" else "",
    )


async def _has_lost(context: ConsoleContext) -> bool:
    """Return whether the person has calendars that were deleted and can be restored, instead of creating one."""
    return bool(await find_deleted_of_person(context.caller.email, store=context.app.store, now=context.now))


def _wanted(context: ConsoleContext) -> str:
    return str(context.req.params.get("find", ""))[:60].strip()


def _page(context: ConsoleContext, own: list[CalendarLine], others: list[CalendarLine]) -> HomePage:
    """Return the page that is asked for of the calendars whose name holds what is looked for; own ones first."""
    wanted, asked = _wanted(context), context.req.params.get("page", "")
    own, others = ([one for one in each if wanted.casefold() in one.name.casefold()] for each in (own, others))
    found = len(own) + len(others)
    last = max(found - 1, 0) // ON_A_PAGE
    at = min(int(asked) if asked.isdecimal() and len(asked) < 6 else 0, last)
    span = slice(at * ON_A_PAGE, (at + 1) * ON_A_PAGE)

    query = {"find": wanted} if wanted else {}

    def link(number: int) -> str:
        return context.link(**query, page=str(number))

    shown = own[span]
    beyond = slice(max(span.start - len(own), 0), max(span.stop - len(own), 0))
    return HomePage(shown, others[beyond], found, link(at - 1) if at else "", link(at + 1) if at < last else "")


def _own(context: ConsoleContext, known: Sequence[Calendar]) -> list[CalendarLine]:
    caller = context.caller
    found = [access_in(caller, one) for one in known]
    lines = [_line(one, one.role, context.visitor) for one in found if one.role and can_see(caller, one.role)]
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
        business.is_template,
        business.id if own.may(Permission.RESEND_MESSAGES) else "",
    )


async def _others(context: ConsoleContext) -> list[CalendarLine]:
    """Return all calendars for an organisation administrator; none for anybody else."""
    if not context.caller.is_organisation_administrator:
        return []
    listed = [one for one in await find_all(store=context.app.store) if not one.deleted_at]
    lines = [
        CalendarLine(
            one.name,
            said_in(one.language, context.visitor),
            one.slug,
            "",
            one.serves,
            one.serves in OPEN,
            base_of(one.id),
            one.is_template,
            one.id,
        )
        for one in listed
    ]
    return sorted(lines, key=lambda line: line.name.casefold())
