"""Looks at rules of recurrence before they are expanded: each must be daily at most, and end in bounded time."""

import re
from datetime import date, datetime, timedelta

from shared.delivery.free_busy.calendar_text.moments import Unreadable


OFTEN = 8  # times a day that a rule may name; more is finer than daily
TOO_FINE = ("SECONDLY", "MINUTELY", "HOURLY")
BEYOND = timedelta(days=400)  # an event may be moved back into the window from so far
SELDOM = 10_000  # days that a rule may have no event for, after the window
ALWAYS = re.compile(r"[A-Z,]*")
PLAIN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND"}


class FinerThanDaily(Exception):
    """A rule that gives events every hour or more often."""


def checked(rule: str, start: date | datetime, horizon: datetime) -> str:
    """Return a rule that can be expanded. Raise FinerThanDaily, Unreadable."""
    parts = _parts(rule)
    if not _always_goes_on(parts):
        _dry_run(parts, start, horizon + BEYOND)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.upper().replace(" ", "").strip(";").split(";"))
    parts = {name: value for name, _, value in pairs}
    interval = parts.get("INTERVAL", "1")
    if "FREQ" not in parts or not interval.isdecimal() or int(interval) < 1:  # 0 would never end
        raise Unreadable("RRULE")
    if not parts.get("COUNT", "1").isdecimal():
        del parts["COUNT"]  # a negative one means none
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= len(set(parts.get(name, "").split(",")))
    if parts["FREQ"] in TOO_FINE or times > OFTEN:
        raise FinerThanDaily
    if "BYWEEKNO" in parts and not ALWAYS.fullmatch(parts.get("BYDAY", "")):
        raise Unreadable("RRULE")
    return parts


def _always_goes_on(parts: dict[str, str]) -> bool:
    """Return whether a rule surely has a next event soon: its weekdays come, whatever its interval."""
    is_skipping = parts["FREQ"] == "DAILY" and parts.get("INTERVAL", "1") != "1" and "BYDAY" in parts
    return parts.keys() <= PLAIN and bool(ALWAYS.fullmatch(parts.get("BYDAY", ""))) and not is_skipping


class _Counted(frozenset[int]):
    """The months of a rule. The library looks up each day's among them, and this one ends that at some time."""

    looks_left = 0

    def __contains__(self, month: object) -> bool:
        self.looks_left -= 1
        if self.looks_left < 0:
            raise Unreadable("RRULE")
        return super().__contains__(month)


def _dry_run(parts: dict[str, str], start: date | datetime, end: datetime) -> None:
    """Expand a rule until it is beyond a moment. Raise Unreadable if that takes too long.

    A rule that fits no date, such as every 30th of February, is searched for to the year 9999, for minutes.
    """
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - heavy, and few need it

    text = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL"))
    first = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - as good as any hour for counting
    rule = rrulestr(text, dtstart=first)
    if rule._bymonth or not rule._bynweekday:  # noqa: SLF001 - the same
        rule._bymonth = counted = _Counted(rule._bymonth or range(1, 13))  # noqa: SLF001 - the only way to count
    else:
        # months would change the meaning of a rule such as the 20th Monday of a year
        rule._byweekday = counted = _Counted(rule._byweekday or range(7))  # noqa: SLF001 - the same
    last = end.replace(tzinfo=None)
    counted.looks_left = max((last - first).days, 0) + SELDOM
    for one in rule:
        if one > last:
            return
