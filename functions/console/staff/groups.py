"""Groups of the staff, by which the calendar is filtered: a list, a page for each, and one to add them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.entries import EntryPages
from functions.console.forms.fields import Choices, Field, Group, Option, lines_of
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import NEWS
from functions.console.staff.tabs import staff_tabs
from shared.domain.access.permissions import Permission
from shared.domain.calendar.staff_groups import (
    LONGEST_GROUP_NAME,
    MOST_GROUPS,
    MOST_MEMBERS,
    StaffGroup,
    find_group,
    with_group,
)
from shared.domain.links import new_id
from shared.use_cases.calendars.change_calendar import with_business


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar

SEARCHED = 12  # people from which on they can be searched
NAMED = 5  # members whose names the list shows


class GroupLine(NamedTuple):
    """A group in the list; `people` are some of its members, `more` says how many others it has."""

    id: str
    name: str
    people: str
    more: str
    href: str
    calendar: str


@console_boundary
async def staff_groups(req: func.HttpRequest) -> func.HttpResponse:
    """Show the groups; delete one of them."""
    context = await enter(req, Permission.CHANGE_STAFF)
    if context.is_sent:
        await _delete(context, context.form.get("remove"))
        return context.leave(context.here("staff", "groups", news="removed"))
    _, news = context.texts.gettext, NEWS.get(req.params.get("news", ""), "")
    groups = context.business.staff_groups
    return await context.page(
        "console/staff/groups.html",
        "staff",
        heading=_("Staff"),
        tabs=staff_tabs(context, "groups"),
        groups=[_line(context, one) for one in groups],
        is_full=len(groups) >= MOST_GROUPS,
        most=MOST_GROUPS,
        news=_(news) if news else "",
    )


def _line(context: CalendarContext, group: StaffGroup) -> GroupLine:
    people = sorted((one.name for one in context.calendar.people(group.members)), key=str.casefold)
    count = len(people) - NAMED
    more = context.texts.ngettext("%(num)s more", "%(num)s more", count) % {"num": count} if count > 0 else ""
    return GroupLine(
        group.id,
        group.name,
        ", ".join(people[:NAMED]),
        more,
        context.here("staff", "groups", "group", group.id),
        context.here("calendar", team=group.id),
    )


async def _delete(context: CalendarContext, name: str) -> None:
    """Delete a group; one that somebody else has deleted meanwhile is gone already."""
    await context.save_business(
        lambda business: business.model_copy(
            update={"staff_groups": tuple(one for one in business.staff_groups if one.id != name)}
        )
    )


@console_boundary
async def staff_group_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add a group."""
    context = await enter(req, Permission.CHANGE_STAFF)
    name = new_id(context.app.secret, "staff group", context.business.id, context.form.get("key"))
    blank = StaffGroup(id=name, name="")

    async def save(edit: Callable[[StaffGroup], StaffGroup]) -> None:
        await _save(context, lambda _calendar: edit(blank))

    return await _pages(context).add(_group_form(context, blank), blank, save, context.texts.gettext("New group"))


@console_boundary
async def staff_group(req: func.HttpRequest) -> func.HttpResponse:
    """Rename a group, and choose its members. Raises NotFound."""
    context = await enter(req, Permission.CHANGE_STAFF)
    name = req.route_params["group"]
    group = find_group(context.business.staff_groups, name)

    async def save(edit: Callable[[StaffGroup], StaffGroup]) -> None:
        await _save(context, lambda calendar: edit(find_group(calendar.business.staff_groups, name)))

    return await _pages(context).change(_group_form(context, group), group, save, group.name)


def _pages(context: CalendarContext) -> EntryPages:
    return EntryPages(context, "staff", partial(context.here, "staff", "groups"), context.texts.gettext("Groups"))


async def _save(context: CalendarContext, edited: Callable[[Calendar], StaffGroup]) -> None:
    def change(calendar: Calendar) -> Calendar:
        groups = with_group(calendar.business.staff_groups, edited(calendar), calendar.staff)
        return with_business(calendar, staff_groups=groups)

    await context.changing.edit(change, None)


def _group_form(context: CalendarContext, group: StaffGroup) -> SettingsForm[StaffGroup]:
    _ = context.texts.gettext
    staff = context.calendar.staff.values()
    people = sorted(staff, key=lambda one: (one.id not in group.members, one.name.casefold(), one.id))
    options = tuple(Option(one.id, one.name) for one in people)
    name = Field(
        name="name",
        label=_("Group name"),
        hint=_("For example “Ground floor”. Only you and your colleagues see it"),
        is_required=True,
        longest=LONGEST_GROUP_NAME,
        is_own=True,
    )
    members = Choices(name="members", label=_("Members"), options=options, is_searched=len(options) > SEARCHED)
    texts = {
        "name": ("name", _("Another group has this name")),
        "groups": ("name", _("At most %(most)s groups: delete one first") % {"most": MOST_GROUPS}),
        "members": ("members", _("At most %(most)s people") % {"most": MOST_MEMBERS}),
    }

    def shown(one: StaffGroup) -> Mapping[str, str]:
        return {"name": one.name, "members": "\n".join(one.members)}

    def changed(before: StaffGroup, values: Mapping[str, str]) -> StaffGroup:
        return before.model_copy(update={"name": values["name"], "members": tuple(lines_of(values["members"]))})

    return SettingsForm((Group(id="group", heading="", fields=(name, members)),), shown, changed, pointers=texts)
