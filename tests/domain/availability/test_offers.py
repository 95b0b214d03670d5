"""What an offer says: of people together, of groups, and in which window."""

from collections import Counter
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.availability.slots import (
    AvailableSlots,
    BookingRules,
    Session,
    Slot,
    is_whole_tick,
    single_start_window,
    window_for,
)
from shared.domain.timeline.hours import CLOSED, days_window
from shared.domain.timeline.ticks import Window, floor_tick, ones
from tests.domain.availability.days import HOUR, LONG_BEFORE, MINUTE, PARIS, a_clinic, at, offered
from tests.support.builders import a_calendar, a_person, a_service
from tests.support.examples import examples


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
    return AvailableSlots(clinic, clinic.services["consultation"], window, {"claire": mask} if mask else {})


class TestWhatAnOfferSays:
    ZONES = ("Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "America/New_York")

    @settings(max_examples=examples(100))
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

    @settings(max_examples=examples(50))
    @given(masks)
    def test_slots_come_in_order_and_only_once(self, mask):
        starts = [slot.start for slot in an_offer(mask).slots()]
        assert starts == sorted(set(starts))
        assert len(starts) == mask.bit_count()

    @settings(max_examples=examples(50))
    @given(masks, st.integers(0, 6))
    def test_the_soonest_are_the_first_few(self, mask, count):
        offer = an_offer(mask)
        assert offer.soonest(count) == offer.slots()[:count]

    @settings(max_examples=examples(100))
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

    @settings(max_examples=examples(50))
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
        assert single_start_window(at("10:00")) == Window(floor_tick(at("10:00")), floor_tick(at("10:00")) + 1)

    def test_a_start_off_the_tick_is_judged_by_the_tick_that_holds_it_and_is_not_offered(self):
        start = at("10:00") + timedelta(seconds=1)
        assert single_start_window(start) == single_start_window(at("10:00"))
        clinic = a_clinic()
        judge = BookingRules(clinic, clinic.services["consultation"], single_start_window(start), LONG_BEFORE)
        assert not AvailableSlots(clinic, judge.service, judge.window, judge.starts({})).has(start)

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
