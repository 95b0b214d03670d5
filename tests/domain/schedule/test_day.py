"""A person's day: what fills it, where it is free, and how overlapping appointments stand beside each other."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar.business import SpecialDates
from shared.domain.schedule.day import in_lanes, person_day, shown_hours
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ledger import Ledger, month_window
from shared.domain.timeline.ticks import ceil_tick, floor_tick
from shared.domain.visits.queue import Planned, QueueEntry
from shared.domain.visits.visit import Visit
from tests.support.builders import a_business, a_person


DAY = datetime(2027, 1, 11, tzinfo=UTC)  # a Monday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NINE_TO_FIVE = weekdays((540, 1020))


def at(clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return DAY + hours * HOUR + minutes * MINUTE


def an_entry(start: str, end: str, status="booked", staff=("claire",)) -> QueueEntry:
    planned = Planned(
        "biz", f"a{start}{end}", at(start), at(end), status, "visit", staff, "Ana", 1, is_online=False
    )
    return QueueEntry(planned, Visit())


def mask(start: str, end: str) -> int:
    """Return the ticks as a ledger of January has them."""
    return month_window("202701").cut(floor_tick(at(start)), ceil_tick(at(end)))


def a_day(*entries, ledger=None, person=None, shortest=5 * MINUTE, **business):
    return person_day(
        person or a_person("claire"),
        a_business(**{"time_zone": "UTC", "hours": NINE_TO_FIVE, **business}),
        DAY,
        DAY + 24 * HOUR,
        entries=entries,
        ledgers={"202701": ledger or Ledger()},
        shortest=shortest,
    )


def said(day, *kinds):
    return [(one.kind, f"{one.start:%H:%M}", f"{one.end:%H:%M}") for one in day.blocks if one.kind in kinds]


def test_an_empty_day_is_one_gap_between_closed_hours():
    day = a_day()
    assert said(day, "free", "closed") == [
        ("closed", "00:00", "09:00"),
        ("free", "09:00", "17:00"),
        ("closed", "17:00", "00:00"),
    ]
    assert (day.count, day.hours) == (0, [(at("9:00"), at("17:00"))])


def test_appointments_buffers_time_off_and_what_is_elsewhere_leave_gaps_between_them():
    ledger = Ledger(claimed=(mask("9:50", "11:10"),), off=mask("13:00", "14:00"), external=mask("15:00", "16:00"))
    day = a_day(an_entry("10:00", "11:00"), ledger=ledger)
    assert said(day, "free", "appointment", "buffer", "off", "busy") == [
        ("free", "09:00", "09:50"),
        ("buffer", "09:50", "10:00"),
        ("appointment", "10:00", "11:00"),
        ("buffer", "11:00", "11:10"),
        ("free", "11:10", "13:00"),
        ("off", "13:00", "14:00"),
        ("free", "14:00", "15:00"),
        ("busy", "15:00", "16:00"),
        ("free", "16:00", "17:00"),
    ]


def test_a_gap_that_no_service_fits_into_is_not_offered():
    day = a_day(an_entry("9:20", "16:50"), shortest=15 * MINUTE)
    assert said(day, "free") == [("free", "09:00", "09:20")]


@pytest.mark.parametrize(
    "person", [a_person("claire", is_bookable=False), a_person("claire", membership="pending")]
)
def test_who_cannot_be_booked_has_no_gaps(person):
    assert said(a_day(person=person), "free") == []


def test_cancelled_appointments_and_those_of_others_are_left_out():
    day = a_day(an_entry("10:00", "11:00", "cancelled"), an_entry("12:00", "13:00", staff=("omar",)))
    assert said(day, "free", "appointment") == [("free", "09:00", "17:00")]


def test_a_closed_date_is_closed_and_own_hours_count():
    closed = SpecialDates(first=date(2027, 1, 11), last=date(2027, 1, 11))
    assert said(a_day(special_dates=(closed,)), "free", "closed") == [("closed", "00:00", "00:00")]
    early = a_person("claire", hours=weekdays((420, 600)))
    assert said(a_day(person=early), "free") == [("free", "09:00", "10:00")]


def test_an_appointment_beyond_the_hours_is_shown_and_stretches_the_day():
    day = a_day(an_entry("18:30", "19:10"))
    assert said(day, "appointment") == [("appointment", "18:30", "19:10")]
    assert shown_hours([day], DAY, DAY + 24 * HOUR) == (at("9:00"), at("20:00"))


def test_a_day_on_which_nobody_works_shows_usual_hours():
    day = a_day(hours=((),) * 7)
    assert shown_hours([day], DAY, DAY + 24 * HOUR) == (at("8:00"), at("18:00"))


def test_a_visit_that_began_the_day_before_is_cut_at_midnight():
    over = QueueEntry(
        Planned("biz", "n", DAY - HOUR, DAY + HOUR, "booked", "v", ("claire",), "Ana", 1, is_online=False), Visit()
    )
    assert said(a_day(over), "appointment") == [("appointment", "00:00", "01:00")]


def test_appointments_that_overlap_stand_beside_each_other():
    blocks = in_lanes(
        [
            an_entry("9:00", "10:00"),
            an_entry("9:30", "10:30"),
            an_entry("10:00", "11:00"),
            an_entry("12:00", "13:00"),
        ],
        DAY,
        DAY + 24 * HOUR,
    )
    assert [(one.lane, one.lanes) for one in blocks] == [(0, 2), (1, 2), (0, 2), (0, 1)]


@given(st.lists(st.tuples(st.integers(0, 280), st.integers(1, 40)), max_size=12))
def test_no_two_blocks_in_one_lane_overlap(spans):
    entries = [
        QueueEntry(
            Planned(
                "biz",
                f"a{place}",
                DAY + first * 5 * MINUTE,
                DAY + (first + length) * 5 * MINUTE,
                "booked",
                "v",
                ("claire",),
                "Ana",
                1,
                is_online=False,
            ),
            Visit(),
        )
        for place, (first, length) in enumerate(spans)
    ]
    blocks = in_lanes(entries, DAY, DAY + 48 * HOUR)
    assert len(blocks) == len(entries)
    for one in blocks:
        assert one.lane < one.lanes
        for other in blocks:
            if one is not other and one.lane == other.lane:
                assert one.end <= other.start or other.end <= one.start
