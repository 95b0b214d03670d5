"""Which starts are offered on days when clocks change: those that exist, each as long as it is."""

from datetime import UTC, date, datetime

from shared.domain.timeline.hours import weekdays
from tests.domain.availability.days import HOUR, MINUTE, PARIS, a_clinic, at, clock_of, offered
from tests.support.builders import a_person


class TestDaysWhenClocksChange:
    SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
    EARLY = datetime(2026, 3, 1, tzinfo=UTC)
    LATE = datetime(2026, 10, 1, tzinfo=UTC)

    def test_a_visit_across_the_spring_change_keeps_its_length(self):
        clinic = a_clinic(((60, 240),), duration=HOUR)
        slots = offered(clinic, day=self.SPRING, now=self.EARLY).slots()
        assert [(s.start.hour, s.start.minute, s.end - s.start) for s in slots] == [
            (0, 0, HOUR),
            (0, 30, HOUR),
            (1, 0, HOUR),
        ]
        assert slots[1].end.astimezone(PARIS) == at("03:30", self.SPRING)

    def test_hours_that_begin_inside_the_spring_change_offer_from_where_the_clock_goes_on(self):
        clinic = a_clinic(((150, 240),))
        assert clock_of(offered(clinic, day=self.SPRING, now=self.EARLY)) == ["03:00", "03:30"]

    def test_hours_that_end_inside_the_spring_change_offer_what_there_is_before_it(self):
        clinic = a_clinic(((60, 150),))
        assert clock_of(offered(clinic, day=self.SPRING, now=self.EARLY)) == ["01:00", "01:30"]

    def test_a_time_that_comes_twice_is_offered_twice_told_apart_by_its_offset(self):
        found = offered(a_clinic(((120, 180),)), day=self.AUTUMN, now=self.LATE)
        assert clock_of(found, "%H:%M%z") == ["02:00+0200", "02:30+0200", "02:00+0100", "02:30+0100"]
        assert found.has(at("02:30", self.AUTUMN))
        assert found.has(at("02:30", self.AUTUMN, fold=1))

    def test_a_visit_from_the_first_to_the_second_half_past_two_lasts_an_hour(self):
        found = offered(a_clinic(((120, 180),), duration=HOUR), day=self.AUTUMN, now=self.LATE)
        assert clock_of(found, "%H:%M%z") == ["02:00+0200", "02:30+0200", "02:00+0100"]
        slot = found.slots()[1]
        assert slot.end - slot.start == HOUR
        assert slot.end.astimezone(PARIS).strftime("%H:%M%z") == "02:30+0100"

    def test_one_of_two_times_with_the_same_name_can_be_taken_alone(self):
        first = at("02:00", self.AUTUMN)
        found = offered(
            a_clinic(((120, 150),)), day=self.AUTUMN, now=self.LATE, taken=[("claire", first, first + 30 * MINUTE)]
        )
        assert clock_of(found, "%H:%M%z") == ["02:00+0100"]

    def test_a_person_elsewhere_has_their_hours_on_their_own_changed_clock(self):
        """From 8 to 29 March New York is already on summer time and Paris is not: five hours apart, then six."""
        person = a_person(hours=weekdays((480, 510), days=range(7)), time_zone="America/New_York")
        clinic = a_clinic(((0, 1440),), people=[person])
        for day, expected in [(7, "14:00"), (8, "13:00"), (28, "13:00"), (29, "14:00")]:
            assert clock_of(offered(clinic, day=date(2026, 3, day), now=self.EARLY)) == [expected]

    def test_sao_paulo_offers_the_day_that_began_at_one(self):
        clinic = a_clinic(((0, 120),), business={"time_zone": "America/Sao_Paulo"})
        now = datetime(2018, 10, 20, tzinfo=UTC)
        assert clock_of(offered(clinic, day=date(2018, 11, 4), now=now)) == ["01:00", "01:30"]

    def test_sao_paulo_offers_the_hour_before_midnight_twice(self):
        clinic = a_clinic(((1380, 1440),), business={"time_zone": "America/Sao_Paulo"})
        now = datetime(2018, 2, 1, tzinfo=UTC)
        found = offered(clinic, day=date(2018, 2, 17), now=now)
        assert clock_of(found, "%H:%M%z") == ["23:00-0200", "23:30-0200", "23:00-0300", "23:30-0300"]
        assert found.count_by_day("America/Sao_Paulo") == {date(2018, 2, 17): 4}

    def test_lord_howe_offers_half_an_hour_less_and_half_an_hour_more(self):
        clinic = a_clinic(((60, 180),), business={"time_zone": "Australia/Lord_Howe"})
        spring = offered(clinic, day=date(2026, 10, 4), now=self.LATE)
        autumn = offered(clinic, day=date(2026, 4, 5), now=self.EARLY)
        assert clock_of(spring) == ["01:00", "01:30", "02:30"]
        assert clock_of(autumn) == ["01:00", "01:30", "01:30", "02:00", "02:30"]
