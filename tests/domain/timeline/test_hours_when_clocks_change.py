"""Opening hours as masks on the days when clocks change: in spring, in autumn, at midnight, by half an hour."""

from datetime import date

import pytest

from shared.domain.timeline.hours import (
    ALWAYS,
    days_window,
    weekdays,
)
from tests.domain.availability.clocks import every_day, grid, on_the_clock, opening


class TestTheSpringChange:
    """Paris, 29 March 2026: after 01:59 comes 03:00. Sunday."""

    DAY = date(2026, 3, 29)

    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            ((150, 240), ("29 03:00 +0200", "29 04:00 +0200")),  # begins inside what is left out
            ((90, 150), ("29 01:30 +0100", "29 03:00 +0200")),  # ends inside it: half an hour long
            ((60, 240), ("29 01:00 +0100", "29 04:00 +0200")),  # across it: two hours long
            ((120, 180), None),  # wholly inside: not open at all
            ((125, 175), None),
            ((180, 240), ("29 03:00 +0200", "29 04:00 +0200")),
            ((60, 120), ("29 01:00 +0100", "29 03:00 +0200")),
        ],
    )
    def test_only_the_times_that_exist_are_open(self, interval, expected):
        found = opening(every_day(interval), "Europe/Paris", self.DAY)
        assert found == ([expected] if expected else [])

    def test_the_day_has_23_hours(self):
        assert len(days_window(self.DAY, self.DAY, "Europe/Paris")) == 23 * 12

    def test_the_grid_leaves_out_the_starts_that_do_not_exist(self):
        assert grid(30, "Europe/Paris", self.DAY)[2:6] == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]

    def test_increments_that_do_not_divide_a_day_stay_where_the_clock_has_them(self):
        assert grid(50, "Europe/Paris", self.DAY)[:4] == ["00:00+0100", "00:50+0100", "01:40+0100", "03:20+0200"]


class TestTheAutumnChange:
    """Paris, 25 October 2026: after the first 02:59 comes 02:00 again."""

    DAY = date(2026, 10, 25)

    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            ((120, 180), [("25 02:00 +0200", "25 03:00 +0100")]),  # wholly inside: open twice, in one stretch
            (
                (150, 240),  # begins inside: the first half hour, again from the second
                [("25 02:30 +0200", "25 02:00 +0100"), ("25 02:30 +0100", "25 04:00 +0100")],
            ),
            (
                (60, 150),  # ends inside
                [("25 01:00 +0200", "25 02:30 +0200"), ("25 02:00 +0100", "25 02:30 +0100")],
            ),
            ((60, 240), [("25 01:00 +0200", "25 04:00 +0100")]),  # four hours long
            ((135, 165), [("25 02:15 +0200", "25 02:45 +0200"), ("25 02:15 +0100", "25 02:45 +0100")]),
        ],
    )
    def test_a_time_that_comes_twice_is_open_twice(self, interval, expected):
        assert opening(every_day(interval), "Europe/Paris", self.DAY) == expected

    def test_the_day_has_25_hours(self):
        assert len(days_window(self.DAY, self.DAY, "Europe/Paris")) == 25 * 12

    def test_the_grid_has_a_start_that_comes_twice_two_times(self):
        assert grid(30, "Europe/Paris", self.DAY)[3:9] == [
            "01:30+0200",
            "02:00+0200",
            "02:30+0200",
            "02:00+0100",
            "02:30+0100",
            "03:00+0100",
        ]

    def test_increments_that_do_not_divide_an_hour_have_both_too(self):
        assert grid(25, "Europe/Paris", self.DAY)[4:9] == [
            "01:40+0200",
            "02:05+0200",
            "02:30+0200",
            "02:55+0200",
            "02:05+0100",
        ]


class TestMidnightsThatMove:
    def test_in_sao_paulo_a_day_began_at_one_when_summer_time_did(self):
        """4 November 2018: after 23:59 came 01:00."""
        day = date(2018, 11, 4)
        window = days_window(day, day, "America/Sao_Paulo")
        assert len(window) == 23 * 12
        assert on_the_clock(window, 0, "America/Sao_Paulo") == "04 01:00 -0200"
        assert opening(every_day((0, 90)), "America/Sao_Paulo", day) == [("04 01:00 -0200", "04 01:30 -0200")]
        assert grid(60, "America/Sao_Paulo", day)[:2] == ["01:00-0200", "02:00-0200"]

    def test_in_sao_paulo_the_last_hour_of_a_day_came_twice_when_it_ended(self):
        """17 February 2018: after the first 23:59 came 23:00."""
        day = date(2018, 2, 17)
        window = days_window(day, day, "America/Sao_Paulo")
        assert len(window) == 25 * 12
        assert opening(every_day((1410, 1440)), "America/Sao_Paulo", day) == [
            ("17 23:30 -0200", "17 23:00 -0300"),
            ("17 23:30 -0300", "18 00:00 -0300"),
        ]
        assert grid(30, "America/Sao_Paulo", day)[-4:] == ["23:00-0200", "23:30-0200", "23:00-0300", "23:30-0300"]

    def test_in_havana_the_first_hour_of_a_day_comes_twice(self):
        day = date(2026, 11, 1)
        assert len(days_window(day, day, "America/Havana")) == 25 * 12
        assert grid(30, "America/Havana", day)[:4] == ["00:00-0400", "00:30-0400", "00:00-0500", "00:30-0500"]

    def test_apia_left_out_a_whole_day(self):
        """30 December 2011 did not take place there."""
        day = date(2011, 12, 30)
        assert len(days_window(day, day, "Pacific/Apia")) == 0
        assert opening(ALWAYS, "Pacific/Apia", day) == []
        assert len(days_window(date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia")) == 2 * 288
        friday = weekdays((0, 1440), days=(4,))
        assert opening(friday, "Pacific/Apia", date(2011, 12, 29), 3) == []


class TestHalfHours:
    def test_lord_howe_left_out_half_an_hour(self):
        """4 October 2026: after 01:59 came 02:30."""
        day = date(2026, 10, 4)
        assert len(days_window(day, day, "Australia/Lord_Howe")) == 288 - 6
        assert opening(every_day((120, 180)), "Australia/Lord_Howe", day) == [("04 02:30 +1100", "04 03:00 +1100")]
        assert grid(30, "Australia/Lord_Howe", day)[3:6] == ["01:30+1030", "02:30+1100", "03:00+1100"]
        assert grid(60, "Australia/Lord_Howe", day)[1:3] == ["01:00+1030", "03:00+1100"]

    def test_lord_howe_had_half_an_hour_twice(self):
        """5 April 2026: after the first 01:59 came 01:30."""
        day = date(2026, 4, 5)
        assert len(days_window(day, day, "Australia/Lord_Howe")) == 288 + 6
        assert opening(every_day((105, 120)), "Australia/Lord_Howe", day) == [
            ("05 01:45 +1100", "05 01:30 +1030"),
            ("05 01:45 +1030", "05 02:00 +1030"),
        ]
        assert grid(30, "Australia/Lord_Howe", day)[3:6] == ["01:30+1100", "01:30+1030", "02:00+1030"]

    def test_kathmandu_is_a_quarter_of_an_hour_off_and_moved_there_in_1986(self):
        assert grid(60, "Asia/Kathmandu", date(2026, 5, 1))[:2] == ["00:00+0545", "01:00+0545"]
        assert grid(5, "Asia/Kathmandu", date(1986, 1, 1))[0] == "00:15+0545"
