"""The page that adds public holidays to the closed dates: of a country, perhaps a region, and some years."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.settings.date_ranges import MOST, days_text, in_order
from functions.console.settings.public_holidays import (
    country_names,
    country_of,
    load_country,
    region_of,
)
from shared.domain.access.permissions import Permission
from shared.domain.calendar.business import SpecialDates
from shared.domain.timeline.hours import local_date


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.settings.public_holidays import Country, Holiday
    from shared.domain.calendar.business import Business

YEARS_AHEAD = 3
TEMPLATE = "console/settings/holidays.html"


class HolidayWish(NamedTuple):
    """What was chosen: a country that is known (or None), one of its regions, and years."""

    code: str
    country: Country | None
    region: str
    years: Sequence[int]


class HolidayLine(NamedTuple):
    """A holiday to tick. `listed` is the title of the special dates that it lies in, or its own."""

    key: str
    days: str
    name: str
    is_listed: bool
    listed: str


@console_boundary
async def settings_holidays(req: func.HttpRequest) -> func.HttpResponse:
    """Show the public holidays of a place, and add those that are ticked."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    wanted = await _wanted(context, context.form.get if context.is_sent else lambda name: req.params.get(name, ""))
    ticked = set(context.form.all("day"))
    error = _error(context, len(ticked)) if context.is_sent else ""
    if error or not context.is_sent:
        return await _show(context, wanted, error)
    await context.save_business(lambda business: _with(business, context, wanted, ticked))
    return context.leave(context.here("settings", "dates", news="added"))


def _error(context: CalendarContext, count: int) -> str:
    """Return what is wrong with so many ticked days; empty if nothing is."""
    _ = context.texts.gettext
    if not count:
        return _("Select at least one day to add")
    is_full = len(context.business.special_dates) + count > MOST
    return _("At most %(most)s entries: remove past ones first") % {"most": MOST} if is_full else ""


async def _wanted(context: CalendarContext, chosen: Callable[[str], str]) -> HolidayWish:
    """Return what was chosen. At first, it is the business's own place, this year and the next."""
    code = chosen("country") or country_of(context.business)
    country = await load_country(code)
    this = local_date(context.now, context.business.time_zone).year
    offered = range(this, this + YEARS_AHEAD)
    years = [one for one in offered if chosen(f"y{one}")] or list(offered[:2])
    if country is None:
        return HolidayWish(code, None, "", years)
    region = chosen("region") if chosen("country") else region_of(context.business, country)
    return HolidayWish(code, country, region if region in {one.code for one in country.regions} else "", years)


def _coming(context: CalendarContext, wanted: HolidayWish) -> list[Holiday]:
    if wanted.country is None:
        return []
    today = local_date(context.now, context.business.time_zone)
    found = wanted.country.holidays(wanted.region, wanted.years, context.business.language)
    return [one for one in found if one.last >= today]


def _with(business: Business, context: CalendarContext, wanted: HolidayWish, ticked: set[str]) -> Business:
    """Return the business with the ticked holidays, except those that lie in special dates already."""
    new = [
        SpecialDates(first=one.first, last=one.last, title=one.name)
        for one in _coming(context, wanted)
        if one.first.isoformat() in ticked and _listed(business, one.first, one.last) is None
    ]
    listed = in_order([*business.special_dates, *new])
    return business.model_copy(update={"special_dates": tuple(listed)})


def _listed(business: Business, first: date, last: date) -> SpecialDates | None:
    return next((one for one in business.special_dates if one.first <= last and first <= one.last), None)


async def _show(context: CalendarContext, wanted: HolidayWish, error: str) -> func.HttpResponse:
    _ = context.texts.gettext
    this = local_date(context.now, context.business.time_zone).year
    return await context.page(
        TEMPLATE,
        "settings",
        422 if error else 200,
        heading=_("Public holidays"),
        countries=await country_names(context.visitor.language),
        wanted=wanted,
        regions=wanted.country.regions if wanted.country else [],
        years=range(this, this + YEARS_AHEAD),
        lines=[_line(context, one) for one in _coming(context, wanted)],
        error=error,
        ticked=context.form.all("day"),
        back=context.here("settings", "dates"),
    )


def _line(context: CalendarContext, one: Holiday) -> HolidayLine:
    listed = _listed(context.business, one.first, one.last)
    days = days_text(SpecialDates(first=one.first, last=one.last), context.formats)
    return HolidayLine(one.first.isoformat(), days, one.name, listed is not None, listed.title if listed else "")
