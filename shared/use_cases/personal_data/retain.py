"""Erases what a calendar has kept long enough: some of it at each sweep, and the next sweep goes on.

For each class a row says up to where the appointments were gone through. A week after a pass began, and once it is
through, the next one begins anew: for appointments that staff enter later than they took place.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.customer import CustomerRecord
from shared.domain.differences import FieldChange
from shared.domain.personal_data.erasing import ERASED
from shared.domain.personal_data.retention import Retention
from shared.records.audit import audit_row
from shared.records.keys import (
    AUDIT,
    CUSTOMER,
    FAILED,
    SMS,
    appointments_of,
    audit_until,
    customer_key,
    days_after,
    every,
    following,
    id_of,
    progress_key,
    seats_of,
    sent_of,
    sms_between,
)
from shared.records.table import Operation, Page, Range, Row, Rows
from shared.use_cases.delete_rows import delete_unchanged
from shared.use_cases.fault_log import log_fault
from shared.use_cases.organisation.seal_audit import last_seal
from shared.use_cases.personal_data.erase_customer import customers_then_appointments
from shared.use_cases.personal_data.expire import ExpireCommand, Expiring
from shared.use_cases.personal_data.forget_messages import forget_entries
from shared.use_cases.ports import Command, Store, Writes
from shared.use_cases.readable import UNREADABLE, guarded, readable
from shared.use_cases.reports.erase_facts import expire_facts
from shared.use_cases.single_write import write_alone
from shared.use_cases.visits.exchange_signals import forget_signals


ACTOR, ACTION = "retention", "erased after its time"
log = logging.getLogger("openslot")
MOST = 200  # appointments, customers or rows of each class in one sweep
SEATS, SIDE_BY_SIDE = 15, 8
PASS_LASTS = timedelta(days=7)
AnyCount = TypeVar("AnyCount")
APPOINTMENTS: tuple[Expiring, ...] = ("appointments", "answers", "messages")


class PassPart(NamedTuple):
    """A part of a pass: how many were erased, the last row that was looked at, and whether there are no more."""

    done: int
    last: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Retaining:
    """The retention of one calendar at one moment, by the service's clock; `most` bounds what one sweep does."""

    business: str
    retention: Retention
    store: Store
    now: datetime
    most: int = MOST

    async def run(self) -> Mapping[str, int]:
        """Erase what is due, and return how much of each class; noted in the audit if it is any."""
        counts: dict[str, int] = {what: await self._class(self._appointments(what)) for what in APPOINTMENTS}
        counts["customers"] = await self._class(self._customers())
        counts["messages"] += await self._class(self._failed())
        if before := self.retention.before("facts", self.now):
            facts = expire_facts(self.business, before, self.most, store=self.store)
            await guarded(f"calendar {self.business}", facts, None)
        counts["audit"] = await self._class(self._audit())
        if done := {name: count for name, count in counts.items() if count}:
            await self._note(done)
        return done

    async def _class(self, work: Awaitable[int]) -> int:
        return await guarded(f"calendar {self.business}", work, 0)

    async def _appointments(self, what: Expiring) -> int:
        before = self.retention.before(what, self.now)
        if before is None:
            return 0

        async def some(after: str) -> PassPart:
            span = days_after(after, before)
            page = await self.store.table.range("bookings", self.business, *span, limit=self.most)
            old = [one for _, one in readable(Appointment, page.rows) if _may_have(one, what)]
            seats = await self._together([self._seats(one, what) for one in old])
            if what == "appointments" and old:
                # First: once the seats are erased, nobody looks for what was to be said to their customers.
                gone, whose = {one for each in seats for one in each}, {one.id for one in old}
                await forget_entries(self.business, gone, whose, store=self.store)
            found = await self._together(
                [self._expire(one, some, what) for one, some in zip(old, seats, strict=True)]
            )
            return self._part(sum(found), page)

        return await self._go_on(what, some)

    async def _go_on(
        self, name: str, some: Callable[[str], Awaitable[PassPart]], lasts: timedelta = PASS_LASTS
    ) -> int:
        """Do the next part of a pass, and note where the one after it begins: anew once the pass `lasts`."""
        key = progress_key(name)
        row = await self.store.table.get("bookings", self.business, key)
        known = dict(row.values) if row else {"next": "", "began": self.now.isoformat()}
        part = await some(str(known["next"]))
        noted = {**known, "next": part.last or known["next"]}
        if part.is_last and self.now - datetime.fromisoformat(str(known["began"])) >= lasts:
            noted = {"next": "", "began": self.now.isoformat()}
        if row is None or noted != known:
            await write_alone(self.store.table, "bookings", self.business, Operation("upsert", key, noted))
        return part.done

    def _part(self, done: int, page: Page) -> PassPart:
        last = page.rows[-1].key if page.rows else ""
        return PassPart(done, last, is_last=len(page.rows) < self.most)

    async def _seats(self, held: Appointment, what: Expiring) -> Sequence[str]:
        """Return the seats of an appointment; those of a group only where they have anything to erase."""
        if held.seat is not None or what == "messages":
            return [held.seat.id] if held.seat else []
        page = await self.store.table.range("bookings", self.business, *seats_of(held.id), ("none",))
        return [id_of(one.key) for one in page.rows]

    async def _expire(self, held: Appointment, names: Sequence[str], what: Expiring) -> int:
        """Erase one appointment with these seats; return whether there was anything to erase."""
        groups: list[tuple[str, ...]] = [()]
        if held.is_group and what != "messages":
            groups = [tuple(names[at : at + SEATS]) for at in range(0, len(names), SEATS)]
        done = 0
        for seats in groups:
            done += await self._erase(held, seats, what)
        if what == "messages":
            done += await self._delete(sent_of(held.id))
        elif what == "appointments" and done:
            await forget_signals(self.business, held.id, store=self.store)
        return int(bool(done))

    async def _erase(self, held: Appointment, seats: tuple[str, ...], what: Expiring) -> int:
        """Erase some seats of an appointment, or its one; what cannot be read is passed over, and logged."""
        name = self._named(f"{what} {held.id} {seats}")
        plan = ExpireCommand(held.id, seats, what, f"{ERASED}{name[:8]}", self.now)
        try:
            decision = await self.store.decide(Command(self.business, name, what), plan.reads, plan.decide)
        except UNREADABLE as error:
            if len(seats) > 1:
                return sum([await self._erase(held, (one,), what) for one in seats])
            log_fault(log, f"appointment {held.id} could not be erased", error)
            return 0
        return int(decision.is_new and bool(decision.outcome["erased"]))

    async def _customers(self) -> int:
        """Erase the customers who were not seen since, and have no appointment; the blocked stay blocked."""
        before = self.retention.before("appointments", self.now)
        if before is None:
            return 0

        async def some(after: str) -> PassPart:
            whole = every(CUSTOMER)
            low = following(after) if after else whole.low
            page = await self.store.table.range("bookings", self.business, low, whole.high, limit=self.most)
            old = readable(CustomerRecord, [row for row in page.rows if row.written < before])
            found = await self._together([self._forget(*one) for one in old if _is_erasable(one[1])])
            return self._part(sum(found), page)

        return await self._go_on("customers", some, timedelta())  # they are in no order of time

    async def _forget(self, row: Row, record: CustomerRecord) -> int:
        ids = (id_of(row.key), *record.also)

        def reads(rows: Rows) -> Iterable[str | Range]:
            return customers_then_appointments(ids, rows)

        def decide(rows: Rows) -> Writes:
            is_kept = rows.find(row.key)[1] != row or any(rows.between(appointments_of(one)) for one in ids)
            gone = (
                [] if is_kept else [customer_key(one) for one in ids if rows.values(customer_key(one)) is not None]
            )
            return Writes(dict.fromkeys(gone), {"erased": len(gone)})

        command = Command(self.business, self._named(f"customer {ids[0]}"), "customers")
        decision = await self.store.decide(command, reads, decide)
        return int(decision.is_new and bool(decision.outcome["erased"]))

    async def _failed(self) -> int:
        """Delete what could not be delivered long enough ago, by when it was written."""
        before = self.retention.before("messages", self.now)
        if before is None:
            return 0

        async def some(whole: Range, after: str) -> PassPart:
            low = following(after) if after else whole.low
            page = await self.store.table.range("bookings", self.business, low, whole.high, limit=self.most)
            return self._part(await self._delete_rows([row for row in page.rows if row.written < before]), page)

        texted = Range(every(SMS).low, sms_between(before, before).low)
        # They are in the order in which they were due, and one that is sent again in vain is written anew.
        failed = await self._go_on("failed", partial(some, every(FAILED)), timedelta())
        beside = await self._go_on("beside", partial(some, sent_of("")), timedelta())
        return failed + beside + await self._delete(texted)

    async def _audit(self) -> int:
        """Delete the entries of whole seals, so that those that stay can be checked."""
        before = self.retention.before("audit", self.now)
        seal = await last_seal(self.business, before, store=self.store) if before else None
        return await self._delete(Range(audit_until(seal.until), every(AUDIT).high)) if seal else 0

    async def _delete(self, span: Range) -> int:
        """Delete rows of a range; return how many."""
        page = await self.store.table.range("bookings", self.business, *span, ("none",), limit=self.most)
        return await self._delete_rows(page.rows)

    async def _delete_rows(self, rows: Sequence[Row]) -> int:
        return await delete_unchanged(self.store.table, "bookings", self.business, rows)

    async def _together(self, work: list[Awaitable[AnyCount]]) -> list[AnyCount]:
        limit = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(each: Awaitable[AnyCount]) -> AnyCount:
            async with limit:
                return await each

        return await asyncio.gather(*map(one, work))

    async def _note(self, counts: Mapping[str, int]) -> None:
        changes = [FieldChange("", name, None, count) for name, count in counts.items()]
        told = audit_row(self.now, "retention", ACTOR, ACTION, self.business, changes)
        for key, values in told.items():
            await write_alone(self.store.table, "bookings", self.business, Operation("upsert", key, values or {}))

    def _named(self, what: str) -> str:
        """Return the name of a command. It is another one in each sweep, as there may be more to erase by then."""
        text = f"{ACTOR} {self.business} {what} {self.now.isoformat()}"
        return hashlib.sha256(text.encode()).hexdigest()[:40]


def _may_have(held: Appointment, what: Expiring) -> bool:
    """Return whether there may be something to erase; what a group has is in rows of its seats."""
    if held.seat is None or what == "messages":
        return True
    if what == "answers":
        return bool(held.seat.answers or held.seat.customer.notes)
    return not held.seat.customer.name.startswith(ERASED) or bool(held.seat.customer_id)


def _is_erasable(record: CustomerRecord) -> bool:
    return not record.is_blocked and not record.merged_into
