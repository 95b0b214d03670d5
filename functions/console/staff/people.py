"""The list of a calendar's staff: searched, filtered, and in pages, so that a thousand people stay usable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.download import KINDS, download, kind_of_file
from functions.console.forms.checks import whole_in
from functions.console.forms.fields import Option
from functions.console.home import ROLES
from functions.console.staff.states import (
    STATES,
    UNLISTED,
    badge_of,
    in_order,
    remarks_on,
    role_name,
    state_of,
)
from functions.console.staff.table import staff_table
from functions.console.staff.tabs import staff_tabs
from shared.domain.access.permissions import Permission
from shared.domain.calendar.administrators import has_administrator
from shared.domain.personal_data.erasing import is_erased_staff
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.staff.states import Badge
    from shared.domain.calendar.business import StaffMember

ON_A_PAGE = 50
LONGEST_FIND = 100
NEWS = {
    "added": marked("Added."),
    "removed": marked("Removed from the staff of this calendar."),
    "erased": marked("Erased. Their past appointments stay, with a former staff member."),
    "administrator": marked("This calendar has an administrator again."),
}


class PeopleFilter(NamedTuple):
    """What the list is limited to; empty texts limit nothing."""

    find: str
    role: str
    state: str
    team: str = ""

    def fits(self, person: StaffMember, members: Collection[str]) -> bool:
        """Return whether a person is wanted; `members` are those of the group, if one is chosen."""
        wanted = self.find.casefold()
        return (not self.team or person.id in members) and (
            (wanted in person.name.casefold() or wanted in person.email.casefold())
            and self.role in ("", person.role)
            and self.state in ("", state_of(person), UNLISTED if not person.is_listed else "")
        )


class PersonLine(NamedTuple):
    """A person in the list."""

    id: str
    name: str
    email: str
    role: str
    badge: Badge
    remarks: Sequence[str]
    is_reader: bool
    href: str


@console_boundary
async def staff_list(req: func.HttpRequest) -> func.HttpResponse:
    """Show the staff of a calendar to all who may read it, or return those who are found as a file."""
    context = await enter(req, Permission.LIST_STAFF)
    _, wanted = context.texts.gettext, _wanted(req.params, context)
    if kind := kind_of_file(req):
        return download(staff_table(context.calendar, _found(context, wanted), context.texts), "staff", kind)
    return await context.page(
        "console/staff/people.html",
        "staff",
        heading=_("Staff"),
        tabs=staff_tabs(context, "people"),
        may_change=context.access.may(Permission.CHANGE_STAFF),
        former=_former(context),
        news=_news(context),
        **_listed(context, wanted),
        **_without_administrator(context),
    )


def _former(context: CalendarContext) -> list[tuple[str, str]]:
    """Return those who left, with where an administrator sees what is kept about them; not who was erased."""
    if not context.access.may(Permission.CHANGE_STAFF):
        return []
    left = sorted(context.calendar.former.values(), key=lambda one: one.name.casefold())
    return [
        (one.name, context.here("staff", "person", one.id, "data")) for one in left if not is_erased_staff(one)
    ]


def _wanted(query: Mapping[str, str], context: CalendarContext) -> PeopleFilter:
    role, state, team = query.get("role", ""), query.get("state", ""), query.get("team", "")
    return PeopleFilter(
        query.get("find", "").strip()[:LONGEST_FIND],
        role if role in ROLES else "",
        state if state in STATES or state == UNLISTED else "",
        team if any(one.id == team for one in context.business.staff_groups) else "",
    )


def _found(context: CalendarContext, wanted: PeopleFilter) -> list[StaffMember]:
    groups = context.business.staff_groups
    members = {person for one in groups if one.id == wanted.team for person in one.members}
    return in_order([one for one in context.calendar.staff.values() if wanted.fits(one, members)])


def _listed(context: CalendarContext, wanted: PeopleFilter) -> dict[str, Any]:
    """Return the people of the page that the query names, and the ways to the pages beside it."""
    _, found = context.texts.gettext, _found(context, wanted)
    pages = max(-(-len(found) // ON_A_PAGE), 1)
    at = min(max(whole_in(context.req.params.get("page", ""), 1), 1), pages)
    first = (at - 1) * ON_A_PAGE
    query = {name: value for name, value in wanted._asdict().items() if value}
    return {
        "wanted": wanted,
        "people": [_line(one, context) for one in found[first : first + ON_A_PAGE]],
        "count": len(found),
        "first": first + 1,
        "is_limited": bool(query),
        "before": context.here("staff", **query, page=str(at - 1)) if at > 1 else "",
        "after": context.here("staff", **query, page=str(at + 1)) if at < pages else "",
        "files": {kind: context.here("staff", **query, format=kind) for kind in KINDS},
        "roles": [Option("", _("All roles")), *(Option(name, _(label)) for name, label in ROLES.items())],
        "states": [
            Option("", _("All states")),
            *(Option(name, _(label)) for name, (label, tone) in STATES.items()),
            Option(UNLISTED, _("Not on the booking page")),
        ],
    }


def _line(person: StaffMember, context: CalendarContext) -> PersonLine:
    return PersonLine(
        person.id,
        person.name,
        person.email,
        role_name(person, context.texts),
        badge_of(person, context.texts),
        remarks_on(person, context.calendar, context.texts),
        person.id in context.access.people,
        context.here("staff", "person", person.id),
    )


def _without_administrator(context: CalendarContext) -> dict[str, Any]:
    """Return what an organisation administrator needs to restore an administrator, if the calendar has none."""
    if has_administrator(context.calendar) or not context.caller.is_organisation_administrator:
        return {"orphaned": False}
    able = [one for one in in_order(list(context.calendar.staff.values())) if one.email and not one.is_suspended]
    return {"orphaned": True, "able": [Option(one.id, f"{one.name} ({one.email})") for one in able]}


def _news(context: CalendarContext) -> str:
    texts, news, count = context.texts, context.req.params.get("news", ""), _count(context)
    if news == "many" and count:
        return texts.ngettext("%(num)s person was added.", "%(num)s people were added.", count) % {"num": count}
    moved = ""
    if news in ("moved", "removed") and count:
        one, many = "%(num)s appointment was handed over.", "%(num)s appointments were handed over."
        moved = texts.ngettext(one, many, count) % {"num": count}
    said = texts.gettext(NEWS[news]) if news in NEWS else ""
    return " ".join(filter(None, [said, moved]))


def _count(context: CalendarContext) -> int:
    """Return the number that the news are about; 0 if there is none."""
    return whole_in(context.req.params.get("count", ""), 0)
