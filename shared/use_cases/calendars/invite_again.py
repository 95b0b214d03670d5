"""Mails an invitation again to a person who has not answered it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.messages import NewEntry, OutboxEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Conflict, NotFound, Refusal
from shared.records.audit import audit_row
from shared.records.keys import BUSINESS
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.commands import Author, name_change, require_current, run_command
from shared.use_cases.ports import Command, Store, Writes


async def invite_again(
    person: str, *, author: Author, calendar: Calendar, store: Store, secret: str, now: datetime
) -> None:
    """Send the mail with the link once more; earlier links stay valid.

    Raise NotFound, and Conflict unless the person was invited and has not answered.
    """
    command = name_change(secret, calendar.business.id, f"invite again {person}", author, person)

    def plan_for(calendar: Calendar) -> InviteAgainCommand:
        return InviteAgainCommand(person, author.actor, calendar, command, now)

    await run_command(command, plan_for, calendar=calendar, store=store)


@dataclass(frozen=True)
class InviteAgainCommand:
    """What sending an invitation again reads and decides. Pure."""

    person: str
    actor: str
    calendar: Calendar
    command: Command
    now: datetime

    def reads(self, _: Rows) -> Iterable[str | Range]:
        """Return the row whose version says which settings these are."""
        return (BUSINESS,)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the outbox entry, or a refusal."""
        require_current(rows, self.calendar)
        person = self.calendar.staff.get(self.person)
        if person is None:
            raise NotFound
        if person.membership != "pending" or not person.email:
            raise Conflict("This person has no open invitation.")
        version = self.command.hash[:12]
        work = OutboxEntry(
            kind="invitation", appointment="invitation", text=version, recipients=(Recipient("staff", person.id),)
        )
        changes = work_rows([NewEntry(None, "invitation", version, work)])
        changes |= audit_row(self.now, version, self.actor, "invited again", f"staff/{person.id}")
        return Writes(changes, {})
