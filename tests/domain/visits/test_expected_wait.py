"""How long an attendee may still have to wait, by what runs and what comes first."""

from datetime import timedelta

import pytest

from shared.domain.visits.expected import ExpectedWait, expected_wait
from shared.domain.visits.queue import Planned, QueueEntry
from shared.domain.visits.visit import Event, Visit, apply
from tests.support.builders import MONDAY


MINUTE = timedelta(minutes=1)
NOW = MONDAY + timedelta(hours=10)
A, B = ("ada",), ("ben",)


def entry(name, starts=0, *, lasts=20, staff=A, came=None, began=None, origin="booking", business="biz"):
    """Return an entry; `starts`, `came` and `began` are minutes from now."""
    planned = Planned(
        business=business,
        id=name,
        start=NOW + starts * MINUTE,
        end=NOW + (starts + lasts) * MINUTE,
        status="booked",
        service="video",
        staff=staff,
        name=name,
        filled=1,
        is_online=True,
        origin=origin,
    )
    events = [Event("come", NOW + came * MINUTE, f"a.{name}", text=name)] if came is not None else []
    if began is not None:
        at = NOW + began * MINUTE
        events = [Event("come", at, f"a.{name}", text=name), Event("admit", at + MINUTE / 60, f"a.{name}")]
        events += [
            Event("beat", at + MINUTE / 60, party, "room", f"page of {party}") for party in (f"a.{name}", "s.ada")
        ]
    return QueueEntry(planned, apply(Visit(), events))


MINE = entry("mine", came=-3)
RUNS = {"starts": -15, "began": -15}
CASES = {
    "nothing before it": ([], MINE, (0, 0, False)),
    "an early one waits for its start": ([], entry("mine", 20, came=-3), (0, 20, False)),
    "one that runs": ([entry("runs", **RUNS)], MINE, (1, 5, False)),
    "one that began late": ([entry("runs", -15, began=-5)], MINE, (1, 15, False)),
    "one that runs over": ([entry("runs", -40, began=-40)], MINE, (1, 5, True)),
    "one that waits and was to begin first": ([entry("waits", -20, came=-9)], MINE, (1, 20, False)),
    "one that runs and one that waits": (
        [entry("runs", -35, began=-10), entry("waits", -20, came=-9)],
        MINE,
        (2, 30, False),
    ),
    "one that waits but comes later": ([entry("later", 30, came=-30)], MINE, (0, 0, False)),
    "one that has not come": ([entry("absent", -20)], MINE, (0, 0, False)),
    "somebody else's": ([entry("other", staff=B, **RUNS)], MINE, (0, 0, False)),
    "another calendar's": ([entry("other", business="else", **RUNS)], MINE, (0, 0, False)),
    "both of two must have time": (
        [entry("runs", -5, staff=B, began=-5)],
        entry("mine", staff=("ada", "ben"), came=-1),
        (1, 15, False),
    ),
    "a walk-in takes the first who has time": (
        [entry("runs", **RUNS)],
        entry("mine", -2, staff=("ada", "ben"), came=-2, origin="on_demand"),
        (0, 0, False),
    ),
    "what is booked comes before a walk-in": (
        [entry("booked", 0, came=-1)],
        entry("mine", -9, came=-9, origin="on_demand"),
        (1, 20, False),
    ),
    "and not after one": (
        [entry("walks", -9, came=-9, origin="on_demand")],
        MINE,
        (0, 0, False),
    ),
    "walk-ins share their staff": (
        [entry("walks", -9, staff=("ada", "ben"), came=-9, origin="on_demand")],
        entry("mine", -2, staff=("ada", "ben"), came=-2, origin="on_demand"),
        (1, 10, False),
    ),
}


@pytest.mark.parametrize(("day", "mine", "expected"), CASES.values(), ids=CASES)
def test_what_is_expected_follows_from_what_runs_and_what_comes_first(day, mine, expected):
    found = expected_wait(mine, [*day, mine], NOW)
    assert found is not None
    ahead, minutes, runs_over = expected
    # who is let in a second after they came has met a second later
    assert (found.ahead, round(found.wait / MINUTE), found.runs_over) == (ahead, minutes, runs_over)


def test_who_does_not_wait_has_nothing_to_expect():
    for one in (entry("mine"), entry("mine", **RUNS)):
        assert expected_wait(one, [], NOW) is None
    assert expected_wait(entry("mine", staff=(), came=-1), [], NOW) is None


def test_the_estimate_is_at_its_start_at_the_earliest():
    assert expected_wait(MINE, [], NOW) == ExpectedWait(0, timedelta(), False)
