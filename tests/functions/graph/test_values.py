"""Values of the Graph API: durations, times of day, zones and moments, both ways."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.graph.models.values import (
    duration,
    moment,
    parse_date,
    parse_duration,
    parse_minutes,
    parse_moment,
    time_of_day,
    timestamp,
    zone_named,
)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT30M", 30 * MINUTE),
        ("P1D", DAY),
        ("P365D", 365 * DAY),
        ("PT0S", timedelta()),
        ("PT1H30M", 90 * MINUTE),
        ("P1DT2H", 26 * HOUR),
        ("PT90S", 90 * timedelta(seconds=1)),
        ("PT48H", 2 * DAY),
        ("-PT5M", -5 * MINUTE),
        ("0:30:00", 30 * MINUTE),
        ("10:00:00", 10 * HOUR),
        ("1 day, 0:00:00", DAY),
        ("30 days, 0:00:00", 30 * DAY),
        ("365 days, 2:00:00", 365 * DAY + 2 * HOUR),
        ("-1 day, 23:30:00", -30 * MINUTE),
    ],
)
def test_durations_are_read_as_iso_8601_and_as_python_writes_them(text, length):
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "30M", "PT30", "1 week", "PT1.5H", "P1Y", "PT٣M", 30, None, "P9999999D"]
)
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match="PT30M"):
        parse_duration(text)


@pytest.mark.parametrize(
    "length", [timedelta(), MINUTE, 90 * MINUTE, DAY, DAY + HOUR, 30 * DAY, timedelta(seconds=61), -5 * MINUTE]
)
def test_durations_come_back(length):
    assert parse_duration(duration(length)) == length
    assert parse_duration(str(length)) == length


def test_durations_are_written_shortest():
    written = [duration(one) for one in (timedelta(), 30 * MINUTE, DAY, DAY + 2 * HOUR, 90 * MINUTE)]
    assert written == ["PT0S", "PT30M", "P1D", "P1DT2H", "PT1H30M"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("08:00:00.0000000", 480),
        ("08:00:00", 480),
        ("17:05", 1025),
        ("00:00:00", 0),
        ("23:59:59.9999999", 1440),
        ("23:58:00", 1438),
        ("23:59:00", 1440),
        ("23:59", 1440),
        ("23:59:30", 1440),
        ("24:00:00", 1440),
        ("24:00:00.0000000", 1440),
    ],
)
def test_times_of_day_are_minutes(text, minutes):
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text", ["24:00:01", "24:01", "23:60", "25:00:00", "08:60", "08:00:30", "8", "", 480, None]
)
def test_other_times_of_day_are_refused(text):
    with pytest.raises(ValueError, match="time of day"):
        parse_minutes(text)


@pytest.mark.parametrize("minutes", [0, 1, 480, 1438, 1440])
def test_times_of_day_come_back(minutes):
    assert parse_minutes(time_of_day(minutes)) == minutes


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("UTC", "UTC"),
        ("Romance Standard Time", "Europe/Paris"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("pacific standard time", "America/Los_Angeles"),
        ("E. South America Standard Time", "America/Sao_Paulo"),
        ("Kamchatka Standard Time", "Asia/Kamchatka"),
        ("MID-ATLANTIC Standard Time", "Etc/GMT+2"),
        ("Mexico Standard Time 2", "America/Chihuahua"),
        ("Coordinated Universal Time", "UTC"),
    ],
)
def test_zones_are_named_as_iana_or_windows_does(name, zone):
    assert zone_named(name) == zone


@pytest.mark.parametrize("name", ["", "Mars", "(UTC-08:00) Pacific Time (US & Canada)", "../etc/passwd"])
def test_other_zones_are_refused(name):
    with pytest.raises(ValueError, match="time zone"):
        zone_named(name)


@pytest.mark.parametrize(
    ("clock", "zone", "expected"),
    [
        ("2026-12-07T12:00:00.0000000", "UTC", datetime(2026, 12, 7, 12, tzinfo=UTC)),
        ("2026-12-07T12:00:00", "Europe/Paris", datetime(2026, 12, 7, 11, tzinfo=UTC)),
        ("2026-12-07T12:00", "Pacific Standard Time", datetime(2026, 12, 7, 20, tzinfo=UTC)),
        ("2026-12-07T12:00:00.0000000Z", "Europe/Paris", datetime(2026, 12, 7, 12, tzinfo=UTC)),
        ("2026-12-07T12:00:00+01:00", "UTC", datetime(2026, 12, 7, 11, tzinfo=UTC)),
        ("2026-12-07T12:00:00", None, datetime(2026, 12, 7, 12, tzinfo=UTC)),
    ],
)
def test_moments_have_a_zone_beside_them_unless_they_carry_an_offset(clock, zone, expected):
    assert parse_moment(clock, zone) == expected


@pytest.mark.parametrize("clock", ["2026-12-07", "noon", "2026-13-07T12:00:00", "2026-12-07T12:00:00.5", ""])
def test_other_moments_are_refused(clock):
    with pytest.raises(ValueError):  # noqa: PT011 - several complaints
        parse_moment(clock, "UTC")


def test_moments_and_timestamps_are_written_in_utc():
    noon = datetime.fromisoformat("2026-12-07T12:00:00+01:00")
    assert moment(noon) == {"dateTime": "2026-12-07T11:00:00.0000000Z", "timeZone": "UTC"}
    assert timestamp(noon) == "2026-12-07T11:00:00Z"
    assert timestamp(None) is None


@pytest.mark.parametrize("text", ["2026-2-3", "20260203", "2026-02-30", "", None])
def test_dates_are_dates(text):
    assert parse_date("2026-02-03").day == 3
    with pytest.raises(ValueError):  # noqa: PT011 - several complaints
        parse_date(text)
