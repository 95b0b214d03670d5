"""Erases a customer of a calendar: appointments keep their times and services, and nothing of the person."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.errors import AppointmentsToCome, NotFound, Refusal, TryAgain, UnderLegalHold
from shared.domain.personal_data.erasing import ERASED, erased_appointment, erased_seat, erased_visit
from shared.records.appointments import Changes, appointment_rows
from shared.records.audit import audit_row
from shared.records.codec import dump, load
from shared.records.keys import (
    appointment_key,
    appointments_of,
    customer_key,
    id_of,
    seat_key,
    visit_key,
)
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ALL_ERASURES, ERASURES, erased_by, erasure_key
from shared.records.table import Operation, Range, Row, Rows
from shared.records.visits import dump_visit, load_visit
from shared.use_cases.commands import Author, name_change
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.personal_data.forget_messages import IndexedSeat, forget_entries, forget_sent
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.ports import Store, Writes
from shared.use_cases.visits.exchange_signals import forget_signals


ACTION = "customer erased"
AT_ONCE, SIDE_BY_SIDE = 6, 8  # appointments of one transaction; transactions, and rooms, side by side
TRIES = 3  # somebody may book for them meanwhile


class StillListed(Exception):
    """Somebody has booked for the customer while they were erased."""


@dataclass(frozen=True, slots=True)
class EraseCommand:
    """What erasing some appointments of a customer reads and decides. Pure."""

    places: Sequence[IndexedSeat]
    name: str
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield the index rows, the appointments and seats, then the visits."""
        yield from (place.key for place in self.places)
        for place in self._all(rows):
            yield appointment_key(place.appointment)
            yield seat_key(place.appointment, place.seat)
            if held := _appointment(rows, place):
                yield visit_key(held.start, held.id)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return what to write, or the refusal if one of them is still to come."""
        changes: Changes = {place.key: None for place in self.places if rows.values(place.key) is not None}
        for place in self._all(rows):
            held = _appointment(rows, place)
            if held is not None:
                if _is_coming(held, _seat(rows, held, place), self.now):
                    return AppointmentsToCome()
                changes |= self._erased(rows, held, place)
                key = visit_key(held.start, held.id)
                if values := changes.get(key) or rows.values(key):  # two seats of one visit
                    changes[key] = dump_visit(erased_visit(load_visit(values), place.seat, self.name))
        return Writes(changes, {})

    def _all(self, rows: Rows) -> Iterable[IndexedSeat]:
        """Yield the places, and the group sessions that have a row of a seat from before it was moved."""
        for place in self.places:
            yield place
            held = _appointment(rows, place)
            seat = _seat(rows, held, place) if held else None
            yield from (IndexedSeat(place.key, one, place.seat) for one in (seat.was_in if seat else ()))

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
    store: Store
    secret: str
    now: datetime

    async def erase(self, customer: str) -> None:
        """Erase a customer by all their ids. What stopped in the middle is gone on with by the next call.

        Raise NotFound, UnderLegalHold, and AppointmentsToCome while they have any that is not over.
        """
        found = await read_customer(customer, business=self.business, store=self.store)
        await require_no_hold(self.business, store=self.store)
        ids = (found.id, *found.record.also)
        command = name_change(self.secret, self.business, f"{ACTION} {found.id}", self.author, "")
        name = f"{ERASED}{command.hash[:8]}"
        await self._require_over(ids)
        await self._list(ids)
        for _ in range(TRIES):
            await self._erase_appointments(await self._places(ids), name)
            with suppress(StillListed):
                return await self._remove(ids, name)
        raise TryAgain

    async def _places(self, ids: Sequence[str]) -> list[IndexedSeat]:
        spans = (self.store.table.range("bookings", self.business, *appointments_of(one)) for one in ids)
        pages = await asyncio.gather(*spans)
        return [_place(row) for page in pages for row in page.rows]

    async def _require_over(self, ids: Sequence[str]) -> None:
        """Raise AppointmentsToCome before anything is erased."""
        several = asyncio.Semaphore(SIDE_BY_SIDE**2)

        async def look(place: IndexedSeat) -> None:
            keys = appointment_key(place.appointment), seat_key(place.appointment, place.seat)
            async with several:
                reads = (self.store.table.get("bookings", self.business, key) for key in keys)
                rows = Rows(dict(zip(keys, await asyncio.gather(*reads), strict=True)))
            held = _appointment(rows, place)
            if held is not None and _is_coming(held, _seat(rows, held, place), self.now):
                raise AppointmentsToCome

        await asyncio.gather(*map(look, await self._places(ids)))

    async def _list(self, ids: Sequence[str]) -> None:
        """Note whom to erase again if a backup of today is ever restored: ids, which are hashes, and the time."""
        values = {"at": self.now.isoformat()}
        listed = [Operation("upsert", erasure_key(self.business, one), values) for one in ids]
        await self.store.table.transact(ORGANISATION, ERASURES, listed)

    async def _erase_appointments(self, places: Sequence[IndexedSeat], name: str) -> None:
        """Erase the appointments, several in a transaction; those of one appointment in the same."""
        several = asyncio.Semaphore(SIDE_BY_SIDE)

        async def erase(some: Sequence[IndexedSeat]) -> None:
            plan = EraseCommand(some, name, self.now)
            route = f"{ACTION} {some[0].key}"
            command = name_change(self.secret, self.business, route, self.author, "")
            async with several:
                await self.store.decide(command, plan.reads, plan.decide)
                rooms = {place.appointment for place in some}  # their signals hold the addresses of browsers
                await asyncio.gather(*(forget_signals(self.business, one, store=self.store) for one in rooms))
                await forget_sent(self.business, some, store=self.store)

        await forget_entries(self.business, {one.seat for one in places}, store=self.store)
        ordered = sorted(places, key=lambda one: (one.appointment, one.seat, one.key))
        await asyncio.gather(*(erase(ordered[at : at + AT_ONCE]) for at in range(0, len(ordered), AT_ONCE)))

    async def _remove(self, ids: Sequence[str], name: str) -> None:
        """Remove the customer. Raise StillListed if they have an appointment again."""
        command = name_change(self.secret, self.business, f"{ACTION} {name}", self.author, "")

        def reads(_: Rows) -> Iterable[str | Range]:
            return [*map(customer_key, ids), *map(appointments_of, ids)]

        def decide(rows: Rows) -> Writes:
            if any(rows.between(appointments_of(one)) for one in ids):
                raise StillListed
            gone: Changes = {customer_key(one): None for one in ids if rows.values(customer_key(one)) is not None}
            return Writes(
                gone | audit_row(self.now, command.hash[:12], self.author.actor, ACTION, f"customers/{name}"), {}
            )

        await self.store.decide(command, reads, decide)


async def erase_again(*, author: Author, store: Store, secret: str, now: datetime) -> list[str]:
    """Erase whoever was erased before and is there again from a backup.

    Return who is not, since the backup has appointments to come of them or a legal hold, as CALENDAR/CUSTOMER. Who
    came back by themselves, after they were erased, stays.
    """
    page = await store.table.range(ORGANISATION, ERASURES, *ALL_ERASURES)
    left = []
    for row in page.rows:
        business, customer = erased_by(row.key)
        with suppress(NotFound):
            found = await read_customer(customer, business=business, store=store)
            known = found.record.created_at
            if known and known >= datetime.fromisoformat(str(row.values["at"])):
                continue
            try:
                await Erasing(business, author, store, secret, now).erase(found.id)
            except (AppointmentsToCome, UnderLegalHold):
                left.append(f"{business}/{found.id}")
    return left


def _place(row: Row) -> IndexedSeat:
    return IndexedSeat(row.key, str(row.values["appointment"]), id_of(row.key))


def _appointment(rows: Rows, place: IndexedSeat) -> Appointment | None:
    values = rows.values(appointment_key(place.appointment))
    return load(Appointment, values) if values else None


def _seat(rows: Rows, held: Appointment, place: IndexedSeat) -> Seat | None:
    """Return the seat of a place; None if it is gone, or the appointment has another by now."""
    if held.seat is not None:
        return held.seat if held.seat.id == place.seat else None
    values = rows.values(seat_key(held.id, place.seat))
    return load(Seat, values) if values else None


def _is_coming(held: Appointment, seat: Seat | None, now: datetime) -> bool:
    return held.is_live and seat is not None and seat.status == "booked" and held.end > now
