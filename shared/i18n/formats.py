"""Dates, times, durations, prices and time zones as a language and a place write them, on pages and in mails."""

from __future__ import annotations

import pickle
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo


if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from gettext import NullTranslations

    from shared.domain.calendar.service import Price

DAY = timedelta(days=1)
MONDAY = 0
NOWHERE = (None, "ZZ", "001")  # the territories of zones that belong to no place, such as UTC
FIRST_DAY, FIRSTS = re.compile(r"(?<![\w.,:])1(?=\s(?:de\s)?[^\W\d]{3})"), {"fr": "1er", "pt": "1º"}
"""The first of a month, in languages that call it so and not by its number, of which CLDR knows nothing."""
YEAR = re.compile(r",?\s?('de' )?y+(\s'\w+'\.?)?")


@cache
def _babel() -> Any:
    """Return Babel with the parts used here: it loads slowly, and answers to programs do not need it."""
    import babel.dates  # noqa: PLC0415 - slow to load
    import babel.numbers  # noqa: PLC0415 - the same

    return babel


@lru_cache(maxsize=256)
def _locale(tag: str) -> Any:
    try:
        return _babel().Locale.parse(tag)
    except (_babel().UnknownLocaleError, ValueError):
        return _babel().Locale.parse(tag.split("_", maxsplit=1)[0])


@lru_cache(maxsize=512)
def _first_weekday(territory: str) -> int:
    """Return a territory's first weekday, from its own data if it is not Monday: a whole locale loads slowly."""
    try:
        place = str(_babel().Locale.parse(f"und_{territory}"))
    except _babel().UnknownLocaleError:  # territories without a language of their own: Antarctica, Ascension
        return MONDAY
    own = pickle.loads(Path(_babel().localedata.resolve_locale_filename(place)).read_bytes())  # noqa: S301 - Babel's own
    return int(own.get("week_data", {}).get("first_day", MONDAY))


@cache
def newest_name(zone: str) -> str:
    """Return a zone's present name, since many were renamed: Asia/Calcutta → Asia/Kolkata."""
    return str(_babel().core.get_global("zone_aliases").get(zone, zone))


def zones_of_places() -> list[str]:
    """Return each zone that belongs to a place, once and by its present name."""
    zones = map(newest_name, _babel().core.get_global("zone_territories"))
    return sorted({zone for zone in zones if not zone.startswith("Etc/")})


def territories(tag: str) -> dict[str, str]:
    """Return the names of territories in a language, by their codes of two letters."""
    return {code: str(name) for code, name in _locale(tag).territories.items() if len(code) == 2}


def territory_of(zone: str) -> str:
    """Return the territory (ISO 3166, such as FR) that a zone belongs to; empty if it belongs to none."""
    found = _babel().core.get_global("zone_territories").get(newest_name(zone))
    return "" if found in NOWHERE else str(found)


def only_zone_in(territory: str) -> str:
    """Return the time zone of a territory that has just one; empty for others."""
    places = _babel().core.get_global("zone_territories")
    zones = {newest_name(zone) for zone, place in places.items() if place == territory}
    return zones.pop() if len(zones) == 1 else ""


@cache
def _name_of_old(zone: str) -> str:
    """Return the name by which CLDR has a zone, for some an old one: Asia/Kolkata → Asia/Calcutta."""
    zones, name = _babel().core.get_global("meta_zones"), newest_name(zone)
    if name in zones:
        return name
    aliases = _babel().core.get_global("zone_aliases")
    return next((old for old, new in aliases.items() if new == name and old in zones), name)


@dataclass(frozen=True)
class Formats:
    """`tag` is a locale such as en_GB; `zone` is where times are shown unless another is given."""

    has_narrow_space: ClassVar[bool] = True

    tag: str
    zone: str
    texts: NullTranslations

    @cached_property
    def locale(self) -> Any:
        """Return Babel's locale."""
        return _locale(self.tag)

    @cached_property
    def _known(self) -> dict[Hashable, str]:
        return {}

    def _once(self, key: Hashable, write: Callable[[], str]) -> str:
        """Return a text, written once: a calendar names the same times for each of its people."""
        if (found := self._known.get(key)) is None:
            found = self._known[key] = write()
        return found

    @cached_property
    def first_weekday(self) -> int:
        """Return the first weekday (0 is Monday) of the reader's place, not of their language."""
        places = _babel().core.get_global("zone_territories")
        territory = self.locale.territory if "_" in self.tag else places.get(newest_name(self.zone))
        return MONDAY if territory in NOWHERE else _first_weekday(territory)

    def weekdays(self) -> list[tuple[str, str]]:
        """Return (short, full) names, from the week's first day on."""
        short, full = self._weekday_names("abbreviated"), self._weekday_names("wide")
        return [(short[day], full[day]) for day in ((self.first_weekday + n) % 7 for n in range(7))]

    def weekday(self, day: date) -> str:
        """Return the full name of a date's weekday."""
        return str(self._weekday_names("wide")[day.weekday()])

    def _weekday_names(self, width: str) -> Any:
        return _babel().dates.get_day_names(width, "stand-alone", self.locale)

    def month(self, day: date) -> str:
        """Return a date's month with its year."""
        return self._part(datetime(day.year, day.month, 1, tzinfo=UTC), "yMMMM")

    def months(self, first: date, last: date) -> str:
        """Return the month of two dates, or both months if they differ."""
        if first.replace(day=1) == last.replace(day=1):
            return self.month(first)
        both = _babel().dates.format_interval(first, last, "yMMMM", locale=self.locale)
        return self._written(both).replace("\u2009", " ")

    def short_span(self, first: date, last: date) -> str:
        """Return the days from one date to another with abbreviated months, and what they share once."""
        both = _babel().dates.format_interval(first, last, "yMMMd", locale=self.locale)
        return self._dated(both).replace("\u2009", " ")

    def short_month(self, day: date) -> str:
        """Return the abbreviated name of a date's month, without a full stop."""
        names = _babel().dates.get_month_names("abbreviated", "stand-alone", self.locale)
        return str(names[day.month]).rstrip(".")

    def full_day(self, day: date) -> str:
        """Return the date in full, with its weekday."""
        return self._date(day, "full")

    def day(self, day: date) -> str:
        """Return the date in full without its year."""
        return self._date(day, self._day_pattern)

    def short_day(self, day: date) -> str:
        """Return the same with abbreviated names."""
        return self._date(day, self._day_pattern.replace("EEEE", "EEE").replace("MMMM", "MMM"))

    @cached_property
    def _day_pattern(self) -> str:
        return YEAR.sub("", self.locale.date_formats["full"].pattern)

    def _date(self, day: date, pattern: str) -> str:
        write = _babel().dates.format_date
        return self._once((day, pattern), lambda: self._dated(write(day, pattern, self.locale)))

    def part(self, moment: datetime, skeleton: str, zone: str = "") -> str:
        """Return the parts of a moment that a CLDR skeleton names, e.g. MMMEd."""
        return self._part(self.local(moment, zone), skeleton)

    def _part(self, local: datetime, skeleton: str) -> str:
        write = _babel().dates.format_skeleton
        key = (local.replace(tzinfo=None), skeleton)  # of two zones one moment has two texts
        return self._once(key, lambda: self._dated(write(skeleton, local, locale=self.locale)))

    def time(self, moment: datetime, zone: str = "") -> str:
        """Return the time of day."""
        info, write = ZoneInfo(zone or self.zone), _babel().dates.format_time
        key = (moment, zone or self.zone)
        return self._once(key, lambda: self._written(write(moment, "short", tzinfo=info, locale=self.locale)))

    def when(self, moment: datetime, zone: str = "") -> str:
        """Return the date in full and the time."""
        day = self.full_day(self.local(moment, zone).date())
        return self.texts.gettext("%(day)s at %(time)s") % {"day": day, "time": self.exact_time(moment, zone)}

    def exact_time(self, moment: datetime, zone: str = "") -> str:
        """Return the time of day, with its offset if clocks show it twice."""
        return self._timed(moment, zone, with_offset=_is_twice(self.local(moment, zone)))

    def _timed(self, moment: datetime, zone: str, *, with_offset: bool) -> str:
        time = self.time(moment, zone)
        return f"{time}\u00a0{self.offset(moment, zone)}" if with_offset else time

    def span(self, start: datetime, end: datetime, zone: str = "") -> str:
        """Return the times from start to end, with another date or both offsets if these change in between."""
        first, last = self.local(start, zone), self.local(end, zone)
        changes = first.utcoffset() != last.utcoffset() and end - start < DAY
        until = self._timed(end, zone, with_offset=changes)
        if first.date() != last.date():
            until = f"{self.part(end, 'MMMEd', zone)}, {until}"
        return f"{self._timed(start, zone, with_offset=changes)} – {until}"

    def duration(self, length: timedelta) -> str:
        """Return a duration in days, hours and minutes, on one line."""
        days, minutes = divmod(int(length.total_seconds()) // 60, 1440)
        hours, minutes = divmod(minutes, 60)
        written = [
            days and self.texts.ngettext("%(num)s day", "%(num)s days", days) % {"num": days},
            hours and self.texts.gettext("%(num)s h") % {"num": hours},
            minutes and self.texts.gettext("%(num)s min") % {"num": minutes},
        ]
        return " ".join(part for part in written if part).replace(" ", "\u00a0")

    def price(self, price: Price, currency: str) -> str:
        """Return a service's price in words; empty if it is not set."""
        _ = self.texts.gettext
        if price.kind in ("not_set", "undefined"):
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
        write = _babel().numbers.format_currency
        pattern = self.locale.currency_formats["standard"].pattern
        if price.amount == price.amount.to_integral_value():
            pattern = pattern.replace("0.00", "0")
        return self._written(write(price.amount, currency, pattern, self.locale, currency_digits=False))

    def number(self, number: float) -> str:
        """Return a number, with at most one decimal."""
        return self._written(_babel().numbers.format_decimal(round(number, 1), "#,##0.#", self.locale))

    def percent(self, share: float) -> str:
        """Return a share of 1 as whole per cent."""
        return self._written(_babel().numbers.format_percent(share, locale=self.locale))

    def zone_name(self, moment: datetime, zone: str = "") -> str:
        """Return the zone's name with its city; if clocks show a time twice, which of the two it is."""
        local = self.local(moment, zone)
        name = self._name_of_clock(local, None if _is_twice(local) else "generic")
        if name.startswith("GMT") or any(letter.isdigit() for letter in name):  # CLDR has no name for all year
            name = self._name_of_clock(local, None)
        city = self.city(zone)
        is_placeless = (zone or self.zone).startswith(("UTC", "Etc/"))
        return self._written(name if city in name or is_placeless else f"{name} ({city})")

    def _name_of_clock(self, local: datetime, variant: str | None) -> str:
        """Return the name of the zone's clock, by Babel unless it looks up the zone by a wrong name."""
        key = _name_of_old(str(local.tzinfo))
        if key != newest_name(key):
            clock = _babel().core.get_global("meta_zones").get(key)
            names = self.locale.meta_zones.get(clock, {}).get("long", {})
            if name := names.get(variant or ("daylight" if local.dst() else "standard")):
                return str(name)
        return str(_babel().dates.get_timezone_name(local, "long", locale=self.locale, zone_variant=variant))

    def city(self, zone: str = "") -> str:
        """Return the place that a zone is named after: America/New_York → New York."""
        key = zone or self.zone
        known = (self.locale.time_zones.get(name, {}).get("city") for name in (key, _name_of_old(key)))
        named = next(filter(None, known), None)
        return str(named or key.rsplit("/", 1)[-1].replace("_", " "))

    def offset(self, moment: datetime, zone: str = "") -> str:
        """Return the offset from UTC, e.g. UTC+5:30."""
        minutes = int((self.local(moment, zone).utcoffset() or timedelta()).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        sign = "−" if minutes < 0 else "+"
        return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")

    def local(self, moment: datetime, zone: str = "") -> datetime:
        """Return the moment in the zone."""
        return moment.astimezone(ZoneInfo(zone or self.zone))

    def _dated(self, text: Any) -> str:
        first = FIRSTS.get(self.locale.language)
        return FIRST_DAY.sub(first, self._written(text)) if first else self._written(text)

    def _written(self, text: Any) -> str:
        return str(text) if self.has_narrow_space else str(text).replace("\u202f", "\u00a0")


def _is_twice(local: datetime) -> bool:
    """Return whether clocks show this time twice, because they are put back."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def differ(moment: datetime, one: str, other: str) -> bool:
    """Return whether clocks of two zones differ at a moment: other names may be the same zone (Asia/Calcutta)."""
    return moment.astimezone(ZoneInfo(one)).utcoffset() != moment.astimezone(ZoneInfo(other)).utcoffset()
