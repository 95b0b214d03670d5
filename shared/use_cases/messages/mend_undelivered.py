"""Sends a message again that could not be delivered, or puts it away, one recipient at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.customer import ContactField
from shared.domain.appointments.messages import OutboxEntry, reasons_of
from shared.domain.appointments.recipients import Recipient, RecipientKind, merge_recipients, read_recipient
from shared.domain.calendar.business import Business
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.text.pasted import plain_address, plain_phone
from shared.records.appointments import Changes, appointment_rows
from shared.records.audit import audit_row
from shared.records.codec import dump, load
from shared.records.keys import FAILED, KEY, appointment_key, retried_key, seat_key
from shared.records.table import Rows
from shared.use_cases.appointments.staff_request import phone_problem
from shared.use_cases.booking.check_form import email_problem
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.correct_contact import record_corrected, record_keys
from shared.use_cases.messages.find_undelivered import is_open
from shared.use_cases.ports import Command, Writes
from shared.use_cases.telling.announce import kept_pending


Mending = Literal["resend", "dismiss"]
ACTIONS: dict[Mending, str] = {"resend": "message sent again", "dismiss": "message put away"}


CORRECTED: dict[RecipientKind, ContactField] = {"customer": "email", "phone": "phone"}
"""Whose address can be corrected here: the customer's, for mail and for SMS."""
ADDRESS = "/address"
MESSAGES = "messages/"
BESIDE = {
    "invitation",
    "address",
    "own_calendar",
    "connect_calendar",
    "time_off",
    "series",
    "unconfirmed",
    "report",
}
"""The kinds that are about no single appointment: in the audit they stand in place of one, behind MESSAGES."""


@dataclass(frozen=True)
class MendCommand:
    """What mending reads and decides. Pure. `recipient` is one of the failed entry's, as text.

    With an `address`, it becomes the customer's in the appointment before the message is sent again; with
    `in_record`, in their own record too, if that has the one which failed.
    """

    key: str
    recipient: str
    how: Mending
    author: Author
    command: Command
    now: datetime
    address: str = ""
    in_record: bool = False

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield the failed entry, then what it is about, and an entry that may wait in its place."""
        yield self.key
        if (failed := self._failed(rows)) and self.how == "resend":
            yield retried_key(self.key)
            if failed.appointment:
                yield appointment_key(failed.appointment)
                yield seat_key(failed.appointment, failed.seat or failed.appointment)
            if self.in_record and (held := self._held(rows, failed)) and held.seat:
                yield from record_keys(rows, held.seat)

    def decide(self, rows: Rows) -> Writes:
        """Return what to write. Raise NotFound if somebody has mended it meanwhile."""
        failed = self._failed(rows)
        chosen = next((one for one in (failed.recipients if failed else ()) if str(one) == self.recipient), None)
        if failed is None or chosen is None:
            raise NotFound
        left = tuple(one for one in failed.recipients if one != chosen)
        rest = failed.model_copy(update={"recipients": left, "reasons": reasons_of(failed, left)})
        changes: Changes = {self.key: dump(rest) if left else None}
        blocked = ""
        if self.how == "resend":
            changes[retried_key(self.key)] = dump(self._retried(rows, failed, chosen))
            if self.address:
                corrected, blocked = self._corrected(rows, failed, chosen)
                changes |= corrected
        about = f"{MESSAGES}{failed.kind}" if failed.kind in BESIDE else failed.appointment
        number = self.command.hash[:12]
        told = audit_row(self.now, number, self.author.actor, ACTIONS[self.how], about)
        return Writes(changes | told, {"blocked": blocked})

    def _failed(self, rows: Rows) -> OutboxEntry | None:
        values = rows.values(self.key)
        return load(OutboxEntry, values) if values else None

    def _retried(self, rows: Rows, failed: OutboxEntry, chosen: Recipient) -> OutboxEntry:
        """Return the entry as it is tried again: about the appointment as it is now."""
        waiting = rows.values(retried_key(self.key))
        before = load(OutboxEntry, waiting).recipients if waiting else ()
        changes = {
            "recipients": merge_recipients(before, (chosen,)),
            "version": self._version(rows, failed),
            "attempts": 0,
            "not_before": None,
            "leased_by": "",
            "reasons": {},
            "resent": failed.resent + 1,
        }
        return failed.model_copy(update=changes)

    def _held(self, rows: Rows, failed: OutboxEntry) -> Appointment | None:
        values = rows.values(appointment_key(failed.appointment)) if failed.appointment else None
        return load(Appointment, values) if values else None

    def _corrected(self, rows: Rows, failed: OutboxEntry, chosen: Recipient) -> tuple[Changes, str]:
        """Return the appointment with the address. A customer who is another person by it gets new links.

        With it comes the record, if that is wanted, and the id of a customer whose new address is to be blocked.
        """
        before = self._held(rows, failed)
        is_open_to = before is not None and is_open(failed, before)
        if before is None or before.seat is None or not is_open_to or chosen.kind not in CORRECTED:
            raise NotFound
        known, field = before.seat.customer, CORRECTED[chosen.kind]
        customer = known.model_copy(update={field: self.address})
        if customer == known:
            return {}, ""
        kept: Changes = {}
        blocked = ""
        if self.in_record:
            kept, blocked = record_corrected(
                rows,
                before.seat,
                field,
                self.address,
                now=self.now,
                actor=self.author.actor,
                number=f"{self.command.hash[:12]}01",
            )
        seat = before.seat.with_customer(customer)
        if field == "phone" and customer.email:  # the number got nothing, and the mail with the link is theirs
            seat = seat.model_copy(update={"link_version": before.seat.link_version})
        more = {"version": before.version + 1, "seat": seat}
        return appointment_rows(kept_pending(before, before.model_copy(update=more)), before) | kept, blocked

    def _version(self, rows: Rows, failed: OutboxEntry) -> int:
        """Return the present version: an entry of an older one would wait for a newer one to take it over."""
        held = self._held(rows, failed)
        if held is not None and failed.kind == "session":
            return held.session_changes
        if held is not None and failed.kind == "notify":
            own = rows.values(seat_key(held.id, failed.seat or held.id))
            seat = held.seat or (load(Seat, own) if own else None)
            return seat.version if seat else failed.version
        return failed.version


def check_address(recipient: str, typed: str, business: Business) -> str:
    """Return a typed address as it is stored. Raise InvalidFields if no message could be sent to it.

    Raise NotFound if the text is no recipient.
    """
    try:
        kind = read_recipient(recipient).kind
    except ValueError:
        raise NotFound from None
    address = plain_phone(typed) if kind == "phone" else plain_address(typed)
    problem = phone_problem(address, business) if kind == "phone" else email_problem(address)
    if problem:
        raise InvalidFields([problem.at(ADDRESS)])
    return address


async def mend_undelivered(
    key: str,
    recipient: str,
    how: Mending,
    *,
    author: Author,
    business: str,
    context: Context,
    address: str = "",
    in_record: bool = False,
) -> None:
    """Send a failed message again to one of its recipients, or put it away; `key` is that of the failed entry.

    With an `address`, a customer's is corrected in their appointment, for this message and all later ones, and
    with `in_record` in their record, where that has the one which failed. Raise NotFound if it is not there any
    more. `address` has passed `check_address`.
    """
    if not key.startswith(FAILED) or not KEY.fullmatch(key) or key.count("|") < 3:
        raise NotFound
    said = f"{address} in record" if in_record else address
    command = name_change(context.secret, business, f"{ACTIONS[how]} {key} {recipient}", author, said)
    plan = MendCommand(key, recipient, how, author, command, context.now, address, in_record)
    decision = await context.store.decide(command, plan.reads, plan.decide)
    if blocked := decision.outcome.get(
        "blocked"
    ):  # who may not book by the wrong address may not by the right one
        await Customers(business, author, said, context).block(str(blocked), is_blocked=True)
