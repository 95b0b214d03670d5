"""Closed dates and dates with special hours: a list, a page for each, and one to add them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.entries import EntryPages
from functions.console.forms.fields import Choice, Field, Group, Option
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import NEWS
from functions.console.settings.date_ranges import (
    added,
    date_fields,
    date_texts,
    dates_in,
    days_text,
    edited,
    hours_field,
    hours_said,
    hours_shown,
    hours_typed,
    key_of,
    named,
    replaced_said,
)
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.domain.calendar.business import SpecialDates
from shared.domain.timeline.hours import CLOSED, local_date


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business


class DatesLine(NamedTuple):
    """Special dates in the list. `hours` is empty where the business is closed.

    `replaced` says on which of them another entry prevails.
    """

    key: str
    days: str
    title: str
    hours: str
    replaced: str
    href: str


@console_boundary
async def settings_dates(req: func.HttpRequest) -> func.HttpResponse:
    """Show the coming special dates, then the past ones; remove one of them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    if context.is_sent:
        await _remove(context, context.form.get("remove"))
        return context.leave(context.here("settings", "dates", news="removed"))
    today, _ = local_date(context.now, context.business.time_zone), context.texts.gettext
    news = NEWS.get(req.params.get("news", ""), "")
    listed = sorted(context.business.special_dates, key=lambda one: (one.first, one.last))
    return await context.page(
        "console/settings/dates.html",
        "settings",
        heading=_("Settings"),
        tabs=settings_tabs(context, "dates"),
        coming=[_line(context, one) for one in listed if one.last >= today],
        past=[_line(context, one) for one in reversed(listed) if one.last < today],
        news=_(news) if news else "",
    )


def _line(context: CalendarContext, dates: SpecialDates) -> DatesLine:
    href = context.here("settings", "dates", "range", key_of(dates))
    replaced = replaced_said(dates, context.business.special_dates, context)
    days, hours = days_text(dates, context.formats), hours_said(dates, context)
    return DatesLine(key_of(dates), days, dates.title, hours, replaced, href)


async def _remove(context: CalendarContext, key: str) -> None:
    """Remove special dates; those that somebody else has removed meanwhile are gone already."""

    def change(business: Business) -> Business:
        kept = tuple(one for one in business.special_dates if key_of(one) != key)
        return business.model_copy(update={"special_dates": kept})

    await context.save_business(change)


@console_boundary
async def settings_dates_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add closed dates, or dates with hours of their own."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    today = local_date(context.now, context.business.time_zone)

    async def save(edit: Callable[[SpecialDates], SpecialDates]) -> None:
        await _save(context, lambda business: added(context, business.special_dates, edit(_blank(today))))

    form = _dates_form(context, _blank(today), is_new=True)
    return await _pages(context).add(form, _blank(today), save, context.texts.gettext("Closed or special dates"))


@console_boundary
async def settings_dates_change(req: func.HttpRequest) -> func.HttpResponse:
    """Change special dates. Raises NotFound."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    key = req.route_params["dates"]
    dates = named(context.business.special_dates, key)

    async def save(edit: Callable[[SpecialDates], SpecialDates]) -> None:
        await _save(context, lambda business: edited(context, business.special_dates, key, edit))

    heading = dates.title or days_text(dates, context.formats)
    return await _pages(context).change(_dates_form(context, dates), dates, save, heading)


def _pages(context: CalendarContext) -> EntryPages:
    back = partial(context.here, "settings", "dates")
    return EntryPages(context, "settings", back, context.texts.gettext("Closed and special dates"))


async def _save(context: CalendarContext, listed: Callable[[Business], list[SpecialDates]]) -> None:
    await context.save_business(
        lambda business: business.model_copy(update={"special_dates": tuple(listed(business))})
    )


def _blank(today: date) -> SpecialDates:
    return SpecialDates(first=today, last=today)


def _dates_form(
    context: CalendarContext, dates: SpecialDates, *, is_new: bool = False
) -> SettingsForm[SpecialDates]:
    """Return the form of special dates; a new one starts without dates."""
    _ = context.texts.gettext
    field = hours_field(context, dates, _("Hours on these dates"))
    title = Field(
        name="title",
        label=_("Reason"),
        hint=_("For example “Christmas”. Only you and your colleagues see it"),
        longest=200,
        is_own=True,
    )
    states = (Option("closed", _("Closed")), Option("open", _("Open at other hours than usual")))
    state = Choice(name="state", label=_("On these dates you’re"), kind="radio", options=states)

    def shown(one: SpecialDates) -> Mapping[str, str]:
        dated = {"first": "", "last": ""} if is_new else date_texts(one)
        state = "open" if any(one.hours) else "closed"
        return {**dated, "title": one.title, "state": state, "hours": hours_shown(one)}

    def changed(_before: SpecialDates, values: Mapping[str, str]) -> SpecialDates:
        first, last = dates_in(values, context)
        hours = hours_typed(field, values["hours"], context) if values["state"] == "open" else CLOSED
        return SpecialDates(first=first, last=last, title=values["title"], hours=hours)

    group = Group(id="dates", heading="", fields=(*date_fields(context), title, state, field))
    return SettingsForm((group,), shown, changed)
