"""The planes against a counter per tick; months against the calendar."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.domain.timeline.ledger import (
    Ledger,
    busy_in,
    cut_by_month,
    from_bytes,
    month_of,
    month_window,
    months_in,
    to_bytes,
)
from shared.domain.timeline.ticks import Window, bits, floor_tick, moment_of, ones, stretch
from tests.support.examples import examples


MONTH_TICKS = 31 * 288
stretches = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda one: stretch(one[0], one[0] + one[1]))
ragged = st.integers(0, (1 << 70) - 1)
masks = st.one_of(stretches, ragged)
ledgers = st.builds(
    lambda claims, off, external, held: _claimed(claims, _held(held, Ledger(off=off, external=external))),
    st.lists(masks, max_size=5),
    masks,
    masks,
    st.lists(masks, max_size=3),
)
first_ticks = st.integers(288 * 365, 288 * 365 * 230)


def _claimed(claims, ledger):
    for mask in claims:
        ledger = ledger.claim(mask)
    return ledger


def _held(holds, ledger):
    for mask in holds:
        ledger = ledger.hold(mask)
    return ledger


def counted(ledger):
    """Read the planes as a count per tick."""
    return Counter(tick for plane in ledger.claimed for tick in bits(plane))


class ClaimsAndReleases(RuleBasedStateMachine):
    """Whatever is claimed and released in whatever order, the planes are the sum of what is still claimed."""

    def __init__(self):
        super().__init__()
        self.ledger = Ledger(off=0b1010, external=1 << 65, held=(1 << 66,))
        self.live: list[int] = []
        self.count: Counter[int] = Counter()

    @rule(mask=masks)
    def claim(self, mask):
        self.ledger = self.ledger.claim(mask)
        self.live.append(mask)
        self.count.update(bits(mask))

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def release(self, data):
        mask = self.live.pop(data.draw(st.integers(0, len(self.live) - 1)))
        self.ledger = self.ledger.release(mask)
        self.count.subtract(bits(mask))

    @invariant()
    def the_planes_are_the_count_of_each_tick(self):
        assert counted(self.ledger) == +self.count

    @invariant()
    def each_plane_lies_within_the_one_below_and_none_is_empty(self):
        planes = self.ledger.claimed
        assert all(planes)
        assert all(upper & ~lower == 0 for lower, upper in pairwise(planes))

    @invariant()
    def busy_is_all_that_is_claimed_off_external_or_held(self):
        expected = {tick for tick, count in self.count.items() if count} | {1, 3, 65, 66}
        assert set(bits(self.ledger.busy)) == expected


TestClaimsAndReleases = ClaimsAndReleases.TestCase
TestClaimsAndReleases.settings = settings(max_examples=examples(60), stateful_step_count=25)


def test_overlapping_claims_fill_one_plane_per_depth():
    ledger = Ledger().claim(0b0111).claim(0b1110).claim(0b0100)
    assert ledger.claimed == (0b1111, 0b0110, 0b0100)


def test_releasing_one_of_two_leaves_the_other():
    ledger = Ledger().claim(0b0111).claim(0b1110).release(0b0111)
    assert ledger.claimed == (0b1110,)


@pytest.mark.parametrize("ledger", [Ledger(), Ledger().claim(0b0110), Ledger(off=0b1011)])
@pytest.mark.parametrize("mask", [0b0001, 0b0011, 0b1000])
def test_what_is_not_claimed_cannot_be_released(ledger, mask):
    with pytest.raises(ValueError, match="only what is there"):
        ledger.release(mask)


@given(ledgers, masks)
def test_a_release_undoes_a_claim(ledger, mask):
    assert ledger.claim(mask).release(mask) == ledger


@given(ledgers, masks)
def test_what_is_held_is_given_back_as_what_is_claimed(ledger, mask):
    assert ledger.hold(mask).unhold(mask) == ledger
    assert ledger.hold(mask).claimed == ledger.claimed
    assert ledger.hold(mask).held == Ledger(claimed=ledger.held).claim(mask).claimed


def test_what_is_known_of_other_calendars_is_busy_and_not_stored():
    ledger = Ledger(claimed=(0b1,), off=0b10, away=0b100)
    assert ledger.busy == 0b111
    assert Ledger.from_row(ledger.to_row()) == ledger._replace(away=0)
    assert from_bytes(ledger.to_row()["busy"]) == 0b11
    assert ledger._replace(held=(0b1000,)).shared == 0b1001, "time off is the calendar's own"


@given(ledgers, masks)
def test_claims_and_releases_leave_the_ledger_they_came_from_alone(ledger, mask):
    before = (ledger.claimed, ledger.off, ledger.external, ledger.held)
    ledger.claim(mask).release(mask)
    assert (ledger.claimed, ledger.off, ledger.external, ledger.held) == before


@given(ledgers)
def test_a_ledger_comes_back_from_its_row(ledger):
    assert Ledger.from_row(ledger.to_row()) == ledger


@given(ledgers)
def test_the_row_says_what_is_busy_without_its_planes(ledger):
    assert from_bytes(ledger.to_row()["busy"]) == ledger.busy


def test_an_absent_row_is_an_empty_month():
    assert Ledger.from_row(None) == Ledger()
    assert Ledger().busy == 0


def test_columns_that_are_not_masks_do_not_disturb():
    assert Ledger.from_row({"p0": b"\x03", "PartitionKey": "x", "busy": b"\xff"}) == Ledger((3,))


@given(st.integers(0, (1 << MONTH_TICKS) - 1))
@settings(max_examples=20)
def test_a_whole_month_of_any_mask_comes_back_from_its_bytes(mask):
    assert from_bytes(to_bytes(mask)) == mask
    assert len(to_bytes(mask)) <= MONTH_TICKS // 8


@pytest.mark.parametrize(
    ("month", "days", "after"),
    [
        ("202601", 31, "202602"),
        ("202602", 28, "202603"),
        ("202802", 29, "202803"),
        ("202611", 30, "202612"),
        ("202612", 31, "202701"),
    ],
)
def test_a_month_has_the_ticks_of_its_days_and_ends_where_the_next_begins(month, days, after):
    window = month_window(month)
    assert len(window) == days * 288
    assert window.last == month_window(after).first
    assert (month_of(window.first), month_of(window.last - 1), month_of(window.last)) == (month, month, after)


@given(first_ticks, st.integers(1, 288 * 100))
def test_the_months_of_a_window_are_those_that_its_ticks_lie_in(first, length):
    days = {first, first + length - 1, *range(first, first + length, 288)}
    assert months_in(Window(first, first + length)) == sorted({month_of(tick) for tick in days})


def test_an_empty_window_lies_in_no_month():
    assert months_in(Window(5, 5)) == []


@given(first_ticks, st.integers(1, 288 * 70))
def test_what_is_cut_by_month_puts_together_what_was_claimed(first, length):
    cut = cut_by_month(first, first + length)
    assert all(mask and mask.bit_length() <= len(month_window(month)) for month, mask in cut.items())
    assert busy_in(Window(first - 300, first + length + 300), cut) == stretch(300, 300 + length)


def test_a_visit_over_the_end_of_a_month_claims_the_end_of_one_and_the_beginning_of_the_next():
    start = datetime(2026, 12, 31, 23, 45, tzinfo=UTC)
    first = floor_tick(start)
    assert cut_by_month(first, first + 6) == {"202612": stretch(31 * 288 - 3, 31 * 288), "202701": 0b111}


@given(
    st.sampled_from([datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)]),
    st.lists(st.tuples(st.integers(-600, 600), st.integers(1, 400)), max_size=6),
    st.integers(-700, 700),
    st.integers(0, 900),
)
def test_the_busy_ticks_of_a_window_over_months_are_those_of_what_was_claimed(around, claims, begin, length):
    origin, ledgers = floor_tick(around), {}
    for offset, count in claims:
        for month, mask in cut_by_month(origin + offset, origin + offset + count).items():
            ledgers[month] = ledgers.get(month, Ledger()).claim(mask)
    window = Window(origin + begin, origin + begin + length)
    taken = {origin + offset + more for offset, count in claims for more in range(count)}
    expected = {tick - window.first for tick in taken if window.first <= tick < window.last}
    assert set(bits(busy_in(window, {month: one.busy for month, one in ledgers.items()}))) == expected


def test_busy_ticks_outside_a_window_are_left_out():
    month = month_window("202603")
    window = Window(month.first + 10, month.first + 20)
    assert busy_in(window, {"202603": ones(len(month)), "202602": 1, "202604": 1}) == ones(10)


def test_a_month_begins_at_midnight_of_its_first_day_in_utc():
    assert moment_of(month_window("202603").first) == datetime(2026, 3, 1, tzinfo=UTC)
    assert moment_of(month_window("202603").last) - timedelta(minutes=5) == datetime(
        2026, 3, 31, 23, 55, tzinfo=UTC
    )
