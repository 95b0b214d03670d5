"""The rule of availability, example by example; and what an offer says of itself."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.availability import (
    GRACE,
    Judge,
    Offer,
    Session,
    Slot,
    day_around,
    is_whole_tick,
    lead_time_mask,
    why_refused,
    window_for,
)
from shared.domain.business import SpecialDates
from shared.domain.hours import ALWAYS, CLOSED, days_window, weekdays
from shared.domain.policy import DatedAvailability, SchedulingPolicy
from shared.domain.ticks import Window, bits, ones, tick_after, tick_before
from tests.builders import a_business, a_calendar, a_person, a_service


PARIS = ZoneInfo("Europe/Paris")
DAY = date(2027, 1, 12)  # a Tuesday
LONG_BEFORE = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at(clock, day=DAY, zone=PARIS, fold=0):
    hours, minutes = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=zone, fold=fold)


def offered(calendar, *, day=DAY, days=1, now=LONG_BEFORE, taken=(), sessions=(), staff=None, grace=timedelta()):
    """Return the offer of the calendar's only service; `taken` is (person, start, end)."""
    (service,) = calendar.services.values()
    zone = calendar.business.time_zone
    judge = Judge(calendar, service, days_window(day, day + timedelta(days=days - 1), zone), now, grace)
    busy: dict[str, int] = {}
    for person, start, end in taken:
        busy[person] = busy.get(person, 0) | judge.window.cut(tick_before(start), tick_after(end))
    return Offer(calendar, service, judge.window, judge.starts(busy), judge.joinable(list(sessions)), staff)


def clock_of(offer, pattern="%H:%M"):
    zone = ZoneInfo(offer.calendar.business.time_zone)
    return [slot.start.astimezone(zone).strftime(pattern) for slot in offer.slots()]


def a_clinic(hours=((540, 720),), *, people=None, business=(), policy=(), **service):
    policy = SchedulingPolicy(**{"maximum_advance": timedelta(days=60), **dict(policy)})
    values = {"hours": weekdays(*hours, days=range(7)), "policy": policy, **dict(business)}
    people = people or [a_person()]
    service = {"staff": tuple(one.id for one in people), **service}
    return a_calendar(a_business(**values), [a_service(**service)], people)


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
        assert not why_refused(policy, at("09:00", date(2026, 10, 25)), now)
        assert why_refused(policy, at("09:00", date(2026, 10, 26)), now)

    @pytest.mark.parametrize("lead", [0, 1, 2, 24, 48])
    @pytest.mark.parametrize("seconds", [-61, -60, -1, 0, 1, 60, 61, 299])
    def test_whatever_is_offered_at_the_edge_of_the_lead_time_is_accepted_up_to_ten_minutes_later(
        self, lead, seconds
    ):
        policy = SchedulingPolicy(time_slot_interval=5 * MINUTE, minimum_lead_time=lead * HOUR)
        clinic = a_calendar(a_business(hours=ALWAYS, policy=policy))
        now = at("10:00") + timedelta(seconds=seconds)
        slots = offered(clinic, day=DAY, days=4, now=now).slots(last=now + lead * HOUR + 30 * MINUTE)
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
        assert why_refused(clinic.business.policy, start, now) is not is_accepted

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
        assert why_refused(policy, LONG_BEFORE + start, LONG_BEFORE) is is_refused

    @settings(max_examples=200, deadline=None)
    @given(st.integers(0, 30), st.integers(-40, 40), st.integers(0, 299), st.booleans())
    def test_the_mask_and_the_reason_agree_around_both_edges(self, lead, tick, seconds, is_far):
        policy = SchedulingPolicy(minimum_lead_time=lead * HOUR, maximum_advance=timedelta(days=3))
        start = at("10:00")
        edge = policy.maximum_advance if is_far else policy.minimum_lead_time
        now = start - edge + tick * 5 * MINUTE + timedelta(seconds=seconds)
        mask = lead_time_mask(policy, day_around(start), now, GRACE)
        assert bool(mask) is not why_refused(policy, start, now)

    @staticmethod
    def is_accepted(clinic, start, now):
        (service,) = clinic.services.values()
        judge = Judge(clinic, service, day_around(start), now, GRACE)
        return Offer(clinic, service, judge.window, judge.starts({})).has(start)


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


class TestTogether:
    PEOPLE = (a_person("ana"), a_person("bo"), a_person("cy"))

    def test_all_together_are_offered_only_where_all_are_free(self):
        clinic = a_clinic(((540, 660),), people=self.PEOPLE, assignment="all")
        taken = [("ana", at("09:00"), at("09:30")), ("cy", at("10:30"), at("11:00"))]
        slots = offered(clinic, taken=taken).slots()
        assert [(s.start, s.staff, s.seats) for s in slots] == [
            (at("09:30"), ("ana", "bo", "cy"), 1),
            (at("10:00"), ("ana", "bo", "cy"), 1),
        ]

    def test_nobody_is_offered_together_where_one_is_never_free(self):
        people = (*self.PEOPLE, a_person("dee", hours=CLOSED))
        assert offered(a_clinic(people=people, assignment="all")).mask == 0

    def test_a_service_of_nobody_offers_nothing(self):
        assert offered(a_clinic(staff=(), assignment="all")).mask == 0
        assert offered(a_clinic(staff=())).mask == 0

    def test_asking_for_one_of_several_offers_only_their_times(self):
        clinic = a_clinic(((540, 630),), people=self.PEOPLE)
        found = offered(clinic, taken=[("bo", at("09:30"), at("10:00"))], staff="bo")
        assert [(s.start, s.staff, s.seats) for s in found.slots()] == [
            (at("09:00"), ("bo",), 1),
            (at("10:00"), ("bo",), 1),
        ]

    def test_asking_for_somebody_who_does_not_serve_offers_nothing(self):
        assert offered(a_clinic(people=self.PEOPLE), staff="zoe").mask == 0

    def test_asking_for_one_where_all_serve_together_offers_all(self):
        found = offered(a_clinic(people=self.PEOPLE, assignment="all"), staff="bo")
        assert {slot.staff for slot in found.slots()} == {("ana", "bo", "cy")}


class TestGroups:
    PEOPLE = (a_person("ana"), a_person("bo"))

    def clinic(self, **changes):
        return a_clinic(((540, 630),), people=self.PEOPLE, maximum_attendees=8, **changes)

    def test_a_new_session_has_all_its_seats_for_each_person_free(self):
        assert {slot.seats for slot in offered(self.clinic()).slots()} == {16}

    def test_an_open_session_adds_its_free_seats_and_its_people(self):
        session = Session("s", at("09:00"), ("ana",), 3)
        taken = [("ana", at("09:00"), at("09:30")), ("bo", at("09:30"), at("10:00"))]
        slots = offered(self.clinic(), sessions=[session], taken=taken).slots()
        assert [(s.start, s.staff, s.seats) for s in slots] == [
            (at("09:00"), ("bo", "ana"), 11),
            (at("09:30"), ("ana",), 8),
            (at("10:00"), ("ana", "bo"), 16),
        ]

    def test_an_open_session_is_offered_where_nobody_else_is_free(self):
        taken = [(name, at("09:00"), at("10:30")) for name in ("ana", "bo")]
        sessions = [Session("s", at("09:30"), ("ana",), 2), Session("t", at("09:30"), ("bo",), 1)]
        assert offered(self.clinic(), sessions=sessions, taken=taken).slots() == [
            Slot(at("09:30").astimezone(UTC), at("10:00").astimezone(UTC), ("ana", "bo"), 3)
        ]

    def test_asking_for_one_person_leaves_out_the_sessions_of_others(self):
        taken = [(name, at("09:00"), at("10:30")) for name in ("ana", "bo")]
        sessions = [Session("s", at("09:00"), ("ana",), 2), Session("t", at("09:30"), ("bo",), 1)]
        found = offered(self.clinic(), sessions=sessions, taken=taken, staff="bo")
        assert [(s.start, s.staff, s.seats) for s in found.slots()] == [(at("09:30"), ("bo",), 1)]

    def test_together_counts_the_seats_once(self):
        assert {slot.seats for slot in offered(self.clinic(assignment="all")).slots()} == {8}

    @pytest.mark.parametrize(
        ("clock", "is_joinable"), [("09:55", False), ("10:00", True), ("10:20", True), ("23:55", True)]
    )
    def test_a_session_can_be_joined_until_the_minimum_lead_time(self, clock, is_joinable):
        clinic = self.clinic(policy={"minimum_lead_time": HOUR})
        session = Session("s", at(clock), ("ana",), 1)
        found = offered(clinic, sessions=[session], now=at("09:00"))
        assert bool(found.sessions) is is_joinable
        assert found.has(at(clock)) is is_joinable

    def test_a_session_at_the_first_moment_of_the_days_that_are_asked_can_be_joined(self):
        session = Session("s", at("00:00"), ("ana",), 1)
        assert offered(self.clinic(), sessions=[session]).sessions == [session]

    def test_sessions_of_other_days_are_left_out(self):
        day = timedelta(days=1)
        sessions = [Session("s", at("10:00") + n * day, ("ana",), 1) for n in (-40, -1, 1, 40)]
        assert offered(self.clinic(), sessions=sessions).sessions == []

    def test_sessions_on_dates_that_are_not_bookable_are_left_out(self):
        clinic = self.clinic(policy={"availability": "not_bookable"})
        assert offered(clinic, sessions=[Session("s", at("09:00"), ("ana",), 1)]).mask == 0


masks = st.one_of(
    st.frozensets(st.integers(0, 3 * 288 - 1), max_size=40).map(lambda all_: sum(1 << one for one in all_)),
    st.integers(0, (1 << 864) - 1),
)


def an_offer(mask, first=date(2026, 10, 24)):
    clinic = a_calendar()
    window = days_window(first, first + timedelta(days=2), "UTC")
    return Offer(clinic, clinic.services["consultation"], window, {"claire": mask} if mask else {})


class TestWhatAnOfferSays:
    ZONES = ("Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "America/New_York")

    @settings(max_examples=100, deadline=None)
    @given(masks, st.sampled_from(ZONES), st.sampled_from([date(2026, 10, 24), date(2026, 10, 3)]))
    def test_the_count_of_a_day_is_the_number_of_slots_on_that_local_date(self, mask, zone, first):
        offer = an_offer(mask, first)
        slots = offer.slots()
        assert offer.count_by_day(zone) == Counter(slot.start.astimezone(ZoneInfo(zone)).date() for slot in slots)
        for day in offer.count_by_day(zone):
            expected = [slot for slot in slots if slot.start.astimezone(ZoneInfo(zone)).date() == day]
            assert offer.slots_of_day(day, zone) == expected

    def test_days_are_counted_in_order(self):
        offer = an_offer(ones(864))
        assert list(offer.count_by_day("Europe/Paris")) == [date(2026, 10, 24 + more) for more in range(4)]

    @settings(max_examples=50, deadline=None)
    @given(masks)
    def test_slots_come_in_order_and_only_once(self, mask):
        starts = [slot.start for slot in an_offer(mask).slots()]
        assert starts == sorted(set(starts))
        assert len(starts) == mask.bit_count()

    @settings(max_examples=100, deadline=None)
    @given(masks, st.integers(-20, 900), st.integers(-20, 900), st.integers(0, 4))
    def test_slots_between_two_moments_start_at_or_after_the_first_and_before_the_last(
        self, mask, low, high, minute
    ):
        offer = an_offer(mask)
        first = offer.window.moment(low) + minute * MINUTE
        last = offer.window.moment(high) + minute * MINUTE
        assert offer.slots(first, last) == [slot for slot in offer.slots() if first <= slot.start < last]
        assert offer.slots(first) == [slot for slot in offer.slots() if first <= slot.start]
        assert offer.slots(last=last) == [slot for slot in offer.slots() if slot.start < last]

    @settings(max_examples=50, deadline=None)
    @given(masks, st.integers(0, 6))
    def test_the_soonest_are_the_first_few(self, mask, count):
        offer = an_offer(mask)
        assert offer.soonest(count) == offer.slots()[:count]

    @settings(max_examples=100, deadline=None)
    @given(masks, st.integers(-50, 920), st.integers(0, 6))
    def test_the_nearest_are_those_that_start_closest_the_earlier_first_where_two_are_as_close(
        self, mask, tick, count
    ):
        offer = an_offer(mask)
        wanted = offer.window.moment(tick)
        closest = sorted(offer.slots(), key=lambda slot: (abs(slot.start - wanted), slot.start))[:count]
        assert offer.nearest(wanted, count) == sorted(closest, key=lambda slot: slot.start)

    def test_the_nearest_to_a_start_off_the_tick_are_those_nearest_to_its_tick(self):
        offer = an_offer(0b1011)
        assert offer.nearest(offer.window.moment(2) + 4 * MINUTE, 1) == offer.slots()[1:2]

    def test_fewer_than_were_asked_for_are_all_that_there_are(self):
        offer = an_offer(0b1001)
        for wanted in (offer.window.moment(-500), offer.window.moment(1), offer.window.moment(5000)):
            assert offer.nearest(wanted, 3) == offer.slots()
        assert an_offer(0).nearest(offer.window.moment(1), 3) == []
        assert an_offer(0).soonest(3) == []
        assert an_offer(0).count_by_day("UTC") == {}

    @settings(max_examples=50, deadline=None)
    @given(masks)
    def test_an_offer_has_just_the_starts_of_its_slots(self, mask):
        offer = an_offer(mask)
        starts = {slot.start for slot in offer.slots()}
        for tick in range(-3, 868, 7):
            moment = offer.window.moment(tick)
            assert offer.has(moment) is (moment in starts)

    def test_a_start_off_the_tick_is_not_offered(self):
        offer = an_offer(ones(864))
        assert offer.has(offer.window.moment(3))
        assert not offer.has(offer.window.moment(3) + timedelta(seconds=1))
        assert not offer.has(offer.window.moment(4) - timedelta(microseconds=1))

    def test_a_start_is_the_same_in_whatever_zone_it_is_written(self):
        offer = an_offer(1)
        assert offer.has(offer.window.moment(0).astimezone(PARIS))

    def test_slots_are_in_utc_and_last_as_long_as_the_service(self):
        (slot,) = an_offer(1).slots()
        assert slot.start.tzinfo is UTC
        assert slot.end - slot.start == 30 * MINUTE


class TestWindows:
    def test_the_window_of_a_judge_holds_the_visits_and_buffers_of_all_starts_asked(self):
        service = a_service(duration=50 * MINUTE, pre_buffer=7 * MINUTE, post_buffer=12 * MINUTE)
        window = window_for(service, Window(1000, 1010))
        assert window == Window(998, 1010 + 13)

    def test_one_start_is_a_window_of_one_tick(self):
        assert day_around(at("10:00")) == Window(tick_before(at("10:00")), tick_before(at("10:00")) + 1)

    def test_a_start_off_the_tick_is_judged_by_the_tick_that_holds_it_and_is_not_offered(self):
        start = at("10:00") + timedelta(seconds=1)
        assert day_around(start) == day_around(at("10:00"))
        clinic = a_clinic()
        judge = Judge(clinic, clinic.services["consultation"], day_around(start), LONG_BEFORE)
        assert not Offer(clinic, judge.service, judge.window, judge.starts({})).has(start)

    @pytest.mark.parametrize(
        ("start", "is_whole"),
        [
            (at("10:00"), True),
            (at("10:05"), True),
            (at("10:01"), False),
            (at("10:00") + timedelta(seconds=1), False),
        ],
    )
    def test_a_start_on_a_tick_is_told_from_one_off_it(self, start, is_whole):
        assert is_whole_tick(start) is is_whole
