"""Reads all that a calendar holds and names everything that breaks the invariant of DESIGN.md section 4."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.series import AppointmentSeries
from shared.domain.links import new_id
from shared.domain.timeline.ledger import Ledger, cut_by_month, month_window
from shared.domain.timeline.ticks import Window
from shared.records.appointments import is_long, projection
from shared.records.codec import dump, load_row
from shared.records.holding.holds import ledgers_held, read_hold
from shared.records.keys import customer_appointment_key, day_key, long_key, session_key, time_off_key
from shared.records.table import Ambiguous, Row, Table, Values
from shared.use_cases.commands import name_command


NOTHING: Mapping[str, Collection[str]] = MappingProxyType({})


async def _all_rows(table: Table, business: str) -> list[Row]:
    """Read them all, again where the service had closed a connection that nobody used for a while."""
    for _ in range(2):
        with suppress(Ambiguous):
            return (await table.range("bookings", business, "!", "~")).rows
    return (await table.range("bookings", business, "!", "~")).rows


async def audit(
    table: Table,
    business: str,
    *,
    secret: str,
    acknowledged: Collection[str] = (),
    refused_keys: Collection[str] = (),
    delivered: Callable[[str, int], bool] | None = None,
    deleted: Mapping[str, Collection[str]] = NOTHING,
) -> list[str]:
    """Return what is wrong, as sentences.

    `acknowledged` are ids of seats that somebody was told they have, `refused_keys` keys of bookings that were
    refused; `delivered(seat, version)` tells whether somebody was told of a version. `deleted` are appointments
    that staff have deleted, each with the seats that were in it, which may still wait to be taken away.
    """
    books = Books(await _all_rows(table, business), business, secret, deleted)
    problems = [problem for check in CHECKS for problem in check(books)]
    problems += [f"acknowledged {one} is not there" for one in acknowledged if one not in books.seats_by_id]
    for key in refused_keys:
        if seat_of_key(secret, business, key) in {*books.seats_by_id, *books.appointments}:
            problems.append(f"refused {key} is there")
    if delivered:
        problems += _untold(books, delivered)
    return problems


def seat_of_key(secret: str, business: str, key: str) -> str:
    """Return the id that a booking with this key has."""
    return new_id(secret, name_command(secret, business, "create", "public", key, "").hash)


@dataclass
class Place:
    """A seat where it is, or was before it moved on."""

    appointment: Appointment
    seat: Seat

    @property
    def listed(self) -> datetime:
        """The start by which its customer's index has it: whoever left is not told where the session went."""
        has_left = self.seat.status == "cancelled" and self.seat.listed
        return self.seat.listed if has_left and self.seat.listed else self.appointment.start


@dataclass
class Books:
    """The rows of a calendar, read."""

    rows: list[Row]
    business: str
    secret: str
    deleted: Mapping[str, Collection[str]]
    kinds: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for row in self.rows:
            self.kinds[row.key[0]][row.key] = row

    @cached_property
    def appointments(self) -> dict[str, Appointment]:
        return {row.key[2:]: load_row(Appointment, row) for row in self.kinds["A"].values()}

    @cached_property
    def live(self) -> list[Appointment]:
        return [one for one in self.appointments.values() if one.is_live]

    @cached_property
    def places(self) -> list[Place]:
        found = [Place(one, one.seat) for one in self.appointments.values() if one.seat]
        for key, row in self.kinds["S"].items():
            if appointment := self.appointments.get(key.split("|")[1]):
                found.append(Place(appointment, load_row(Seat, row)))
        return found

    @cached_property
    def forgotten(self) -> set[str]:
        """The seats that wait to be taken away after their session."""
        left = {key: load_row(Seat, row) for key, row in self.kinds["S"].items()}
        return {one.id for key, one in left.items() if key.split("|")[1] in self.deleted and one.status != "moved"}

    @cached_property
    def seats_by_id(self) -> dict[str, Place]:
        """Where each seat is now."""
        return {place.seat.id: place for place in self.places if place.seat.status != "moved"}

    def values(self, kind: str) -> dict[str, dict]:
        return {key: dict(row.values) for key, row in self.kinds[kind].items()}

    def listed(self, values: Values) -> dict:
        """Return a row of a customer's index, as if nothing had come yet of a group's session."""
        held = self.appointments.get(str(values["appointment"]))
        is_over = held is not None and held.is_group and values["status"] not in ("cancelled", "moved")
        return {**values, "status": "booked"} if is_over else dict(values)

    def leads_to(self, appointment: str, seat: str) -> bool:
        """Tell whether a seat is found by going on from an appointment where it was."""
        lone = self.appointments.get(appointment)
        row = self.kinds["S"].get(f"S|{appointment}|{seat}")
        if row is None:
            return lone is not None and lone.seat is not None and lone.seat.id == seat
        moved = load_row(Seat, row).moved_to
        return self.leads_to(moved, seat) if moved else True

    @cached_property
    def ledgers(self) -> dict[tuple[str, str], Ledger]:
        return {tuple(key.split("|")[1:]): Ledger.from_row(row.values) for key, row in self.kinds["L"].items()}


def _ledgers(books: Books) -> Iterator[str]:
    """The planes are the sum of the live appointments' ticks; no tick twice except by overbooking."""
    sums: dict[tuple[str, str], Ledger] = defaultdict(Ledger)
    alone: dict[tuple[str, str], int] = defaultdict(int)
    for one in books.live:
        for person in one.staff:
            for month, mask in cut_by_month(*one.claim).items():
                if not one.is_overbooked and alone[month, person] & mask:
                    yield f"{person} is claimed twice: {one.id} at {one.start}"
                alone[month, person] |= 0 if one.is_overbooked else mask
                sums[month, person] = sums[month, person].claim(mask)
    for key in {*sums, *books.ledgers}:
        if sums[key].claimed != books.ledgers.get(key, Ledger()).claimed:
            yield f"the planes of {key} are not the sum of its appointments"


def _holds(books: Books) -> Iterator[str]:
    """What is held of a person is the sum of the holds."""
    sums: dict[tuple[str, str], Ledger] = defaultdict(Ledger)
    for row in books.kinds["H"].values():
        for key, mask in ledgers_held(read_hold(books.business, row)).items():
            _, month, person = key.split("|")
            sums[month, person] = sums[month, person].hold(mask)
    for one in {*sums, *books.ledgers}:
        if sums[one].held != books.ledgers.get(one, Ledger()).held:
            yield f"what is held of {one} is not the sum of its holds"


def _time_off(books: Books) -> Iterator[str]:
    off: dict[tuple[str, str], int] = defaultdict(int)
    for key, row in books.kinds["T"].items():
        one = load_row(TimeOff, row)
        if key != time_off_key(one.staff, one.start, one.id):
            yield f"{key} is not where it belongs"
        ticks = Window.around(one.start, one.end)
        for month, mask in cut_by_month(ticks.first, ticks.last).items():
            off[month, one.staff] |= mask
    for key, ledger in books.ledgers.items():
        if ledger.off != off[key]:
            yield f"the time off of {key} is not what its rows say"
        stored = int.from_bytes(books.kinds["L"][f"L|{key[0]}|{key[1]}"].values["busy"], "little")
        if stored != ledger.busy:
            yield f"what pages read as busy of {key} is not its masks together"
        if ledger.busy >> len(month_window(key[0])):
            yield f"{key} has ticks beyond its month"


def _index_by_start(books: Books) -> Iterator[str]:
    wanted = {day_key(one.start, one.id): projection(one) for one in books.appointments.values()}
    yield from _differences("D", wanted, books.values("D"))
    by_end = {long_key(one.end, one.id): projection(one) for one in books.appointments.values() if is_long(one)}
    yield from _differences("E", by_end, books.values("E"))


def _open_sessions(books: Books) -> Iterator[str]:
    wanted = {
        session_key(one.start, one.service, one.id): dump(one)
        for one in books.live
        if one.capacity > 1 and one.filled < one.capacity
    }
    yield from _differences("G", wanted, books.values("G"))


def _index_by_customer(books: Books) -> Iterator[str]:
    """Each seat is listed where it is, but for what it has yet to learn; where it was, a row points to it."""
    wanted = {
        customer_appointment_key(place.seat.customer_id, place.listed, place.seat.id): {
            "appointment": place.appointment.id,
            "service": place.appointment.service,
            "status": "cancelled" if place.seat.status == "cancelled" else _listed_status(place.appointment),
        }
        for place in books.seats_by_id.values()
        if place.seat.customer_id and not place.appointment.has_unseen_changes(place.seat)
    }
    owed = books.forgotten | {
        place.seat.id for place in books.seats_by_id.values() if place.appointment.has_unseen_changes(place.seat)
    }
    found = {
        key: books.listed(row.values) for key, row in books.kinds["X"].items() if key.split("|")[3] not in owed
    }
    moved = {key: values for key, values in found.items() if values["status"] == "moved"}
    yield from _differences("X", wanted, {key: values for key, values in found.items() if key not in moved})
    for key, values in moved.items():
        if not books.leads_to(values["appointment"], key.split("|")[3]):
            yield f"{key} leads nowhere"
    for place in books.places:
        is_someone = place.seat.customer_id and place.appointment.origin != "trial"  # else they were erased
        if is_someone and f"C|{place.seat.customer_id}" not in books.kinds["C"]:
            yield f"the customer of {place.seat.id} is not there"


def _listed_status(appointment: Appointment) -> str:
    """What came of a group's session is written at the session alone: its customers' indexes say that it stands."""
    return "booked" if appointment.is_group and appointment.is_live else appointment.status


def _differences(kind: str, wanted: dict, found: dict) -> Iterator[str]:
    assert all(key.startswith(kind) for key in found)
    for key in sorted({*wanted, *found}):
        if wanted.get(key) != found.get(key):
            yield f"{key} is {found.get(key)} where {wanted.get(key)} belongs"


def _is_taken(place: Place) -> bool:
    is_gone = not place.appointment.is_live and place.appointment.has_unseen_changes(place.seat)
    return place.seat.status == "booked" and not is_gone


def _seats(books: Books) -> Iterator[str]:
    """Seats never exceed capacity, and are counted right; a seat is in one place; its trail leads there."""
    taken = Counter(place.appointment.id for place in books.places if _is_taken(place))
    for one in books.appointments.values():
        if one.filled != taken[one.id] or one.filled > one.capacity:
            yield f"{one.id} says {one.filled} of {one.capacity}, and {taken[one.id]} are there"
        if one.is_live != bool(taken[one.id]):
            yield f"{one.id} is {one.status} with {taken[one.id]} seats taken"
    settled = Counter(place.seat.id for place in books.places if place.seat.status != "moved")
    for seat, count in settled.items():
        if count > 1:
            yield f"seat {seat} is in {count} places"
    for place in books.places:
        has_gone = place.seat.moved_to in books.deleted
        where = f"S|{place.seat.moved_to}|{place.seat.id}"
        if place.seat.status == "moved" and where not in books.kinds["S"] and not has_gone:
            yield f"the trail of seat {place.seat.id} leads nowhere"
    for key, row in books.kinds["S"].items():
        session = key.split("|")[1]
        is_trail = load_row(Seat, row).status == "moved"
        if session not in books.appointments and not is_trail and session not in books.deleted:
            yield f"{key} is there, its session is not"


def _decisions(books: Books) -> Iterator[str]:
    """What was decided is there, what was refused is not, and nothing is there undecided."""
    decided, gone = set(), {seat for seats in books.deleted.values() for seat in seats}
    for key, row in books.kinds["I"].items():
        outcome, named = json.loads(row.values["outcome"]), new_id(books.secret, key[2:])
        decided.add(named)
        if "refused" in outcome and (named in books.appointments or named in books.seats_by_id):
            yield f"{key} says {outcome['refused']}, and {named} is there"
        if "appointment" in outcome and outcome["appointment"] not in {*books.appointments, *books.deleted}:
            yield f"{key} says {outcome['appointment']}, which is not there"
        if "seat" in outcome and outcome["seat"] not in {*books.seats_by_id, *gone}:
            yield f"{key} says seat {outcome['seat']}, which is not there"
    by_staff = {
        one for one, place in books.seats_by_id.items() if place.seat.made_by == "staff"
    }  # several at once
    for one in {*books.appointments, *(set(books.seats_by_id) - by_staff)} - decided:
        yield f"{one} is there, and nobody decided so"


def _series(books: Books) -> Iterator[str]:
    """An appointment and its series know each other."""
    known = {key[2:]: load_row(AppointmentSeries, row) for key, row in books.kinds["R"].items()}
    listed = {name: one.appointments for name, one in known.items()}
    for one in books.appointments.values():
        if one.series and one.id not in listed.get(one.series, ()):
            yield f"{one.id} is not in its series {one.series}"
    for seat, place in books.seats_by_id.items():
        series = known.get(place.seat.series)
        if place.seat.series and (series is None or seat not in series.seats):
            yield f"{seat} is not in its series {place.seat.series}"
    for series, names in listed.items():
        for name in names:
            is_twice = names.count(name) > 1 and not known[series].seats  # a session may have moved meanwhile
            if name not in books.deleted and (name not in books.appointments or is_twice):
                yield f"series {series} has {name}, which is not there, or is there twice"
        if len(set(known[series].seats)) < len(known[series].seats):
            yield f"series {series} has a seat twice"


def _untold(books: Books, delivered: Callable[[str, int], bool]) -> Iterator[str]:
    """Each seat's version was told, or its row waits: here, or with those that failed."""
    waiting = {
        (key.split("|")[2], load_row(OutboxEntry, row).version)
        for kind in "MU"
        for key, row in books.kinds[kind].items()
    }
    sessions = {appointment for appointment, _ in waiting}
    for seat, place in books.seats_by_id.items():
        if place.appointment.has_unseen_changes(place.seat) and place.appointment.id not in sessions:
            yield f"{seat} will never learn what happened to its session"
        version = place.seat.version
        if (seat, version) not in waiting and not delivered(seat, version):
            yield f"nobody was told of version {version} of {seat}"


CHECKS = (
    _ledgers,
    _holds,
    _time_off,
    _index_by_start,
    _open_sessions,
    _index_by_customer,
    _seats,
    _decisions,
    _series,
)
