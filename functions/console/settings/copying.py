"""The page that copies a calendar, or saves a template of the organisation made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.access import require_creation
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Field, Group, Tick, on
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import show_or_save
from shared.domain.access.permissions import Permission
from shared.use_cases.calendars.copy_calendar import Copying, copy_calendar
from shared.use_cases.calendars.create_business import created_id


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext


@console_boundary
async def settings_copy(req: func.HttpRequest) -> func.HttpResponse:
    """Copy the calendar, or save a template. Raises Forbidden for people who may not create calendars."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    await require_creation(context.caller)
    as_template, _ = req.params.get("as") == "template", context.texts.gettext
    name = _("%(name)s (template)") if as_template else _("%(name)s (copy)")
    fresh = Copying(name % {"name": context.business.name}, as_template=as_template)
    return await show_or_save(
        context,
        _form(context, fresh),
        fresh,
        lambda edit: _copy(context, edit(fresh)),
        section="settings",
        heading=_("Save as a template") if as_template else _("Copy this calendar"),
        template="console/settings/dated.html",
        submit=_("Save the template") if as_template else _("Create the copy"),
        done=lambda: _created(context),
        back=context.here("settings", "manage"),
        back_label=_("Manage"),
    )


def _form(context: CalendarContext, copying: Copying) -> SettingsForm[Copying]:
    """Return the form. A template comes without people, whom each of its calendars has of its own."""
    _ = context.texts.gettext
    name = Field(name="name", label=_("Calendar name"), is_required=True, longest=200, is_own=True)
    staff = Tick(
        name="staff",
        label=_("With the staff"),
        hint=_("The same people, with their roles and hours"),
        said=(_("Yes"), _("No")),
    )
    intro = (
        _("New calendars can start with its hours, rules, services and questions. It’s never published itself.")
        if copying.as_template
        else _("It has the same hours, rules, services and questions, but no customers or appointments.")
    )
    group = Group(id="copy", heading="", intro=intro, fields=(name,) if copying.as_template else (name, staff))

    def changed(before: Copying, values: Mapping[str, str]) -> Copying:
        return Copying(values["name"], bool(values.get("staff")), before.as_template)

    def shown(one: Copying) -> Mapping[str, str]:
        return {"name": one.name} | ({} if one.as_template else {"staff": on(one.with_staff)})

    return SettingsForm((group,), shown, changed)


async def _copy(context: CalendarContext, copying: Copying) -> None:
    app = context.app
    await copy_calendar(
        context.calendar,
        copying,
        caller=context.caller,
        author=context.author,
        context=app.context,
    )


def _created(context: CalendarContext) -> str:
    """Return the address of the copy, which its form's key names."""
    return context.link("calendars", created_id(context.author, secret=context.app.secret), news="created")
