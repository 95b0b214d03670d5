"""The calendar itself: its address, and the ways to copy it, to save it as a template, and to delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.access import may_create
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.settings.tabs import settings_tabs
from functions.console.setup.creation import free_address
from shared.domain.access.permissions import Permission
from shared.domain.calendar.business import SLUG
from shared.domain.errors import Conflict
from shared.i18n.marked import marked
from shared.records.calendars import etag_of
from shared.use_cases.calendars.create_business import slug_of


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

TOLD = {"restored": marked("The calendar was restored, as it was.")}


@console_boundary
async def settings_manage(req: func.HttpRequest) -> func.HttpResponse:
    """Show the address of the booking page, which can be changed, and what else can be done with the calendar."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    return await show_or_save(
        context,
        address_form(context),
        context.business,
        lambda edit: _rename(context, edit),
        section="settings",
        heading=context.texts.gettext("Settings"),
        template="console/settings/manage.html",
        submit=context.texts.gettext("Change the address"),
        told=TOLD,
        tabs=settings_tabs(context, "manage"),
        may_create=await may_create(context.caller),
        may_delete=context.access.may(Permission.DELETE_CALENDAR),
    )


async def _rename(context: CalendarContext, edit: Callable[[Business], Business]) -> None:
    """Change the address. Raises WrongFields with a free one if it is another calendar's."""
    current = context.business
    slug = edit(current).slug
    if slug == current.slug:
        return
    try:
        await context.changing.rename(current.name, slug, {etag_of(current)})
    except Conflict:
        text = context.texts.gettext("Another calendar has this address: %(address)s is free")
        raise WrongFields(
            {"slug": text % {"address": await free_address(slug, store=context.app.store)}}
        ) from None


def address_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form of the page's address."""
    _ = context.texts.gettext
    field = Field(
        name="slug",
        label=_("Address of the booking page"),
        hint=f"{context.app.settings.public_url}/book/…",
        is_required=True,
        longest=62,
        width="medium",
    )
    intro = _("The present address keeps working: it leads to the new one.")

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        slug = values["slug"]
        if not SLUG.fullmatch(slug):
            text = _("Use 3 to 62 letters a–z, digits and hyphens, such as %(address)s")
            raise WrongFields({"slug": text % {"address": slug_of(slug, "1")}})
        return business.model_copy(update={"slug": slug})

    group = Group(id="address", heading=_("Address"), intro=intro, fields=(field,))
    return SettingsForm((group,), lambda business: {"slug": business.slug}, changed)
