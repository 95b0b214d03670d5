"""Graph's values and how clients write them: durations, times of day, dates, moments with a zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from functions.graph.models.time_zones import zone_named
from shared.domain.timeline.hours import MINUTES_A_DAY, WeeklyHours


ISO = re.compile(
    r"(-)?P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:\.\d{1,12})?S)?)?", re.ASCII
)
PYTHONS = re.compile(r"(?:(-?\d{1,6}) days?, )?(\d{1,2}):(\d\d):(\d\d)(?:\.\d{1,12})?", re.ASCII)
CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,12})?)?", re.ASCII)
LOCAL = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
WEB = re.compile(r"https?://[^\s/?#@]+([/?#]\S*)?", re.IGNORECASE)
LAST_MOMENT = "23:59:59.9999999"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parse_duration(given: Any) -> timedelta:
    """Return an ISO 8601 duration, also as Python's SDK writes it: "0:30:00", "30 days, 0:00:00"."""
    if isinstance(given, str):
        if (found := ISO.fullmatch(given)) and given[-1] not in "PT":
            sign, *numbers = found.groups()
            days, hours, minutes, seconds = (int(number or 0) for number in numbers)
            length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            return -length if sign else length
        if found := PYTHONS.fullmatch(given):
            days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
            return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    raise ValueError("a duration such as PT30M")


def duration(length: timedelta) -> str:
    """Return an ISO 8601 duration such as PT1H30M."""
    if length < timedelta():
        return "-" + duration(-length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number]
    days = f"{length.days}D" if length.days else ""
    if not days and not parts:
        return "PT0S"
    return f"P{days}" + (f"T{''.join(parts)}" if parts else "")


def parse_minutes(given: Any) -> int:
    """Return a time of day in minutes after midnight. 23:59 and 24:00 are the end of the day."""
    if isinstance(given, str) and (found := CLOCK.fullmatch(given)):
        hours, minutes, seconds = (int(number or 0) for number in found.groups())
        if (hours, minutes, seconds) == (24, 0, 0) or ((hours, minutes) == (23, 59) and seconds < 60):
            return MINUTES_A_DAY
        if hours < 24 and minutes < 60 and seconds == 0:
            return hours * 60 + minutes
    raise ValueError("a time of day in whole minutes such as 08:00:00")


def time_of_day(minutes: int) -> str:
    """Return a time of day as Graph writes it, the end of the day as 23:59:59.9999999."""
    if minutes == MINUTES_A_DAY:
        return LAST_MOMENT
    return f"{time(minutes // 60, minutes % 60):%H:%M:%S}.0000000"


def parse_date(given: Any) -> date:
    """Return an ISO 8601 date. Raises ValueError."""
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
        return date.fromisoformat(given)
    raise ValueError("a date such as 2026-12-24")


def parse_moment(clock: str, zone: str | None) -> datetime:
    """Return a dateTimeTimeZone in UTC. An offset in the text wins over the zone. Raises ValueError."""
    found = LOCAL.fullmatch(clock)
    if not found:
        raise ValueError("a time such as 2026-12-24T09:30:00")
    text, fraction, offset = found.groups()
    if fraction and int(fraction):
        raise ValueError("a time in whole seconds")
    if offset:
        return datetime.fromisoformat((text + offset).upper()).astimezone(UTC)
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone_named(zone or "UTC"))).astimezone(UTC)


def moment(instant: datetime) -> dict[str, str]:
    """Return a dateTimeTimeZone in UTC."""
    return {"dateTime": f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000Z", "timeZone": "UTC"}


def timestamp(instant: datetime | None) -> str | None:
    """Return an Edm.DateTimeOffset."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if instant else None


def week(hours: WeeklyHours) -> list[dict[str, Any]]:
    """Return weekly hours as seven bookingWorkHours, Monday first."""
    return [
        {
            "day": day,
            "timeSlots": [
                {"startTime": time_of_day(start), "endTime": time_of_day(end)} for start, end in intervals
            ],
        }
        for day, intervals in zip(DAYS, hours, strict=True)
    ]


def _web(text: str) -> str:
    if text and not WEB.fullmatch(text):
        raise ValueError("a web address such as https://www.example.com")
    return text


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Minutes = Annotated[int, BeforeValidator(parse_minutes)]
Date = Annotated[date, BeforeValidator(parse_date)]
WebAddress = Annotated[str, Field(max_length=2000), AfterValidator(_web)]
Number = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
