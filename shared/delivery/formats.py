"""Dates, times, lengths and prices as the reader of a letter writes them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from shared.i18n import html_tag, match_language, translator


if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shared.domain.service import Price


class Formats:
    """A language with the zone in which its reader lives."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = match_language(language) or "en"
        self.tag = html_tag(self.language)
        self._wanted = language if match_language(language) else "en"
        self.zone = zone
        self._texts = translator(self.language)

    def text(self, message: str) -> str:
        return self._texts.pgettext("mail", message)

    def counted(self, one: str, many: str, number: int) -> str:
        return self._texts.npgettext("mail", one, many, number) % {"num": number}

    @property
    def colon(self) -> str:
        """What stands between a label and its value; French leaves room before it."""
        return self.text(": ")

    @cached_property
    def locale(self) -> Any:
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - heavy, and only letters need it

        try:
            return Locale.parse(self._wanted.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            return Locale.parse(self.language)

    def day(self, moment: datetime, zone: str = "") -> str:
        """The date in full, with its weekday."""
        from babel.dates import format_date  # noqa: PLC0415

        return _plain(format_date(self.local(moment, zone).date(), "full", self.locale))

    def time(self, moment: datetime, zone: str = "") -> str:
        from babel.dates import format_time  # noqa: PLC0415

        return _plain(format_time(self.local(moment, zone), "short", locale=self.locale))

    def part(self, moment: datetime, skeleton: str, zone: str = "") -> str:
        """The parts of a date that a CLDR skeleton names, e.g. MMMEd."""
        from babel.dates import format_skeleton  # noqa: PLC0415

        return _plain(format_skeleton(skeleton, self.local(moment, zone), locale=self.locale))

    def moment(self, moment: datetime, zone: str = "") -> str:
        """Day and time on one line."""
        return self.text("%(day)s at %(time)s") % {"day": self.day(moment, zone), "time": self.time(moment, zone)}

    def span(self, start: datetime, end: datetime, zone: str = "") -> str:
        """The times from start to end; the day too where the end lies on another."""
        until = self.time(end, zone)
        if self.local(start, zone).date() != self.local(end, zone).date():
            until = f"{self.part(end, 'MMMEd', zone)}, {until}"
        return f"{self.time(start, zone)} – {until}"

    def duration(self, length: timedelta) -> str:
        days, minutes = divmod(int(length.total_seconds()) // 60, 1440)
        hours, minutes = divmod(minutes, 60)
        written = [
            days and self.counted("%(num)s day", "%(num)s days", days),
            hours and self.text("%(num)s h") % {"num": hours},
            minutes and self.text("%(num)s min") % {"num": minutes},
        ]
        return " ".join(part for part in written if part).replace(" ", "\u00a0")

    def notice(self, length: timedelta) -> str:
        """A lead time in words: hours, or days from three on."""
        hours = int(length.total_seconds()) // 3600
        if hours >= 72 and hours % 24 == 0:
            return self.counted("%(num)s day", "%(num)s days", hours // 24)
        return self.counted("%(num)s hour", "%(num)s hours", hours)

    def price(self, price: Price, currency: str) -> str:
        _ = self.text
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
        from babel.numbers import format_currency  # noqa: PLC0415

        return _plain(format_currency(price.amount, currency, locale=self.locale))

    def zone_name(self, moment: datetime, zone: str = "") -> str:
        """The zone in words with its city; where the clock shows a time twice, which of the two it is."""
        from babel.dates import get_timezone_name  # noqa: PLC0415

        local = self.local(moment, zone)
        is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        name = get_timezone_name(local, "long", locale=self.locale, zone_variant=None if is_twice else "generic")
        if any(letter.isdigit() for letter in name):  # zones that never change have no generic name
            name = get_timezone_name(local, "long", locale=self.locale)
        city = self.city(zone)
        return _plain(
            name if city in name or (zone or self.zone).startswith(("UTC", "Etc/")) else f"{name} ({city})"
        )

    def city(self, zone: str = "") -> str:
        """The place a zone is named after: America/New_York → New York."""
        key = zone or self.zone
        named = self.locale.time_zones.get(key, {}).get("city")
        return str(named or key.rsplit("/", 1)[-1].replace("_", " "))

    def local(self, moment: datetime, zone: str = "") -> datetime:
        return moment.astimezone(ZoneInfo(zone or self.zone))


def differ(moment: datetime, one: str, other: str) -> bool:
    """Whether two zones' clocks show different times at a moment."""
    return moment.astimezone(ZoneInfo(one)).utcoffset() != moment.astimezone(ZoneInfo(other)).utcoffset()


def _plain(text: Any) -> str:
    """CLDR's narrow no-break space is missing in many fonts of mail programs."""
    return str(text).replace("\u202f", "\u00a0")
