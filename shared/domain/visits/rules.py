"""What follows from a visit: the table of its statuses, what it counts as once it is over, and when that is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

from shared.domain.appointments.appointment import Status
from shared.domain.visits.visit import FINISHED, HERE_FOR, Event, Participant, Visit


Transition = Literal[
    "come", "leave", "admit", "put_back", "end", "expire", "mark_no_show", "undo", "arrive", "begin", "complete"
]
Transitions = Mapping[Status, Mapping[Transition, Status]]

COME_BACK = timedelta(minutes=3)  # for a refresh, another network, a call
GRACE = timedelta(minutes=15)  # after the planned end
LONGEST = timedelta(hours=12)  # after the planned end, whoever has left a tab open
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
"""What happens to online appointments; what is not named changes nothing.

Where staff alone were in the room, `end` and `expire` make booked a no_show; where an attendee had waited and
left, not_admitted. `undo` takes back what was marked last, so it ends in what the parties themselves have done.
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
"""For appointments in person: staff mark them by hand, and nothing happens by itself."""

BY_HAND: tuple[Transition, ...] = ("end", "mark_no_show", "undo", "arrive", "begin", "complete")


def next_status(status: Status, happening: Transition, *, is_online: bool) -> Status:
    return (ONLINE if is_online else IN_PERSON)[status].get(happening, status)


def offered(status: Status, *, is_online: bool) -> list[Transition]:
    """Return what staff may mark by hand as things stand."""
    table = (ONLINE if is_online else IN_PERSON)[status]
    return [one for one in get_args(Transition) if one in BY_HAND and one in table]


def marked(visit: Visit, status: Status, happening: Transition, at: datetime, *, is_online: bool) -> list[Event]:
    """Return the event by which staff set a status; nothing where the table has no such way."""
    if happening in ("end", "expire"):
        wanted = outcome(visit) if status not in (*FINISHED, "cancelled") else None
        return [Event("mark", at, status=wanted)] if wanted and is_online else []
    after = next_status(status, happening, is_online=is_online)
    if after == status:
        return []
    return [Event("mark", at, status="booked" if happening == "undo" else after)]


def outcome(visit: Visit) -> Status | None:
    """Return what the visit counts as if it is over now; nothing where nobody came."""
    if any(one.has_joined for one in visit.attendees):
        return "completed"
    admitted = any(one.admitted for one in visit.attendees)
    if not admitted and any(one.came for one in visit.attendees):
        return "not_admitted"
    if admitted or any(one.has_joined for one in visit.staff):
        return "no_show"
    return None


def is_over(visit: Visit, end: datetime, now: datetime) -> bool:
    """Tell whether a visit that nobody has ended is over by itself; `end` is the planned one.

    In progress, it is when all have been gone for a while, or one side has and the time is up. Before that, when
    the time is up and nobody waits.
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
    """Return when the timer should look at the visit next; nothing where it need not."""
    if visit.is_closed or now > end + LONGEST:
        return None
    if any(one.is_here(now) for one in visit.parties):
        return now + LOOK_EVERY
    if visit.status == "in_progress":
        return max(_last_sign(visit, end) + COME_BACK, now + LOOK_EVERY)
    return end + GRACE if now < end + GRACE else None


def lost_contact(visit: Visit, now: datetime) -> bool:
    """Tell whether somebody has lately stopped giving signs of life, without a goodbye."""
    silent = [one for one in visit.parties if one.seen and not one.has_left and not one.is_here(now)]
    return any(now - one.seen < HERE_FOR + 2 * LOOK_EVERY for one in silent if one.seen)


def _last_sign(visit: Visit, default: datetime) -> datetime:
    return max((one.last_sign for one in visit.parties if one.last_sign), default=default)


def _last_sign_of_others(visit: Visit, here: list[Participant], default: datetime) -> datetime:
    signs = [one.last_sign for one in visit.parties if one.is_staff != here[0].is_staff and one.last_sign]
    return max(signs, default=default)


def started(visit: Visit) -> datetime | None:
    """Return the first moment at which staff and an attendee are both in, or else the first activity."""
    if met := met_at(visit):
        return met
    moments = [one.came for one in visit.parties if one.came]
    moments += [stretch[0] for one in visit.parties for stretch in one.room]
    return min(moments, default=None)


def met_at(visit: Visit) -> datetime | None:
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
    """Return from the start to the last leave; nothing where staff and attendee were never in together."""
    met = met_at(visit)
    if met is None:
        return timedelta()
    last = max(stretch[1] for one in visit.parties for stretch in one.room)
    until = min(last, visit.closed_at) if visit.is_closed and visit.closed_at else last
    return max(until - met, timedelta())


def wait_time(visit: Visit, now: datetime) -> timedelta | None:
    """Return from an attendee's first coming to the first admission; until now while somebody waits."""
    came = min((one.came for one in visit.attendees if one.came), default=None)
    if came is None:
        return None
    admitted = min((one.admitted for one in visit.attendees if one.admitted), default=None)
    if admitted is None and visit.waiting and not visit.is_closed:
        admitted = now
    until = admitted or max(one.last_sign for one in visit.attendees if one.last_sign)
    return max(until - came, timedelta())
