"""What the figures of demand count, and what they leave out."""

from datetime import timedelta

from shared.domain.availability.slots import AvailableSlots
from shared.domain.reports.demand import FreeTimes, ServiceDemand, booked_ahead, demand_of, free_times
from shared.domain.timeline.ticks import Window
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service, an_appointment


DAY, TICK = timedelta(days=1), timedelta(minutes=5)


def booked(days: float, **values):
    """An appointment that was booked so many days before it starts."""
    return an_appointment(MONDAY, made_at=MONDAY - days * DAY, **values)


def demand_by_service(appointments):
    return demand_of(booked_ahead(appointments))


def test_half_and_nine_of_ten_are_booked_within_these_times():
    found = demand_by_service(booked(number) for number in range(1, 11))
    assert found == {"consultation": ServiceDemand(10, 0, 5 * DAY, 9 * DAY)}
    assert demand_by_service([booked(3)])["consultation"].longest_ahead == 3 * DAY


def test_cancelled_ones_count_and_are_told_apart():
    (found,) = demand_by_service([booked(1), booked(2, status="cancelled"), booked(4), booked(6)]).values()
    assert (found.booked, found.cancelled, found.share_cancelled) == (4, 1, 0.25)
    assert ServiceDemand().share_cancelled is None


def test_groups_have_no_time_ahead_and_walk_ins_and_trials_are_no_demand():
    group = booked(3, service="yoga", seat=None)
    others = [booked(1, origin="trial"), booked(1, origin="on_demand")]
    assert demand_by_service([group, *others]) == {"yoga": ServiceDemand(1, 0, None, None)}


def test_what_was_entered_after_it_began_was_not_booked_ahead():
    (found,) = demand_by_service([booked(-1)]).values()
    assert found.median_ahead == timedelta()
    (unknown,) = demand_by_service([an_appointment(MONDAY)]).values()
    assert unknown.median_ahead is None


def test_the_third_free_time_and_how_many_there_are():
    calendar = a_calendar(a_business(), [a_service(staff=("claire",))], [a_person("claire")])
    window = Window.around(MONDAY, MONDAY + DAY)

    def free(mask: int) -> FreeTimes:
        return free_times(AvailableSlots(calendar, calendar.services["consultation"], window, {"claire": mask}))

    assert free(0b1101001) == FreeTimes(MONDAY, MONDAY + 5 * TICK, 4)
    assert free(0b100) == FreeTimes(MONDAY + 2 * TICK, None, 1)
    assert free(0) == FreeTimes(None, None, 0)
