"""Changes an appointment as staff: its time, people, terms and customers, in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.domain.appointments.appointment import LONGEST_VISIT, Appointment, Seat
from shared.domain.appointments.cancellation import cancelled_seat, is_late, with_left
from shared.domain.appointments.notices import NewEntry, notice, session_notice
from shared.domain.appointments.recipients import mailed, staff_recipients
from shared.domain.appointments.reminders import reminders
from shared.domain.appointments.series import Together
from shared.domain.appointments.terms import Terms, terms_of
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import (
    AlreadyCancelled,
    Forbidden,
    GroupFull,
    InvalidFields,
    Refusal,
)
from shared.records.appointments import Changes, appointment_rows, seat_rows, session_reads
from shared.records.audit import audit_row, schedule_changes
from shared.records.codec import dump
from shared.records.keys import customer_key, days_between, ledger_keys, seat_key, seats_of
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.attendee_list import AttendeeChanges, attendance, newcomers, taken_seats
from shared.use_cases.appointments.cancel_by_staff import held_by, held_for_change, held_reads
from shared.use_cases.appointments.create_by_staff import MOST_ROWS
from shared.use_cases.appointments.staff_claims import Actor, TimeRequest, clashes
from shared.use_cases.appointments.staff_request import (
    AppointmentChange,
    CustomerInput,
    check_parties,
    check_seats,
    check_terms,
    check_times,
)
from shared.use_cases.appointments.staff_seats import CustomerSeats, with_contact
from shared.use_cases.booking.cancel_appointment import tells_business
from shared.use_cases.commands import Etags, name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Command, Writes
from shared.use_cases.telling.announce import (
    Announced,
    Telling,
    Told,
    announce,
    as_told,
    kept_pending,
    pending_reads,
    said_how,
    told_as,
)


TOLD = ("start", "end", "staff")
TERMS_TOLD = ("service_name", "location", "is_online")


async def change_by_staff(
    appointment: str,
    change: AppointmentChange,
    *,
    editor: Actor,
    key: str,
    said: str = "",
    etags: Etags = None,
    seen: Appointment | None = None,
    calendar: Calendar,
    context: Context,
    telling: Telling = "now",
    together: Together | None = None,
    reading: Callable[[], ReadingRun] | None = None,
) -> Told:
    """Change an appointment, and inform all recipients, when `telling` says, of another time, people or place.

    Return when they are told: one who is not to be told hears of it by what is on its way to them.

    Raise NotFound, Forbidden, AlreadyCancelled, InvalidFields, SlotTaken, GroupFull and what the policy refuses;
    EditConflict if the etags are outdated. `said` is the request's content if the change was made of more than
    itself: a repetition must have the same. `seen` is the appointment as it was just read, if it was: it saves a
    round trip. People are told of changes `together` by one message.
    """
    body = said or change.model_dump_json(exclude_unset=True)
    body += "" if telling == "now" else telling
    command = name_command(context.secret, calendar.business.id, f"change {appointment}", editor.name, key, body)

    _, secret, now = context

    def plan_for(calendar: Calendar) -> StaffChangeCommand:
        return StaffChangeCommand(
            appointment, change, editor, etags, calendar, command, secret, now, telling, seen, together
        )

    # what changes neither time nor people claims nothing new
    if reading and (change.start or change.end or change.staff) and not change.overbook:
        await read_before_booking(calendar.staff, plan_for, calendar=calendar, reading=reading)
    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return told_as(decision.outcome, telling)


@dataclass(frozen=True)
class StaffChangeCommand:
    """What one change by staff reads and decides. Pure."""

    appointment: str
    change: AppointmentChange
    editor: Actor
    etags: Etags
    calendar: Calendar
    command: Command
    secret: str
    now: datetime
    telling: Telling = "now"
    seen: Appointment | None = None
    together: Together | None = None

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the appointment, then its pending notice, ledgers and indexes of both times, then customers."""
        yield from held_reads(rows, self.appointment, self.seen)
        if before := held_by(rows, self.appointment) or self.seen:
            plan = self._plan(before)
            if plan.complaint:
                return
            yield from ledger_keys(plan.wanted.ticks.first, plan.wanted.ticks.last, plan.wanted.candidates)
            yield from session_reads(before, plan.wanted.start)
            yield from pending_reads(rows, before, self.telling)
            if self.change.overbook:
                yield days_between(plan.wanted.start - LONGEST_VISIT, plan.wanted.end)
            if self.change.parties is not None and before.seat is None:
                yield seats_of(before.id)
                if rows.has(seats_of(before.id)):
                    parties, taken = plan.parties(self.change.parties), taken_seats(rows, before.id)
                    yield from (customer_key(one) for one in newcomers(parties, taken))

    def _plan(self, before: Appointment) -> "PlannedChange":
        known = before, self.change, self.editor, self.calendar, self.command, self.secret, self.now
        return PlannedChange(*known, self.telling, self.together)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the change or a refusal."""
        require_current(rows, self.calendar)
        before = held_for_change(rows, self.appointment, self.editor, self.etags)
        if isinstance(before, Refusal):
            return before
        if not before.is_live:
            return AlreadyCancelled()
        return self._plan(before).decide(rows)


@dataclass(frozen=True)
class PlannedChange:
    """One appointment, and what it is to become."""

    before: Appointment
    change: AppointmentChange
    editor: Actor
    calendar: Calendar
    command: Command
    secret: str
    now: datetime
    telling: Telling = "now"
    together: Together | None = None

    @cached_property
    def terms(self) -> Terms:
        """Return the terms after the change."""
        offered = self.calendar.services.get(self.before.service)
        known = self.before.terms or (terms_of(offered) if offered else Terms())
        return self.change.terms.applied(known)

    @cached_property
    def wanted(self) -> TimeRequest:
        """Return time and people after the change; what is not given stays."""
        before, change = self.before, self.change
        start = change.start or before.start
        end = change.end or (start + (before.end - before.start))
        service = self.terms.service(before.service, self.calendar.services.get(before.service), end - start)
        staff = tuple(dict.fromkeys(change.staff)) if change.staff is not None else before.staff
        wanted = TimeRequest(self.calendar, service, start, end, staff, self.editor, change.overbook, self.now)
        return replace(wanted, is_chosen=change.staff is not None)

    @property
    def service(self) -> Service:
        """Return the service with the terms after the change."""
        return self.wanted.service

    def parties(self, parties: Sequence[CustomerInput]) -> CustomerSeats:
        """Return the seats of these customers."""
        return CustomerSeats(parties, self.calendar, self.service, self.secret, self.command.hash, self.now)

    @cached_property
    def complaint(self) -> InvalidFields | None:
        """Return what is wrong with the change itself: an impossible time must not cause reads."""
        try:
            check_times(self.wanted.start, self.wanted.end, self.now)
            check_parties(self.change.parties or (), self.calendar)
            check_seats(self.change.seats, is_group=self.before.is_group)
            check_terms(self.change.terms, self.terms, self.calendar, self.service)
        except InvalidFields as complaint:
            return complaint
        return None

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return what to write, or the refusal."""
        if self.complaint:
            raise self.complaint
        ledgers, placed = Ledgers(rows), self._placed()
        over = ""
        if placed:
            if refusal := self.wanted.refusal():
                return refusal
            ledgers.release(self.before.ticks, self.before.staff)
            found = self.wanted.whom(ledgers, self.command.hash)
            if isinstance(found, Refusal):
                return found
            if not self.editor.may_book(found[0], self.before.staff, is_over=found[1]):
                return Forbidden()
            placed |= {"is_overbooked": found[1]}
            ledgers.claim(self.wanted.ticks, found[0])
            over = self._over(rows) if found[1] else ""
        seats = self.change.seats or self.before.capacity
        after = self.before.model_copy(update={**placed, "terms": self.terms, "capacity": seats})
        if after == self.before and self.change.parties is None:
            return Writes({}, {"appointment": after.id})
        after = after.model_copy(update={"version": self.before.version + 1})
        rest = self._lone(rows, after) if self.before.seat else self._session(rows, after)
        if isinstance(rest, Refusal):
            return rest
        return self._writes({**ledgers.rows(), **rest[0]}, after, over, rest[1])

    def _placed(self) -> dict[str, Any]:
        """Return the new fields of time and people; empty if it claims the same."""
        wanted, ticks = self.wanted, self.wanted.ticks
        new = {"start": wanted.start, "end": wanted.end, "staff": wanted.staff, "claim": (ticks.first, ticks.last)}
        if all(getattr(self.before, name) == value for name, value in new.items()):
            return {}
        new |= {**self.before.served_by(wanted.staff), "awaited": None}  # who places it anew has confirmed it
        return new if self.change.staff is None else {**new, "chosen_by": "staff"}

    def _over(self, rows: Rows) -> str:
        around = rows.between(days_between(self.wanted.start - LONGEST_VISIT, self.wanted.end))
        names = clashes(around, self.wanted.ticks, self.wanted.staff, own=self.before.id) or ["time off"]
        return f" over {', '.join(names)}"

    @property
    def _is_told(self) -> bool:
        """Return whether the recipients have to know: of another time, other people, another place."""
        before, known = self.before, self.before.terms or self.terms
        is_moved = any(getattr(before, name) != getattr(self.wanted, name) for name in TOLD)
        return is_moved or any(getattr(known, name) != getattr(self.terms, name) for name in TERMS_TOLD)

    def _lone(self, rows: Rows, after: Appointment) -> tuple[Changes, Told]:
        assert after.seat is not None
        seat = with_contact(after.seat, self.change.parties)
        # Another customer has the seat, and gets links of their own.
        is_told = self._is_told or seat.link_version != after.seat.link_version
        seat = seat.model_copy(update={"version": seat.version + is_told})
        after = after.model_copy(update={"seat": seat})
        business = self._is_told and tells_business(self.calendar, after)
        people = mailed(staff_recipients(self.before, after), self.calendar) if self._is_told else []
        known = as_told(rows, self.before)
        told = notice(self.service, after, seat, staff=people, to_business=business, before=known)
        done = self._announced(rows, after, told if is_told else None)
        after, seat = done.appointment, done.appointment.seat or seat
        changes = appointment_rows(after, self.before) | seat_rows(seat, after, self.before.start)
        return changes | done.entries | self._reminded(after, seat, done.since, is_told=is_told), done.how

    def _announced(self, rows: Rows, after: Appointment, told: NewEntry | None) -> Announced:
        if told is None:
            return Announced(kept_pending(self.before, after), {}, self.now, self.telling)
        # Only a change of nothing but time and people can be undone.
        if self.change.parties is not None or self.terms != (self.before.terms or self.terms):
            return Announced(after, work_rows([told]), self.now, "now")
        return announce(rows, self.before, after, told, self.telling, self.now, self.together)

    def _reminded(self, after: Appointment, seat: Seat | None, since: datetime, *, is_told: bool) -> Changes:
        """Return the reminders, unless they are the same: those who had theirs must not get it again."""
        before, now = self.before.terms or self.terms, self.terms
        is_same = (before.reminders, before.tells_customer) == (now.reminders, now.tells_customer)
        return {} if is_same and not is_told else work_rows(reminders(self.service, after, seat, since))

    def _session(self, rows: Rows, after: Appointment) -> tuple[Changes, Told] | Refusal:
        who = self._attendance(rows, taken_seats(rows, after.id))
        filled = self.before.filled + len(who.joining) - len(who.leaving)
        if filled > after.capacity:
            return GroupFull()
        if filled < 1:
            raise InvalidFields([("/customers", "at least one; or cancel the appointment")])
        late, number = is_late(self.calendar, self.before, self.now), len(who.leaving)
        left = with_left(after.left, "staff", is_late=late, number=number) if number else after.left
        changes_of_all = self.before.session_changes + self._is_told
        more = {"filled": filled, "session_changes": changes_of_all, "left": left}
        after = after.model_copy(update=more)
        business = self._is_told and tells_business(self.calendar, after)
        people = mailed(staff_recipients(self.before, after), self.calendar)
        was = as_told(rows, self.before)
        told = session_notice(self.service, after, staff=people, to_business=business, before=was)
        done = self._announced(rows, after, told if self._is_told or who.joining or who.leaving else None)
        after = done.appointment
        changes = appointment_rows(after, self.before) | done.entries
        for seat in who.leaving:
            gone = cancelled_seat(seat, self.now, "staff", is_late=late)
            changes |= seat_rows(gone, after) | self._noticed(after, gone)
        for known, seat in who.edited:
            changes |= self._edited(after, known, seat)
        changes |= {seat_key(after.id, seat.id): dump(seat) for seat in who.joining}
        changes |= self.parties(self.change.parties or ()).customer_rows(who.joining)
        return changes | self._reminded(after, None, done.since, is_told=self._is_told), done.how

    def _attendance(self, rows: Rows, taken: Sequence[Seat]) -> AttendeeChanges:
        wanted = self.change.parties
        return AttendeeChanges() if wanted is None else attendance(self.parties(wanted), rows, taken)

    def _edited(self, after: Appointment, known: Seat, seat: Seat) -> Changes:
        """Inform another person of their seat, unless the session's change informs them anyway."""
        is_told = seat.link_version != known.link_version and not after.has_unseen_changes(known)
        seat = seat.model_copy(update={"version": seat.version + is_told})
        return {seat_key(after.id, seat.id): dump(seat), **(self._noticed(after, seat) if is_told else {})}

    def _noticed(self, after: Appointment, seat: Seat) -> Changes:
        return work_rows([notice(self.service, after, seat, staff=(), to_business=False)])

    def _writes(self, changes: Changes, after: Appointment, over: str, how: Told) -> Writes:
        what, told = f"changed{over}{said_how(how)}", schedule_changes(self.before, after)
        changes |= audit_row(self.now, self.command.hash[:12], self.editor.name, what, after.id, told)
        if len(changes) > MOST_ROWS:
            raise InvalidFields([("/customers", "too many changes at once")])
        return Writes(changes, {"appointment": self.before.id, "staff": list(after.staff), "telling": how})
