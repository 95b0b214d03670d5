"""What a person is from moment to moment, for whoever plans with them."""

from datetime import timedelta

import pytest

from shared.domain.availability.staff import staff_intervals
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ledger import Ledger, cut_by_month
from shared.domain.timeline.ticks import ceil_tick, floor_tick, runs
from tests.support.builders import MONDAY, a_business, a_person, an_appointment


HOUR = timedelta(hours=1)
EIGHT = MONDAY + HOUR  # 08:00 in UTC, when the clinic in Paris opens: 09:00 to 17:00 there
DAY_ENDS = MONDAY + 9 * HOUR


def mask(first, last):
    (one,) = cut_by_month(floor_tick(MONDAY + first * HOUR), ceil_tick(MONDAY + last * HOUR)).values()
    return one


def a_session(first, last, **changes):
    start = MONDAY + first * HOUR
    return an_appointment(start, end=MONDAY + last * HOUR, service="yoga", capacity=5, seat=None, **changes)


def told(person=None, start=MONDAY, end=DAY_ENDS, sessions=(), business=None, **ledger):
    whole = {"202701": Ledger(**ledger)} if ledger else {}
    found = staff_intervals(
        person or a_person(), business or a_business(), start, end, ledgers=whole, sessions=sessions
    )
    return [
        (
            one.condition,
            (one.start - MONDAY) / HOUR,
            (one.end - MONDAY) / HOUR,
            *([one.service] if one.service else []),
        )
        for one in found
    ]


def test_who_has_nothing_on_is_free_in_the_hours_of_the_business():
    assert told() == [("available", 1, 9)]
    assert told(a_person(hours=weekdays((600, 660)))) == [("available", 2, 3)]
    assert told(a_person(hours=weekdays((600, 660)), time_zone="UTC")) == [("available", 3, 4)]


def test_a_stretch_within_ticks_is_cut_to_the_minute():
    assert told(start=EIGHT + timedelta(minutes=7), end=EIGHT + timedelta(minutes=11)) == [
        ("available", pytest.approx(1 + 7 / 60), pytest.approx(1 + 11 / 60))
    ]


def test_appointments_external_events_and_holds_are_busy_also_out_of_hours():
    assert told(claimed=(mask(0, 2),)) == [("busy", 0, 2), ("available", 2, 9)]
    assert told(external=mask(3, 4), held=(mask(4, 5),)) == [
        ("available", 1, 3),
        ("busy", 3, 5),
        ("available", 5, 9),
    ]


def test_time_off_comes_before_what_lies_in_it():
    assert told(off=mask(0, 5), claimed=(mask(4, 6),)) == [
        ("out_of_office", 0, 5),
        ("busy", 5, 6),
        ("available", 6, 9),
    ]


def test_a_session_with_free_seats_is_told_with_its_service_and_its_buffers_are_busy():
    assert told(claimed=(mask(2, 5),), sessions=[a_session(3, 4)]) == [
        ("available", 1, 2),
        ("busy", 2, 3),
        ("slots_available", 3, 4, "yoga"),
        ("busy", 4, 5),
        ("available", 5, 9),
    ]


def test_a_session_of_others_and_one_that_shares_its_time_are_no_free_seats():
    others = a_session(3, 4, staff=("marc",))
    assert told(claimed=(mask(3, 4),), sessions=[others])[1] == ("busy", 3, 4)
    overbooked = {"claimed": (mask(3, 5), mask(4, 5)), "sessions": [a_session(3, 5)]}
    assert told(**overbooked)[1:3] == [("slots_available", 3, 4, "yoga"), ("busy", 4, 5)]
    assert told(claimed=(mask(3, 4),), off=mask(3, 4), sessions=[a_session(3, 4)])[1] == ("out_of_office", 3, 4)
    assert told(claimed=(mask(3, 4),), external=mask(3, 4), sessions=[a_session(3, 4)])[1] == ("busy", 3, 4)


@pytest.mark.parametrize(
    "changes", [{"is_bookable": False}, {"membership": "pending"}, {"membership": "rejected"}]
)
def test_who_cannot_be_booked_is_never_free_but_may_be_busy(changes):
    assert told(a_person(**changes), claimed=(mask(2, 3),)) == [("busy", 2, 3)]


@pytest.mark.parametrize(
    ("bits", "expected"),
    [(0, []), (0b1, [(0, 1)]), (0b0111_0010, [(1, 2), (4, 7)]), ((1 << 9000) - 1, [(0, 9000)])],
)
def test_runs_are_the_stretches_of_set_bits(bits, expected):
    assert list(runs(bits)) == expected
