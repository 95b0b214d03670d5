"""Invitations to be bookable: the link, the message, sending it again, and the answer, which may change later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from shared.domain.appointments.messages import Message, OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.administrators import loses_administrator
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import Conflict, LastAdministrator, NotFound, Refusal
from shared.domain.links import SignedLink, digest, read_link, sign
from shared.domain.secrets import verifying
from shared.domain.text.addresses import folded, spellings
from shared.records.audit import audit_row
from shared.records.keys import BUSINESS
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.calendars.find_upcoming import UpcomingAppointment, find_upcoming
from shared.use_cases.commands import Author, name_change, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Writes


InvitationAnswer = Literal["active", "rejected"]
LIFE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Invited:
    """A person on a calendar's staff who followed their link, with their coming appointments."""

    calendar: Calendar
    person: StaffMember
    coming: Sequence[UpcomingAppointment]


def invitation_token(secret: str, business: str, person: StaffMember, now: datetime) -> str:
    """Return the link for one address: if the person's address changes, the new one is invited anew."""
    expires = int((now + LIFE).timestamp())
    address = _address(secret, folded(person.email))
    return sign(secret, SignedLink("membership", business, person.id, address, 1, expires))


def invitation_message(
    calendar: Calendar, person: StaffMember, work: OutboxEntry, secret: str, now: datetime
) -> Message:
    """Return the message that asks a person to join the staff."""
    business = calendar.business
    return Message(
        kind="invitation",
        role="staff",
        to=person.email,
        name=person.name,
        language=person.language or business.language,
        time_zone=person.time_zone or business.time_zone,
        calendar=calendar,
        service=None,
        appointment=None,
        seat=None,
        staff=(person,),
        uid=f"{business.id}|{person.id}|{work.text}",
        sequence=1,
        membership_token=invitation_token(secret, business.id, person, now),
    )


async def find_invited(token: str, *, context: Context) -> Invited:
    """Return who holds a link, as things are. Raise NotFound if it is void, or its person is gone or suspended."""
    link = read_link(context.secret, token, "membership", context.now)
    if link is None:
        raise NotFound
    calendar = await context.store.calendars.current(await context.store.calendars.find_by_id(link.business))
    person = _holder(calendar, link, context.secret)
    return Invited(
        calendar, person, await find_upcoming(calendar, person.id, store=context.store, now=context.now)
    )


async def answer_invitation(token: str, answer: InvitationAnswer, *, key: str, context: Context) -> Invited:
    """Accept or reject an invitation. Raise NotFound as `find_invited`; LastAdministrator for a rejection by them.

    The coming appointments of a person who rejects stay theirs until they are taken over.
    """
    link = read_link(context.secret, token, "membership", context.now)
    if link is None:
        raise NotFound
    invited = await find_invited(token, context=context)

    def change(calendar: Calendar) -> Calendar:
        person = _holder(calendar, link, context.secret).model_copy(update={"membership": answer})
        after = replace(calendar, staff={**calendar.staff, person.id: person})
        if loses_administrator(calendar, after):
            raise LastAdministrator
        return after

    author = Author(invited.person.email, key)
    action = f"invitation {'accepted' if answer == 'active' else 'rejected'}"
    left = f", coming appointments that stay: {len(invited.coming)}" if answer == "rejected" else ""
    calendar = await change_calendar(
        name_change(context.secret, link.business, f"answer {link.appointment}", author, answer),
        change,
        action=action + left,
        subject=f"staff/{link.appointment}",
        author=author,
        store=context.store,
        now=context.now,
    )
    return Invited(calendar, _holder(calendar, link, context.secret), invited.coming)


def _holder(calendar: Calendar, link: SignedLink, secret: str) -> StaffMember:
    person = calendar.staff.get(link.appointment)
    if person is None or person.is_suspended or link.seat not in _addresses(person, secret):
        raise NotFound
    return person


def _addresses(person: StaffMember, secret: str) -> list[str]:
    return [_address(one, email) for one in verifying(secret) for email in spellings(person.email)]


def _address(secret: str, email: str) -> str:
    # Anyone can read the parts of a link, so it has a digest in place of the address.
    return digest(secret, "membership", email).hex()[:16]


async def invite_again(person: str, *, author: Author, calendar: Calendar, context: Context) -> None:
    """Send the mail with the link once more; earlier links stay valid.

    Raise NotFound, and Conflict unless the person was invited and has not answered.
    """
    command = name_change(context.secret, calendar.business.id, f"invite again {person}", author, person)

    def plan_for(calendar: Calendar) -> InviteAgainCommand:
        return InviteAgainCommand(person, author.actor, calendar, command, context.now)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


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
