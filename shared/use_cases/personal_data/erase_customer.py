"""Erases a customer of a calendar: appointments keep their times and services, and nothing of the person."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.errors import AppointmentsToCome, Refusal, TryAgain, UnderLegalHold
from shared.domain.personal_data.erasing import ERASED, erased_appointment, erased_seat, erased_visit
from shared.records.appointments import Changes, appointment_rows, is_long
from shared.records.audit import audit_row
from shared.records.codec import dump, load, load_row
from shared.records.keys import (
    appointment_key,
    appointments_of,
    customer_key,
    day_key,
    decision_key,
    id_of,
    long_key,
    seat_key,
    visit_key,
)
from shared.records.queue_keys import queue_column, queue_key
from shared.records.table import Range, Row, Rows
from shared.records.visits import dump_visit, load_visit
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import FoundCustomers, is_theirs, read_customer
from shared.use_cases.personal_data.erasure_listing import ErasureListing
from shared.use_cases.personal_data.export.jobs import forget_exported
from shared.use_cases.personal_data.forget_messages import IndexedSeat, forget_entries, forget_sent
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.ports import Command, Writes
from shared.use_cases.read_many import read_many
from shared.use_cases.reports.forget_reader import forget_customer_as_reader
from shared.use_cases.visits.exchange_signals import forget_signals


ACTION = "customer erased"
AT_ONCE = 98  # rows of one transaction, beside its decision
SIDE_BY_SIDE = 12  # transactions, and rooms; a partition takes them in turn
TRIES = 3  # somebody may book for them meanwhile


class StillListed(Exception):
    """Somebody has booked for the customer while they were erased."""


@dataclass(frozen=True, slots=True)
class EraseCommand:
    """What erasing some appointments of a customer reads and decides. Pure."""

    places: Sequence[IndexedSeat]
    name: str
    now: datetime
    parsed: dict[tuple[str, str], Appointment] = field(default_factory=dict)
    """The appointments of rows that were read, by key and ETag: the parts of a large erasure share them."""

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield the index rows, the appointments and seats, then the visits."""
        yield from (place.key for place in self.places)
        for place in self.all_places(rows):
            yield appointment_key(place.appointment)
            if held := self._appointment(rows, place):
                yield visit_key(held.start, held.id)
                if held.is_group:
                    yield seat_key(place.appointment, place.seat)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return what to write, or the refusal if one of them is still to come."""
        changes: Changes = {place.key: None for place in self.places if rows.values(place.key) is not None}
        for place in self.all_places(rows):
            held = self._appointment(rows, place)
            if held is not None:
                if _is_coming(held, _seat(rows, held, place), self.now):
                    return AppointmentsToCome()
                changes |= self._erased(rows, held, place)
                key = visit_key(held.start, held.id)
                if values := changes.get(key) or rows.values(key):  # two seats of one visit
                    changes[key] = dump_visit(erased_visit(load_visit(values), place.seat, self.name))
        return Writes(changes, {})

    def is_coming(self, rows: Rows) -> bool:
        """Return whether one of them is still to come."""
        held = ((self._appointment(rows, place), place) for place in self.all_places(rows))
        return any(one and _is_coming(one, _seat(rows, one, place), self.now) for one, place in held)

    def rooms(self, rows: Rows, waiting: Collection[str]) -> set[str]:
        """Return the appointments whose rooms may have signals: the timer deletes them once a visit is over.

        `waiting` are the subjects that the timer has still something to do for.
        """
        found = set()
        for place in self.all_places(rows):
            held = self._appointment(rows, place)
            if held and (values := rows.values(visit_key(held.start, held.id))):
                visit = load_visit(values)
                if held.id in waiting or not visit.is_closed:
                    found.add(held.id)
        return found

    def parts(self, rows: Rows) -> "Iterator[EraseCommand]":
        """Yield what this is in transactions, each with as many of the places as it has room for."""
        some, written = list[IndexedSeat](), set[str]()
        for place in self.places:
            more = self._written(rows, place)
            if some and len(written | more) > AT_ONCE:
                yield replace(self, places=some)
                some, written = [], set()
            some.append(place)
            written |= more
        if some:
            yield replace(self, places=some)

    def _written(self, rows: Rows, place: IndexedSeat) -> set[str]:
        """Return the rows that erasing a place writes, at most."""
        alone = replace(self, places=[place])
        written = {key for key in alone.reads(rows) if rows.values(key) is not None}
        for one in alone.all_places(rows):
            if held := self._appointment(rows, one):
                written |= {day_key(held.start, held.id), queue_column(queue_key(held.start))[0]}
                if is_long(held):
                    written.add(long_key(held.end, held.id))
        return written

    def all_places(self, rows: Rows) -> Iterable[IndexedSeat]:
        """Yield the places, and the group sessions that have a row of a seat from before it was moved."""
        for place in self.places:
            yield place
            held = self._appointment(rows, place)
            seat = _seat(rows, held, place) if held else None
            yield from (IndexedSeat(place.key, one, place.seat) for one in (seat.was_in if seat else ()))

    def _appointment(self, rows: Rows, place: IndexedSeat) -> Appointment | None:
        row = rows.find(appointment_key(place.appointment))[1]
        if row is None:
            return None
        if (row.key, row.etag) not in self.parsed:
            self.parsed[row.key, row.etag] = load_row(Appointment, row)
        return self.parsed[row.key, row.etag]

    def _erased(self, rows: Rows, held: Appointment, place: IndexedSeat) -> Changes:
        changes: Changes = {}
        if (seat := _seat(rows, held, place)) is not None:
            if held.is_group:
                changes[seat_key(held.id, seat.id)] = dump(erased_seat(seat, self.name))
            else:
                changes |= appointment_rows(erased_appointment(held, self.name), held)
        return changes


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases customers of one calendar in the name of `author`, whose key a repetition repeats."""

    business: str
    author: Author
    context: Context

    async def erase(self, customer: str) -> None:
        """Erase a customer by all their ids. What stopped in the middle is gone on with by the next call.

        Raise NotFound, UnderLegalHold, and AppointmentsToCome while they have any that is not over: then they are
        in the list of the erased as they were before, also if they booked in the middle of it.
        """
        found = await read_customer(customer, business=self.business, store=self.context.store)
        listing = await ErasureListing.of(found, self.business, self.context)
        try:
            await require_no_hold(self.business, store=self.context.store)
            await self._erase(found, listing)
        except (AppointmentsToCome, UnderLegalHold):
            await listing.withdraw()
            raise
        await listing.settle()
        await self._forget_exports(found)  # again: one may have read them just before they went

    async def _erase(self, found: FoundCustomers, listing: ErasureListing) -> None:
        ids = (found.id, *found.record.also)
        command = name_change(self.context.secret, self.business, f"{ACTION} {found.id}", self.author, "")
        name = f"{ERASED}{command.hash[:8]}"
        for _ in range(TRIES):
            plan, rows = await self._read(ids, name)
            if plan.is_coming(rows):
                raise AppointmentsToCome
            await listing.begin()
            await self._erase_appointments(plan, rows)
            await forget_customer_as_reader(
                found.record.email, business=self.business, author=self.author, context=self.context
            )
            await self._forget_exports(found)
            with suppress(StillListed):
                return await self._remove(ids, name)
        raise TryAgain

    async def _forget_exports(self, found: FoundCustomers) -> None:
        """Delete the exports out of many calendars that are about them."""
        customers = {(self.business, one) for one in (found.id, *found.record.also)}
        await forget_exported(lambda job: is_theirs(found.record, job.said), customers, store=self.context.store)

    async def _read(self, ids: Sequence[str], name: str) -> tuple[EraseCommand, Rows]:
        """Return what erasing all their appointments at once would be, and all that it reads."""
        spans = (self.context.store.table.range("bookings", self.business, *appointments_of(one)) for one in ids)
        listed = [row for page in await asyncio.gather(*spans) for row in page.rows]
        plan = EraseCommand([_place(row) for row in listed], name, self.context.now)
        rows = Rows({row.key: row for row in listed})
        while unread := {key for key in plan.reads(rows) if not rows.has(key)}:
            found = await read_many(unread, business=self.business, store=self.context.store)
            rows.by_key |= {key: found.get(key) for key in unread}
        return plan, rows

    async def _erase_appointments(self, plan: EraseCommand, rows: Rows) -> None:
        """Erase the appointments, several in a transaction, in the order of the customer's index.

        What is kept beside them goes first: once an appointment is not in the index, nobody looks for it again.
        """
        several, places = asyncio.Semaphore(SIDE_BY_SIDE), plan.places

        async def forget(room: str) -> None:
            async with several:
                await forget_signals(self.business, room, store=self.context.store)

        async def erase(some: EraseCommand, command: Command) -> None:
            read = {key: rows.by_key[key] for key in some.reads(rows)}
            earlier = Rows(read | {key: None for key in _decisions_of(command) if key not in decided})
            async with several:
                await self.context.store.decide(command, some.reads, some.decide, earlier=earlier)

        seats, theirs = {one.seat for one in places}, {one.appointment for one in places}
        waiting = await forget_entries(self.business, seats, theirs, store=self.context.store)
        rooms = plan.rooms(rows, waiting)  # their signals hold the addresses of browsers
        await asyncio.gather(forget_sent(self.business, places, store=self.context.store), *map(forget, rooms))
        parts = [(some, self._command_for(some)) for some in plan.parts(rows)]
        # Read at once: each of them that is not there need not be read by itself.
        decisions = [key for _, command in parts for key in _decisions_of(command)]
        decided = await read_many(decisions, business=self.business, store=self.context.store)
        await asyncio.gather(*(erase(*one) for one in parts))

    def _command_for(self, some: EraseCommand) -> Command:
        route = f"{ACTION} {some.places[0].key}"
        return name_change(self.context.secret, self.business, route, self.author, "")

    async def _remove(self, ids: Sequence[str], name: str) -> None:
        """Remove the customer. Raise StillListed if they have an appointment again."""
        command = name_change(self.context.secret, self.business, f"{ACTION} {name}", self.author, "")

        def reads(rows: Rows) -> Iterable[str | Range]:
            return customers_then_appointments(ids, rows)

        def decide(rows: Rows) -> Writes:
            if any(rows.between(appointments_of(one)) for one in ids):
                raise StillListed
            gone: Changes = {customer_key(one): None for one in ids if rows.values(customer_key(one)) is not None}
            return Writes(
                gone
                | audit_row(self.context.now, command.hash[:12], self.author.actor, ACTION, f"customers/{name}"),
                {},
            )

        await self.context.store.decide(command, reads, decide)


def customers_then_appointments(ids: Sequence[str], rows: Rows) -> Iterator[str | Range]:
    """Yield the rows of a customer's ids, and once they were read, their indexes.

    Read at once, the index might be of before a booking and the customer, whom it changes, of after it.
    """
    yield from map(customer_key, ids)
    if all(rows.has(customer_key(one)) for one in ids):
        yield from map(appointments_of, ids)


def _decisions_of(command: Command) -> list[str]:
    return [decision_key(name) for name in (command.hash, *command.aliases)]


def _place(row: Row) -> IndexedSeat:
    return IndexedSeat(row.key, str(row.values["appointment"]), id_of(row.key))


def _seat(rows: Rows, held: Appointment, place: IndexedSeat) -> Seat | None:
    """Return the seat of a place; None if it is gone, or the appointment has another by now."""
    if held.seat is not None:
        return held.seat if held.seat.id == place.seat else None
    values = rows.values(seat_key(held.id, place.seat))
    return load(Seat, values) if values else None


def _is_coming(held: Appointment, seat: Seat | None, now: datetime) -> bool:
    return held.is_live and seat is not None and seat.status == "booked" and held.end > now
