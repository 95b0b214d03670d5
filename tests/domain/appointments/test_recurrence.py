"""When a series takes place: by the calendar's clock, also over changes of it, short months and leap years."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from shared.domain.appointments.recurrence import Recurrence, at_clock, shifted
from shared.domain.errors import InvalidFields


PARIS = "Europe/Paris"


def local(text: str, zone: str = PARIS) -> datetime:
    """Return the moment of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(rule: Recurrence, start: str, zone: str = PARIS) -> list[str]:
    """Return the local times of a series that begins at a local time."""
    return [f"{one.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" for one in rule.starts(local(start, zone), zone)]


def days(start: str, **rule: object) -> list[str]:
    """Return the local days of a series."""
    return [one[:10] for one in shown(Recurrence.model_validate(rule), f"{start}T09:30")]


def test_every_third_day_until_a_last_day_that_is_included() -> None:
    assert days("2026-12-29", frequency="daily", every=3, until="2027-01-04") == [
        "2026-12-29",
        "2027-01-01",
        "2027-01-04",
    ]


def test_weekly_without_weekdays_is_on_that_of_the_start() -> None:
    assert days("2026-12-01", frequency="weekly", times=3) == ["2026-12-01", "2026-12-08", "2026-12-15"]


def test_every_second_week_counts_calendar_weeks_and_begins_on_the_first_chosen_day() -> None:
    # Wednesday, 2 December; Monday and Thursday: the Monday of this week is over, the next week is skipped
    assert days("2026-12-02", frequency="weekly", every=2, weekdays=[3, 0], times=4) == [
        "2026-12-03",
        "2026-12-14",
        "2026-12-17",
        "2026-12-28",
    ]


def test_the_31st_is_the_last_day_of_a_shorter_month_and_the_31st_again() -> None:
    assert days("2027-01-31", frequency="monthly_by_date", times=4) == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
    ]


def test_the_29th_of_february_comes_back_in_leap_years() -> None:
    found = days("2028-02-29", frequency="monthly_by_date", every=12, times=5)
    assert found == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_the_second_tuesday_of_each_month() -> None:
    assert days("2026-12-08", frequency="monthly_by_weekday", times=3) == [
        "2026-12-08",
        "2027-01-12",
        "2027-02-09",
    ]


def test_a_fifth_weekday_is_the_last_where_there_is_no_fifth() -> None:
    assert days("2026-12-29", frequency="monthly_by_weekday", times=4) == [
        "2026-12-29",
        "2027-01-26",
        "2027-02-23",
        "2027-03-30",
    ]


def test_the_last_weekday_begins_in_the_month_of_the_start_if_that_is_not_over() -> None:
    assert days("2026-12-22", frequency="monthly_by_last_weekday", times=2) == ["2026-12-29", "2027-01-26"]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        (PARIS, "2026-10-18T09:30"),
        ("America/New_York", "2027-03-07T09:30"),
        ("Australia/Sydney", "2026-09-27T09:30"),
    ],
)
def test_the_clock_shows_the_same_time_before_and_after_it_changes(zone: str, start: str) -> None:
    found = shown(Recurrence(frequency="weekly", times=4), start, zone)
    assert {one[11:] for one in found} == {"09:30"}
    starts = Recurrence(frequency="weekly", times=4).starts(local(start, zone), zone)
    assert len({one.time() for one in starts}) == 2  # in UTC it does change


def test_a_time_that_clocks_leap_over_comes_as_much_later() -> None:
    found = shown(Recurrence(frequency="daily", times=3), "2027-03-27T02:30")
    assert found == ["2027-03-27T02:30", "2027-03-28T03:30", "2027-03-29T02:30"]


def test_of_two_equal_times_the_first_is_meant_even_from_a_start_at_the_second() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Paris for the second time
    first, *_ = Recurrence(frequency="daily", times=2).starts(second, PARIS)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert at_clock(date(2026, 10, 25), time(2, 30, fold=1), PARIS) == first


def test_the_day_of_the_calendar_counts_and_not_that_of_utc() -> None:
    # 00:30 in Paris is still Monday in UTC
    found = shown(Recurrence(frequency="weekly", weekdays=(1,), times=2), "2026-12-01T00:30")
    assert found == ["2026-12-01T00:30", "2026-12-08T00:30"]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"frequency": "daily"}, "/times"),
        ({"frequency": "daily", "times": 3, "until": "2026-12-31"}, "/times"),
        ({"frequency": "daily", "until": "2027-01-22"}, "/until"),
        ({"frequency": "daily", "until": "2026-11-30"}, "/until"),
        ({"frequency": "weekly", "until": "2026-12-07"}, "/until"),
        ({"frequency": "monthly_by_date", "every": 12, "times": 12}, "/every"),
    ],
)
def test_rules_without_an_end_or_with_a_bad_one_are_refused_at_their_field(
    rule: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        days("2026-12-01", **rule)
    assert [one.pointer for one in refused.value.errors] == [field]


def test_52_days_are_the_most() -> None:
    assert len(days("2026-12-01", frequency="daily", until="2027-01-21")) == 52


def test_moving_one_moves_another_by_as_many_days_to_the_same_time_of_the_clock() -> None:
    old, new = local("2026-10-20T09:00"), local("2026-10-21T10:15")
    assert shifted(local("2026-10-27T09:00"), old, new, PARIS) == local("2026-10-28T10:15")
