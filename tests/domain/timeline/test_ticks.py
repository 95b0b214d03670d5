"""Masks against sets of numbers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.timeline.ticks import (
    EPOCH,
    TICK,
    Window,
    bits,
    ceil_tick,
    floor_tick,
    free_runs,
    moment_of,
    ones,
    repeat,
    stretch,
    ticks_in,
)


positions = st.frozensets(st.integers(0, 300), max_size=60)
small = st.integers(-50, 350)
moments = st.timedeltas(timedelta(days=365), timedelta(days=365 * 230)).map(lambda since: EPOCH + since)


def as_mask(numbers):
    return sum(1 << number for number in numbers)


def as_set(mask):
    return {position for position in range(mask.bit_length()) if mask >> position & 1}


@pytest.mark.parametrize(
    ("minute", "second", "before", "after"),
    [(0, 0, 0, 0), (0, 1, 0, 1), (4, 59, 0, 1), (5, 0, 1, 1), (5, 1, 1, 2), (60, 0, 12, 12)],
)
def test_a_moment_lies_in_one_tick_and_the_next_begins_at_or_after_it(minute, second, before, after):
    moment = EPOCH + timedelta(minutes=minute, seconds=second)
    assert (floor_tick(moment), ceil_tick(moment)) == (before, after)


def test_a_microsecond_past_a_tick_is_past_it():
    moment = EPOCH + timedelta(minutes=5, microseconds=1)
    assert (floor_tick(moment), ceil_tick(moment)) == (1, 2)


def test_a_moment_is_the_same_tick_in_whatever_zone_it_is_written():
    moment = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert floor_tick(moment.astimezone(timezone(timedelta(hours=5, minutes=45)))) == floor_tick(moment)


@given(moments)
def test_ticks_bracket_every_moment(moment):
    before, after = floor_tick(moment), ceil_tick(moment)
    assert moment_of(before) <= moment <= moment_of(after)
    assert after - before == (0 if moment_of(before) == moment else 1)


@pytest.mark.parametrize(("minutes", "ticks"), [(0, 0), (1, 1), (5, 1), (6, 2), (30, 6), (1440, 288)])
def test_a_duration_claims_every_tick_that_it_touches(minutes, ticks):
    assert ticks_in(timedelta(minutes=minutes)) == ticks


@given(small, small)
def test_a_stretch_holds_the_bits_from_its_first_to_before_its_last(first, last):
    first = max(first, 0)
    assert as_set(stretch(first, last)) == set(range(first, last))


@pytest.mark.parametrize(("count", "mask"), [(-3, 0), (0, 0), (1, 1), (4, 15)])
def test_ones_of_a_count_are_that_many_low_bits(count, mask):
    assert ones(count) == mask


@given(positions, st.integers(1, 70))
def test_a_visit_fits_where_all_its_ticks_are_free(free, count):
    expected = {start for start in free if all(start + more in free for more in range(count))}
    assert as_set(free_runs(as_mask(free), count)) == expected


@given(st.lists(st.integers(1, 90), min_size=1, max_size=8), st.integers(1, 70))
def test_a_visit_fits_in_long_free_stretches_as_often_as_they_allow(lengths, count):
    free, at = set(), 0
    for length in lengths:
        free |= set(range(at, at + length))
        at += length + 1
    assert free_runs(as_mask(free), count).bit_count() == sum(max(length - count + 1, 0) for length in lengths)


@given(positions)
def test_the_bits_of_a_mask_come_lowest_first(numbers):
    assert list(bits(as_mask(numbers))) == sorted(numbers)


@given(st.frozensets(st.integers(0, 11)), st.integers(1, 12), st.integers(0, 200))
def test_a_repeated_pattern_has_each_bit_once_in_every_period(pattern, period, length):
    pattern = {position for position in pattern if position < period}
    assert as_set(repeat(as_mask(pattern), period, length)) == {
        position for position in range(length) if position % period in pattern
    }


@given(small, small, small, small)
def test_a_window_cuts_absolute_ticks_to_its_own(first, last, low, high):
    window = Window(first, last)
    expected = {tick - first for tick in range(low, high) if first <= tick < last}
    assert as_set(window.cut(low, high)) == expected


@given(small, small, positions, small)
def test_a_window_places_a_mask_where_its_ticks_are(first, last, numbers, origin):
    window = Window(first, last)
    expected = {origin + number - first for number in numbers if first <= origin + number < last}
    assert as_set(window.place(as_mask(numbers), origin)) == expected


@given(moments, st.timedeltas(timedelta(), timedelta(days=2)))
def test_a_window_around_a_stretch_holds_all_of_it_and_no_whole_tick_more(start, length):
    window, end = Window.around(start, start + length), start + length
    assert window.moment(0) <= start < window.moment(0) + TICK
    assert window.moment(len(window)) - TICK < end <= window.moment(len(window))


def test_a_window_that_ends_before_it_begins_is_empty():
    assert len(Window(7, 3)) == 0
    assert Window(7, 3).cut(0, 10) == 0
