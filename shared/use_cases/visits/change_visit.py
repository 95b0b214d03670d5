"""Changes a visit by intent: come, admit, return to the lobby, end, mark, send a message. Each is one command."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.errors import AlreadyCancelled, InvalidFields, NotFound, Refusal
from shared.domain.links import new_id
from shared.domain.text.pasted import plain_line, plain_text
from shared.domain.visits.rules import LOOK_EVERY, Transition, marked
from shared.domain.visits.visit import Event, Visit, apply
from shared.records.appointments import session_reads
from shared.records.codec import load
from shared.records.keys import appointment_key, visit_key
from shared.records.table import Range, Rows
from shared.records.visits import load_visit, visit_rows
from shared.use_cases.booking.check_form import REQUIRED, text_problem
from shared.use_cases.commands import name_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Writes
from shared.use_cases.visits.find_visit import VisitAccess


Act = Callable[[Visit, datetime], list[Event]]
"""Returns the events that a participant adds to the visit as it is now, at a moment after all earlier events."""

AFTER = timedelta(milliseconds=1)
LONGEST_NAME, LONGEST_MESSAGE = 120, 500


async def join_visit(entrance: VisitAccess, name: str, devices: str, *, context: Context) -> None:
    """Come to the lobby, or as a host to the visit; a second time changes nothing but the name.

    Raise InvalidFields for a name with characters that are not text, and for a companion without one.
    """
    party, known = entrance.party, " ".join(plain_line(name).split()) or entrance.name
    if not known and entrance.companion:
        raise InvalidFields([REQUIRED.at("/name")])
    if known != entrance.name and (problem := text_problem(known, LONGEST_NAME)):
        raise InvalidFields([problem.at("/name")])

    def act(_: Visit, at: datetime) -> list[Event]:
        return [Event("come", at, party, text=known, devices=devices[:60])]

    await change_visit(entrance, "come", act, context=context)


async def admit(entrance: VisitAccess, attendee: str, *, context: Context) -> None:
    """Admit an attendee; nothing changes if they are in already. Raise NotFound if they are not there."""

    def act(visit: Visit, at: datetime) -> list[Event]:
        party = visit.party(attendee)
        if party is None or party.is_staff or party.came is None:
            raise NotFound
        is_in = visit.is_admitted(party) and not visit.is_closed
        return [] if is_in else [Event("admit", at, attendee)]

    await change_visit(entrance, f"admit {attendee}", act, context=context)


async def return_to_lobby(entrance: VisitAccess, attendee: str, *, context: Context) -> None:
    """Send an attendee back to the lobby. Raise NotFound."""

    def act(visit: Visit, at: datetime) -> list[Event]:
        party = visit.party(attendee)
        if party is None or party.is_staff:
            raise NotFound
        return [Event("put_back", at, attendee)] if visit.is_admitted(party) else []

    await change_visit(entrance, f"put_back {attendee}", act, context=context)


async def message_lobby(
    entrance: VisitAccess, text: str, *, name: str = "", language: str = "", context: Context
) -> None:
    """Leave a message, of a host for those in the lobby, of an attendee for staff.

    It is a `text` in the writer's language, or the `name` of a ready-made one. Raise InvalidFields for characters
    that are not text.
    """
    words = plain_text(text)
    if problem := text_problem(words, LONGEST_MESSAGE, multiline=True):
        raise InvalidFields([problem.at("/text")])

    def act(_: Visit, at: datetime) -> list[Event]:
        said = Event("tell", at, entrance.party, text=words, name=name, language=language)
        return [said] if words or name else []

    await change_visit(entrance, "tell", act, context=context)


async def mark_visit(entrance: VisitAccess, happening: Transition, *, context: Context) -> None:
    """End a visit, or mark it by hand; without effect if its status has no such transition."""

    def act(visit: Visit, at: datetime) -> list[Event]:
        me = visit.party(entrance.party)
        is_in = me is not None and me.has_joined and me.is_here(at)
        there = [Event("beat", at, entrance.party, "room")] if is_in and happening == "end" else []
        online, by = entrance.is_online, entrance.party
        events = marked(visit, visit.status, happening, at, is_online=online, by=by)
        return [*there, *events] if events else []

    await change_visit(entrance, happening, act, context=context)


async def change_visit(entrance: VisitAccess, action: str, act: Act, *, context: Context) -> None:
    """Apply `act` to the visit as it is now. Raise AlreadyCancelled, NotFound, TryAgain.

    Each call is a command of its own: repeating it does no harm.
    """
    appointment, party = entrance.appointment, entrance.party
    is_online, needs_meeting = entrance.is_online, entrance.meeting.needs_creation and not entrance.made
    change = VisitChange(appointment.id, appointment.start, is_online, act, context.now, needs_meeting)
    key = new_id(context.secret, action, party, context.now.isoformat())
    command = name_command(context.secret, entrance.business, "visit", f"{appointment.id} {party}", key, "")
    await context.store.decide(command, change.reads, change.decide, due=[context.now + LOOK_EVERY])


@dataclass(frozen=True, slots=True)
class VisitChange:
    """What one change of a visit reads and decides. Pure."""

    appointment: str
    start: datetime
    is_online: bool
    act: Act
    now: datetime
    needs_meeting: bool = False

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the appointment and the visit, also at the appointment's present start if it was moved."""
        yield appointment_key(self.appointment)
        yield visit_key(self.start, self.appointment)
        if values := rows.values(appointment_key(self.appointment)):
            found = load(Appointment, values)
            yield visit_key(found.start, self.appointment)
            yield from session_reads(found)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the changed visit; NotFound or AlreadyCancelled if there is none to change."""
        values = rows.values(appointment_key(self.appointment))
        if values is None:
            return NotFound()
        appointment = load(Appointment, values)
        if not appointment.is_live:
            return AlreadyCancelled()
        before = load_visit(rows.values(visit_key(appointment.start, appointment.id)))
        latest = before.latest
        # Clocks of two processes differ: an event must not come before those that it follows.
        at = max(self.now, latest + AFTER) if latest else self.now
        after = apply(before, self.act(before, at))
        if after == before:
            return Writes({}, {"status": before.status})
        changes = visit_rows(
            appointment,
            before,
            after,
            self.now,
            is_online=self.is_online,
            needs_meeting=self.needs_meeting and self.is_online,
        )
        return Writes(changes, {"status": after.status})
