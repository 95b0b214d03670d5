"""NCRONTAB: six fields with seconds first (five are read without seconds); day and weekday must both match."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from croniter import croniter


# Without what other dialects add (L, W, #, ?, names of whole schedules).
_PART = r"(?:\*|(?:\d+|[A-Za-z]{3})(?:-(?:\d+|[A-Za-z]{3}))?)(?:/\d+)?"
PLAIN = re.compile(f"{_PART}(?:,{_PART})*")


class BadSchedule(ValueError):
    """The expression is not NCRONTAB."""


class Schedule:
    def __init__(self, expression: str, zone: tzinfo = UTC) -> None:
        """Raises BadSchedule."""
        fields = _resolved(expression).split()
        fields = ["0", *fields] if len(fields) == 5 else fields
        plain = all(PLAIN.fullmatch(field) for field in fields)
        self.expression, self._zone = " ".join(fields), zone
        if len(fields) != 6 or not plain or not croniter.is_valid(self.expression, second_at_beginning=True):
            raise BadSchedule(
                f"{expression!r} is not a schedule of six fields: second minute hour day month weekday."
            )

    def after(self, moment: datetime) -> datetime:
        """The next occurrence, in UTC."""
        local = moment.astimezone(self._zone)
        found = croniter(self.expression, local, second_at_beginning=True, day_or=False).get_next(datetime)
        return found.astimezone(UTC)

    def is_monitored(self, now: datetime) -> bool:
        """The host keeps no status for schedules that come more than once a minute."""
        moments = [self.after(now)]
        for _ in range(5):
            moments.append(self.after(moments[-1]))
        return all(b - a >= timedelta(minutes=1) for a, b in pairwise(moments))


def host_zone() -> tzinfo:
    name = os.environ.get("WEBSITE_TIME_ZONE")
    return ZoneInfo(name) if name else UTC


def _resolved(expression: str) -> str:
    """`%NAME%` stands for a setting."""
    found = re.fullmatch(r"%([^%]+)%", expression)
    if not found:
        return expression
    if found[1] not in os.environ:
        raise BadSchedule(f"The setting {found[1]} for the schedule is missing.")
    return os.environ[found[1]]
