"""The link by which a person connects their own calendar without an account: how it is made, read and mailed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import NotFound, Refusal
from shared.domain.links import SignedLink, digest, read_link, sign
from shared.domain.secrets import verifying
from shared.domain.text.addresses import folded, spellings
from shared.records.audit import audit_row
from shared.records.keys import BUSINESS
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.commands import Author, name_change, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.workplaces import StaffEntry
from shared.use_cases.ports import Command, Writes


LIFE = timedelta(days=30)


def connect_token(secret: str, business: str, person: StaffMember, now: datetime) -> str:
    """Return the link of one address of a person: it is void once they have another one."""
    expires, address = int((now + LIFE).timestamp()), _address(secret, folded(person.email))
    return sign(secret, SignedLink("calendar", business, person.id, address, 1, expires))


async def find_linked(token: str, *, context: Context) -> StaffEntry:
    """Return who holds a link. Raise NotFound if it is void, or its person was removed or suspended."""
    link = read_link(context.secret, token, "calendar", context.now)
    if link is None:
        raise NotFound
    calendar = await context.store.calendars.current(await context.store.calendars.find_by_id(link.business))
    person = calendar.staff.get(link.appointment)
    if person is None or person.is_suspended or link.seat not in _addresses(person, context.secret):
        raise NotFound
    return StaffEntry(calendar, person)


async def mail_connect_link(person: str, *, author: Author, calendar: Calendar, context: Context) -> None:
    """Mail the link to a person of the staff. Raise NotFound for one who has no address."""
    command = name_change(context.secret, calendar.business.id, f"mail own calendar {person}", author, person)

    def plan_for(calendar: Calendar) -> MailLinkCommand:
        return MailLinkCommand(person, author.actor, calendar, command, context.now)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class MailLinkCommand:
    """What mailing a link reads and decides. Pure."""

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
        if person is None or not person.email:
            return NotFound()
        number = self.command.hash[:12]
        recipients = (Recipient("staff", person.id),)
        work = OutboxEntry(kind="connect_calendar", appointment=person.id, text=number, recipients=recipients)
        changes = work_rows([NewEntry(None, f"own-{person.id}"[:60], f"link{number}", work)])
        changes |= audit_row(self.now, number, self.actor, "own calendar asked for", f"staff/{person.id}")
        return Writes(changes, {"person": person.id})


def _addresses(person: StaffMember, secret: str) -> list[str]:
    return [_address(one, email) for one in verifying(secret) for email in spellings(person.email)]


def _address(secret: str, email: str) -> str:
    # Anyone can read the parts of a link, so it has a digest in place of the address.
    return digest(secret, "own-calendar", email).hex()[:16]
