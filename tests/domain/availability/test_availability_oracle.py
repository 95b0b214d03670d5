"""The masks against an oracle that walks the minutes, over random settings around days when clocks change."""

from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from shared.domain.availability.slots import (
    GRACE,
    AvailableSlots,
    BookingRules,
    is_outside_lead_times,
    single_start_window,
)
from shared.domain.timeline.ticks import bits, ceil_tick, floor_tick
from tests.domain.availability.oracle import Oracle
from tests.domain.availability.settings_at_random import DAYS, Case, cases
from tests.support.examples import examples


pytestmark = pytest.mark.walk
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking takes minutes: add it to look into a failure
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def as_moments(case: Case, starts: dict[str, int]):
    window = case.judge().window
    return {person: [window.moment(bit) for bit in bits(mask)] for person, mask in starts.items()}


def expected_slots(case: Case, oracle: Oracle):
    """Say what is offered from what the oracle finds for each person: (start, end, staff, seats), in order."""
    starts, service = oracle.starts(), case.service
    providers = [person.id for person in case.calendar.staff_of(service)]
    together = service.assignment == "all"
    free_at: dict = {}
    for person in providers:
        for start in starts.get(person, []):
            free_at.setdefault(start, []).append(person)
    found = {}
    for start, free in free_at.items():
        if together and free != providers:
            continue
        asked = free if together or case.staff is None else [one for one in free if one == case.staff]
        if asked:
            found[start] = (asked, service.maximum_attendees * (1 if together else len(asked)))
    for session in case.sessions:
        wanted = together or case.staff is None or case.staff in session.staff
        if wanted and oracle.may_join(session.start):
            people, seats = found.get(session.start, ([], 0))
            people = people + [one for one in session.staff if one not in people]
            found[session.start] = (people, seats + session.free)
    return [(start, start + service.duration, tuple(found[start][0]), found[start][1]) for start in sorted(found)]


def agree(case: Case):
    judge, oracle = case.judge(), case.oracle()
    starts = judge.starts(case.busy())
    assert as_moments(case, starts) == oracle.starts()
    offer = AvailableSlots(
        case.calendar, case.service, judge.window, starts, judge.joinable(case.sessions), case.staff
    )
    expected = expected_slots(case, oracle)
    event("something is offered" if expected else "nothing is offered")
    assert [(one.start, one.end, one.staff, one.seats) for one in offer.slots()] == expected
    assert all(one.start.tzinfo is UTC for one in offer.slots())
    return len(expected)


@pytest.mark.parametrize("zone", sorted(DAYS))
def test_the_masks_offer_what_a_walk_over_the_minutes_finds(zone):
    @settings(max_examples=examples(40), suppress_health_check=SLOW, phases=PHASES)
    @given(cases(zones=(zone,)))
    def agrees(case):
        agree(case)

    agrees()


@settings(max_examples=examples(40), suppress_health_check=SLOW, phases=PHASES)
@given(cases(), st.integers(0, 600), st.data())
def test_every_slot_that_is_offered_is_accepted_alone_up_to_ten_minutes_later(case, seconds, data):
    """A claim asks about the one start, with its grace; who was free then is free now."""
    case.grace = timedelta()
    judge = case.judge()
    starts = judge.starts(case.busy())
    slots = AvailableSlots(case.calendar, case.service, judge.window, starts, staff=case.staff).slots()
    later = case.now + timedelta(seconds=seconds)
    slots = [one for one in slots if one.start >= later]
    for slot in data.draw(st.lists(st.sampled_from(slots), max_size=8)) if slots else []:
        alone = BookingRules(case.calendar, case.service, single_start_window(slot.start), later, GRACE)
        found = alone.starts(case.busy(alone.window))
        at_the_claim = AvailableSlots(case.calendar, case.service, alone.window, found, staff=case.staff)
        assert at_the_claim.has(slot.start)
        assert at_the_claim.slots() == [slot]
        assert not is_outside_lead_times(case.calendar.policy_of(case.service), slot.start, later)


@settings(max_examples=examples(30), suppress_health_check=SLOW, phases=PHASES)
@given(cases(), st.data())
def test_what_is_claimed_is_offered_no_longer_until_it_is_released(case, data):
    judge = case.judge()
    window, busy = judge.window, {person: case.busy().get(person, 0) for person in case.service.staff}
    starts = judge.starts(busy)
    if not starts:
        return
    person = data.draw(st.sampled_from(sorted(starts)))
    bit = data.draw(st.sampled_from(list(bits(starts[person]))))
    service, start = case.service, window.moment(bit)
    visit = start - service.pre_buffer, start + service.duration + service.post_buffer
    claim = window.cut(floor_tick(visit[0]), ceil_tick(visit[1]))
    assert claim & busy[person] == 0
    after = judge.starts({**busy, person: busy[person] | claim})
    assert not after.get(person, 0) >> bit & 1
    assert {one: mask for one, mask in after.items() if one != person} == {
        one: mask for one, mask in starts.items() if one != person
    }
    assert judge.starts({**busy, person: (busy[person] | claim) & ~claim}) == starts
