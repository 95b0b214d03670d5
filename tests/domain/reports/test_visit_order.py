"""The visits of a page, found by counting, against all visits in their order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reports.ranks import RankedPlace, numbers_within
from shared.domain.reports.visit_columns import columns_of
from shared.domain.reports.visit_order import page_by_keys, page_by_start
from shared.domain.visits.fact import VisitFact


NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
minutes = st.integers(0, 5)
parts_of_visits = st.lists(st.lists(st.tuples(minutes, minutes), max_size=16), max_size=5)


def a_part(visits: list[tuple[int, int]]):
    facts = [
        VisitFact(
            meeting=f"m{number}",
            start=NOON + start * timedelta(minutes=1),
            duration=duration * timedelta(minutes=1),
            status="completed",
            service="video",
        )
        for number, (start, duration) in enumerate(visits)
    ]
    return columns_of(facts, "b")


@given(parts_of_visits, st.integers(0, 60), st.integers(1, 6), st.booleans())
def test_a_page_has_its_visits_in_order_and_the_latest_of_equal_ones_first(drawn, first, most, is_down):
    parts = [a_part(some) for some in drawn]
    every = [RankedPlace(part, place) for part, one in enumerate(parts) for place in range(len(one))]
    began = lambda one: (parts[one.part].starts[one.place], one)  # noqa: E731
    found = page_by_start(parts, first, most, is_down=is_down)
    assert found == sorted(every, key=began, reverse=is_down)[first : first + most]

    lasted = lambda one: parts[one.part].durations[one.place]  # noqa: E731
    latest_first = sorted(every, key=began, reverse=True)
    found = page_by_keys(parts, [one.durations for one in parts], first, most, is_down=is_down)
    assert found == sorted(latest_first, key=lasted, reverse=is_down)[first : first + most]


numbers = st.lists(st.sampled_from([-1, 0, 1, 5, 2**20 - 1, 2**20, 2**20 + 3, 2**40]), max_size=9)


@given(st.lists(numbers, max_size=4), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_a_share_of_all_numbers_is_not_above_the_one_that_is_found(columns, share):
    every = sorted(one for column in columns for one in column if one >= 0)
    found = numbers_within(columns, share)
    assert len(found) == bool(every)
    for one in found:
        assert sum(other <= one for other in every) >= share * len(every)
        assert sum(other < one for other in every) < max(share * len(every), 1)
