"""The page that says how long a calendar keeps what is about people, and what a change would erase now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Group, Option, problems_of
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import show_or_save
from functions.console.retention.form import (
    hold_group,
    is_shorter,
    require_sure,
    retention_group,
    retention_in,
    retention_values,
    would_erase,
)
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.domain.personal_data.retention import Retention, proposed_for
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.personal_data.count_expired import count_expired


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.access.organisation import Organisation
    from shared.domain.calendar.business import Business

OWN, SHARED = "own", "organisation"


@console_boundary
async def settings_retention(req: func.HttpRequest) -> func.HttpResponse:
    """Show how long what is about people is kept and what that erases now, and save it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    organisation = await find_organisation(store=context.app.store)
    form = retention_form(context, organisation)
    return await show_or_save(
        context,
        form,
        context.business,
        context.save_business,
        section="settings",
        heading=context.texts.gettext("Settings"),
        template="console/retention/calendar.html",
        beside=lambda values: _effect(context, organisation, form, values),
        tabs=settings_tabs(context, "retention"),
        organisation_hold=organisation.legal_hold,
    )


def retention_form(context: CalendarContext, organisation: Organisation) -> SettingsForm[Business]:
    """Return the form; where the calendar has no periods of its own, those of its kind of business stand in it."""
    _, business = context.texts.gettext, context.business
    stored = business.retention or proposed_for(business.business_type)
    rule = Choice(
        name="rule",
        label=_("Periods"),
        kind="radio",
        options=(
            Option(SHARED, _("The organisation’s periods"), _shared(context, organisation)),
            Option(OWN, _("Own periods"), _("The ones below; they begin with what suits the kind of business")),
        ),
    )
    groups = (
        Group(id="whose", heading=_("Retention"), fields=(rule,)),
        retention_group(context.texts, stored),
        hold_group(context.texts, is_asked=True),
    )

    def changed(before: Business, values: Mapping[str, str]) -> Business:
        own = retention_in(values) if values["rule"] == OWN else None
        was, now = before.retention or organisation.retention, own or organisation.retention
        is_less = is_shorter(now, was) and not values["legal_hold"]
        require_sure(values, is_less=is_less, texts=context.texts)
        return before.model_copy(update={"retention": own, "legal_hold": values["legal_hold"]})

    return SettingsForm(groups, _values, changed)


def _values(business: Business) -> Mapping[str, str]:
    return {
        "rule": OWN if business.retention is not None else SHARED,
        **retention_values(business.retention or proposed_for(business.business_type)),
        "legal_hold": business.legal_hold,
        "sure": "",
    }


def _shared(context: CalendarContext, organisation: Organisation) -> str:
    _ = context.texts.gettext
    return (
        _("It has some")
        if organisation.retention.is_on
        else _("It has none: everything is kept as long as the calendar")
    )


async def _effect(
    context: CalendarContext, organisation: Organisation, form: SettingsForm[Business], values: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return what the periods of a form would erase now."""
    if problems_of(form.fields, values, context.texts):
        return {"effect": None}
    retention: Retention = retention_in(values) if values["rule"] == OWN else organisation.retention
    found = await count_expired(context.business.id, retention, store=context.app.store, now=context.now)
    return {"effect": would_erase(found, context.formats, context.texts)}
