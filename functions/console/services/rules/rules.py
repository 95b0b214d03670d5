"""The rules of scheduling of one service: those of the calendar, or all of its own, beside what they mean now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.forms.fields import Choice, Group, Option, problems_of
from functions.console.forms.form import SettingsForm
from functions.console.services.context import enter_service
from functions.console.settings.policy_form import policy_groups, policy_values, policy_with
from functions.console.settings.rules import COUNTED_DAYS, RuleLine, rule_line
from functions.pages.outlook_text import outlook_text
from shared.domain.availability.outlook import outlook
from shared.domain.errors import InvalidFields
from shared.records.calendars import with_document
from shared.use_cases.availability.count_starts import count_starts


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.forms.fields import Field
    from functions.console.services.context import ServiceContext
    from shared.domain.calendar.policy import DatedAvailability
    from shared.domain.calendar.service import Service

CALENDAR, OWN = "calendar", "own"


@console_boundary
async def service_rules(req: func.HttpRequest) -> func.HttpResponse:
    """Show the rules that count for the service, and save them."""
    at = await enter_service(req)
    form, own = rules_form(at.page), at.service.policy
    dated = (own or at.page.business.policy).exceptions
    return await at.show_tab(
        "rules",
        form,
        template="console/services/rules.html",
        beside=lambda values: meaning_of(at, form, values),
        dated=[_dated_line(at, one, dated) for one in dated],
        own_dates=at.here("rules") if own else "",
        rules_of_all=at.page.here("settings", "rules"),
    )


def _dated_line(at: ServiceContext, dates: DatedAvailability, listed: Sequence[DatedAvailability]) -> RuleLine:
    """Return dates with a rule of their own; those of the calendar are changed there."""
    line = rule_line(at.page, dates, listed)
    return line._replace(href=at.here("rules", "range", line.key)) if at.service.policy else line


def rules_form(context: CalendarContext) -> SettingsForm[Service]:
    """Return the form: a switch, and the fields of a policy, each with what it is in the calendar."""
    policy = context.business.policy
    inherited = policy_values(policy, context.business)
    groups = policy_groups(context)

    def values(service: Service) -> Mapping[str, str]:
        shown = policy_values(service.policy or policy, context.business)
        return {"rules": OWN if service.policy else CALENDAR, **shown}

    def changed(service: Service, values: Mapping[str, str]) -> Service:
        own = policy_with(service.policy or policy, values, context) if values["rules"] == OWN else None
        return service.model_copy(update={"policy": own})

    said = {one.name: _said(one, inherited[one.name]) for group in groups for one in group.fields}
    said["hours"] = said["hours"] if policy.availability == "weekly_hours" else ""
    switch = _switch(context, [(one.label, said[one.name]) for group in groups for one in group.fields])
    return SettingsForm((switch, *(_compared(context, group, said) for group in groups)), values, changed)


def _switch(context: CalendarContext, inherited: Sequence[tuple[str, str]]) -> Group:
    _ = context.texts.gettext
    facts = [f"{label}: {said}" for label, said in inherited if said]
    ways = (
        Option(CALENDAR, _("As the calendar"), "\n".join(facts)),
        Option(OWN, _("Rules of its own"), _("They count instead of all rules of the calendar")),
    )
    choice = Choice(name="rules", label=_("This service follows"), kind="radio", options=ways)
    return Group(id="which", heading=_("Rules"), fields=(choice,))


def _said(field: Field, value: str) -> str:
    unit = f" {field.unit}" if field.unit else ""
    return f"{field.display(value)}{unit}" if field.display(value) else ""


def _compared(context: CalendarContext, group: Group, said: Mapping[str, str]) -> Group:
    """Return the fields with what each is in the calendar."""
    as_calendar = context.texts.gettext("As the calendar: %(value)s")
    fields = tuple(
        replace(one, hint=" ".join(part for part in (one.hint, as_calendar % {"value": said[one.name]}) if part))
        if said[one.name]
        else one
        for one in group.fields
    )
    return replace(group, fields=fields)


async def meaning_of(
    at: ServiceContext, form: SettingsForm[Service], values: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return what a form's texts would mean now: a sentence and the number of free starts; none if wrong."""
    if problems_of(form.fields, values, at.page.texts):
        return {"meaning": "", "starts": 0}
    try:
        service = form.changed(at.service, values)
    except InvalidFields:
        return {"meaning": "", "starts": 0}
    calendar, now = with_document(at.page.calendar, service), at.page.now
    counts = await count_starts(calendar, [service], COUNTED_DAYS, store=at.page.app.store, now=now)
    sentence = outlook_text(outlook(calendar, now, service), now, at.page.formats)
    return {"meaning": sentence, "starts": counts[service.id]}
