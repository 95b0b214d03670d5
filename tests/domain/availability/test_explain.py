"""Why a time is not offered: every rule by name, and never in contradiction to what is offered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain.availability.explain import explain, unavailable
from shared.domain.availability.slots import AvailableSlots, BookingRules, single_start_window
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ledger import Ledger, busy_in, cut_by_month
from shared.domain.timeline.ticks import floor_tick
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.examples import examples


TEN = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)  # Tuesday 10:00 in Paris
BUFFERED = a_service(pre_buffer=timedelta(minutes=15), post_buffer=timedelta(minutes=15))


def taken(start, end, plane="claimed"):
    masks = cut_by_month(floor_tick(start), floor_tick(end))
    return {
        "claire": {
            month: Ledger(**{plane: (mask,) if plane in ("claimed", "held") else mask})
            for month, mask in masks.items()
        }
    }


def minutes(count):
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("rule", "start", "business", "person", "ledgers"),
    [
        ("offered", TEN, {}, {}, {}),
        ("in_the_past", MONDAY - minutes(30), {}, {}, {}),
        ("minimum_lead_time", TEN, {"policy": SchedulingPolicy(minimum_lead_time=timedelta(hours=48))}, {}, {}),
        ("maximum_lead_time", TEN + timedelta(days=70), {}, {}, {}),
        ("time_increment", TEN + minutes(5), {}, {}, {}),
        ("time_increment", TEN + timedelta(seconds=1), {}, {}, {}),
        ("business_hours", TEN + timedelta(hours=9), {}, {}, {}),
        (
            "business_hours",
            TEN + timedelta(hours=6, minutes=45),
            {"policy": SchedulingPolicy(time_slot_interval=minutes(15))},
            {},
            {},
        ),
        (
            "special_dates",
            TEN,
            {"special_dates": (SpecialDates(first=date(2027, 1, 12), last=date(2027, 1, 12)),)},
            {},
            {},
        ),
        ("bookable_dates", TEN, {"policy": SchedulingPolicy(availability="not_bookable")}, {}, {}),
        (
            "bookable_dates",
            TEN,
            {
                "policy": SchedulingPolicy(
                    exceptions=(
                        DatedAvailability(
                            first=date(2027, 1, 12), last=date(2027, 1, 12), availability="not_bookable"
                        ),
                    )
                )
            },
            {},
            {},
        ),
        ("staff_hours", TEN, {}, {"hours": weekdays((780, 1020))}, {}),
        ("time_off", TEN, {}, {}, taken(TEN, TEN + minutes(30), "off")),
        ("another_calendar", TEN, {}, {}, taken(TEN, TEN + minutes(30), "held")),
        ("external_calendar", TEN, {}, {}, taken(TEN, TEN + minutes(30), "external")),
        ("appointment", TEN, {}, {}, taken(TEN + minutes(25), TEN + minutes(60))),
        ("buffer", TEN, {}, {}, taken(TEN - minutes(15), TEN)),
        ("buffer", TEN, {}, {}, taken(TEN + minutes(30), TEN + minutes(35))),
        ("offered", TEN, {}, {}, taken(TEN + minutes(45), TEN + minutes(50))),
        ("offered", TEN, {}, {}, taken(TEN - minutes(20), TEN - minutes(15))),
    ],
)
def test_each_rule_is_named(rule, start, business, person, ledgers):
    calendar = a_calendar(a_business(**business), [BUFFERED], [a_person(**person)])

    assert explain(calendar, BUFFERED, start, MONDAY, ledgers) == {"claire": rule}


@settings(max_examples=examples(300))
@example(390, [(399, 1, "claimed")], None)
@given(
    st.integers(0, 4 * 288),
    st.lists(
        st.tuples(
            st.integers(0, 4 * 288), st.integers(1, 24), st.sampled_from(["claimed", "off", "held", "external"])
        ),
        max_size=6,
    ),
    st.sampled_from([None, weekdays((600, 900)), weekdays((0, 1440), days=range(7))]),
)
def test_a_time_is_explained_as_offered_exactly_when_it_is_offered(tick, busy, hours):
    start = MONDAY + minutes(5) * tick
    calendar = a_calendar(services=[BUFFERED], staff=[a_person(hours=hours)])
    masks = {"claimed": 0, "off": 0, "held": 0, "external": 0}
    for first, length, plane in busy:
        begin = MONDAY + minutes(5) * first
        masks[plane] |= cut_by_month(floor_tick(begin), floor_tick(begin) + length)["202701"]
    ledger = Ledger((masks["claimed"],), masks["off"], masks["external"], (masks["held"],))
    judge = BookingRules(calendar, BUFFERED, single_start_window(start), MONDAY)
    starts = judge.starts({"claire": busy_in(judge.window, {"202701": ledger.busy})})
    offered = AvailableSlots(calendar, BUFFERED, judge.window, starts).has(start)

    found = explain(calendar, BUFFERED, start, MONDAY, {"claire": {"202701": ledger}})

    assert (found == {"claire": "offered"}) == offered


@pytest.mark.parametrize(
    ("reason", "person"),
    [
        (None, {}),
        ("suspended", {"is_suspended": True, "is_bookable": False}),
        ("not_accepted", {"membership": "pending"}),
        ("declined", {"membership": "rejected"}),
        ("not_bookable", {"is_bookable": False}),
        ("serves_otherwise", {"serves": "virtual"}),
    ],
)
def test_a_person_who_can_never_be_booked_has_a_reason(reason, person):
    assert unavailable(a_person(**person), BUFFERED) == reason
