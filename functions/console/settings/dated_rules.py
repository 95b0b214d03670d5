"""Ranges of dates on which customers can book by another rule than usual: a page for each, and one to add them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.entries import EntryPages
from functions.console.forms.fields import Group
from functions.console.forms.form import SettingsForm
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
    from shared.domain.calendar.policy import SchedulingPolicy

    Edit = Callable[[DatedAvailability], DatedAvailability]
    Change = Callable[[Sequence[DatedAvailability]], list[DatedAvailability]]


@dataclass(frozen=True)
class DatedRules:
    """The dates of a calendar's rules, or of a service's own; `save` changes them as they are by then."""

    context: CalendarContext
    listed: Sequence[DatedAvailability]
    save: Callable[[Change], Awaitable[object]]
    section: str
    back: Callable[..., str]

    async def add(self) -> func.HttpResponse:
        """Show the form of other dates, or add them."""
        context, _ = self.context, self.context.texts.gettext
        today = local_date(context.now, context.business.time_zone)
        blank = DatedAvailability(first=today, last=today, availability="not_bookable")

        async def save(edit: Edit) -> None:
            await self.save(lambda listed: added(context, listed, edit(blank)))

        return await self._pages.add(
            _form(context, blank, is_new=True), blank, save, _("Dates with their own rule")
        )

    async def change(self, key: str) -> func.HttpResponse:
        """Show the form of dates, or save them. Raises NotFound."""
        context, rule = self.context, named(self.listed, key)

        async def save(edit: Edit) -> None:
            await self.save(lambda listed: edited(context, listed, key, edit))

        return await self._pages.change(_form(context, rule), rule, save, days_text(rule, context.formats))

    async def remove(self) -> func.HttpResponse:
        """Remove dates; those that somebody else has removed meanwhile are gone already."""
        key = self.context.form.get("remove")
        await self.save(lambda listed: [one for one in listed if key_of(one) != key])
        return self.context.leave(self.back(news="removed"))

    @property
    def _pages(self) -> EntryPages:
        return EntryPages(self.context, self.section, self.back, self.context.texts.gettext("Rules"))


@console_boundary
async def settings_rules_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add dates with a rule of their own."""
    return await (await _of_calendar(req)).add()


@console_boundary
async def settings_rules_change(req: func.HttpRequest) -> func.HttpResponse:
    """Change dates with a rule of their own. Raises NotFound."""
    return await (await _of_calendar(req)).change(req.route_params["dates"])


@console_boundary
async def settings_rules_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Remove dates with a rule of their own."""
    return await (await _of_calendar(req)).remove()


async def _of_calendar(req: func.HttpRequest) -> DatedRules:
    context = await enter(req, Permission.CHANGE_SETTINGS)

    async def save(change: Change) -> object:
        def edit(business: Business) -> Business:
            return business.model_copy(update={"policy": with_dates(business.policy, change)})

        return await context.save_business(edit)

    back = partial(context.here, "settings", "rules")
    return DatedRules(context, context.business.policy.exceptions, save, "settings", back)


def with_dates(policy: SchedulingPolicy, change: Change) -> SchedulingPolicy:
    """Return the policy with its dates changed."""
    return policy.model_copy(update={"exceptions": tuple(change(policy.exceptions))})


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
        # Hours that do not count are not judged; they are kept in case the choice is taken back.
        own = hours_typed(field, values["hours"], context) if is_weekly else before.hours
        return DatedAvailability(first=first, last=last, availability=availability, hours=own)

    choice = availability_choice(context, _("On these dates, customers can book"))
    group = Group(id="dates", heading="", fields=(*date_fields(context), choice, field))
    return SettingsForm((group,), shown, changed)
