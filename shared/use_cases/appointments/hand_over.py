"""Hands a person's coming appointments over to others: as chosen for each, or to anybody who is free."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.successors import successors
from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyCancelled, Conflict, NotFound, Rejected, TryAgain
from shared.domain.timeline.ledger import Ledger, cut_by_month, months_in
from shared.domain.timeline.ticks import Window
from shared.records.codec import load_row
from shared.records.keys import appointment_key, days_from, id_of, start_of
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.availability.explain_start import find_ledgers
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import CHOICES, read_once
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Store


MOST_AT_ONCE = 100  # appointments of one request, so that it ends before the client gives up
AROUND = timedelta(days=1)
READ_AT_ONCE = 50
ANYONE, STAYS, UNCHOSEN = "anyone", "", "unchosen"
"""Choices beside a person's id: whoever is free, first the one whom the page would choose; nobody; none yet."""

Reason = Literal["nobody", "taken", "unchosen", "busy", "later"]
"""Why an appointment was not handed over.

nobody    no one else who could serve it is free then
taken     the chosen person is no longer free, or cannot serve it any more
unchosen  nothing was chosen for it: it is one of the next, or was booked meanwhile
busy      the server was busy: the same request goes on with it
later     as many as one request moves were moved: the same request goes on with it
"""


class Leaving(NamedTuple):
    """A coming appointment of a person, and who could take it over, the best first."""

    appointment: Appointment
    successors: tuple[str, ...]


class ComingAppointments(NamedTuple):
    """The nearest coming appointments of a person, and how many there are in all."""

    nearest: Sequence[Leaving]
    total: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of them: who took each over, why others were left, and which were to stay."""

    moved: Sequence[tuple[Appointment, str]]
    left: Sequence[tuple[Appointment, Reason]]
    stayed: Sequence[Appointment]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left that was to be handed over."""
        return not self.left


async def find_coming(
    person: str, *, calendar: Calendar, store: Store, now: datetime, most: int = MOST_AT_ONCE
) -> ComingAppointments:
    """Return a person's coming appointments, at most so many, with possible successors; two round trips."""
    page = await store.table.range("bookings", calendar.business.id, *days_from(now), ("staff", "status"))
    found = [
        (start_of(row.key), id_of(row.key))
        for row in page.rows
        if person in str(row.values["staff"]).split(",") and row.values["status"] != "cancelled"
    ]
    nearest = found[:most]
    appointments, ledgers = await asyncio.gather(
        _appointments([name for _, name in nearest], calendar, store),
        _ledgers([start for start, _ in nearest], calendar, store),
    )
    leaving = []
    for one in appointments:
        if one.is_live and person in one.staff:
            able = successors(one, person, calendar, ledgers)
            leaving.append(Leaving(one, tuple(able)))
            if able:  # so that the next one is not suggested for the same time, and work spreads evenly
                _claim(ledgers, able[0], one)
    return ComingAppointments(leaving, len(found))


async def _appointments(names: Sequence[str], calendar: Calendar, store: Store) -> list[Appointment]:
    several, business = asyncio.Semaphore(READ_AT_ONCE), calendar.business.id

    async def one(name: str) -> Appointment | None:
        async with several:
            row = await store.table.get("bookings", business, appointment_key(name))
        return load_row(Appointment, row) if row else None

    return [found for found in await asyncio.gather(*(one(name) for name in names)) if found]


async def _ledgers(starts: Sequence[datetime], calendar: Calendar, store: Store) -> dict[str, dict[str, Ledger]]:
    """Return the ledgers of everybody around these starts, by person and month."""
    windows = (Window.around(start - AROUND, start + AROUND) for start in starts)
    months = list(dict.fromkeys(month for window in windows for month in months_in(window)))
    return await find_ledgers(calendar.business.id, months, store=store)


def _claim(ledgers: dict[str, dict[str, Ledger]], person: str, one: Appointment) -> None:
    months = ledgers.setdefault(person, {})
    for month, mask in cut_by_month(one.ticks.first, one.ticks.last).items():
        months[month] = months.get(month, Ledger()).claim(mask)


async def hand_over(
    person: str,
    choices: Mapping[str, str],
    otherwise: str,
    *,
    key: str,
    editor: Actor,
    calendar: Calendar,
    context: Context,
    most: int = MOST_AT_ONCE,
    reading: Callable[[], ReadingRun] | None = None,
) -> HandedOver:
    """Reassign each coming appointment by its choice, or as `otherwise`: to a person, to ANYONE, or it STAYS.

    At most so many are reassigned, each by a command of its own that tells all as any reassignment does. Repeating
    the request goes on with what is left. With `reading`, own calendars of those who would take over are read once
    before: who is busy there gets nothing. Raise NotFound for a person who never was on the staff.
    """
    if calendar.person(person) is None:
        raise NotFound
    coming = await find_coming(person, calendar=calendar, store=context.store, now=context.now, most=most)
    takers = {taker for one in coming.nearest for taker in _takers(one, choices, otherwise)}
    if await read_once(takers, calendar=calendar, reading=reading):
        coming = await find_coming(person, calendar=calendar, store=context.store, now=context.now, most=most)
    moving = _Moving(person, key, editor, calendar, context)
    done = await moving.move_all([(one, choices.get(one.appointment.id, otherwise)) for one in coming.nearest])
    if coming.total > most and otherwise != STAYS:
        rest = await _rest(person, coming, calendar, context.store, context.now)
        return HandedOver(done.moved, [*done.left, *((one.appointment, "later") for one in rest)], done.stayed)
    return done


def _takers(one: Leaving, choices: Mapping[str, str], otherwise: str) -> Sequence[str]:
    """Return who would take an appointment over, by its choice: the first of those who can, or who was chosen."""
    choice = choices.get(one.appointment.id, otherwise)
    if choice == ANYONE:
        return one.successors[:CHOICES]
    return () if choice in (STAYS, UNCHOSEN) else (choice,)


async def hand_over_and_remove(
    person: str,
    choices: Mapping[str, str],
    otherwise: str,
    *,
    settings: SettingsChange,
    editor: Actor,
    reading: Callable[[], ReadingRun] | None = None,
) -> HandedOver:
    """Hand a person's appointments over, and remove the person once nothing is left that was to be handed over.

    Until they are removed they can be booked, so it is looked for new appointments once more; what is left of
    these is said, although the person was removed. Raise LastAdministrator, before anything is
    changed if it is known by then.
    """
    calendar = await settings.context.store.calendars.reload(settings.business)
    if person in calendar.staff:
        settings.require_administrator_without(person, calendar)
    given = {"key": settings.author.key, "editor": editor, "reading": reading, "context": settings.context}
    done = await hand_over(person, choices, otherwise, calendar=calendar, **given)  # type: ignore[arg-type]
    if done.left or person not in calendar.staff:
        return done
    with suppress(NotFound):  # removed by another request
        await settings.remove("staff", person, None)
    calendar = await settings.context.store.calendars.reload(settings.business)
    late = await hand_over(person, choices, otherwise, calendar=calendar, **given)  # type: ignore[arg-type]
    return HandedOver([*done.moved, *late.moved], late.left, late.stayed)


async def _rest(
    person: str, done: ComingAppointments, calendar: Calendar, store: Store, now: datetime
) -> list[Leaving]:
    """Return what is still the person's beyond the appointments that this request was about."""
    known = {one.appointment.id for one in done.nearest}
    coming = await find_coming(person, calendar=calendar, store=store, now=now)
    return [one for one in coming.nearest if one.appointment.id not in known]


@dataclass(frozen=True, slots=True)
class _Moving:
    person: str
    key: str
    editor: Actor
    calendar: Calendar
    context: Context

    async def move_all(self, chosen: Sequence[tuple[Leaving, str]]) -> HandedOver:
        """Move each appointment by its choice, one after the other."""
        moved: list[tuple[Appointment, str]] = []
        left: list[tuple[Appointment, Reason]] = []
        for one, choice in chosen:
            if choice == STAYS:
                continue
            taker, reason = ("", "unchosen") if choice == UNCHOSEN else await self.move(one, choice)
            if taker:
                moved.append((one.appointment, taker))
            elif reason:
                left.append((one.appointment, reason))
        return HandedOver(moved, left, [one.appointment for one, choice in chosen if choice == STAYS])

    async def move(self, one: Leaving, choice: str) -> tuple[str, Reason | None]:
        """Return who took it over, or why nobody did; neither if it was cancelled meanwhile."""
        able = one.successors if choice == ANYONE else (choice,)
        for taker in able:
            try:
                await self._reassign(one.appointment, taker, is_chosen=choice != ANYONE)
            except (NotFound, AlreadyCancelled):
                return "", None
            except TryAgain:
                return "", "busy"
            except (Conflict, Rejected):  # no longer free, or no longer on the staff
                continue
            return taker, None
        return "", "nobody" if choice == ANYONE else "taken"

    async def _reassign(self, one: Appointment, taker: str, *, is_chosen: bool) -> None:
        # One key for each appointment and person: a repeated request asks for the same, and another person anew.
        name = f"{self.key}\0{one.id}\0{taker}"
        await reassign_appointment(
            one.id,
            (taker,),
            leaving=self.person,
            key=hashlib.sha256(name.encode()).hexdigest(),
            editor=self.editor,
            calendar=self.calendar,
            context=self.context,
            chosen_by="staff" if is_chosen or len(one.staff) > 1 else "anyone",
        )
