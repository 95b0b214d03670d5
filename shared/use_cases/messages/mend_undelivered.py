"""Sends a message again that could not be delivered, or puts it away, one recipient at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import Recipient, merge_recipients
from shared.domain.errors import NotFound
from shared.records.audit import audit_row
from shared.records.codec import dump, load
from shared.records.keys import FAILED, KEY, appointment_key, retried_key, seat_key
from shared.records.table import Rows
from shared.use_cases.commands import Author, name_change
from shared.use_cases.ports import Command, Store, Writes


if TYPE_CHECKING:
    from shared.records.appointments import Changes

Mending = Literal["resend", "dismiss"]
ACTIONS: dict[Mending, str] = {"resend": "message sent again", "dismiss": "message put away"}


@dataclass(frozen=True)
class MendCommand:
    """What mending reads and decides. Pure. `recipient` is one of the failed entry's, as text."""

    key: str
    recipient: str
    how: Mending
    author: Author
    command: Command
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield the failed entry, then what it is about, and an entry that may wait in its place."""
        yield self.key
        if (failed := self._failed(rows)) and self.how == "resend":
            yield retried_key(self.key)
            if failed.appointment:
                yield appointment_key(failed.appointment)
                yield seat_key(failed.appointment, failed.seat or failed.appointment)

    def decide(self, rows: Rows) -> Writes:
        """Return what to write. Raise NotFound if somebody has mended it meanwhile."""
        failed = self._failed(rows)
        chosen = next((one for one in (failed.recipients if failed else ()) if str(one) == self.recipient), None)
        if failed is None or chosen is None:
            raise NotFound
        left = tuple(one for one in failed.recipients if one != chosen)
        changes: Changes = {self.key: dump(failed.model_copy(update={"recipients": left})) if left else None}
        if self.how == "resend":
            changes[retried_key(self.key)] = dump(self._retried(rows, failed, chosen))
        about, number = failed.appointment or "invitations", self.command.hash[:12]
        return Writes(changes | audit_row(self.now, number, self.author.actor, ACTIONS[self.how], about), {})

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
            "why": "",
        }
        return failed.model_copy(update=changes)

    def _version(self, rows: Rows, failed: OutboxEntry) -> int:
        """Return the present version: an entry of an older one would wait for a newer one to take it over."""
        values = rows.values(appointment_key(failed.appointment)) if failed.appointment else None
        held = load(Appointment, values) if values else None
        if held is not None and failed.kind == "session":
            return held.session_changes
        if held is not None and failed.kind == "notify":
            own = rows.values(seat_key(held.id, failed.seat or held.id))
            seat = held.seat or (load(Seat, own) if own else None)
            return seat.version if seat else failed.version
        return failed.version


async def mend_undelivered(
    key: str,
    recipient: str,
    how: Mending,
    *,
    author: Author,
    business: str,
    store: Store,
    secret: str,
    now: datetime,
) -> None:
    """Send a failed message again to one of its recipients, or put it away; `key` is that of the failed entry.

    Raise NotFound if it is not there any more.
    """
    if not key.startswith(FAILED) or not KEY.fullmatch(key) or key.count("|") < 3:
        raise NotFound
    command = name_change(secret, business, f"{ACTIONS[how]} {key} {recipient}", author, "")
    plan = MendCommand(key, recipient, how, author, command, now)
    await store.decide(command, plan.reads, plan.decide)
