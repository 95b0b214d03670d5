"""Ranges of dates on which customers can book by another rule than usual: a page for each, and one to add them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Group
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import show_or_save
from functions.console.settings.date_ranges import (
    added,
    date_fields,
    date_texts,
    dates_in,
    days_text,
    edited,
    hours_field,
    hours_shown,
    hours_typed,
    key_of,
    named,
)
from functions.console.settings.policy_form import availability_choice
from shared.domain.access.permissions import Permission
from shared.domain.calendar.policy import Availability, DatedAvailability
from shared.domain.timeline.hours import local_date


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

    Edit = Callable[[DatedAvailability], DatedAvailability]


@console_boundary
async def settings_rules_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add dates with a rule of their own."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    today, _ = local_date(context.now, context.business.time_zone), context.texts.gettext
    blank = DatedAvailability(first=today, last=today, availability="not_bookable")

    async def save(edit: Edit) -> None:
        await _save(context, lambda listed: added(context, listed, edit(blank)))

    return await _page(
        context, _form(context, blank, is_new=True), blank, save, _("Dates with their own rule"), "added"
    )


@console_boundary
async def settings_rules_change(req: func.HttpRequest) -> func.HttpResponse:
    """Change dates with a rule of their own. Raises NotFound."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    key = req.route_params["dates"]
    rule = named(context.business.policy.exceptions, key)

    async def save(edit: Edit) -> None:
        await _save(context, lambda listed: edited(context, listed, key, edit))

    return await _page(context, _form(context, rule), rule, save, days_text(rule, context.formats), "saved")


@console_boundary
async def settings_rules_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Remove dates with a rule of their own; those that somebody else has removed meanwhile are gone already."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    key = context.form.get("remove")
    await _save(context, lambda listed: [one for one in listed if key_of(one) != key])
    return context.leave(context.here("settings", "rules", news="removed"))


async def _page(
    context: CalendarContext,
    form: SettingsForm[DatedAvailability],
    rule: DatedAvailability,
    save: Callable[[Edit], Awaitable[None]],
    heading: str,
    news: str,
) -> func.HttpResponse:
    return await show_or_save(
        context,
        form,
        rule,
        save,
        section="settings",
        heading=heading,
        template="console/settings/dated.html",
        done=context.here("settings", "rules", news=news),
        back=context.here("settings", "rules"),
        back_label=context.texts.gettext("Rules"),
    )


async def _save(
    context: CalendarContext, change: Callable[[Sequence[DatedAvailability]], list[DatedAvailability]]
) -> None:
    def edit(business: Business) -> Business:
        changes = {"exceptions": tuple(change(business.policy.exceptions))}
        return business.model_copy(update={"policy": business.policy.model_copy(update=changes)})

    await context.save_business(edit)


def _form(
    context: CalendarContext, rule: DatedAvailability, *, is_new: bool = False
) -> SettingsForm[DatedAvailability]:
    _ = context.texts.gettext
    field = hours_field(context, rule, _("Hours of these dates"))

    def shown(one: DatedAvailability) -> Mapping[str, str]:
        dated = {"first": "", "last": ""} if is_new else date_texts(one)
        return {**dated, "availability": one.availability, "hours": hours_shown(one)}

    def changed(before: DatedAvailability, values: Mapping[str, str]) -> DatedAvailability:
        first, last = dates_in(values, context)
        availability = cast("Availability", values["availability"])
        is_weekly = availability == "weekly_hours"
        own = hours_typed(field, values["hours"], context) if is_weekly else before.hours
        return DatedAvailability(first=first, last=last, availability=availability, hours=own)

    choice = availability_choice(context, _("On these dates, customers can book"))
    group = Group(id="dates", heading="", fields=(*date_fields(context), choice, field))
    return SettingsForm((group,), shown, changed)
