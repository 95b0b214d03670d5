"""Books series as staff do: again and again with one key, of any instance, until each appointment has its answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.domain.errors import Refusal
from shared.records.table import Ambiguous
from shared.use_cases.appointments.staff_request import AppointmentChange, StaffBooking
from shared.use_cases.series.book_series import BookedSeries, Occurrence, SeriesOutcome, book_series
from shared.use_cases.series.change_series import Member, SeriesChange, pending_together
from shared.use_cases.series.find_series import SeatPart, find_parts, find_seat_parts
from shared.use_cases.telling.announce import Telling
from tests.simulation.people.desk import Desk, given
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance, Lost


TRIES = 12


def every(length: timedelta, times: int, request: StaffBooking) -> list[Occurrence]:
    """Return the occurrences of a series from the request's start on."""
    return [Occurrence(number=one + 1, start=request.start + one * length, beyond=True) for one in range(times)]


async def repeating(
    instance: Instance, request: StaffBooking, occurrences: Sequence[Occurrence], key: str
) -> BookedSeries:
    return await book_series(request, occurrences, editor=EDITOR, key=key, **await given(instance))


async def members(series: str, known: Mapping[str, Any]) -> list[Member]:
    """Return what a series is of: its appointments, or of a group its customer's seats."""
    about = {"business": BUSINESS, "store": known["context"].store}
    parts = await find_parts(series, **about)
    seat = next((one.seat for one in parts if one.appointment.is_group and one.seat), None)
    return [*await find_seat_parts(seat, **about)] if seat else [one.appointment for one in parts]


async def moving(
    instance: Instance, series: str, key: str, telling: Telling, first: datetime, by: timedelta
) -> bool:
    """Move all of a series that began at `first`; tell whether all are moved."""
    known = await given(instance)
    ones = [one for one in await members(series, known) if one.is_live]
    change = SeriesChange(EDITOR, key, telling, **known)
    done = await change.move(ones, first, AppointmentChange(start=first + by))
    return not any(one.refusal for one in done)


async def calling_off(instance: Instance, series: str, key: str, telling: Telling) -> bool:
    """Cancel all of a series that is there; tell whether all are cancelled."""
    known = await given(instance)
    ones = [one for one in await members(series, known) if one.is_live]
    done = await SeriesChange(EDITOR, key, telling, **known).cancel(ones, "We are ill.")
    return not any(one.refusal for one in done)


async def taking_back(instance: Instance, series: str, key: str) -> bool:
    """Undo what was changed together; tell whether all of it is undone."""
    known = await given(instance)
    found = await members(series, known)
    waiting = [one for one in found if (one.pending if isinstance(one, SeatPart) else one.has_pending_notice)]
    if not waiting:
        return True
    ones = pending_together(found, waiting[0])
    done = await SeriesChange(EDITOR, key, "later", **known).undo(ones, ones[0].version)
    return not any(one.refusal for one in done)


@dataclass
class SeriesDesk:
    """One series, and what was said of each of its appointments so far."""

    desk: Desk
    request: StaffBooking
    occurrences: Sequence[Occurrence]
    key: str
    said: dict[int, SeriesOutcome] = field(default_factory=dict)

    async def book(self) -> None:
        for _ in range(TRIES):
            if len(self.said) == len(self.occurrences):
                return
            await self._try()

    async def _try(self) -> None:
        desk = self.desk
        desk.asked["repeat"] += 1
        instance = desk.dice.choice(desk.instances)
        try:
            done = await instance.answer(repeating(instance, self.request, self.occurrences, self.key))
        except (Lost, Ambiguous):
            await asyncio.sleep(desk.dice.uniform(0, 3))
        except Refusal as refusal:
            desk.refused[refusal.code] += 1
        except Exception as error:  # noqa: BLE001 - as of every other command
            self._wrong(f"ended in {type(error).__name__}: {error}")
        else:
            self._is_so(done)

    def _is_so(self, done: BookedSeries) -> None:
        watch = self.desk.watch
        for one in done.outcomes:
            if not (one.appointment or one.refusal):
                continue
            number, answer = one.occurrence.number, (one.appointment, type(one.refusal))
            before = self.said.setdefault(number, one)
            if (before.appointment, type(before.refusal)) != answer:
                self._wrong(f"number {number} was answered {before} and then {one}")
            if one.appointment and not {one.appointment}.intersection((*watch.appointments, *watch.deleted)):
                self._wrong(f"number {number} was acknowledged, and is not there")
        starts = self._starts(done.id)
        if len(set(starts)) < len(starts):
            self._wrong("was booked twice")

    def _starts(self, series: str) -> list[datetime]:
        """Return when each appointment of a series, or each seat of it, was to begin when it was booked."""
        first: dict[str, tuple[datetime, datetime]] = {}
        for versions in self.desk.watch.versions.values():
            for moment, one, seats in versions:
                of_seats = [name for name, seat in seats.items() if seat.series == series]
                for name in [one.id] if one.series == series else of_seats:
                    first[name] = min(first.get(name, (moment, one.start)), (moment, one.start))
        return [start for _, start in first.values()]

    def _wrong(self, problem: str) -> None:
        self.desk.watch.problems.append(f"the series {self.key} {problem}")
