"""How long an attendee in the waiting room may still have to wait, by what runs: an estimate, never a promise."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.visits.queue import QueueEntry
from shared.domain.visits.rules import met_at


AT_LEAST = timedelta(minutes=5)
"""What a visit that runs over its planned length is thought to take still."""


class ExpectedWait(NamedTuple):
    """`ahead` are the visits of the same staff that run, or wait and come first.

    wait       until the staff may have time, and not before the planned start
    runs_over  whether one of those ahead takes longer than planned
    """

    ahead: int
    wait: timedelta
    runs_over: bool


def expected_wait(mine: QueueEntry, day: Iterable[QueueEntry], now: datetime) -> ExpectedWait | None:
    """Return what to expect for an entry that waits, by the other entries of its day; None if it does not wait.

    Several staff must all have time, for a walk-in the first of them who has. What is booked comes before
    walk-ins, and otherwise what was to begin first.
    """
    if mine.status != "in_lobby":
        return None
    others = [one for one in day if one.key != mine.key and one.planned.business == mine.planned.business]
    ahead = [one for one in others if _is_ahead(one, mine)]
    each = [_of_person(person, ahead, now) for person in mine.planned.staff]
    if not each:
        return None
    if mine.planned.origin == "on_demand":
        found = min(each, key=lambda one: (one.wait, one.ahead))
    else:
        longest = max(each, key=lambda one: one.wait)
        serving = set(mine.planned.staff)
        count = sum(not serving.isdisjoint(one.planned.staff) for one in ahead)
        found = ExpectedWait(count, longest.wait, any(one.runs_over for one in each))
    return found._replace(wait=max(found.wait, mine.planned.start - now))


def _is_ahead(one: QueueEntry, mine: QueueEntry) -> bool:
    if one.status == "in_progress":
        return True
    return one.status == "in_lobby" and _turn(one) < _turn(mine)


def _turn(one: QueueEntry) -> tuple[bool, datetime, str]:
    return one.planned.origin == "on_demand", one.planned.start, one.key


def _of_person(person: str, ahead: list[QueueEntry], now: datetime) -> ExpectedWait:
    """Return the wait for one person. A walk-in that waits takes only its share of all who may serve it."""
    theirs = [one for one in ahead if person in one.planned.staff]
    running = [_planned_left(one, now) for one in theirs if one.status == "in_progress"]
    waiting = [one for one in theirs if one.status == "in_lobby"]
    wait = max((max(left, AT_LEAST) for left in running), default=timedelta())
    for one in waiting:
        share = len(one.planned.staff) if one.planned.origin == "on_demand" else 1
        wait += (one.planned.end - one.planned.start) / share
    return ExpectedWait(len(theirs), wait, any(left < timedelta() for left in running))


def _planned_left(one: QueueEntry, now: datetime) -> timedelta:
    """Return how long a visit that runs is planned to go on; negative if it should have ended."""
    admitted = min((party.admitted for party in one.visit.attendees if party.admitted), default=None)
    began = met_at(one.visit) or admitted or one.planned.start
    return began + (one.planned.end - one.planned.start) - now
