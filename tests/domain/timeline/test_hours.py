"""Opening hours as masks on ordinary days; stretches, dates, the grid, and what weekly hours may be."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.timeline.hours import (
    ALWAYS,
    CLOSED,
    WeeklyHours,
    constant_offset_spans,
    dates_mask,
    days_window,
    grid_mask,
    local_date,
    open_mask,
    weekdays,
)
from shared.domain.timeline.ticks import TICK, Window, floor_tick, moment_of, ones
from tests.domain.availability.clocks import every_day, grid, opening
from tests.support.examples import examples


OUR_ZONES = [
    "Europe/Paris",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/New_York",
    "America/Havana",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "UTC",
]
some_days = st.integers(0, 365 * 60).map(lambda days: date(1972, 1, 1) + timedelta(days=days))


class TestOrdinaryDays:
    def test_weekdays_are_monday_to_friday_unless_told_otherwise(self):
        assert weekdays((540, 720)) == (((540, 720),),) * 5 + ((),) * 2

    def test_hours_are_open_on_their_own_weekdays_only(self):
        hours = weekdays((540, 720), (780, 1020), days=(0, 6))
        assert opening(hours, "Europe/Paris", date(2027, 1, 10), 3) == [
            ("10 09:00 +0100", "10 12:00 +0100"),
            ("10 13:00 +0100", "10 17:00 +0100"),
            ("11 09:00 +0100", "11 12:00 +0100"),
            ("11 13:00 +0100", "11 17:00 +0100"),
        ]

    @pytest.mark.parametrize("zone", OUR_ZONES)
    def test_without_hours_nothing_is_open_and_always_is_always(self, zone):
        window = days_window(date(2026, 3, 1), date(2026, 3, 31), zone)
        assert open_mask(CLOSED, zone, window) == 0
        assert open_mask(ALWAYS, zone, window) == ones(len(window))

    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            ((541, 719), ("09:05", "11:55")),
            ((544, 720), ("09:05", "12:00")),
            ((540, 724), ("09:00", "12:00")),
            ((540, 720), ("09:00", "12:00")),
        ],
    )
    def test_hours_round_inwards_to_five_minutes(self, interval, expected):
        found = opening(every_day(interval), "UTC", date(2027, 1, 11))
        assert [(start[3:8], end[3:8]) for start, end in found] == [expected]

    @pytest.mark.parametrize("interval", [(541, 544), (541, 549), (0, 4), (1, 9), (1431, 1439), (1436, 1440)])
    def test_hours_shorter_than_a_whole_tick_are_closed(self, interval):
        assert opening(every_day(interval), "UTC", date(2027, 1, 11)) == []

    def test_intervals_that_touch_are_open_across_where_they_touch(self):
        found = opening(every_day((540, 722), (722, 800)), "UTC", date(2027, 1, 11))
        assert found == [("11 09:00 +0000", "11 13:20 +0000")]

    def test_hours_to_midnight_run_into_those_from_midnight(self):
        hours = weekdays((1320, 1440), days=(0,))[:1] + weekdays((0, 120), days=range(1, 7))[1:]
        assert opening(hours, "Europe/Paris", date(2027, 1, 11), 2) == [("11 22:00 +0100", "12 02:00 +0100")]

    def test_a_week_begins_on_monday_in_the_zone_not_in_utc(self):
        monday = weekdays((0, 1440), days=(0,))
        assert opening(monday, "Asia/Kathmandu", date(2027, 1, 11)) == [("11 00:00 +0545", "12 00:00 +0545")]
        assert opening(monday, "Pacific/Apia", date(2027, 1, 10)) == []


class TestStretches:
    @pytest.mark.parametrize("zone", OUR_ZONES)
    def test_they_cover_the_window_without_gap_and_change_their_offset_where_they_meet(self, zone):
        window = days_window(date(2010, 12, 1), date(2012, 12, 31), zone)
        found = constant_offset_spans(zone, window)
        assert found[0][0] == window.first
        assert found[-1][1] == window.last
        for (_, last, offset), (first, _, next_offset) in pairwise(found):
            assert first == last
            assert offset != next_offset

    @settings(max_examples=examples(150))
    @given(st.sampled_from(OUR_ZONES), some_days, st.integers(0, 287), st.integers(1, 3 * 288))
    def test_each_tick_has_the_offset_that_its_stretch_says(self, zone, day, begin, length):
        first = floor_tick(datetime.combine(day, time(), UTC)) + begin
        found = constant_offset_spans(zone, Window(first, first + length))
        assert sum(last - start for start, last, _ in found) == length
        for start, last, offset in found:
            for tick in {start, (start + last) // 2, last - 1}:
                assert moment_of(tick).astimezone(ZoneInfo(zone)).utcoffset() == offset * TICK

    def test_the_change_is_found_however_close_to_an_end_of_the_window_it_lies(self):
        change = floor_tick(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
        for before in (0, 1, 2, 287, 288, 289):
            for after in (1, 2, 287, 288, 289, 600):
                found = constant_offset_spans("Europe/Paris", Window(change - before, change + after))
                expected = [(change - before, change, 12)] if before else []
                assert list(found) == [*expected, (change, change + after, 24)]
        assert constant_offset_spans("Europe/Paris", Window(change - 600, change)) == ((change - 600, change, 12),)

    def test_an_empty_window_has_none(self):
        assert constant_offset_spans("Europe/Paris", Window(5, 5)) == ()


class TestDates:
    @settings(max_examples=examples(100))
    @given(
        st.sampled_from(OUR_ZONES),
        st.one_of(some_days, st.sampled_from([date(2011, 12, 29), date(2018, 2, 17), date(2026, 11, 1)])),
        st.integers(0, 2),
    )
    def test_the_ticks_of_dates_are_those_whose_local_date_is_one_of_them(self, zone, day, more):
        last = day + timedelta(days=more)
        begin = floor_tick(datetime.combine(day, time(), UTC)) - 250
        window = Window(begin, begin + 800 + 288 * more)
        mask = dates_mask(day, last, zone, window)
        place = ZoneInfo(zone)
        expected = [day <= window.moment(bit).astimezone(place).date() <= last for bit in range(0, len(window), 3)]
        assert [bool(mask >> bit & 1) for bit in range(0, len(window), 3)] == expected

    @settings(max_examples=examples(100))
    @given(st.sampled_from(OUR_ZONES), some_days, st.integers(0, 3))
    def test_the_window_of_days_holds_just_the_ticks_of_these_days(self, zone, day, more):
        last = day + timedelta(days=more)
        window = days_window(day, last, zone)
        assert dates_mask(day, last, zone, window) == ones(len(window))
        around = Window(window.first - 1, window.last + 1)
        assert dates_mask(day, last, zone, around) == ones(len(window)) << 1

    def test_a_moment_has_the_date_of_where_one_is(self):
        moment = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        assert local_date(moment, "UTC") == date(2026, 12, 31)
        assert local_date(moment, "Europe/Paris") == date(2027, 1, 1)
        assert local_date(moment.astimezone(ZoneInfo("Asia/Kathmandu")), "America/New_York") == date(2026, 12, 31)


class TestTheGrid:
    @pytest.mark.parametrize(("minutes", "count"), [(5, 288), (25, 58), (30, 48), (50, 29), (240, 6)])
    def test_starts_are_multiples_of_the_increment_after_midnight_and_begin_anew_each_day(self, minutes, count):
        found = grid(minutes, "Europe/Paris", date(2027, 1, 11))
        assert len(found) == count
        assert found[:2] == ["00:00+0100", f"{minutes // 60:02d}:{minutes % 60:02d}+0100"]
        window = days_window(date(2027, 1, 11), date(2027, 1, 12), "Europe/Paris")
        mask = grid_mask(timedelta(minutes=minutes), "Europe/Paris", window)
        assert mask & ones(288) == mask >> 288


class TestWhatWeeklyHoursMayBe:
    HOURS = TypeAdapter(WeeklyHours)

    @pytest.mark.parametrize(
        ("days", "complaint"),
        [
            ([[]] * 6, "seven days"),
            ([[]] * 8, "seven days"),
            ([[(540, 540)], *[[]] * 6], "ends after it starts"),
            ([[(720, 540)], *[[]] * 6], "ends after it starts"),
            ([[(-5, 540)], *[[]] * 6], "within one day"),
            ([*[[]] * 6, [(540, 1441)]], "within one day"),
            ([[(540, 720), (700, 800)], *[[]] * 6], "do not overlap"),
            ([[(780, 1020), (540, 720)], *[[]] * 6], "in order"),
        ],
    )
    def test_what_is_no_week_is_refused_with_the_reason(self, days, complaint):
        with pytest.raises(ValidationError, match=complaint):
            self.HOURS.validate_python(days)

    @pytest.mark.parametrize("days", [CLOSED, ALWAYS, weekdays((540, 720), (720, 800))])
    def test_a_week_comes_back_from_its_json(self, days):
        assert self.HOURS.validate_json(self.HOURS.dump_json(days)) == days
