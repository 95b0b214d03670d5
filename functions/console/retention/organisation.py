"""The page of the organisation's retention: for calendars that have no periods of their own, and a hold on all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.save import show_or_save
from functions.console.organisation.context import SECTION, enter_organisation, organisation_tabs
from functions.console.organisation.settings import organisation_of, save_organisation
from functions.console.retention.form import (
    hold_group,
    is_shorter,
    require_sure,
    retention_group,
    retention_in,
    retention_values,
)
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from shared.domain.access.organisation import Organisation


@console_boundary
async def organisation_retention(req: func.HttpRequest) -> func.HttpResponse:
    """Show how long calendars without periods of their own keep what is about people, and save it."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    organisation = await organisation_of(context)
    return await show_or_save(
        context,
        _form(context, organisation),
        organisation,
        lambda edit: save_organisation(context, edit),
        section=SECTION,
        heading=context.texts.gettext("Organisation"),
        tabs=organisation_tabs(context, "retention"),
    )


def _form(context: ConsoleContext, organisation: Organisation) -> SettingsForm[Organisation]:
    _ = context.texts.gettext
    intro = _(
        "For calendars that have no periods of their own. What each of them would erase now is shown in its own "
        "settings under “Retention”."
    )

    def changed(before: Organisation, values: Mapping[str, str]) -> Organisation:
        after = retention_in(values)
        is_less = is_shorter(after, before.retention) and not values["legal_hold"]
        require_sure(values, is_less=is_less, texts=context.texts)
        return changed_model(before, retention=after, legal_hold=values["legal_hold"])

    return SettingsForm(
        (retention_group(context.texts, organisation.retention, intro), hold_group(context.texts, is_asked=True)),
        lambda one: {**retention_values(one.retention), "legal_hold": one.legal_hold, "sure": ""},
        changed,
    )
