"""The visit that an appointment becomes: who came, waited, was admitted, met and left.

Every event only adds information: an earliest moment, a latest one, a stretch of presence. Events may therefore
arrive late, twice or in any order, from machines whose clocks differ a little: the resulting visit is the same.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared.domain.appointments.appointment import Status
from shared.domain.model import Model


EventKind = Literal["come", "beat", "leave", "admit", "put_back", "mark", "tell"]
Place = Literal["lobby", "room"]
Interval = tuple[datetime, datetime]

HERE_FOR = timedelta(seconds=75)  # after a heartbeat; browsers throttle tabs in the background to one a minute
BRIDGED = timedelta(seconds=90)  # a shorter gap between heartbeats is no absence
MOST_STRETCHES, MOST_PARTIES = 40, 400
MOST_MESSAGES, MOST_OF_ONE = 20, 5  # of staff, and of all attendees; and of one attendee
FINISHED: tuple[Status, ...] = ("completed", "no_show", "not_admitted")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, at a moment by the server's clock.

    kind        what it says                                          party
    come        came to the lobby on purpose; text: the name          who came
    beat        is present, in `place`; text: the page's session      who is
    leave       has gone from `place`                                 who left
    admit       was admitted                                          the attendee
    put_back    was sent back to the lobby                            the attendee
    mark        the status was set, by hand or by the timer           who set it; empty
                                                                      for the timer
    tell        a message to the lobby, or of an attendee to staff;   who wrote it
                text: the words, or the
                `name` of a ready one; `language` is the writer's
    """

    kind: EventKind
    at: datetime
    party: str = ""
    place: Place = "lobby"
    text: str = ""
    status: Status = "booked"
    devices: str = ""
    name: str = ""
    language: str = ""


class Timestamped(Model):
    """A value with the moment at which it was set; the latest counts."""

    at: datetime
    value: str


class StatusChange(Model):
    """A status that was set by a host, `by`, or by the timer; `booked` takes back the one before."""

    at: datetime
    status: Status
    by: str = ""


class LobbyMessage(Model):
    """A message from staff to the lobby, or from an attendee to staff.

    A ready-made one has a `name`, by which it is translated.
    """

    at: datetime
    party: str
    text: str
    name: str = ""
    language: str = ""

    @property
    def is_by_staff(self) -> bool:
        """Return whether staff wrote it, to everybody in the lobby."""
        return is_staff(self.party)


def is_staff(party: str) -> bool:
    """Return whether a participant's id is that of a member of staff."""
    return party.startswith("s.")


class Participant(Model):
    """A participant of a visit: `s.ID` is a member of staff, `a.ID` an attendee, by the seat."""

    id: str
    came: datetime | None = None
    seen: datetime | None = None
    left: datetime | None = None
    admitted: datetime | None = None
    let_in: datetime | None = None
    put_back: datetime | None = None
    room: tuple[Interval, ...] = ()
    name: Timestamped | None = None
    session: Timestamped | None = None
    devices: Timestamped | None = None

    @property
    def is_staff(self) -> bool:
        """Return whether the participant is a member of staff."""
        return is_staff(self.id)

    @property
    def has_joined(self) -> bool:
        """Return whether they were ever in the room, not only in the lobby."""
        return bool(self.room)

    @property
    def has_left(self) -> bool:
        """Return whether they left and gave no sign of presence since."""
        return self.left is not None and (self.seen is None or self.left >= self.seen)

    @property
    def last_sign(self) -> datetime | None:
        """Return the last moment at which they were present or left."""
        return _latest(self.seen, self.left)

    def is_here(self, now: datetime) -> bool:
        """Return whether they gave a recent sign of presence and have not left."""
        return self.seen is not None and not self.has_left and now - self.seen <= HERE_FOR


class Visit(Model):
    """All that is known of one visit; `came` is when an attendee last came on purpose."""

    parties: tuple[Participant, ...] = ()
    came: datetime | None = None
    mark: StatusChange | None = None
    messages: tuple[LobbyMessage, ...] = ()

    def party(self, name: str) -> Participant | None:
        """Return a participant; None if they have not come."""
        return next((one for one in self.parties if one.id == name), None)

    @property
    def staff(self) -> list[Participant]:
        """Return the members of staff who have come."""
        return [one for one in self.parties if one.is_staff]

    @property
    def attendees(self) -> list[Participant]:
        """Return the attendees who have come."""
        return [one for one in self.parties if not one.is_staff]

    @property
    def closed_at(self) -> datetime | None:
        """Return when the visit was last marked as finished; it may have been opened again since."""
        return self.mark.at if self.mark and self.mark.status in FINISHED else None

    @property
    def opened(self) -> datetime | None:
        """Return the moment at which an attendee last came on purpose, or was admitted."""
        return _latest(self.came, *(one.let_in for one in self.attendees if one.came))

    @property
    def is_closed(self) -> bool:
        """Return whether the visit is finished, and was not opened again since."""
        return self.closed_at is not None and (self.opened is None or self.opened <= self.closed_at)

    @property
    def was_ended(self) -> bool:
        """Return whether staff ended it after they had met; the timer may close it while a connection is lost."""
        return self.is_closed and self.mark is not None and self.mark.status == "completed" and bool(self.mark.by)

    @property
    def latest(self) -> datetime | None:
        """Return the moment of the latest deliberate event: a reaction to it must get a later one."""
        moments = [self.came, self.mark.at if self.mark else None]
        for party in self.parties:
            moments += [party.let_in, party.put_back]
        return _latest(*moments)

    def is_admitted(self, party: Participant) -> bool:
        """Return whether they may be in the room: admitted, and neither sent back nor the visit closed since."""
        if party.is_staff:
            return True
        if party.came is None or party.let_in is None:
            return False
        until = _latest(party.put_back, self.closed_at)
        return until is None or party.let_in > until

    @property
    def waiting(self) -> list[Participant]:
        """Return the attendees in the lobby in order of arrival, including those who lost contact."""
        since = self.closed_at
        there = [(one.came, one.seen, one) for one in self.attendees if not one.has_left]
        outside = [(came, seen, one) for came, seen, one in there if not self.is_admitted(one)]
        found = [
            (came, one.id, one) for came, seen, one in outside if came and seen and not (since and seen <= since)
        ]
        return [one for *_, one in sorted(found, key=lambda it: it[:2])]

    @property
    def status(self) -> Status:
        """Return the status that follows from the events and the last mark."""
        if self.mark and self.is_closed:
            return self.mark.status
        if any(self.is_admitted(one) for one in self.attendees):
            return "in_progress"
        if self.waiting:
            return "in_lobby"
        by_hand = self.mark.status if self.mark else "booked"
        return by_hand if by_hand not in FINISHED else "booked"


def apply(visit: Visit, events: Iterable[Event]) -> Visit:
    """Return the visit with these events added; an event that is already in it changes nothing."""
    for event in events:
        visit = _apply(visit, event)
    return visit


def _apply(visit: Visit, event: Event) -> Visit:
    if event.kind == "mark":
        new = StatusChange(at=event.at, status=event.status, by=event.party)
        marks = [one for one in (visit.mark, new) if one]
        # Equal moments are decided by the rest, so that the order of arrival does not matter.
        return visit.model_copy(update={"mark": max(marks, key=lambda one: (one.at, one.status, one.by))})
    if event.kind == "tell":
        said = LobbyMessage(
            at=event.at, party=event.party, text=event.text, name=event.name, language=event.language
        )
        return visit.model_copy(update={"messages": _latest_messages({*visit.messages, said})})
    others = [one for one in visit.parties if one.id != event.party]
    if len(others) >= MOST_PARTIES:
        return visit  # the row holds no more
    party = _after(visit.party(event.party) or Participant(id=event.party), event)
    parties = tuple(sorted([*others, party], key=lambda one: one.id))
    came = _latest(visit.came, event.at) if event.kind == "come" and not party.is_staff else visit.came
    return visit.model_copy(update={"parties": parties, "came": came})


def _latest_messages(messages: set[LobbyMessage]) -> tuple[LobbyMessage, ...]:
    """Return the latest of staff and of attendees, the same for any order of arrival.

    Few are kept of one attendee, so that nobody pushes out what others wrote.
    """
    newest = sorted(messages, key=_order, reverse=True)
    staff, others, written = [], [], Counter[str]()
    for one in newest:
        written[one.party] += 1
        if one.is_by_staff:
            staff.append(one)
        elif written[one.party] <= MOST_OF_ONE:
            others.append(one)
    return tuple(sorted([*staff[:MOST_MESSAGES], *others[:MOST_MESSAGES]], key=_order))


def _order(message: LobbyMessage) -> tuple[datetime, str, str, str]:
    return message.at, message.party, message.text, message.name


def _after(party: Participant, event: Event) -> Participant:
    """Return the participant with an event of theirs added."""
    at, kind = event.at, event.kind
    changes: dict[str, object] = {}
    if kind in ("come", "beat"):
        changes = {"seen": _latest(party.seen, at), "came": _earliest(party.came, at)}
    if kind == "come" and event.text:
        changes["name"] = _newest(party.name, at, event.text)
    if kind == "beat" and event.text:
        changes["session"] = _newest(party.session, at, event.text)
    if event.devices:
        changes["devices"] = _newest(party.devices, at, event.devices)
    if kind == "leave":
        changes["left"] = _latest(party.left, at)
    if kind in ("beat", "leave") and event.place == "room":
        changes["room"] = _with_sign(party.room, at)
    if kind == "admit":
        changes |= {"admitted": _earliest(party.admitted, at), "let_in": _latest(party.let_in, at)}
    if kind == "put_back":
        changes["put_back"] = _latest(party.put_back, at)
    return party.model_copy(update=changes)


def _newest(said: Timestamped | None, at: datetime, value: str) -> Timestamped:
    known = [(said.at, said.value)] if said else []
    moment, newest = max([*known, (at, value)])
    return Timestamped(at=moment, value=newest)


def _with_sign(room: tuple[Interval, ...], at: datetime) -> tuple[Interval, ...]:
    """Return the stretches with one more sign of presence; it joins stretches whose gap it bridges."""
    near = [one for one in room if one[0] - BRIDGED <= at <= one[1] + BRIDGED]
    first, last = min([at, *(one[0] for one in near)]), max([at, *(one[1] for one in near)])
    found = sorted([*(one for one in room if one not in near), (first, last)])
    if len(found) > MOST_STRETCHES:  # bounds the row: the two latest become one
        found = [*found[:-2], (found[-2][0], found[-1][1])]
    return tuple(found)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one), default=None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one), default=None)
