"""Looks at every commit, and names what breaks the invariant of DESIGN.md section 4 the moment that it breaks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.timeline.ledger import month_window
from shared.domain.timeline.ticks import Window
from shared.records.appointments import is_long, projection
from shared.records.codec import dump, load_row
from shared.records.holding.holds import ledgers_held, read_hold
from shared.records.keys import (
    APPOINTMENT,
    LEDGER,
    SEAT,
    TIME_OFF,
    appointments_of,
    coming_of,
    day_key,
    long_key,
    session_key,
)
from shared.records.table import Row
from shared.use_cases.booking.open_appointments import GONE
from shared.use_cases.telling.announce import pending_key
from tests.simulation.world.claims import Claims, claims_of_people
from tests.simulation.world.committed import is_erasure, is_taken_back, is_waiting, said_how, void_links
from tests.simulation.world.places import Places
from tests.simulation.world.register import lost_words, wrong_customers, wrong_pictures
from tests.simulation.world.service import Changes, Service


APART = timedelta(minutes=6)  # of any instance's clock, and some time on the way
Kept = tuple[datetime, Appointment]


class Watch:
    """Keeps its own account of one calendar, and compares each commit with it."""

    def __init__(self, service: Service, business: str, most_open: int = 20) -> None:
        self.service, self.business, self.most_open = service, business, most_open
        self.problems: list[str] = []
        self.appointments: dict[str, Appointment] = {}
        self.seats: dict[str, dict[str, Seat]] = defaultdict(dict)
        self.claimed: dict[tuple[str, str], Claims] = defaultdict(Claims)
        self.held: dict[tuple[str, str], Claims] = defaultdict(Claims)
        self.time_off: dict[str, dict[str, TimeOff]] = defaultdict(dict)
        self.versions: dict[str, list[tuple[datetime, Appointment, dict[str, Seat]]]] = defaultdict(list)
        self.deleted: dict[str, datetime] = {}
        self.owed: dict[str, str] = {}  # appointments that people are to be told of, by the keys of the work rows
        self.refused: set[str] = set()
        self.unread: set[str] = set()  # people whose own calendars cannot be read, for the whole run
        self.booked: set[str] = set()
        self.decisions = 0
        self.untold: dict[str, list[int]] = defaultdict(list)  # the versions of which nobody is to be told
        self.unheard: dict[str, list[int]] = defaultdict(list)  # and those too of which some are to hear
        self.places = Places(service, business)
        service.watchers.append(self.look)

    def look(self, table: str, partition: str, changes: Changes) -> None:
        if table != "bookings" or partition != self.business:
            return
        for key, (_, after) in changes.items():
            if after is None and key.startswith(APPOINTMENT):
                self._removed(key[2:])
        for key, (before, after) in changes.items():
            self._take(key, before, after)
        moment = self.service.clock()
        said = said_how(changes)
        for key in changes if said else ():
            if key.startswith(APPOINTMENT) and (one := self.appointments.get(key[2:])):
                self.unheard[one.id].append(one.version)
                self.untold[one.id] += [one.version] if said == "not told" else []
        for problem in self._problems(changes):
            self.problems.append(f"{moment:%d %H:%M:%S} {problem}")
        for name in {key.split("|")[1] for key in changes if key.startswith((APPOINTMENT, SEAT))}:
            if one := self.appointments.get(name):
                self.versions[name].append((moment, one, dict(self.seats[name])))

    def _removed(self, name: str) -> None:
        if not self.appointments[name].is_live and name in self.owed.values():
            self.problems.append(f"{name} was cancelled, and removed before all were told of it")

    def _take(self, key: str, before: Row | None, after: Row | None) -> None:
        match key[0]:
            case "A":
                self._account(key[2:], load_row(Appointment, after) if after else None)
            case "S":
                self._seat(key, load_row(Seat, after) if after else None)
            case "T":
                staff = key.split("|")[1]
                if after:
                    self.time_off[staff][key] = load_row(TimeOff, after)
                else:
                    del self.time_off[staff][key]
            case "H":
                self._hold(before, after)
            case "M" if after:
                work = load_row(OutboxEntry, after)
                if work.kind in ("notify", "session"):
                    self.owed[key] = work.appointment
            case "M":
                self.owed.pop(key, None)
            case "I" if before and after:
                self.problems.append(f"{key} was decided twice")
            case "I" if after:
                self.decisions += 1

    def _account(self, name: str, new: Appointment | None) -> None:
        """Take what an appointment claimed out of the account, and what it claims now into it."""
        old = self.appointments.get(name)
        if old and old.is_live:
            for person, month, mask in claims_of_people(old):
                self.claimed[month, person].release(mask, is_over=old.is_overbooked)
        if new is None:
            del self.appointments[name]
            self.deleted[name] = self.service.clock()
            return
        if name in self.deleted:
            self.problems.append(f"appointment {name} came back after it was deleted")
        # Marked by hand, or told of at once: neither is a change that people know by a version.
        same = {"status": new.status, "pending": new.pending}
        is_mark = old is not None and new == old.model_copy(update=same) and new.is_live == old.is_live
        if old and is_erasure(old, new):
            self._erasure(old)
        elif old and new.version != old.version + 1 and not is_mark:
            self.problems.append(f"appointment {name} went from version {old.version} to {new.version}")
        self.appointments[name] = new
        if new.seat:
            self.seats[name] = {new.seat.id: new.seat}
            self.booked.add(new.seat.id)

    def _erasure(self, old: Appointment) -> None:
        assert old.seat is not None
        if old.is_live and old.seat.status == "booked" and old.end > self.service.clock() + APART:
            self.problems.append(f"{old.id} is still to come, and its customer was erased")

    def _hold(self, before: Row | None, after: Row | None) -> None:
        """Take what is held for another calendar into the account, or out of it."""
        for row, is_new in ((before, False), (after, True)):
            for key, mask in ledgers_held(read_hold(self.business, row)).items() if row else ():
                _, month, person = key.split("|")
                claims = self.held[month, person]
                claims.claim(mask, is_over=True) if is_new else claims.release(mask, is_over=True)

    def _seat(self, key: str, new: Seat | None) -> None:
        _, session, name = key.split("|")
        if new is not None:
            self.seats[session][name] = new
            self.booked.add(name)
        elif session not in self.deleted:
            self.problems.append(f"seat {name} was taken out of {session}, which is there")

    def _claim(self, name: str) -> None:
        one = self.appointments[name]
        for person, month, mask in claims_of_people(one) if one.is_live else ():
            if not self.claimed[month, person].claim(mask, is_over=one.is_overbooked):
                self.problems.append(f"{person} is claimed twice by {name} at {one.start}")

    def _problems(self, changes: Changes) -> Iterator[str]:
        there = [key[2:] for key, (_, after) in changes.items() if key.startswith(APPOINTMENT) and after]
        for name in there:
            self._claim(name)
        ledgers = {(month, person) for name in there for month, person in self._of(name)}
        ledgers |= {tuple(key.split("|")[1:]) for key in changes if key.startswith(LEDGER)}  # type: ignore[misc]
        ledgers |= {
            (month, key.split("|")[1]) for key in changes if key.startswith(TIME_OFF) for month, _ in self.claimed
        }
        for month, person in sorted(ledgers):
            yield from self._ledger(month, person)
        for name in sorted({key.split("|")[1] for key in changes if key.startswith((APPOINTMENT, SEAT))}):
            yield from self._appointment(name)
        yield from void_links(changes)
        yield from self._kept_notices(changes)
        yield from self._held_too_many(changes)
        yield from self._unasked(changes)
        yield from wrong_customers(changes, self.service, self.business)
        yield from lost_words(changes)
        yield from wrong_pictures(changes)
        yield from self.places.problems(changes)

    def _kept_notices(self, changes: Changes) -> Iterator[str]:
        """Name the changes that are undone, and of which people would be told all the same.

        Of one whose notice is sent or being sent they know: changed back, it is a change like any other.
        """
        for key, (before, after) in changes.items():
            if not (before and after and key.startswith(APPOINTMENT)):
                continue
            old, new = load_row(Appointment, before), load_row(Appointment, after)
            if not is_taken_back(old, new):
                continue
            now = self.service.row(notice := pending_key(old), self.business)
            was, is_there = changes.get(notice, (now, now))[0], now is not None
            if is_there and was and old.pending and is_waiting(load_row(OutboxEntry, was), old.pending):
                yield f"the change of {old.id} at version {old.version} is undone, and its notice is not"

    def _held_too_many(self, changes: Changes) -> Iterator[str]:
        """Name the customers whom a booking of their own lets hold more to come than the calendar does.

        What starts within minutes is over by the clock of some instance.
        """
        soon = self.service.clock() + APART
        for key, (before, after) in changes.items():
            if before or not after or not key.startswith((APPOINTMENT, SEAT)):
                continue
            seat = load_row(Appointment, after).seat if key.startswith(APPOINTMENT) else load_row(Seat, after)
            if seat is None or seat.made_by == "staff":
                continue
            listed = self.service.rows("bookings", self.business, appointments_of(seat.customer_id).low)
            low = coming_of(seat.customer_id, soon).low
            coming = [one for one in listed if one.key > low and one.values["status"] not in GONE]
            if len(coming) > self.most_open:
                yield f"{seat.customer.email} holds {len(coming)} appointments to come by booking {seat.id}"

    def _unasked(self, changes: Changes) -> Iterator[str]:
        """Name the bookings by customers that nobody is asked to confirm, though an own calendar is not read."""
        for key, (before, after) in changes.items():
            if before or not after or not key.startswith(APPOINTMENT):
                continue
            one = load_row(Appointment, after)
            is_customers = one.seat is not None and one.seat.made_by == "customer"
            if is_customers and not self.unread.isdisjoint(one.staff) and not one.is_to_confirm:
                yield f"{one.id} is booked with {one.staff}, whose calendar is not read, and nobody is to confirm it"

    def _of(self, name: str) -> Iterator[tuple[str, str]]:
        for person, month, _ in claims_of_people(self.appointments[name]):
            yield month, person

    def _ledger(self, month: str, person: str) -> Iterator[str]:
        row = self.service.row(f"L|{month}|{person}", self.business)
        values = row.values if row else {}
        claimed, off = self.claimed[month, person], self._off(month, person)
        planes = [int.from_bytes(values.get(f"p{number}", b""), "little") for number in range(len(claimed.planes))]
        if planes != claimed.planes or f"p{len(planes)}" in values:
            yield f"the planes of {person} in {month} are not the sum of the live appointments"
        if int.from_bytes(values.get("off", b""), "little") != off:
            yield f"the time off of {person} in {month} is not what its rows say"
        held = self.held[month, person]
        if [int.from_bytes(values.get(f"h{number}", b""), "little") for number in range(9)] != held.nine:
            yield f"what is held of {person} in {month} is not the sum of its holds"
        external = int.from_bytes(values.get("external", b""), "little")
        if int.from_bytes(values.get("busy", b""), "little") != claimed.any | off | held.any | external:
            yield f"what pages read as busy of {person} in {month} is not all of it"

    def _off(self, month: str, person: str) -> int:
        window, off = month_window(month), 0
        for one in self.time_off[person].values():
            ticks = Window.around(one.start, one.end)
            off |= window.cut(ticks.first, ticks.last)
        return off

    def _appointment(self, name: str) -> Iterator[str]:
        one = self.appointments.get(name)
        if one is None:
            if name not in self.deleted:
                yield f"a seat of {name} is there, the appointment is not"
            return
        booked = [seat for seat in self.seats[name].values() if seat.status == "booked"]
        taken = sum(one.is_live or not one.has_unseen_changes(seat) for seat in booked)
        if one.filled != taken or one.filled > one.capacity or one.is_live != bool(taken):
            yield f"{name} ({one.status}) says {one.filled} of {one.capacity}, and {taken} are there"
        if self.refused & {name, *(s.id for s in self.seats[name].values() if s.status == "booked")}:
            yield f"{name} holds what was refused"
        yield from self._is(day_key(one.start, name), projection(one))
        yield from self._is(long_key(one.end, name), projection(one) if is_long(one) else None)
        if one.capacity > 1:
            is_open = one.is_live and one.filled < one.capacity
            yield from self._is(session_key(one.start, one.service, name), dump(one) if is_open else None)

    def _is(self, key: str, wanted: dict[str, object] | None) -> Iterator[str]:
        row = self.service.row(key, self.business)
        if (dict(row.values) if row else None) != wanted:
            yield f"{key} is not what its appointment says"

    def gone(self) -> dict[str, list[str]]:
        """Return the appointments that were deleted, with the seats that were in each to the last."""
        return {
            name: [one.id for one in self.seats[name].values() if one.status != "moved"] for name in self.deleted
        }

    def has_seat(self, appointment: str, seat: str) -> bool:
        """Tell whether a seat is there, or was until its appointment was deleted."""
        return seat in self.seats.get(appointment, {})
