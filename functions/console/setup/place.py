"""Guesses where a new calendar is: its time zone by the browser or the language's region, and its currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.calendar.time_zone import is_known_zone
from shared.i18n.currencies import currency_in
from shared.i18n.formats import newest_name, only_zone_in, territory_of


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor

DEFAULT_CURRENCY = "EUR"


def zone_of(said: str, visitor: Visitor) -> str:
    """Return the browser's time zone, or the only one of the reader's region; empty if there are several."""
    newest = newest_name(said) if is_known_zone(said) else ""
    if newest and is_known_zone(newest):
        return newest
    return only_zone_in(_region(visitor))


def currency_of(zone: str, visitor: Visitor) -> str:
    """Return the currency of the place that a zone belongs to, else that of the reader's region."""
    return currency_in(territory_of(zone)) or currency_in(_region(visitor)) or DEFAULT_CURRENCY


def _region(visitor: Visitor) -> str:
    """Return the region that the reader's language names (GB of en-GB), empty if it names none."""
    return visitor.region_tag.partition("_")[2] if "_" in visitor.region_tag else ""
