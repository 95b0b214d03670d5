"""The first and the last start that the rules allow at a moment, in every zone and on days when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from shared.domain.availability.outlook import outlook
from shared.domain.availability.slots import BookingRules, is_outside_lead_times
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.calendar.time_zone import is_known_zone
from shared.domain.timeline.hours import ALWAYS, days_window, weekdays
from tests.support.builders import MONDAY, a_business, a_calendar, a_service


DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NINE_TO_FIVE = weekdays((540, 1020))
PARIS = ZoneInfo("Europe/Paris")


def seen(now=MONDAY, hours=NINE_TO_FIVE, services=None, dates=(), bookable=ALWAYS, **rules):
    policy = SchedulingPolicy(maximum_advance=60 * DAY, hours=bookable, **rules)
    business = a_business(hours=hours, special_dates=dates, policy=policy)
    return outlook(a_calendar(business, services), now)


def clock(moment, zone=PARIS) -> str:
    return moment.astimezone(zone).strftime("%d.%m. %H:%M")


def test_it_reaches_from_the_first_start_after_the_lead_time_to_the_last_one_ahead():
    found = seen(minimum_lead_time=24 * HOUR)
    assert (clock(found.first), clock(found.last)) == ("12.01. 09:00", "11.03. 16:30")


def test_the_shortest_service_without_rules_of_its_own_decides_what_is_last():
    brief = a_service("brief", duration=timedelta(minutes=10), policy=SchedulingPolicy())
    found = seen(services=[a_service(duration=HOUR), a_service("long", duration=3 * HOUR), brief])
    assert clock(found.last) == "11.03. 16:00"


def test_a_service_of_its_own_is_judged_by_its_own_rules():
    own = a_service(policy=SchedulingPolicy(maximum_advance=DAY))
    calendar = a_calendar(a_business(), [own])
    assert clock(outlook(calendar, MONDAY, own).last) == "11.01. 16:30"


def test_a_calendar_that_is_closed_for_weeks_opens_when_it_opens():
    closed = SpecialDates(first=date(2027, 1, 1), last=date(2027, 2, 7))
    assert clock(seen(dates=(closed,)).first) == "08.02. 09:00"


@pytest.mark.parametrize(
    ("hours", "rule"),
    [
        (weekdays(), {}),
        (ALWAYS, {"availability": "not_bookable"}),
        (weekdays((540, 560)), {}),  # shorter than the service
        (ALWAYS, {"availability": "weekly_hours", "bookable": weekdays((0, 15), days=range(7))}),
    ],
)
def test_where_the_rules_leave_no_start_there_is_none(hours, rule):
    found = seen(hours=hours, **rule)
    assert (found.first, found.last) == (None, None)
    assert found.latest - found.soonest == 60 * DAY


def test_dates_with_a_rule_of_their_own_can_be_the_only_ones():
    only = DatedAvailability(first=date(2027, 2, 1), last=date(2027, 2, 2))
    found = seen(availability="not_bookable", exceptions=(only,))
    assert (clock(found.first), clock(found.last)) == ("01.02. 09:00", "02.02. 16:30")


def test_hours_that_begin_when_the_clock_jumps_begin_where_it_goes_on():
    early = weekdays((150, 240), days=range(7))
    found = seen(datetime(2027, 3, 27, 12, tzinfo=UTC), hours=early)
    assert clock(found.first) == "28.03. 03:00"


def test_the_second_pass_of_an_hour_that_comes_twice_can_be_the_last():
    night = weekdays((120, 180), days=range(7))
    business = a_business(hours=night, policy=SchedulingPolicy(maximum_advance=DAY))
    found = outlook(
        a_calendar(business), datetime(2027, 10, 31, 0, 45, tzinfo=UTC)
    )  # 02:45, clocks go back at three
    assert [found.first, found.last] == [
        datetime(2027, 10, 31, 1, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.walk
def test_in_every_zone_both_ends_are_starts_that_a_booking_may_have():
    zones = sorted(filter(is_known_zone, available_timezones()))
    assert len(zones) > 400
    assert [zone for zone in zones if not are_starts(zone)] == []


def are_starts(zone: str) -> bool:
    policy = SchedulingPolicy(minimum_lead_time=3 * HOUR, maximum_advance=10 * DAY)
    calendar = a_calendar(a_business(time_zone=zone, policy=policy))
    now = datetime(2027, 3, 10, 14, 5, tzinfo=UTC)  # several clocks change within these days
    found = outlook(calendar, now)
    service = calendar.services["consultation"]
    days = days_window(now.date() - DAY, now.date() + 12 * DAY, zone)
    rules = BookingRules(calendar, service, days, now)
    starts = rules.starts({})["claire"]
    ends = [rules.window.moment((starts & -starts).bit_length() - 1), rules.window.moment(starts.bit_length() - 1)]
    return [found.first, found.last] == ends and not any(is_outside_lead_times(policy, one, now) for one in ends)
