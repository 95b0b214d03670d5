"""All calendars of the organisation with everybody who has access, as a list to search and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from functions.auth.access import STRENGTH
from functions.console.boundary import console_boundary
from functions.console.download import download
from functions.console.home import ROLES
from functions.console.organisation.context import (
    SECTION,
    enter_organisation,
    organisation_tabs,
    page_number,
    searched,
)
from functions.console.shell import base_of
from functions.pages.rich_text import said_in
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked, marked_for
from shared.use_cases.organisation.find_directory import DirectoryState, find_directory, has_text


if TYPE_CHECKING:
    from collections.abc import Iterator

    import azure.functions as func
    from markupsafe import Markup

    from functions.console.context import ConsoleContext
    from shared.domain.calendar.business import StaffMember
    from shared.use_cases.organisation.find_directory import Directory, DirectoryLine

PER_PAGE, MOST_PEOPLE = 25, 8
STATES: dict[DirectoryState, str] = {
    "": marked_for("calendar", "All"),
    "published": marked_for("calendar", "Published"),
    "unpublished": marked_for("calendar", "Not published"),
    "unled": marked_for("calendar", "Without an administrator"),
    "deleted": marked_for("calendar", "Deleted"),
}
COLUMNS = (
    marked("Calendar"),
    marked("Page address"),
    marked("State"),
    marked("Person"),
    marked("Email address"),
    marked("Role"),
    marked("Account"),
)
ACCOUNTS = {
    "active": marked("Active"),
    "pending": marked("Invited"),
    "rejected": marked("Declined the invitation"),
    "suspended": marked("Account disabled"),
}


class StateLink(NamedTuple):
    """A filter of the list."""

    label: str
    href: str
    is_current: bool


class CalendarRow(NamedTuple):
    """A calendar in the list. `href` is empty for a deleted one; `more` people are not named."""

    id: str
    name: str
    own_lang: Markup
    href: str
    state: str
    is_template: bool
    is_unled: bool
    people: list[tuple[StaffMember, str]]
    more: int


@dataclass(frozen=True)
class DirectoryQuery:
    """What the address of the page asks for."""

    text: str
    state: DirectoryState
    page: int


@console_boundary
async def organisation_calendars(req: func.HttpRequest) -> func.HttpResponse:
    """Show the calendars, or return them as a file."""
    context = await enter_organisation(req, Permission.READ_DIRECTORY)
    query, store = _query(req), context.app.store
    if req.params.get("format") == "csv":
        return download(_table(context, await find_directory(query.text, query.state, store=store)), "calendars")
    first = query.page * PER_PAGE
    found = await find_directory(query.text, query.state, store=store, first=first, count=PER_PAGE)
    return await context.page(
        "console/organisation/calendars.html",
        SECTION,
        heading=context.texts.gettext("Organisation"),
        tabs=organisation_tabs(context, "calendars"),
        rows=[_row(context, line, query.text.casefold()) for line in found.lines],
        **_around(context, query, found),
    )


def _query(req: func.HttpRequest) -> DirectoryQuery:
    state = req.params.get("state", "")
    known: tuple[DirectoryState, ...] = get_args(DirectoryState)
    return DirectoryQuery(searched(req), next((one for one in known if one == state), ""), page_number(req))


def _around(context: ConsoleContext, query: DirectoryQuery, found: Directory) -> dict[str, Any]:
    """Return what stands around the list: the search, the filters, and the ways to other pages."""
    _ = context.texts.gettext
    asked = {**({"find": query.text} if query.text else {}), **({"state": query.state} if query.state else {})}
    here = lambda **more: context.link(SECTION, "calendars", **{**asked, **more})  # noqa: E731 - for the lines below
    has_more = (query.page + 1) * PER_PAGE < found.total
    return {
        "find": query.text,
        "state": query.state,
        "total": found.total,
        "states": [
            StateLink(
                context.texts.pgettext("calendar", label),
                here(state=state) if state else _without_state(context, query),
                state == query.state,
            )
            for state, label in STATES.items()
        ],
        "file": here(format="csv"),
        "newer": here(page=str(query.page)) if query.page else "",
        "older": here(page=str(query.page + 2)) if has_more else "",
    }


def _without_state(context: ConsoleContext, query: DirectoryQuery) -> str:
    return context.link(SECTION, "calendars", **({"find": query.text} if query.text else {}))


def _row(context: ConsoleContext, line: DirectoryLine, text: str) -> CalendarRow:
    _, one, calendar = context.texts.gettext, line.summary, line.calendar
    people = list(calendar.staff.values()) if calendar else []
    people.sort(
        key=lambda who: (not (text and has_text(who, text)), STRENGTH.index(who.role), who.name.casefold())
    )
    return CalendarRow(
        one.id,
        one.name,
        said_in(one.language, context.visitor),
        base_of(one.id) if calendar else "",
        state_of(line),
        one.is_template,
        line.is_unled,
        [(who, _(ROLES[who.role])) for who in people[:MOST_PEOPLE]],
        max(len(people) - MOST_PEOPLE, 0),
    )


def state_of(line: DirectoryLine) -> str:
    """Return the state of a calendar in words that are to be translated."""
    if line.summary.deleted_at is not None:
        return STATES["deleted"]
    return STATES["unpublished" if line.summary.serves in ("nobody", None) else "published"]


def _table(context: ConsoleContext, found: Directory) -> Iterator[tuple[str, ...]]:
    """Yield a row for each person of each calendar; a calendar without people has one row."""
    _ = context.texts.gettext
    yield tuple(_(column) for column in COLUMNS)
    for line in found.lines:
        about = (line.summary.name, line.summary.slug, context.texts.pgettext("calendar", state_of(line)))
        people = line.calendar.staff.values() if line.calendar else ()
        for who in people:
            account = ACCOUNTS["suspended" if who.is_suspended else who.membership]
            yield (*about, who.name, who.email, _(ROLES[who.role]), _(account))
        if not people:
            yield (*about, "", "", "", "")
