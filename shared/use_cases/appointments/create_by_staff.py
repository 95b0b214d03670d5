"""Books as staff, for one customer or for several seats of a group, in one transaction."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from shared.domain.appointments.appointment import LONGEST_VISIT, Appointment, Seat
from shared.domain.appointments.notices import notice, session_notice
from shared.domain.appointments.recipients import NEW, UNCERTAIN, mailed, staff_members
from shared.domain.appointments.reminders import expected_due, reminders
from shared.domain.appointments.series import due_at
from shared.domain.appointments.terms import Terms, terms_of
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import Forbidden, GroupFull, InvalidFields, Refusal, SlotTaken
from shared.domain.links import new_id
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.audit import audit_row
from shared.records.codec import dump, load, load_row
from shared.records.keys import (
    BUSINESS,
    appointment_key,
    customer_key,
    days_at,
    days_between,
    id_of,
    seat_key,
    seats_of,
    sessions_at,
)
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows, Values
from shared.records.work import work_rows
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit, in_order
from shared.use_cases.appointments.staff_claims import Actor, TimeRequest, clashes
from shared.use_cases.appointments.staff_request import (
    MOST_PARTIES,
    StaffBooking,
    check_parties,
    check_seats,
    check_terms,
    check_times,
)
from shared.use_cases.appointments.staff_seats import CustomerSeats
from shared.use_cases.booking.claims import candidate_ledgers
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Command, Writes
from shared.use_cases.series.joining import joined_rows, series_reads


MOST_ROWS = 99  # of one transaction, besides the decision
LONGEST_NOTES = 8000


@dataclass(frozen=True, slots=True)
class Made:
    """The appointment that was booked; `is_new` is false if an earlier try had done so.

    `whole` is how it was written, None where that is not known: after an earlier try, or in a session with others.
    """

    id: str
    is_new: bool
    whole: AppointmentWithVisit | None = None


async def create_by_staff(
    request: StaffBooking,
    *,
    editor: Actor,
    key: str,
    said: str = "",
    series: str = "",
    calendar: Calendar,
    context: Context,
    reading: Callable[[], ReadingRun] | None = None,
) -> Made:
    """Book for customers. Raise InvalidFields, SlotTaken, GroupFull, Forbidden, and what the policy refuses.

    The staff must be free unless the request overbooks; then the audit names the appointments at the same time.
    With the id of a `series`, people are told of it in the series' one message.
    `said` is the request's content if the request was made of more than itself: a repetition must have the same.
    """
    body = said or request.model_dump_json()
    command = name_command(context.secret, calendar.business.id, "book", editor.name, key, body)

    def plan_for(calendar: Calendar) -> StaffBookCommand:
        return StaffBookCommand(request, editor, calendar, command, context.secret, context.now, series)

    if reading and not request.overbook:
        await read_before_booking(calendar.staff, plan_for, calendar=calendar, reading=reading)
    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    made = str(decision.outcome["appointment"])
    return Made(made, decision.is_new, _as_written(made, decision.rows, context.now))


def _as_written(made: str, rows: Mapping[str, Values | None], now: datetime) -> AppointmentWithVisit | None:
    if not (values := rows.get(appointment_key(made))):
        return None
    appointment, (low, high) = load(Appointment, values), seats_of(made)
    seats = [load(Seat, one) for key, one in rows.items() if one and low <= key < high]
    if appointment.is_group and appointment.filled != len(seats):
        return None
    return AppointmentWithVisit(appointment, now, in_order(seats))


@dataclass(frozen=True)
class StaffBookCommand:
    """What one booking by staff reads and decides. Pure."""

    request: StaffBooking
    editor: Actor
    calendar: Calendar
    command: Command
    secret: str
    now: datetime
    series: str = ""

    @property
    def id(self) -> str:
        """Return the id of the appointment, the same for each try of the command."""
        return new_id(self.secret, self.command.hash)

    @cached_property
    def offered(self) -> Service | None:
        """Return the service as the calendar offers it; None if it does not, or no longer."""
        found = self.calendar.services.get(self.request.service)
        return None if found is None or found.removed_at else found

    @cached_property
    def terms(self) -> Terms:
        """Return the service's terms with the request's changes."""
        return self.request.terms.applied(terms_of(self.offered) if self.offered else Terms())

    @cached_property
    def wanted(self) -> TimeRequest:
        """Return the requested time and people. Raise InvalidFields for an unknown service."""
        if self.offered is None:
            raise InvalidFields([("/serviceId", "not a service of this calendar")])
        start = self.request.start
        end = self.request.end or start + self.offered.duration
        service = self.terms.service(self.offered.id, self.offered, end - start)
        staff = tuple(dict.fromkeys(self.request.staff))
        asked = (self.calendar, service, start, end, staff, self.editor, self.request.overbook)
        return TimeRequest(*asked, self.now)

    @property
    def parties(self) -> CustomerSeats:
        """Return the seats of the request's customers."""
        known = self.request.parties, self.calendar, self.wanted.service, self.secret, self.command.hash
        return CustomerSeats(*known, self.now, self.series)

    @cached_property
    def refusal(self) -> Refusal | None:
        """Return why request and settings alone refuse the booking; None if they do not."""
        try:
            check_times(self.wanted.start, self.wanted.end, self.now)
            check_parties(self.request.parties, self.calendar)
            check_seats(self.request.seats, is_group=self.wanted.service.is_group)
            check_terms(self.request.terms, self.terms, self.calendar, self.wanted.service)
            self._check_count()
        except InvalidFields as refusal:
            return refusal
        return self.wanted.refusal()

    def _check_count(self) -> None:
        count, most = len(self.request.parties), MOST_PARTIES if self.wanted.service.is_group else 1
        if not 1 <= count <= most:
            raise InvalidFields([("/customers", f"1 to {most} of them at once")])

    def due(self) -> list[datetime]:
        """Return when its reminders, its follow-up and the message about its series would be due."""
        if self.refusal:
            return []
        told = [due_at(self.now)] if self.series else []
        return told + expected_due(self.wanted.service, self.wanted.start, self.now)

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield settings, customers and ledgers; to overbook, what is around; for a group, its sessions."""
        yield BUSINESS
        yield appointment_key(self.id)
        if self.refusal:
            return
        yield from (customer_key(one) for one in self.parties.customer_ids())
        yield from candidate_ledgers(self.wanted.ticks, self.wanted.candidates)
        if self.series:
            yield from series_reads(rows, self.series)
        if self.request.overbook:
            yield self._around
        if self.wanted.service.is_group:
            sessions = sessions_at(self.wanted.start, self.wanted.service.id)
            yield sessions
            yield days_at(self.wanted.start)
            for row in rows.between(sessions):
                yield appointment_key(id_of(row.key))
                yield seat_key(id_of(row.key), self.id)

    @property
    def _around(self) -> Range:
        return days_between(self.wanted.start - LONGEST_VISIT, self.wanted.end)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the booking or a refusal; an open session with room for all is joined."""
        require_current(rows, self.calendar)
        # The decision row may be gone after 72 hours, but the id follows from the command.
        if values := rows.values(appointment_key(self.id)):
            return Writes({}, {"appointment": load(Appointment, values).id})
        if self.refusal:
            return self.refusal
        if joined := self._joined(rows):
            return Writes({}, {"appointment": joined})
        seats = self.parties.seats(rows)
        if self.wanted.service.is_group and (session := self._session(rows, len(seats))):
            return self._join(session, seats, rows)
        return self._claim(seats, rows)

    def _joined(self, rows: Rows) -> str:
        """Return the open session that an earlier try has joined; empty if there is none."""
        if not self.wanted.service.is_group:
            return ""
        open_ones = rows.between(sessions_at(self.wanted.start, self.wanted.service.id))
        names = (id_of(row.key) for row in open_ones)
        return next((one for one in names if rows.values(seat_key(one, self.id)) is not None), "")

    def _session(self, rows: Rows, count: int) -> Appointment | None:
        """Return the fullest open session with room for all, served by the requested people."""
        found = []
        for row in rows.between(sessions_at(self.wanted.start, self.wanted.service.id)):
            if values := rows.values(appointment_key(id_of(row.key))):
                one = load(Appointment, values)
                has_room = one.is_live and one.capacity - one.filled >= count
                is_it = one.start == self.wanted.start and one.end == self.wanted.end
                if has_room and is_it and set(self.wanted.staff) <= set(one.staff):
                    found.append(one)
        return max(found, key=lambda one: (one.filled, one.id), default=None)

    def _join(self, session: Appointment, seats: list[Seat], rows: Rows) -> Writes:
        more = {
            "filled": session.filled + len(seats),
            "version": session.version + 1,
            "terms": self._noted(session),
        }
        joined = session.model_copy(update=more)
        if self.series:  # the customer learns of the session as it is
            seen = {"session_changes": session.session_changes}
            seats = [one.model_copy(update=seen) for one in seats]
        return self._writes(rows, appointment_rows(joined, session), joined, seats, "booked")

    def _noted(self, session: Appointment) -> Terms | None:
        """Return a session's terms with the notes on those who join; nothing else of it changes."""
        if not self.request.terms.notes:
            return session.terms
        known = session.terms or (terms_of(self.offered) if self.offered else Terms())
        notes = "\n".join(part for part in (known.notes, self.request.terms.notes) if part)
        if len(notes) > LONGEST_NOTES:
            raise InvalidFields([("/serviceNotes", "too long, with what is noted of the session already")])
        return known.model_copy(update={"notes": notes})

    def _claim(self, seats: list[Seat], rows: Rows) -> Refusal | Writes:
        wanted, ledgers = self.wanted, Ledgers(rows)
        capacity = self.request.seats or wanted.service.maximum_attendees
        if len(seats) > capacity:
            return GroupFull()
        found = wanted.whom(ledgers, self.command.hash)
        if isinstance(found, Refusal):
            return GroupFull() if isinstance(found, SlotTaken) and self._is_full(rows) else found
        staff, is_over = found
        if not wanted.editor.may_book(staff):
            return Forbidden()
        over = clashes(rows.between(self._around), wanted.ticks, staff) if is_over else []
        if self.request.over is not None and not set(over) <= set(self.request.over):
            return SlotTaken()
        ledgers.claim(wanted.ticks, staff)
        appointment = Appointment(
            id=self.id,
            service=wanted.service.id,
            staff=staff,
            start=wanted.start,
            end=wanted.end,
            claim=(wanted.ticks.first, wanted.ticks.last),
            chosen_by="staff" if wanted.staff else "anyone",
            is_overbooked=is_over,
            capacity=capacity,
            filled=len(seats),
            seat=None if wanted.service.is_group else seats[0],
            terms=self.terms,
            made_at=self.now,
            series="" if wanted.service.is_group else self.series,
        )
        rule = wanted.exceeded(staff)
        action = "booked" + (f" beyond {rule}" if rule else "")
        action += f" over {', '.join(over or ['time off'])}" if is_over else ""
        return self._writes(rows, ledgers.rows() | appointment_rows(appointment), appointment, seats, action)

    def _is_full(self, rows: Rows) -> bool:
        """Return whether a session of these people is there, without a seat left: no index of open ones has it."""
        wanted = self.wanted
        if not wanted.service.is_group:
            return False
        there = (load_row(Appointment, row) for row in rows.between(days_at(wanted.start)))
        own = (one for one in there if one.service == wanted.service.id and set(wanted.staff) <= set(one.staff))
        return any(one.is_live and one.is_full for one in own)

    def _writes(self, rows: Rows, changes: Changes, one: Appointment, seats: list[Seat], action: str) -> Writes:
        policy, service = self.calendar.policy_of(self.wanted.service), self.wanted.service
        to_business = policy.send_confirmations_to_owner and bool(self.calendar.business.email)
        may_know = one.filled > len(seats)  # of the session, by another seat
        staff = mailed(staff_members(one.staff, UNCERTAIN if may_know else NEW), self.calendar)
        if one.seat is not None or self.series:
            told = notice(service, one, seats[0], staff=staff, to_business=to_business)
            changes |= seat_rows(seats[0], one)
        else:
            told = session_notice(service, one, staff=staff, to_business=to_business, is_first=True)
            changes |= {seat_key(one.id, seat.id): dump(seat) for seat in seats}
        changes |= self.parties.customer_rows(seats)
        due = [] if self.series else [told]
        if self.series:
            seat = seats[0].id if one.is_group else ""
            changes |= joined_rows(rows, self.series, one.id, told.work.recipients, self.now, seat)
            due += reminders(service, one, seats[0], self.now)
        if one.is_group or not self.series:
            due += reminders(service, one, one.seat, self.now)
        changes |= work_rows(due)
        changes |= audit_row(self.now, self.command.hash[:12], self.editor.name, action, one.id)
        if len(changes) > MOST_ROWS:
            raise InvalidFields([("/customers", "too many at once: some of them may be added afterwards")])
        return Writes(changes, {"appointment": one.id, "staff": list(one.staff)})
