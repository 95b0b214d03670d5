"""Whatever each client was told about one person's time, there is one order of things that explains it all."""

from dataclasses import replace

import pytest

from tests.simulation.order.histories import history_of, is_explained
from tests.simulation.people.desk import Event
from tests.simulation.world.clinic import SEATS


def an_event(kind: str, about: tuple, asked: float, answered: float, *answer: object) -> Event:
    return Event(kind, about, f"a-key-of-16-letters-{int(asked)}", asked, answered, answer or None)


def test_the_checker_accepts_what_overlaps_and_refuses_what_cannot_be() -> None:
    won = an_event("book", ("visit", 9, "claire"), 0, 2, "ok")
    lost = an_event("book", ("visit", 9, "claire"), 1, 3, "no", "slot-taken")
    assert is_explained([won, lost])
    assert is_explained([replace(won, asked=1.0), replace(lost, asked=0.0)])
    assert not is_explained([replace(won, asked=4.0, answered=5.0), lost])
    assert not is_explained([won, replace(won, key="another-key-of-16", asked=1.0)])
    assert is_explained([replace(won, answer=None, answered=float("inf")), lost])


def test_the_checker_counts_the_seats_of_a_session_and_refuses_one_too_many() -> None:
    seats = [an_event("book", ("yoga", 9, "claire"), number, 9, "ok") for number in range(SEATS)]
    refused = an_event("book", ("yoga", 9, "claire"), 5, 9, "no", "group-full")
    visit = an_event("book", ("visit", 9, "claire"), 5, 9, "no", "slot-taken")
    assert is_explained([*seats, refused, visit])
    assert not is_explained([*seats[1:], refused])
    assert not is_explained([*seats, an_event("book", ("yoga", 9, "claire"), 5, 9, "ok")])


@pytest.mark.parametrize("first", range(0, 30, 10))
def test_histories_under_faults_and_crashes_are_linearizable(first: int, *, is_full: bool) -> None:
    for seed in range(first, first + (10 if is_full else 4)):
        history, problems = history_of(seed)
        assert problems == []
        assert len(history) > 20
        assert is_explained(history), f"seed {seed} has no explanation"
