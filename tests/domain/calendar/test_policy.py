"""What a scheduling policy may be."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from shared.domain.availability.slots import lead_time_mask
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ticks import Window
from tests.support.builders import MONDAY, a_business, a_calendar, a_service


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("minutes", [5, 10, 15, 25, 30, 50, 60, 235, 240])
def test_increments_are_five_minutes_to_four_hours(minutes):
    assert SchedulingPolicy(time_slot_interval=minutes * MINUTE).time_slot_interval == minutes * MINUTE


@pytest.mark.parametrize(
    ("interval", "complaint"),
    [
        (timedelta(), "5 to 240"),
        (-5 * MINUTE, "5 to 240"),
        (4 * MINUTE, "5 to 240"),
        (245 * MINUTE, "5 to 240"),
        (7 * MINUTE, "multiple of 5"),
        (5 * MINUTE + timedelta(seconds=1), "multiple of 5"),
    ],
)
def test_other_increments_are_refused(interval, complaint):
    with pytest.raises(ValidationError, match=complaint):
        SchedulingPolicy(time_slot_interval=interval)


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 1), (1, 2), (24, 2), (25, 3), (48, 3), (0, 365), (24 * 364, 365), (0, 3650)]
)
def test_the_maximum_is_at_least_a_day_above_the_minimum(hours, days):
    policy = SchedulingPolicy(minimum_lead_time=hours * HOUR, maximum_advance=days * DAY)
    assert policy.maximum_advance - policy.minimum_lead_time >= DAY


@pytest.mark.parametrize(("hours", "days"), [(1, 1), (23, 1), (24, 1), (25, 2), (49, 3), (0, 0), (0, -1)])
def test_a_maximum_less_than_a_day_above_the_minimum_is_refused(hours, days):
    with pytest.raises(ValidationError, match="24 hours above"):
        SchedulingPolicy(minimum_lead_time=hours * HOUR, maximum_advance=days * DAY)


@pytest.mark.parametrize("hours", range(48))
def test_one_day_is_allowed_only_without_a_minimum(hours):
    if hours == 0:
        SchedulingPolicy(minimum_lead_time=hours * HOUR, maximum_advance=DAY)
    else:
        with pytest.raises(ValidationError):
            SchedulingPolicy(minimum_lead_time=hours * HOUR, maximum_advance=DAY)


@pytest.mark.parametrize("lead", [-HOUR, 30 * MINUTE, HOUR + MINUTE, timedelta(microseconds=1)])
def test_the_minimum_is_whole_hours(lead):
    with pytest.raises(ValidationError, match="whole hours"):
        SchedulingPolicy(minimum_lead_time=lead)


@pytest.mark.parametrize("advance", [DAY + HOUR, 2 * DAY - MINUTE])
def test_the_maximum_is_whole_days(advance):
    with pytest.raises(ValidationError, match="whole days"):
        SchedulingPolicy(maximum_advance=advance)


def test_a_maximum_beyond_the_reach_of_calendars_is_refused():
    for advance in (3651 * DAY, timedelta.max // DAY * DAY):
        with pytest.raises(ValidationError, match="ten years"):
            SchedulingPolicy(maximum_advance=advance)
    furthest = SchedulingPolicy(maximum_advance=3650 * DAY)
    assert lead_time_mask(furthest, Window(0, 0), MONDAY, timedelta()) == 0


def test_a_range_of_dates_may_be_one_day_and_never_ends_before_it_begins():
    assert DatedAvailability(first=date(2027, 1, 2), last=date(2027, 1, 2)).first == date(2027, 1, 2)
    with pytest.raises(ValidationError, match="ends after it starts"):
        DatedAvailability(first=date(2027, 1, 2), last=date(2027, 1, 1))


def test_a_policy_offers_half_hours_for_a_year_to_whomever_and_tells_everybody_unless_told_otherwise():
    policy = SchedulingPolicy()
    assert (policy.time_slot_interval, policy.minimum_lead_time) == (30 * MINUTE, timedelta())
    assert policy.maximum_advance == 365 * DAY
    assert policy.availability == "when_staff_are_free"
    assert policy.allow_staff_selection
    assert policy.send_confirmations_to_owner
    assert policy.send_invitation_to_customer


def test_a_policy_comes_back_from_its_json():
    exception = DatedAvailability(
        first=date(2027, 1, 2), last=date(2027, 2, 2), availability="weekly_hours", hours=weekdays((540, 600))
    )
    policy = SchedulingPolicy(time_slot_interval=25 * MINUTE, minimum_lead_time=2 * HOUR, exceptions=(exception,))
    assert SchedulingPolicy.model_validate_json(policy.model_dump_json(by_alias=True)) == policy


def test_a_service_with_a_policy_of_its_own_uses_that_instead_of_the_calendars():
    own = SchedulingPolicy(time_slot_interval=HOUR)
    with_own, without = a_service("one", policy=own), a_service("other")
    calendar = a_calendar(a_business(), [with_own, without])
    assert calendar.policy_of(with_own) is own
    assert calendar.policy_of(without) is calendar.business.policy
