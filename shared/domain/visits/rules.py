"""The rules of a visit: its statuses and what changes them, its outcome, and when it is over by itself."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

from shared.domain.appointments.appointment import Status
from shared.domain.visits.visit import FINISHED, HERE_FOR, Event, Participant, Visit


Transition = Literal[
    "come", "leave", "admit", "put_back", "end", "expire", "mark_no_show", "undo", "arrive", "begin", "complete"
]
Transitions = Mapping[Status, Mapping[Transition, Status]]

COME_BACK = timedelta(minutes=3)  # after a reload, a change of network, a phone call
GRACE = timedelta(minutes=15)  # after the planned end
LONGEST = timedelta(hours=12)  # after the planned end, even if a tab is still open
LOOK_EVERY = timedelta(minutes=1)
OPENS_BEFORE, CLOSES_AFTER = timedelta(minutes=30), timedelta(hours=2)

ONLINE: Transitions = {
    "booked": {"come": "in_lobby", "mark_no_show": "no_show"},
    "in_lobby": {"leave": "booked", "admit": "in_progress", "end": "not_admitted", "expire": "not_admitted"},
    "in_progress": {"put_back": "in_lobby", "end": "completed", "expire": "completed"},
    "completed": {"come": "in_lobby", "admit": "in_progress", "undo": "in_progress"},
    "no_show": {"come": "in_lobby", "undo": "booked"},
    "not_admitted": {"come": "in_lobby", "admit": "in_progress", "undo": "in_lobby"},
    "cancelled": {},
}
"""The transitions of online appointments; an event that is not named changes nothing.

If staff alone were in the room, `end` and `expire` make booked a no_show; if an attendee had waited and left,
not_admitted. `undo` takes back the last mark, so the actual status follows from what the parties have done.
"""

IN_PERSON: Transitions = {
    "booked": {
        "arrive": "in_lobby",
        "begin": "in_progress",
        "complete": "completed",
        "mark_no_show": "no_show",
    },
    "in_lobby": {
        "begin": "in_progress",
        "complete": "completed",
        "mark_no_show": "no_show",
        "undo": "booked",
    },
    "in_progress": {"complete": "completed", "undo": "booked"},
    "completed": {"undo": "booked"},
    "no_show": {"undo": "booked", "arrive": "in_lobby"},
    "not_admitted": {},
    "cancelled": {},
}
"""The transitions of appointments in person: all of them by hand."""

BY_HAND: tuple[Transition, ...] = ("end", "mark_no_show", "undo", "arrive", "begin", "complete")


def next_status(status: Status, happening: Transition, *, is_online: bool) -> Status:
    """Return the status after an event; the same if the table has no such transition."""
    return (ONLINE if is_online else IN_PERSON)[status].get(happening, status)


def offered(status: Status, *, is_online: bool) -> list[Transition]:
    """Return what staff may mark by hand in this status."""
    table = (ONLINE if is_online else IN_PERSON)[status]
    return [one for one in get_args(Transition) if one in BY_HAND and one in table]


def marked(
    visit: Visit, status: Status, happening: Transition, at: datetime, *, is_online: bool, by: str = ""
) -> list[Event]:
    """Return the event by which a host, `by`, or the timer sets a status; none if the table does not allow it."""
    if happening in ("end", "expire"):
        wanted = outcome(visit) if status not in (*FINISHED, "cancelled") else None
        return [Event("mark", at, by, status=wanted)] if wanted and is_online else []
    after = next_status(status, happening, is_online=is_online)
    if after == status:
        return []
    return [Event("mark", at, by, status="booked" if happening == "undo" else after)]


def outcome(visit: Visit) -> Status | None:
    """Return the status of the visit if it is over now; None if nobody came."""
    if any(one.has_joined for one in visit.attendees):
        return "completed"
    admitted = any(one.admitted for one in visit.attendees)
    if not admitted and any(one.came for one in visit.attendees):
        return "not_admitted"
    if admitted or any(one.has_joined for one in visit.staff):
        return "no_show"
    return None


def is_over(visit: Visit, end: datetime, now: datetime) -> bool:
    """Return whether a visit that nobody has ended is over by itself; `end` is the planned end.

    A visit in progress is over when all have been gone for a while, or when one side has and the time is up. Any
    other is over when the time is up and nobody waits.
    """
    if visit.is_closed:
        return False
    if now > end + LONGEST:
        return True
    here = [one for one in visit.parties if one.is_here(now)]
    if visit.status == "in_progress":
        if not here:
            return now - _last_sign(visit, end) >= COME_BACK
        is_one_sided = len({one.is_staff for one in here}) == 1
        return is_one_sided and now >= end + GRACE and now - _last_sign_of_others(visit, here, end) >= GRACE
    return now >= end + GRACE and not here


def next_check(visit: Visit, end: datetime, now: datetime) -> datetime | None:
    """Return when the timer should check the visit next; None if it need not."""
    if visit.is_closed or now > end + LONGEST:
        return None
    if any(one.is_here(now) for one in visit.parties):
        return now + LOOK_EVERY
    if visit.status == "in_progress":
        return max(_last_sign(visit, end) + COME_BACK, now + LOOK_EVERY)
    return end + GRACE if now < end + GRACE else None


def lost_contact(visit: Visit, now: datetime) -> bool:
    """Return whether a participant has recently lost contact without leaving."""
    silent = [one for one in visit.parties if one.seen and not one.has_left and not one.is_here(now)]
    return any(now - one.seen < HERE_FOR + 2 * LOOK_EVERY for one in silent if one.seen)


def _last_sign(visit: Visit, default: datetime) -> datetime:
    return max((one.last_sign for one in visit.parties if one.last_sign), default=default)


def _last_sign_of_others(visit: Visit, here: list[Participant], default: datetime) -> datetime:
    signs = [one.last_sign for one in visit.parties if one.is_staff != here[0].is_staff and one.last_sign]
    return max(signs, default=default)


def started(visit: Visit) -> datetime | None:
    """Return the first moment at which a host and an attendee are both in the room, or else the first activity."""
    if met := met_at(visit):
        return met
    moments = [one.came for one in visit.parties if one.came]
    moments += [stretch[0] for one in visit.parties for stretch in one.room]
    return min(moments, default=None)


def met_at(visit: Visit) -> datetime | None:
    """Return the first moment at which a host and an attendee are both in the room; None if there is none."""
    both = [
        max(ours[0], theirs[0])
        for staff in visit.staff
        for ours in staff.room
        for attendee in visit.attendees
        for theirs in attendee.room
        if max(ours[0], theirs[0]) <= min(ours[1], theirs[1])
    ]
    return min(both, default=None)


def duration(visit: Visit) -> timedelta:
    """Return the time from the start to the last leave; zero if staff and attendee were never in together."""
    met = met_at(visit)
    if met is None:
        return timedelta()
    last = max(stretch[1] for one in visit.parties for stretch in one.room)
    until = min(last, visit.closed_at) if visit.is_closed and visit.closed_at else last
    return max(until - met, timedelta())


def most_at_once(visit: Visit) -> int:
    """Return the most participants who were in the room at the same time, staff and attendees."""
    stretches = [stretch for one in visit.parties for stretch in one.room]
    comings, goings = sorted(first for first, _ in stretches), sorted(last for _, last in stretches)
    # who goes at the moment at which another comes was there with them
    return max((number - bisect_left(goings, at) for number, at in enumerate(comings, 1)), default=0)


def wait_time(visit: Visit, now: datetime) -> timedelta | None:
    """Return the time from the first arrival to the first admission, or to `now` while an attendee waits."""
    came = min((one.came for one in visit.attendees if one.came), default=None)
    if came is None:
        return None
    admitted = min((one.admitted for one in visit.attendees if one.admitted), default=None)
    if admitted is None and visit.waiting and not visit.is_closed:
        admitted = now
    until = admitted or max(one.last_sign for one in visit.attendees if one.last_sign)
    return max(until - came, timedelta())
