"""Which starts are offered: hours, dates, buffers and lead times."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.availability.slots import (
    GRACE,
    AvailableSlots,
    BookingRules,
    is_outside_lead_times,
    lead_time_mask,
    single_start_window,
)
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.timeline.hours import ALWAYS, CLOSED, weekdays
from shared.domain.timeline.ticks import Window, bits
from tests.domain.availability.days import DAY, HOUR, LONG_BEFORE, MINUTE, a_clinic, at, clock_of, offered
from tests.support.builders import a_business, a_calendar, a_person, a_service
from tests.support.examples import examples


class TestHours:
    def test_a_visit_is_offered_where_all_of_it_lies_in_the_opening_hours(self):
        clinic = a_clinic(duration=45 * MINUTE)
        assert clock_of(offered(clinic)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]

    def test_the_last_start_ends_just_when_the_hours_do(self):
        assert clock_of(offered(a_clinic(duration=30 * MINUTE)))[-1] == "11:30"

    def test_a_visit_does_not_run_across_a_break(self):
        clinic = a_clinic(((540, 600), (630, 720)), duration=HOUR, policy={"time_slot_interval": 15 * MINUTE})
        assert clock_of(offered(clinic)) == ["09:00", "10:30", "10:45", "11:00"]

    def test_a_visit_may_run_over_midnight_where_both_days_are_open(self):
        clinic = a_clinic(((0, 30), (1380, 1440)), duration=90 * MINUTE)
        assert clock_of(offered(clinic)) == ["23:00"]

    def test_a_person_is_offered_in_their_own_hours_within_those_of_the_business(self):
        clinic = a_clinic(people=[a_person(hours=weekdays((480, 570), (660, 900), days=range(7)))])
        assert clock_of(offered(clinic)) == ["09:00", "11:00", "11:30"]

    def test_a_persons_hours_are_read_on_the_clock_of_their_own_zone(self):
        person = a_person(hours=weekdays((240, 300), days=range(7)), time_zone="America/New_York")
        clinic = a_clinic(((0, 1440),), people=[person])
        assert clock_of(offered(clinic)) == ["10:00", "10:30"]

    def test_a_person_without_hours_of_their_own_keeps_those_of_the_business_in_its_zone(self):
        clinic = a_clinic(((540, 600),), people=[a_person(time_zone="America/New_York")])
        assert clock_of(offered(clinic)) == ["09:00", "09:30"]

    def test_whoever_cannot_be_booked_is_not_offered(self):
        clinic = a_clinic(people=[a_person("ana"), a_person("bo", is_bookable=False)])
        assert {slot.staff for slot in offered(clinic).slots()} == {("ana",)}

    def test_somebody_whom_the_calendar_no_longer_has_is_not_offered(self):
        clinic = a_clinic(staff=("claire", "gone"))
        assert {slot.staff for slot in offered(clinic).slots()} == {("claire",)}

    def test_a_closed_date_takes_all_of_its_day(self):
        clinic = a_clinic(business={"special_dates": (SpecialDates(first=DAY, last=DAY),)})
        assert offered(clinic, days=2).count_by_day("Europe/Paris") == {DAY + timedelta(days=1): 6}

    def test_special_dates_replace_the_hours_from_the_first_to_the_last(self):
        dates = SpecialDates(first=DAY, last=DAY + timedelta(days=1), hours=weekdays((600, 630), days=range(7)))
        found = offered(a_clinic(business={"special_dates": (dates,)}), day=DAY - timedelta(days=1), days=4)
        assert list(found.count_by_day("Europe/Paris").values()) == [6, 1, 1, 6]

    def test_the_later_of_two_special_dates_on_one_day_counts(self):
        one = SpecialDates(first=DAY, last=DAY, hours=ALWAYS)
        found = offered(a_clinic(business={"special_dates": (one, SpecialDates(first=DAY, last=DAY))}))
        assert found.mask == 0


class TestBookableDates:
    def test_dates_that_are_not_bookable_offer_nothing(self):
        exception = DatedAvailability(first=DAY, last=DAY, availability="not_bookable")
        found = offered(a_clinic(policy={"exceptions": (exception,)}), days=2)
        assert list(found.count_by_day("Europe/Paris")) == [DAY + timedelta(days=1)]

    def test_what_is_not_bookable_is_not_bookable_from_the_first_moment_of_a_day(self):
        found = offered(a_clinic(((0, 1440),), duration=5 * MINUTE, policy={"availability": "not_bookable"}))
        assert found.mask == 0

    def test_a_service_that_is_not_bookable_may_have_dates_that_are(self):
        exception = DatedAvailability(first=DAY, last=DAY)
        policy = {"availability": "not_bookable", "exceptions": (exception,)}
        assert list(offered(a_clinic(policy=policy), days=2).count_by_day("Europe/Paris")) == [DAY]

    def test_dates_with_hours_of_their_own_narrow_the_opening_hours(self):
        hours = weekdays((480, 600), days=range(7))
        exception = DatedAvailability(first=DAY, last=DAY, availability="weekly_hours", hours=hours)
        assert clock_of(offered(a_clinic(policy={"exceptions": (exception,)}))) == ["09:00", "09:30"]

    def test_hours_of_a_policy_count_only_where_it_says_so(self):
        assert len(offered(a_clinic(policy={"hours": CLOSED})).slots()) == 6
        assert offered(a_clinic(policy={"hours": CLOSED, "availability": "weekly_hours"})).mask == 0

    def test_the_policy_of_a_service_counts_instead_of_the_calendars(self):
        own = SchedulingPolicy(time_slot_interval=HOUR)
        business = a_business(
            hours=weekdays((540, 720), days=range(7)), policy=SchedulingPolicy(availability="not_bookable")
        )
        found = offered(a_calendar(business, [a_service(policy=own)]))
        assert clock_of(found) == ["09:00", "10:00", "11:00"]


class TestBuffers:
    """One appointment of Claire's from 10:00 to 10:30; visits of half an hour; hours 9 to 12."""

    TAKEN = (("claire", at("10:00"), at("10:30")),)

    def starts(self, taken=TAKEN, **service):
        return clock_of(offered(a_clinic(policy={"time_slot_interval": 15 * MINUTE}, **service), taken=taken))

    def test_without_buffers_visits_touch(self):
        assert self.starts() == ["09:00", "09:15", "09:30", "10:30", "10:45", "11:00", "11:15", "11:30"]

    def test_a_buffer_before_needs_the_person_free_before(self):
        assert self.starts(pre_buffer=15 * MINUTE) == [
            "09:00",
            "09:15",
            "09:30",
            "10:45",
            "11:00",
            "11:15",
            "11:30",
        ]

    def test_a_buffer_after_needs_the_person_free_after(self):
        assert self.starts(post_buffer=15 * MINUTE) == [
            "09:00",
            "09:15",
            "10:30",
            "10:45",
            "11:00",
            "11:15",
            "11:30",
        ]

    def test_buffers_may_lie_outside_the_opening_hours(self):
        assert self.starts((), pre_buffer=HOUR, post_buffer=HOUR)[::8] == ["09:00", "11:00"]
        assert self.starts((), pre_buffer=HOUR, post_buffer=HOUR)[-1] == "11:30"

    def test_buffers_outside_the_opening_hours_still_need_the_person_free(self):
        early = (("claire", at("08:00"), at("08:31")), ("claire", at("12:25"), at("13:00")))
        assert self.starts(early, pre_buffer=30 * MINUTE, post_buffer=30 * MINUTE)[0] == "09:15"
        assert self.starts(early, pre_buffer=30 * MINUTE, post_buffer=30 * MINUTE)[-1] == "11:15"

    def test_what_is_taken_counts_outwards_to_five_minutes(self):
        taken = (("claire", at("10:01"), at("10:14")),)
        assert self.starts(taken)[:4] == ["09:00", "09:15", "09:30", "10:15"]

    def test_an_odd_visit_and_its_buffer_are_claimed_as_one_stretch(self):
        taken = (("claire", at("10:00"), at("10:30")),)
        found = self.starts(taken, duration=22 * MINUTE, post_buffer=8 * MINUTE)
        assert found[:4] == ["09:00", "09:15", "09:30", "10:30"]
        assert self.starts(taken, duration=22 * MINUTE, post_buffer=9 * MINUTE)[:3] == ["09:00", "09:15", "10:30"]

    def test_buffers_of_a_day_see_what_was_taken_the_day_before_and_after(self):
        day = timedelta(days=1)
        before = (("claire", at("09:25") - day, at("09:55") - day),)
        after = (("claire", at("11:05") + day, at("11:35") + day),)
        assert self.starts(before, pre_buffer=day)[0] == "10:00"
        assert self.starts(after, post_buffer=day)[-1] == "10:30"

    def test_each_person_has_their_own_appointments(self):
        clinic = a_clinic(((540, 630),), people=[a_person("ana"), a_person("bo")])
        slots = offered(
            clinic, taken=[("ana", at("09:00"), at("09:30")), ("bo", at("10:00"), at("10:05"))]
        ).slots()
        assert [(slot.staff, slot.seats) for slot in slots] == [(("bo",), 1), (("ana", "bo"), 2), (("ana",), 1)]


class TestLeadTimes:
    def starts(self, now, **policy):
        return clock_of(offered(a_clinic(policy=policy), now=now))

    def test_what_has_begun_is_not_offered(self):
        assert self.starts(at("10:00"))[0] == "10:00"
        assert self.starts(at("10:00") + timedelta(microseconds=1))[0] == "10:30"

    def test_nothing_is_offered_sooner_than_the_minimum(self):
        assert self.starts(at("08:00"), minimum_lead_time=2 * HOUR)[0] == "10:00"
        assert self.starts(at("08:00") + timedelta(microseconds=1), minimum_lead_time=2 * HOUR)[0] == "10:30"

    def test_nothing_is_offered_further_than_the_maximum(self):
        now = at("10:00") - timedelta(days=3)
        assert self.starts(now, maximum_advance=timedelta(days=3))[-1] == "10:00"
        assert self.starts(now - timedelta(microseconds=1), maximum_advance=timedelta(days=3))[-1] == "09:30"

    def test_lead_times_are_hours_that_pass_not_hours_on_the_clock(self):
        """The night to 29 March 2026 is an hour short in Paris: 24 hours before 10:00 it is 9:00."""
        sunday = date(2026, 3, 29)
        clinic = a_clinic(policy={"minimum_lead_time": 24 * HOUR})
        now = at("09:00", sunday - timedelta(days=1))
        assert clock_of(offered(clinic, day=sunday, now=now))[0] == "10:00"

    def test_grace_counts_towards_the_minimum_only_and_never_before_now(self):
        policy = SchedulingPolicy(maximum_advance=timedelta(days=1))
        window = Window.around(at("09:00"), at("11:00") + timedelta(days=1))
        now = at("10:00")
        found = list(bits(lead_time_mask(policy, window, now, GRACE)))
        assert window.moment(found[0]) == now
        assert window.moment(found[-1]) == now + timedelta(days=1)

    def test_the_reason_counts_hours_that_pass_too(self):
        """The night to 25 October 2026 is an hour long: at 9:30 it is 24.5 hours to 9:00 the next day."""
        policy = SchedulingPolicy(minimum_lead_time=24 * HOUR, maximum_advance=timedelta(days=2))
        now = at("09:30", date(2026, 10, 24))
        assert not is_outside_lead_times(policy, at("09:00", date(2026, 10, 25)), now)
        assert is_outside_lead_times(policy, at("09:00", date(2026, 10, 26)), now)

    @pytest.mark.parametrize("lead", [0, 1, 2, 24, 48])
    @pytest.mark.parametrize("seconds", [-61, -60, -1, 0, 1, 60, 61, 299])
    def test_whatever_is_offered_at_the_edge_of_the_lead_time_is_accepted_up_to_ten_minutes_later(
        self, lead, seconds
    ):
        policy = SchedulingPolicy(time_slot_interval=5 * MINUTE, minimum_lead_time=lead * HOUR)
        clinic = a_calendar(a_business(hours=ALWAYS, policy=policy))
        now = at("10:00") + timedelta(seconds=seconds)
        until = now + lead * HOUR + 30 * MINUTE
        slots = [one for one in offered(clinic, day=DAY, days=4, now=now).slots() if one.start < until]
        assert slots[0].start - (now + lead * HOUR) < 5 * MINUTE
        for later in (timedelta(), 5 * MINUTE, 10 * MINUTE - timedelta(seconds=1), 10 * MINUTE):
            for slot in slots:
                if slot.start >= now + later:
                    assert self.is_accepted(clinic, slot.start, now + later)

    def test_from_a_minimum_of_one_hour_nothing_offered_is_refused_for_ten_minutes(self):
        policy = SchedulingPolicy(time_slot_interval=5 * MINUTE, minimum_lead_time=HOUR)
        clinic = a_calendar(a_business(hours=ALWAYS, policy=policy))
        first = offered(clinic, now=at("10:00")).slots()[0]
        assert first.start == at("11:00")
        assert self.is_accepted(clinic, first.start, at("10:10"))
        assert self.is_accepted(clinic, first.start, at("10:15"))
        assert not self.is_accepted(clinic, first.start, at("10:15") + timedelta(seconds=1))

    @pytest.mark.parametrize(("days", "is_accepted"), [(60, True), (61, False)])
    def test_too_far_is_refused_and_the_last_day_is_not(self, days, is_accepted):
        clinic = a_clinic(((0, 1440),))
        now = at("10:00")
        start = at("10:00", DAY + timedelta(days=days))
        assert self.is_accepted(clinic, start, now) is is_accepted
        assert is_outside_lead_times(clinic.business.policy, start, now) is not is_accepted

    @pytest.mark.parametrize(
        ("lead", "start", "is_refused"),
        [
            (0, timedelta(), False),
            (0, timedelta(microseconds=-1), True),
            (0, -15 * MINUTE, True),
            (2, 2 * HOUR, False),
            (2, 105 * MINUTE, False),
            (2, 105 * MINUTE - timedelta(microseconds=1), True),
            (2, timedelta(days=60), False),
            (2, timedelta(days=60, microseconds=1), True),
        ],
    )
    def test_too_soon_and_too_far_are_refused_at_the_claim(self, lead, start, is_refused):
        policy = SchedulingPolicy(minimum_lead_time=lead * HOUR, maximum_advance=timedelta(days=60))
        assert is_outside_lead_times(policy, LONG_BEFORE + start, LONG_BEFORE) is is_refused

    @settings(max_examples=examples(200))
    @given(st.integers(0, 30), st.integers(-40, 40), st.integers(0, 299), st.booleans())
    def test_the_mask_and_the_reason_agree_around_both_edges(self, lead, tick, seconds, is_far):
        policy = SchedulingPolicy(minimum_lead_time=lead * HOUR, maximum_advance=timedelta(days=3))
        start = at("10:00")
        edge = policy.maximum_advance if is_far else policy.minimum_lead_time
        now = start - edge + tick * 5 * MINUTE + timedelta(seconds=seconds)
        mask = lead_time_mask(policy, single_start_window(start), now, GRACE)
        assert bool(mask) is not is_outside_lead_times(policy, start, now)

    @staticmethod
    def is_accepted(clinic, start, now):
        (service,) = clinic.services.values()
        judge = BookingRules(clinic, service, single_start_window(start), now, GRACE)
        return AvailableSlots(clinic, service, judge.window, judge.starts({})).has(start)
