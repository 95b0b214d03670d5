"""Sends a new link to an appointment, to its customer or to one of its staff; earlier links become void."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.notices import is_texted, new_link
from shared.domain.appointments.recipients import CUSTOMER, LINK_VOID, PHONE, staff_members
from shared.domain.calendar.business import Calendar
from shared.domain.errors import (
    AlreadyCancelled,
    ChangesClosed,
    InvalidFields,
    Refusal,
)
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.audit import audit_row
from shared.records.codec import dump
from shared.records.keys import BUSINESS, appointment_key, seat_key, seats_of, session_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.attendee_list import taken_seats
from shared.use_cases.appointments.cancel_by_staff import held_by, held_for_change
from shared.use_cases.appointments.create_by_staff import MOST_ROWS
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import Etags, name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Writes


Holder = Literal["customer", "staff"]


async def send_new_link(
    appointment: str,
    holder: Holder,
    name: str,
    *,
    editor: Actor,
    key: str,
    etags: Etags = None,
    calendar: Calendar,
    context: Context,
    is_only_revoked: bool = False,
) -> bool:
    """Void the links of a customer (by the id of the customer or of a seat), or of all staff of the appointment.

    `name` is that id, or a person's who serves it. Return whether a new link is sent: not to those without an
    address, and to nobody if the link is only revoked. Raise NotFound, Forbidden, AlreadyCancelled, ChangesClosed;
    EditConflict if the etags are outdated; InvalidFields if `name` has no part in the appointment.
    """
    body = f"{holder} {name}" + (" revoked" if is_only_revoked else "")
    command = name_command(context.secret, calendar.business.id, f"new link {appointment}", editor.name, key, body)

    def plan_for(calendar: Calendar) -> NewLinkCommand:
        return NewLinkCommand(
            appointment, holder, name, editor, calendar, command, context.now, etags, is_only_revoked
        )

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return bool(decision.outcome["sent"])


@dataclass(frozen=True)
class NewLinkCommand:
    """What sending a new link reads and decides. Pure."""

    appointment: str
    holder: Holder
    name: str
    editor: Actor
    calendar: Calendar
    command: Command
    now: datetime
    etags: Etags = None
    is_only_revoked: bool = False

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the settings and the appointment; of a group also its index and, for a customer, its seats."""
        yield BUSINESS
        yield appointment_key(self.appointment)
        if before := held_by(rows, self.appointment):
            if before.capacity > 1:
                yield session_key(before.start, before.service, before.id)
            if before.is_group and self.holder == "customer":
                yield seats_of(before.id)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the voided links and the messages with new ones, or a refusal."""
        require_current(rows, self.calendar)
        before = held_for_change(rows, self.appointment, self.editor, self.etags)
        if isinstance(before, Refusal):
            return before
        if not before.is_live:
            return AlreadyCancelled()
        if before.links_are_over(self.now):
            return ChangesClosed()
        changes, is_sent = self._of_customer(rows, before) if self.holder == "customer" else self._of_staff(before)
        did = "revoked a link" if self.is_only_revoked else "sent a new link"
        changes |= audit_row(self.now, self.command.hash[:12], self.editor.name, did, before.id)
        if len(changes) > MOST_ROWS:
            raise InvalidFields([("/customerId", "too many places at once")])
        return Writes(changes, {"appointment": before.id, "sent": is_sent})

    def _of_customer(self, rows: Rows, before: Appointment) -> tuple[Changes, bool]:
        seats = [before.seat] if before.seat else taken_seats(rows, before.id)
        wanted = [seat for seat in seats if self.name in (seat.id, seat.customer_id)]
        if not wanted:
            raise InvalidFields([("/customerId", "not a customer of this appointment")])
        changes: Changes = {}
        for seat in wanted:
            changes |= self._of_group(before, seat) if before.is_group else self._of_lone(before, seat)
        reached = [seat for seat in wanted if seat.customer.email or self._is_texted(before, seat)]
        return changes, bool(reached) and not self.is_only_revoked

    def _of_staff(self, before: Appointment) -> tuple[Changes, bool]:
        if self.name not in before.staff:
            raise InvalidFields([("/staffMemberId", "does not serve this appointment")])
        links, awaited = before.link_version + 1, before.awaited
        if awaited and before.is_asked:  # the same people, who have other links
            awaited = awaited.model_copy(update={"of_links": links})
        more = {"version": before.version + 1, "link_version": links, "awaited": awaited}
        after = before.model_copy(update=more)
        people = staff_members(filter(self._is_told, after.staff), LINK_VOID)
        people = [] if self.is_only_revoked else people
        told = work_rows([new_link(after, after.seat, people)]) if people else {}
        return appointment_rows(after, before) | told, bool(people)

    def _of_lone(self, before: Appointment, seat: Seat) -> Changes:
        voided = _voided(seat, is_told=not self.is_only_revoked)
        after = before.model_copy(update={"version": before.version + 1, "seat": voided})
        return appointment_rows(after, before) | seat_rows(voided, after) | self._told(after, voided)

    def _of_group(self, session: Appointment, seat: Seat) -> Changes:
        """Return the changes for a group's seat; changes of its session that it lacks bring the new link."""
        is_told = not session.has_unseen_changes(seat)
        voided = _voided(seat, is_told=is_told and not self.is_only_revoked)
        told = self._told(session, voided) if is_told else {}
        return {seat_key(session.id, seat.id): dump(voided), **told}

    def _told(self, appointment: Appointment, seat: Seat) -> Changes:
        if self.is_only_revoked:
            return {}  # no version is announced, so no entry has to take over what earlier ones have not told
        told = [CUSTOMER.knowing(LINK_VOID)] if seat.customer.email else []
        told += [PHONE.knowing(LINK_VOID)] if self._is_texted(appointment, seat) else []
        return work_rows([new_link(appointment, seat, told)])

    def _is_texted(self, one: Appointment, seat: Seat) -> bool:
        return is_texted(one.service_of(self.calendar.services.get(one.service)), seat)

    def _is_told(self, name: str) -> bool:
        person = self.calendar.staff.get(name)
        return person is not None and bool(person.email) and person.is_told_by_mail


def _voided(seat: Seat, *, is_told: bool) -> Seat:
    return seat.model_copy(update={"version": seat.version + is_told, "link_version": seat.link_version + 1})
