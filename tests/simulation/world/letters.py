"""What readers should have in their mailboxes at the end, and what none of them should ever have got."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from shared.domain.appointments.appointment import Appointment, Seat
from shared.use_cases.maintenance.run_round import LATE
from tests.simulation.world.clinic import PEOPLE, REMINDER
from tests.simulation.world.committed import is_taken_back
from tests.simulation.world.post import Arrived
from tests.simulation.world.watch import Watch


READING = timedelta(seconds=25)  # from looking at the appointment until handing over, at the worst
CLOCKS = timedelta(minutes=6)
UP = timedelta(minutes=15)
SOON = timedelta(minutes=12)
LOOKS = 5
TELLING = ("confirmation", "change", "new_link", "cancellation")
Outages = Sequence[tuple[datetime, datetime]]
Version = tuple[datetime, Appointment, Seat]
Seen = tuple[datetime, Appointment, dict[str, Seat]]


class Mailboxes:
    """Compares what arrived with what the appointments were, moment by moment."""

    def __init__(
        self,
        watch: Watch,
        arrived: Sequence[Arrived],
        outages: Outages,
        now: datetime,
        looked_at: Sequence[datetime] | None = None,
    ) -> None:
        """Where no timer runs, `looked_at` are the moments at which a request had somebody look after due work."""
        self.arrived, self.outages, self.now = _one_by_one(arrived), outages, now
        self.looked_at = None if looked_at is None else _apart(looked_at)
        self.appointments, self.deleted = watch.appointments, watch.deleted
        self.untold, self.unheard = watch.untold, watch.unheard
        self.sessions: dict[str, list[tuple[datetime, Appointment]]] = {}
        self.seats: dict[str, list[Version]] = defaultdict(list)
        for name, seen in watch.versions.items():
            versions = _without_undone(seen)
            self.sessions[name] = [(moment, one) for moment, one, _ in versions]
            for moment, one, seats in versions:
                for seat in seats.values():
                    if seat.status != "moved":
                        self.seats[seat.id].append((moment, one, seat))
        for history in self.seats.values():
            history.sort(key=lambda it: (it[2].version, it[0]))
        self.staying = {
            seat: history for seat, history in self.seats.items() if history[-1][1].id not in self.deleted
        }

    def problems(self) -> Iterator[str]:
        yield from self._stale_to_customers()
        yield from self._stale_reminders()
        yield from self._newest_to_customers()
        yield from self._newest_to_staff()
        yield from self._reminders()
        yield from self._growing()
        yield from self._unknown_times()
        yield from self._told_all_the_same()
        yield from self._after_deletion()
        if not self.outages:
            yield from self._late()

    def _standing(self, seat: str, moment: datetime) -> Version | None:
        """Return what a seat was at a moment."""
        before = [one for one in self.seats[seat] if one[0] <= moment]
        return max(before, key=lambda it: (it[2].version, it[0]), default=None)

    def _customers(self) -> Iterator[Arrived]:
        return (one for one in self.arrived if one.letter.role == "customer")

    def _stale_to_customers(self) -> Iterator[str]:
        for one in self._customers():
            standing = self._standing(one.letter.uid, one.called - READING)
            if standing and one.letter.kind in ("confirmation", "change", "new_link"):
                needed = _to_be_told(standing, one)
                if one.letter.sequence < needed:
                    yield f"{_text(one)} was handed over when version {needed} stood"

    def _stale_reminders(self) -> Iterator[str]:
        """Of all that stood in the seconds before, something was what the reminder says."""
        for one in self.arrived:
            letter = one.letter
            if letter.kind != "reminder" or letter.seat is None or letter.appointment is None:
                continue
            since = self._standing(letter.seat.id, one.called - READING)
            stood = [it for it in self.seats[letter.seat.id] if one.called - READING < it[0] <= one.called]
            if not any(_is_so(letter.appointment, one, it) for it in [since, *stood] if it):
                yield f"{_text(one)} is stale: it stood otherwise"

    def _newest_to_customers(self) -> Iterator[str]:
        told: dict[str, int] = defaultdict(int)
        for one in self._customers():
            if one.letter.kind in TELLING:
                told[one.letter.uid] = max(told[one.letter.uid], one.letter.sequence)
        for seat, history in self.staying.items():
            if history[-1][1].has_unseen_changes(history[-1][2]):
                yield f"{history[-1][2].customer.email} never learns what happened to the session of {seat}"
            if told[seat] != (newest := history[-1][2].version):
                yield f"{history[-1][2].customer.email} knows version {told[seat]} of {seat}, which is at {newest}"

    def _newest_to_staff(self) -> Iterator[str]:
        """Each person's calendar holds the newest version of what they serve, and nothing else that is live."""
        told: dict[tuple[str, str], Arrived] = {}
        for one in self.arrived:
            if one.letter.role == "staff" and one.letter.kind in TELLING:
                key = one.letter.uid, one.letter.to
                if key not in told or told[key].letter.sequence <= one.letter.sequence:
                    told[key] = one
        for name, appointment in self.appointments.items():
            for person in PEOPLE:
                last = told.get((name, f"{person}@clinic.example"))
                serves = appointment.is_live and person in appointment.staff
                needed = self._told_since(name) if serves else 0
                if serves and (last is None or not needed <= last.letter.sequence <= appointment.version):
                    knows = last.letter.sequence if last else "nothing"
                    yield f"{person} knows {knows} of {name}, which is at version {appointment.version}"
                is_untold = last is not None and any(one > last.letter.sequence for one in self.unheard[name])
                if not serves and last is not None and last.letter.kind != "cancellation" and not is_untold:
                    yield f"{person} still has {name} in the calendar at {appointment.start}, by {_text(last)}"

    def _reminders(self) -> Iterator[str]:
        """Who had an appointment from well before its reminder was due, and somebody to send it, was reminded."""
        reminded = Counter(
            (one.letter.seat.id, one.letter.appointment.start)
            for one in self._customers()
            if one.letter.kind == "reminder" and one.letter.seat and one.letter.appointment
        )
        for seat, history in self.seats.items():
            for version, following in [*pairwise(history), (history[-1], None)]:
                moment, appointment, stood = version
                until = following[0] if following else self.deleted.get(appointment.id, self.now)
                due = appointment.start - REMINDER.offset
                if appointment.service not in ("visit", "yoga") or stood.status != "booked":
                    continue
                if appointment.is_group and not self._is_up(moment, due):
                    continue  # its seats are given their reminders as the session's own row is served
                is_due = moment + CLOCKS < due and min(until, appointment.start) > due + CLOCKS + UP
                if not is_due or reminded[seat, appointment.start]:
                    continue
                if self._is_up(due + CLOCKS, min(until, appointment.start) - CLOCKS):
                    yield f"{stood.customer.email} was not reminded of {seat} at {appointment.start}"

    def _late(self) -> Iterator[str]:
        """Where somebody sends and mail works, who is not told of a change within minutes has been forgotten."""
        told: dict[str, list[Arrived]] = defaultdict(list)
        for one in self._customers():
            told[one.letter.uid].append(one)
        for seat, history in self.seats.items():
            for place, (moment, _, stood) in enumerate(history):
                due = moment
                for later, each, _ in history[place:]:  # a change that joins what waits may put it off
                    if later <= due + CLOCKS and each.pending and each.has_pending_notice:
                        due = max(each.pending.due, due)
                letters = [it.at for it in told[seat] if it.letter.sequence >= stood.version]
                if letters and min(letters) - due > SOON and self._is_looked_after(due, min(letters)):
                    yield f"{stood.customer.email} knew of version {stood.version} of {seat} only {min(letters) - moment} later"

    def _unknown_times(self) -> Iterator[str]:
        """A cancellation names no time that was to be told later, and never was."""
        told: dict[str, set[tuple[datetime, datetime]]] = defaultdict(set)
        for one in sorted(self._customers(), key=lambda it: it.called):
            letter, named = one.letter, one.letter.appointment
            if named is None or letter.kind not in TELLING:
                continue
            stood = {
                (each.start, each.end) for _, each, seat in self.seats[letter.uid] if not _is_pending(each, seat)
            }
            if letter.kind == "cancellation" and (named.start, named.end) not in stood | told[letter.uid]:
                yield f"{_text(one)} is of {named.start} to {named.end}, which nobody knew of"
            told[letter.uid].add((named.start, named.end))

    def _told_since(self, name: str) -> int:
        """Return the version since which nothing has changed that a person's calendar shows, and that they are told."""
        needed = self.appointments[name]
        for _, one in reversed(self.sessions[name]):
            if _shown(one) != _shown(needed) and needed.version not in self.unheard[name]:
                break
            needed = one
        return needed.version

    def _told_all_the_same(self) -> Iterator[str]:
        """Name what customers were told once their appointment was as nobody was to be told, before it changed again."""
        for one in self._customers():
            letter = one.letter
            if letter.kind not in ("change", "cancellation") or letter.appointment is None or one.is_of_series:
                continue
            name = letter.appointment.id
            stood = [each.version for moment, each in self.sessions[name] if moment <= one.called - READING]
            now = [each.version for moment, each in self.sessions[name] if moment <= one.called]
            if stood and stood[-1:] == now[-1:] and stood[-1] in self.untold[name]:
                yield f"{_text(one)} tells of version {stood[-1]} of {name}, of which nobody was to be told"

    def _after_deletion(self) -> Iterator[str]:
        """What is deleted is deleted without a word."""
        for one in self.arrived:
            gone = self.deleted.get(one.letter.appointment.id) if one.letter.appointment else None
            if gone and one.called - READING > gone:
                yield f"{_text(one)} was handed over though its appointment was deleted"

    def _is_up(self, first: datetime, last: datetime) -> bool:
        """Tell whether a stretch has no outage, nor the growing pauses that follow one."""
        is_calm = all(ended + (ended - began) + UP < first or began > last for began, ended in self.outages)
        return is_calm and self._is_looked_after(first, last)

    def _is_looked_after(self, first: datetime, last: datetime) -> bool:
        """Tell whether timers send what is due, or requests do and were often enough made: any try may fail."""
        return self.looked_at is None or sum(first < one < last for one in self.looked_at) >= LOOKS

    def _growing(self) -> Iterator[str]:
        """A reader's copy of an event never goes back, where only one sender was at work: a party's own seat."""
        last: dict[str, Arrived] = {}
        for one in sorted(self._customers(), key=lambda it: it.at):
            # One about a series is sent by another entry than those of its seats.
            if one.letter.kind in TELLING and not one.is_of_series:
                before = last.get(one.letter.uid)
                if before and one.letter.sequence < before.letter.sequence:
                    yield f"{_text(one)} came after {_text(before)}"
                last[one.letter.uid] = one


def _without_undone(versions: Sequence[Seen]) -> list[Seen]:
    """Return the versions of an appointment that people were to know of: none that was undone before."""
    found: list[Seen] = []
    for one in versions:
        if found and is_taken_back(found[-1][1], one[1]):
            while found and found[-1][1].has_pending_notice and not one[1].is_where(found[-1][1]):
                found.pop()
        found.append(one)
    return found


def _apart(moments: Sequence[datetime]) -> list[datetime]:
    """Return those of these moments that are further apart than two rounds by requests."""
    found: list[datetime] = []
    for one in sorted(moments):
        if not found or one - found[-1] > LATE:
            found.append(one)
    return found


def _one_by_one(arrived: Sequence[Arrived]) -> list[Arrived]:
    """Take a letter about a series as the confirmations of its appointments."""
    return [
        replace(one, letter=part, is_of_series=bool(one.letter.series))
        for one in arrived
        for part in one.letter.series or (one.letter,)
    ]


def doubles(arrived: Sequence[Arrived]) -> int:
    """Count the letters that somebody got twice though each time the provider said that it had them."""
    names = Counter(
        (one.name, one.letter.seat.id if one.letter.seat else "") for one in arrived if one.was_answered
    )
    return sum(count - 1 for count in names.values())


def _shown(one: Appointment) -> tuple[object, ...]:
    terms = (one.terms.service_name, one.terms.location, one.terms.is_online) if one.terms else ()
    # who serves a session has confirmed it: of that only its customers are told
    is_confirmed = one.is_group and one.awaited is not None and one.awaited.confirmed_at is not None
    changes = one.session_changes - is_confirmed
    return one.start, one.end, one.staff, one.link_version, one.is_live, one.filled, changes, terms


def _is_pending(appointment: Appointment, seat: Seat) -> bool:
    return appointment.has_pending_notice or (appointment.is_group and seat.has_pending_notice)


def _to_be_told(standing: Version, arrived: Arrived) -> int:
    """Return the version of a seat that a letter must have: of a series it tells no change that can be undone."""
    _, appointment, seat = standing
    is_before = bool(appointment.series) and arrived.letter.kind == "confirmation"
    if is_before and appointment.pending and appointment.has_pending_notice:
        return appointment.pending.seat_version
    return seat.version


def _is_so(appointment: Appointment, arrived: Arrived, stood: Version) -> bool:
    _, then, seat = stood
    is_there = seat.status == "booked" and then.is_live and then.start == appointment.start
    person = arrived.letter.to.partition("@")[0]
    return is_there and (arrived.letter.role != "staff" or person in then.staff)


def _text(one: Arrived) -> str:
    letter = one.letter
    return f"the {letter.kind} {letter.sequence} of {letter.uid} to {letter.to} at {one.at:%d %H:%M:%S}"
