"""The pages that delete a calendar once its name is typed, and that restore it within a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.auth.access import access_in
from functions.console.boundary import console_boundary
from functions.console.context import enter, enter_console
from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from shared.domain.access.permissions import Permission, can_see
from shared.domain.errors import NotFound
from shared.i18n.formats import Formats
from shared.records.keys import IDENTIFIER
from shared.use_cases.calendars.change_business import RECOVERABLE, BusinessChange, is_lost
from shared.use_cases.calendars.find_upcoming import count_coming


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext, ConsoleContext
    from shared.domain.calendar.business import Business


class Confirmation(NamedTuple):
    """What is typed so that nobody deletes a calendar by mistake."""

    typed: str = ""


@console_boundary
async def settings_delete(req: func.HttpRequest) -> func.HttpResponse:
    """Say what is lost with the calendar, and delete it once its name is typed."""
    context = await enter(req, Permission.DELETE_CALENDAR)
    _, business = context.texts.gettext, context.business

    async def shown_with(_: Mapping[str, str]) -> Mapping[str, Any]:
        return {"coming": await count_coming(business.id, store=context.app.store, now=context.now)}

    return await show_or_save(
        context,
        _form(context),
        Confirmation(),
        lambda edit: _delete(context, edit),
        section="settings",
        heading=_("Delete this calendar"),
        template="console/settings/delete.html",
        submit=_("Delete the calendar"),
        tone="danger",
        done=context.link("deleted", business.id),
        back=context.here("settings", "manage"),
        back_label=_("Manage"),
        beside=shown_with,
    )


async def _delete(context: CalendarContext, edit: Callable[[Confirmation], Confirmation]) -> None:
    edit(Confirmation())
    await context.changing.delete(None)


def _form(context: CalendarContext) -> SettingsForm[Confirmation]:
    _, name = context.texts.gettext, context.business.name
    label = _("Type the calendar’s name to confirm: %(name)s") % {"name": name}
    field = Field(name="typed", label=label, is_required=True, wrong=label, is_own=True)

    def changed(_before: Confirmation, values: Mapping[str, str]) -> Confirmation:
        if values["typed"].casefold() != name.strip().casefold():
            raise WrongFields({"typed": _("This isn’t its name. Type %(name)s") % {"name": name}})
        return Confirmation(values["typed"])

    group = Group(id="confirm", heading="", fields=(field,))
    return SettingsForm((group,), lambda one: {"typed": one.typed}, changed)


@console_boundary
async def calendar_deleted(req: func.HttpRequest) -> func.HttpResponse:
    """Show until when a deleted calendar can be restored, and restore it. Raises NotFound, Forbidden."""
    context = await enter_console(req)
    business = await _deleted(context, req.route_params["business"])
    # Restored already, as by the same form sent twice.
    if business.deleted_at is None:
        return context.leave(context.link("calendars", business.id))
    if context.is_sent:
        app = context.app
        await BusinessChange(business.id, context.author, "", app.context).restore(None)
        return context.leave(context.link("calendars", business.id, "settings", "manage", news="restored"))
    formats = Formats(context.visitor.region_tag, business.time_zone, context.texts)
    return await context.page(
        "console/settings/deleted.html",
        "home",
        heading=context.texts.gettext("Deleted calendar"),
        name=business.name,
        until=formats.when(business.deleted_at + RECOVERABLE),
    )


async def _deleted(context: ConsoleContext, name: str) -> Business:
    """Return a calendar that the reader may restore, deleted or not. Raises NotFound, Forbidden."""
    if not IDENTIFIER.fullmatch(name):
        raise NotFound
    # Not by `enter_calendar`, for which a deleted calendar does not exist.
    calendar = await context.app.store.calendars.reload(name, include_deleted=True)
    access = access_in(context.caller, calendar)
    if not can_see(context.caller, access.role) or is_lost(calendar.business, context.now):
        raise NotFound
    access.require(Permission.RESTORE_CALENDAR)
    return calendar.business
