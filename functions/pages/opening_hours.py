"""A calendar's opening hours as its pages show them, and when it opens next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.visits.on_demand import next_opening
from shared.i18n.formats import differ


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def opening_hours(business: Business, visitor: Visitor) -> list[tuple[str, str]]:
    """Return the weekdays with opening hours, from the week's first day: (name, hours)."""
    formats = visitor.formats
    names, first = [full for _, full in formats.weekdays()], formats.first_weekday

    def clock(minutes: int) -> str:
        return formats.time(MONDAY + timedelta(minutes=minutes), "UTC")

    days = [(name, business.hours[(first + n) % 7]) for n, name in enumerate(names)]
    return [(name, ", ".join(f"{clock(a)} – {clock(b)}" for a, b in spans)) for name, spans in days if spans]


def opens_next(business: Business, visitor: Visitor, now: datetime) -> str:
    """Return when a calendar opens next, by its own clock (with its zone if that differs), empty if never."""
    if (at := next_opening(business, now)) is None:
        return ""
    formats, zone = visitor.formats, business.time_zone
    away = f" ({formats.zone_name(at, zone)})" if differ(at, visitor.zone, zone) else ""
    return formats.when(at, zone) + away
