"""Says in a sentence from when to when customers can book now, on the calendar's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.availability.outlook import Outlook
    from shared.i18n.formats import Formats


def outlook_text(outlook: Outlook, now: datetime, formats: Formats) -> str:
    """Return the sentence. `formats` are in the calendar's time zone."""
    _ = formats.texts.gettext
    at = formats.exact_time(now)
    if outlook.first is None or outlook.last is None:
        nothing = _(
            "Today at %(now)s, a customer can book no time: nothing is open for booking between %(soonest)s "
            "and %(latest)s."
        )
        return nothing % {
            "now": at,
            "soonest": moment_text(outlook.soonest, now, formats),
            "latest": moment_text(outlook.latest, now, formats),
        }
    first = moment_text(outlook.first, now, formats)
    if outlook.first == outlook.last:
        return _("Today at %(now)s, a customer can book one time only: %(first)s.") % {"now": at, "first": first}
    if formats.local(outlook.first).date() == formats.local(outlook.last).date():
        one_day = _("Today at %(now)s, a customer can book from %(first)s to %(last)s, and no other day.")
        return one_day % {"now": at, "first": first, "last": formats.exact_time(outlook.last)}
    days = _("Today at %(now)s, a customer can book from %(first)s to %(last)s.")
    return days % {"now": at, "first": first, "last": _day(outlook.last, now, formats)}


def moment_text(moment: datetime, now: datetime, formats: Formats) -> str:
    """Return a moment near to now: "tomorrow at 09:00"."""
    together = formats.texts.gettext("%(day)s at %(time)s")
    return together % {"day": _day(moment, now, formats), "time": formats.exact_time(moment)}


def _day(moment: datetime, now: datetime, formats: Formats) -> str:
    """Return the day in words; its year only where it is another one and far away."""
    _, today, day = formats.texts.gettext, formats.local(now).date(), formats.local(moment).date()
    if day == today:
        return _("today")
    if day == today + timedelta(days=1):
        return _("tomorrow")
    is_plain = day - today < timedelta(days=300)
    return formats.day(day) if is_plain else formats.full_day(day)
