"""Dates, times, durations, prices and time zones as a visitor's language writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time, get_day_names, get_timezone_name
from babel.numbers import format_currency


if TYPE_CHECKING:
    from gettext import NullTranslations

    from shared.domain.service import Price

MONDAY = 0
YEAR = re.compile(r",?\s?('de' )?y+(\s'\w+'\.?)?")


@lru_cache(maxsize=256)
def _locale(tag: str) -> Any:
    try:
        return Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(tag.split("_", maxsplit=1)[0])


@lru_cache(maxsize=512)
def _first_weekday(territory: str) -> int:
    return int(Locale.parse(f"und_{territory}").first_week_day)


@dataclass(frozen=True)
class Formats:
    """`zone` is where times are shown unless another is given."""

    tag: str
    zone: str
    texts: NullTranslations

    @cached_property
    def locale(self) -> Any:
        return _locale(self.tag)

    @property
    def is_right_to_left(self) -> bool:
        return bool(self.locale.text_direction == "rtl")

    @cached_property
    def first_weekday(self) -> int:
        """The week starts as where the visitor is, not as their language has it."""
        territory = self.locale.territory if "_" in self.tag else get_global("zone_territories").get(self.zone)
        return _first_weekday(territory) if territory else MONDAY

    def weekdays(self) -> list[tuple[str, str]]:
        """(short, full) names, from the week's first day."""
        short = get_day_names("abbreviated", "stand-alone", self.locale)
        full = get_day_names("wide", "stand-alone", self.locale)
        return [(short[day], full[day]) for day in ((self.first_weekday + n) % 7 for n in range(7))]

    def month(self, day: date) -> str:
        return str(format_skeleton("yMMMM", datetime(day.year, day.month, 1, tzinfo=UTC), locale=self.locale))

    def full_day(self, day: date) -> str:
        return str(format_date(day, "full", self.locale))

    def day(self, day: date) -> str:
        """The full day without its year."""
        return str(format_date(day, self._day_pattern, self.locale))

    def short_day(self, day: date) -> str:
        pattern = self._day_pattern.replace("EEEE", "EEE").replace("MMMM", "MMM")
        return str(format_date(day, pattern, self.locale))

    def weekday(self, day: date) -> str:
        return str(get_day_names("abbreviated", "stand-alone", self.locale)[day.weekday()]).rstrip(".")

    @cached_property
    def _day_pattern(self) -> str:
        return YEAR.sub("", self.locale.date_formats["full"].pattern)

    def time(self, moment: datetime, zone: str = "") -> str:
        return str(format_time(moment, "short", tzinfo=ZoneInfo(zone or self.zone), locale=self.locale))

    def when(self, moment: datetime, zone: str = "") -> str:
        """The full day and the time."""
        local = moment.astimezone(ZoneInfo(zone or self.zone))
        return self.texts.gettext("%(day)s at %(time)s") % {
            "day": self.full_day(local.date()),
            "time": self.time(moment, zone),
        }

    def span(self, start: datetime, end: datetime) -> str:
        return f"{self.time(start)} – {self.time(end)}"

    def duration(self, length: timedelta) -> str:
        days, minutes = divmod(int(length.total_seconds()) // 60, 1440)
        hours, minutes = divmod(minutes, 60)
        written = [
            days and self.texts.ngettext("%(num)s day", "%(num)s days", days) % {"num": days},
            hours and self.texts.gettext("%(num)s h") % {"num": hours},
            minutes and self.texts.gettext("%(num)s min") % {"num": minutes},
        ]
        return "\u00a0".join(part for part in written if part)

    def price(self, price: Price, currency: str) -> str:
        """What a service costs in words; nothing when it is not set."""
        _ = self.texts.gettext
        if price.kind == "not_set":
            return ""
        money = self._money(price, currency)
        return {
            "free": _("Free of charge"),
            "varies": _("Price varies"),
            "callback": _("Price on request"),
            "fixed": money,
            "hourly": _("%(price)s per hour") % {"price": money},
            "starts_at": _("From %(price)s") % {"price": money},
        }[price.kind]

    def _money(self, price: Price, currency: str) -> str:
        pattern = self.locale.currency_formats["standard"].pattern
        if price.amount == price.amount.to_integral_value():
            pattern = pattern.replace("0.00", "0")
        return str(format_currency(price.amount, currency, pattern, self.locale, currency_digits=False))

    def zone_name(self, moment: datetime, zone: str = "") -> str:
        """The zone in words, e.g. Central European Time (Paris)."""
        info = ZoneInfo(zone or self.zone)
        local = moment.astimezone(info)
        name = get_timezone_name(local, "long", locale=self.locale, zone_variant="generic")
        if name.startswith("GMT"):  # the zone has no name that serves all year
            name = get_timezone_name(local, "long", locale=self.locale)
        city = self.city(info.key)
        return name if city in name or info.key == "UTC" else f"{name} ({city})"

    def city(self, zone: str = "") -> str:
        """The place a zone is named after: America/New_York → New York."""
        key = zone or self.zone
        named = self.locale.time_zones.get(key, {}).get("city")
        return str(named or key.rsplit("/", 1)[-1].replace("_", " "))

    def offset(self, moment: datetime, zone: str = "") -> str:
        """The offset from UTC, e.g. UTC+5:30."""
        away = moment.astimezone(ZoneInfo(zone or self.zone)).utcoffset() or timedelta()
        minutes = int(away.total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        sign = "−" if minutes < 0 else "+"
        return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def differ(moment: datetime, one: str, other: str) -> bool:
    """Whether two zones' clocks differ at a moment; names alone say little (Asia/Calcutta is Asia/Kolkata)."""
    return moment.astimezone(ZoneInfo(one)).utcoffset() != moment.astimezone(ZoneInfo(other)).utcoffset()
