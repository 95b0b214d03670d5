"""Change a visit on purpose: come, admit, put back, end, mark, tell. One command is one transaction, as ever."""

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
from shared.use_cases.booking.check_form import text_problem
from shared.use_cases.commands import name_command
from shared.use_cases.ports import Store, Writes
from shared.use_cases.visits.find_visit import VisitAccess


Act = Callable[[Visit, datetime], list[Event]]
"""What somebody does to the visit as it stands, at a moment after all that led to it."""

AFTER = timedelta(milliseconds=1)
LONGEST_NAME, LONGEST_MESSAGE = 120, 500


async def join_visit(
    entrance: VisitAccess, name: str, devices: str, *, store: Store, secret: str, now: datetime
) -> None:
    """Come to the waiting room, or as a host to the visit; a second time changes nothing but the name.

    Raises InvalidFields for a name that is no text.
    """
    party, known = entrance.party, " ".join(plain_line(name).split()) or entrance.name
    if known != entrance.name and (problem := text_problem(known, LONGEST_NAME)):
        raise InvalidFields([("/name", problem)])

    def act(_: Visit, at: datetime) -> list[Event]:
        return [Event("come", at, party, text=known, devices=devices[:60])]

    await change_visit(entrance, "come", act, store=store, secret=secret, now=now)


async def admit(entrance: VisitAccess, attendee: str, *, store: Store, secret: str, now: datetime) -> None:
    """Let an attendee in. Whoever is in already stays so: of two who admit at once, both have what they wanted."""

    def act(visit: Visit, at: datetime) -> list[Event]:
        party = visit.party(attendee)
        if party is None or party.is_staff or party.came is None:
            raise NotFound
        is_in = visit.is_admitted(party) and not visit.is_closed
        return [] if is_in else [Event("admit", at, attendee)]

    await change_visit(entrance, f"admit {attendee}", act, store=store, secret=secret, now=now)


async def return_to_lobby(
    entrance: VisitAccess, attendee: str, *, store: Store, secret: str, now: datetime
) -> None:
    """Send an attendee back to the waiting room."""

    def act(visit: Visit, at: datetime) -> list[Event]:
        party = visit.party(attendee)
        if party is None or party.is_staff:
            raise NotFound
        return [Event("put_back", at, attendee)] if visit.is_admitted(party) else []

    await change_visit(entrance, f"put_back {attendee}", act, store=store, secret=secret, now=now)


async def message_lobby(
    entrance: VisitAccess,
    text: str,
    *,
    name: str = "",
    language: str = "",
    store: Store,
    secret: str,
    now: datetime,
) -> None:
    """Leave a message for whoever waits: words in the writer's language, or the name of a ready one.

    Raises InvalidFields for what is no text.
    """
    words = plain_text(text)
    if problem := text_problem(words, LONGEST_MESSAGE, multiline=True):
        raise InvalidFields([("/text", problem)])

    def act(_: Visit, at: datetime) -> list[Event]:
        said = Event("tell", at, entrance.party, text=words, name=name, language=language)
        return [said] if words or name else []

    await change_visit(entrance, "tell", act, store=store, secret=secret, now=now)


async def mark_visit(
    entrance: VisitAccess, happening: Transition, *, store: Store, secret: str, now: datetime
) -> None:
    """End it, or mark it by hand, where the table of statuses has that way; else it stays as it is."""

    def act(visit: Visit, at: datetime) -> list[Event]:
        me = visit.party(entrance.party)
        is_in = me is not None and me.has_joined and me.is_here(at)
        there = [Event("beat", at, entrance.party, "room")] if is_in and happening == "end" else []
        events = marked(visit, visit.status, happening, at, is_online=entrance.is_online)
        return [*there, *events] if events else []

    await change_visit(entrance, happening, act, store=store, secret=secret, now=now)


async def change_visit(
    entrance: VisitAccess, action: str, act: Act, *, store: Store, secret: str, now: datetime
) -> None:
    """Do something to the visit as it stands. Raises AlreadyCancelled, NotFound, TryAgain.

    Each call is a command of its own: what it does is harmless to repeat.
    """
    appointment, party = entrance.appointment, entrance.party
    is_online, needs_meeting = entrance.is_online, entrance.meeting.needs_creation and not entrance.made
    change = VisitChange(appointment.id, appointment.start, is_online, act, now, needs_meeting)
    key = new_id(secret, action, party, now.isoformat())
    command = name_command(secret, entrance.business, "visit", f"{appointment.id} {party}", key, "")
    await store.decide(command, change.reads, change.decide, due=[now + LOOK_EVERY])


@dataclass(frozen=True, slots=True)
class VisitChange:
    """What one change reads, and what it decides: pure."""

    appointment: str
    start: datetime
    is_online: bool
    act: Act
    now: datetime
    needs_meeting: bool = False

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        yield appointment_key(self.appointment)
        yield visit_key(self.start, self.appointment)
        if values := rows.values(appointment_key(self.appointment)):
            found = load(Appointment, values)
            yield visit_key(found.start, self.appointment)
            yield from session_reads(found)

    def decide(self, rows: Rows) -> Refusal | Writes:
        values = rows.values(appointment_key(self.appointment))
        if values is None:
            return NotFound()
        appointment = load(Appointment, values)
        if not appointment.is_live:
            return AlreadyCancelled()
        before = load_visit(rows.values(visit_key(appointment.start, appointment.id)))
        latest = before.latest
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
