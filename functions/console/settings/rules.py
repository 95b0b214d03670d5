"""The rules of scheduling: how often times are offered, how soon and how far ahead, and what they mean now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.checks import number_in
from functions.console.forms.fields import Choice, NumberField, Option, Tick, on, problems_of
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import show_or_save
from functions.console.settings.choices import UNREAD
from functions.console.settings.date_ranges import days_text, hours_said, key_of, replaced_said
from functions.console.settings.policy_form import (
    AVAILABILITY,
    policy_groups,
    policy_values,
    policy_with,
)
from functions.console.settings.tabs import settings_tabs
from functions.pages.outlook_text import outlook_text
from shared.domain.access.permissions import Permission
from shared.domain.availability.outlook import outlook
from shared.domain.errors import InvalidFields
from shared.use_cases.availability.count_starts import count_starts


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business
    from shared.domain.calendar.policy import DatedAvailability
    from shared.domain.calendar.service import Service

COUNTED_DAYS = 14
MOST_COUNTED = 60  # services: more would make the page slow, and nobody reads that many figures
UNKNOWN = {"meaning": "", "counts": [], "uncounted": 0}


class Count(NamedTuple):
    """How many starts a service offers; `has_own` says that it has rules of its own."""

    name: str
    number: int
    has_own: bool


class RuleLine(NamedTuple):
    """Dates with a rule of their own in the list; `replaced` says on which of them another entry prevails."""

    key: str
    days: str
    rule: str
    hours: str
    replaced: str
    href: str


TICKS = ("has_staff_links", "asks_why")  # of the whole calendar


@console_boundary
async def settings_rules(req: func.HttpRequest) -> func.HttpResponse:
    """Show the rules with what they mean now, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    form, policy = rules_form(context), context.business.policy
    return await show_or_save(
        context,
        form,
        context.business,
        context.save_business,
        section="settings",
        heading=context.texts.gettext("Settings"),
        template="console/settings/rules.html",
        beside=lambda values: meaning_of(context, form, values),
        tabs=settings_tabs(context, "rules"),
        dated=[rule_line(context, one, policy.exceptions) for one in policy.exceptions],
    )


def rule_line(context: CalendarContext, one: DatedAvailability, listed: Sequence[DatedAvailability]) -> RuleLine:
    """Return dates with a rule of their own as the list of them shows them."""
    hours = hours_said(one, context) if one.availability == "weekly_hours" else ""
    rule, href = (
        context.texts.gettext(AVAILABILITY[one.availability][0]),
        ("settings", "rules", "range", key_of(one)),
    )
    days, replaced = days_text(one, context.formats), replaced_said(one, listed, context)
    return RuleLine(key_of(one), days, rule, hours, replaced, context.here(*href))


async def meaning_of(
    context: CalendarContext, form: SettingsForm[Business], values: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return what a form's texts would mean now: a sentence, and a count for each service; none if wrong."""
    if problems_of(form.fields, values, context.texts):
        return UNKNOWN
    try:
        calendar = replace(context.calendar, business=form.changed(context.business, values))
    except InvalidFields:
        return UNKNOWN
    listed = [one for one in calendar.services.values() if not one.removed_at and not one.is_hidden]
    counted = listed[:MOST_COUNTED]
    numbers = await count_starts(calendar, counted, COUNTED_DAYS, store=context.app.store, now=context.now)
    return {
        "meaning": outlook_text(outlook(calendar, context.now), context.now, context.formats),
        "counts": [_count(one, numbers) for one in counted],
        "uncounted": len(listed) - len(counted),
    }


def _count(service: Service, numbers: Mapping[str, int]) -> Count:
    return Count(service.name, numbers[service.id], service.policy is not None)


def rules_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form of the rules."""
    times, bookable, choices = policy_groups(context)
    most, unread, what, links = _own_fields(context)

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        policy = policy_with(business.policy, values, context)
        numbers = {name: int(number_in(values[name] or "0")) for name in ("most_open", "most_unread")}
        ticks = {name: bool(values[name]) for name in TICKS}
        own = {"when_unread": values["when_unread"], **ticks}
        return business.model_copy(update={"policy": policy, **own, **numbers})

    def shown(business: Business) -> Mapping[str, str]:
        numbers = {name: str(getattr(business, name)) for name in ("most_open", "most_unread")}
        ticks = {name: on(getattr(business, name)) for name in TICKS}
        own = {"when_unread": business.when_unread, **ticks}
        return {**policy_values(business.policy, business), **own, **numbers}

    times = replace(times, fields=(*times.fields, most, unread, what))
    choices = replace(choices, fields=(*choices.fields, links, _why_field(context)))
    return SettingsForm((times, bookable, choices), shown, changed)


def _why_field(context: CalendarContext) -> Tick:
    _ = context.texts.gettext
    return Tick(
        name="asks_why",
        label=_("Customers are asked why they cancel"),
        hint=_("They needn’t answer. The report counts the reasons"),
        said=(_("Yes"), _("No")),
    )


def _own_fields(context: CalendarContext) -> tuple[NumberField, NumberField, Choice, Tick]:
    """Return the fields that are of the whole calendar, and of no service."""
    _ = context.texts.gettext
    most = NumberField(
        name="most_open",
        label=_("Upcoming appointments that one customer can have"),
        hint=_("0 means no limit"),
        least="0",
        most="1000",
        is_required=True,
    )
    unread = NumberField(
        name="most_unread",
        label=_("Days until it matters that a staff member’s own calendar can’t be read"),
        hint=_("Until then, what was read last counts. 0 means never"),
        least="0",
        most="365",
    )
    what = Choice(
        name="when_unread",
        label=_("What happens then"),
        hint=_("Until their calendar can be read again. A change here takes effect within half an hour"),
        options=tuple(Option(value, _(label)) for value, label in UNREAD.items()),
    )
    links = Tick(
        name="has_staff_links",
        label=_("Staff can change their appointments from the links in their emails"),
        hint=_("They reschedule, cancel or ask for reassignment without signing in, guests too"),
        said=(_("Yes"), _("No")),
    )
    return most, unread, what, links
