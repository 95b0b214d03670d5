"""Which cancellations are late, and how places that were given up are counted and kept."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.domain.appointments.cancellation import PlacesLeft, is_late, read_left, with_left, written_left
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.reports.cancellations import (
    BookedPlaces,
    CancelledPlaces,
    PlacesIn,
    PlacesOf,
    cancellations_of,
    hour_at,
)
from shared.domain.reports.no_shows import Hour
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service, an_appointment


HOUR = timedelta(hours=1)
LATE = PlacesLeft(by="customer", is_late=True, reason="time")


def test_late_is_within_the_lead_time_or_within_a_day_where_there_is_none():
    def late_before(lead: timedelta, own: timedelta | None = None) -> timedelta:
        policy = SchedulingPolicy(minimum_lead_time=own) if own is not None else None
        service = a_service(staff=("claire",), policy=policy)
        business = a_business(policy=SchedulingPolicy(minimum_lead_time=lead))
        calendar, one = a_calendar(business, [service], [a_person("claire")]), an_appointment(MONDAY)
        return max(hour * HOUR for hour in range(80) if is_late(calendar, one, MONDAY - hour * HOUR))

    assert late_before(timedelta()) == 23 * HOUR
    assert late_before(4 * HOUR) == 3 * HOUR
    assert late_before(4 * HOUR, own=48 * HOUR) == 47 * HOUR
    assert late_before(4 * HOUR, own=timedelta()) == 23 * HOUR


def test_places_that_are_alike_are_one_entry_and_the_index_reads_back_what_it_writes():
    left = with_left((), "customer", is_late=True, reason="time")
    left = with_left(with_left(left, "customer", is_late=True, reason="time"), "staff", is_late=False, number=7)
    assert left == (LATE.model_copy(update={"number": 2}), PlacesLeft(by="staff", number=7))
    assert read_left(written_left(left)) == list(left)
    assert read_left("") == []


def test_each_place_counts_and_those_of_which_no_time_was_kept_are_in_no_share():
    live, old = BookedPlaces(1), BookedPlaces(0, (), 1)
    group = BookedPlaces(2, (LATE, PlacesLeft(by="staff", number=3)))
    kinds = {
        PlacesOf("video", ("claire",), live): 7,
        PlacesOf("yoga", ("claire", "samir"), group): 1,
        PlacesOf("video", ("claire",), old): 1,
    }
    nine = hour_at(MONDAY, ZoneInfo("Europe/Paris"))
    found = cancellations_of(kinds, {PlacesIn(nine, live): 7, PlacesIn(nine, group): 1})
    assert found.whole == CancelledPlaces(booked=14, cancelled=5, late=1, of_customers=1, unknown=1)
    assert found.whole.share_late == 1 / 13
    assert found.people["samir"] == CancelledPlaces(booked=6, cancelled=4, late=1, of_customers=1)
    assert found.services["video"].share_late is None, "of eight it would be chance"
    assert {hour: one.booked for hour, one in found.hours.items()} == {Hour(0, (MONDAY + HOUR).hour): 13}
    assert dict(found.reasons) == {"time": 1}
