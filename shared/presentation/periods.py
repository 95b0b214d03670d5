"""How long something is kept, and until when it can be changed, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from gettext import NullTranslations

YEAR = 365


def kept_for(texts: NullTranslations, days: int) -> str:
    """Return how long something is kept; 0 is as long as their calendar."""
    if not days:
        return texts.gettext("As long as their calendar")
    if days % YEAR:
        return texts.ngettext("%(num)s day", "%(num)s days", days) % {"num": days}
    return texts.ngettext("%(num)s year", "%(num)s years", days // YEAR) % {"num": days // YEAR}


def changeable_until(texts: NullTranslations, hours: int) -> str:
    """Return a sentence about until when an appointment can be changed: so many hours before its start."""
    if not hours:
        return texts.gettext("You can reschedule or cancel your appointment until it starts.")
    if hours % 24:
        return texts.ngettext(
            "You can reschedule or cancel your appointment up to %(num)s hour before it starts.",
            "You can reschedule or cancel your appointment up to %(num)s hours before it starts.",
            hours,
        ) % {"num": hours}
    return texts.ngettext(
        "You can reschedule or cancel your appointment up to %(num)s day before it starts.",
        "You can reschedule or cancel your appointment up to %(num)s days before it starts.",
        hours // 24,
    ) % {"num": hours // 24}
