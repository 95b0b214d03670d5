"""Who serves when staff book: they may exceed the policy, and a busy time only if they say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.appointments.appointment import Appointment
from shared.domain.availability.assignment import choose
from shared.domain.availability.explain import explain
from shared.domain.availability.slots import bookable_dates, business_hours, is_outside_lead_times, staff_hours
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.errors import NotOffered, OutsideLeadTime, Refusal, SlotTaken, StaffNotOffered
from shared.domain.timeline.ticks import Window, ceil_tick, floor_tick, ones
from shared.records.codec import load_row
from shared.records.ledgers import Ledgers
from shared.records.table import Row


@dataclass(frozen=True, slots=True)
class Actor:
    """Who books or changes.

    One who `is_bound` has to keep to hours, lead times and staff selection as customers do. If `own` is set, they
    may only change what one of these people serves: their own entries on the staff.
    """

    name: str
    is_bound: bool = False
    own: frozenset[str] | None = None

    def may_change(self, appointment: Appointment) -> bool:
        """Return whether the appointment is the actor's to change."""
        return self.own is None or not self.own.isdisjoint(appointment.staff)

    def may_book(self, staff: Iterable[str], before: Iterable[str] = (), *, is_over: bool = False) -> bool:
        """Return whether the actor may assign it to these people: only themselves, and those it had `before`.

        If it overbooks (`is_over`), only their own time may be overbooked.
        """
        return self.own is None or self.own.issuperset(staff if is_over else {*staff}.difference(before))


@dataclass(frozen=True, slots=True)
class TimeRequest:
    """A time that is requested for a service with its agreed terms, and the staff for it."""

    calendar: Calendar
    service: Service
    start: datetime
    end: datetime
    staff: tuple[str, ...]
    editor: Actor
    overbook: bool
    now: datetime
    is_chosen: bool = True  # false if the staff are those whom the appointment had before

    @property
    def ticks(self) -> Window:
        """Return what it claims: buffers included, rounded outwards."""
        before, after = self.service.pre_buffer, self.service.post_buffer
        return Window(floor_tick(self.start - before), ceil_tick(self.end + after))

    @property
    def candidates(self) -> list[str]:
        """Return whose ledgers to read; unknown ids are left out, since they are refused anyway."""
        if self.staff:
            return [one for one in self.staff if one in self.calendar.staff]
        return [person.id for person in self.calendar.staff_of(self.service)]

    def refusal(self) -> Refusal | None:
        """Return why the settings refuse it; None if they do not, or do not bind the actor."""
        if any(one not in self.calendar.staff for one in self.staff):
            return StaffNotOffered()
        if not self.editor.is_bound:
            return None
        policy = self.calendar.policy_of(self.service)
        offered = {person.id for person in self.calendar.staff_of(self.service)}
        if self.staff and self.is_chosen and not (policy.allow_staff_selection and offered.issuperset(self.staff)):
            return StaffNotOffered()
        if is_outside_lead_times(policy, self.start, self.now):
            return OutsideLeadTime()
        booked = self.calendar.services.get(self.service.id)
        is_as_long = booked is None or self.end - self.start == booked.duration
        return None if is_as_long and self._open(self.candidates) else NotOffered()

    def exceeded(self, staff: Sequence[str]) -> str:
        """Return the rule beyond which the booking goes for these people, by the name that explanations use."""
        refusal = replace(self, editor=replace(self.editor, is_bound=True)).refusal()
        if refusal is None or self.editor.is_bound:
            return ""
        found = explain(self.calendar, self.service, self.start, self.now, {})
        rules = (found.get(one, "staff_selection") for one in staff)
        return next((one for one in rules if one not in ("offered", "time_increment")), refusal.code)

    def _open(self, people: Sequence[str]) -> list[str]:
        """Return those who work during all of it; empty if the calendar is closed."""
        window, business = Window.around(self.start, self.end), self.calendar.business
        hours = business_hours(business, window)
        hours &= bookable_dates(self.calendar.policy_of(self.service), business.time_zone, window)
        return [one for one in people if self._works(self.calendar.staff[one], hours, window)]

    def _works(self, person: StaffMember, hours: int, window: Window) -> bool:
        return hours & staff_hours(person, self.calendar.business, window) == ones(len(window))

    def whom(self, ledgers: Ledgers, seed: str) -> tuple[tuple[str, ...], bool] | Refusal:
        """Return who serves, and whether that overbooks; or the refusal."""
        busy = {one for one, mask in ledgers.busy(self.ticks, self.candidates).items() if mask}
        if self.staff or self.service.assignment == "all":
            return self._all_of(busy)
        free = [one for one in self.candidates if one not in busy]
        # Staff may book outside working hours, but people who are at work come first.
        at_work = self._open(free)
        people = [self.calendar.staff[one] for one in (at_work if at_work or self.editor.is_bound else free)]
        if not people:
            return SlotTaken()
        loads = ledgers.in_month(floor_tick(self.start), [person.id for person in people])
        return (choose(self.service.anyone, people, loads, seed).id,), False

    def _all_of(self, busy: set[str]) -> tuple[tuple[str, ...], bool] | Refusal:
        if self.editor.is_bound and len(self._open(self.candidates)) < len(self.candidates):
            return NotOffered()
        if not self.candidates or (busy and (self.editor.is_bound or not self.overbook)):
            return SlotTaken()
        return tuple(dict.fromkeys(self.candidates)), bool(busy)


def clashes(rows: Sequence[Row], ticks: Window, staff: Sequence[str], own: str = "") -> list[str]:
    """Return the ids of live appointments, but for `own`, that overlap with these ticks of these people."""
    found = (load_row(Appointment, row) for row in rows)
    return [
        one.id
        for one in found
        if one.is_live
        and one.id != own
        and set(one.staff).intersection(staff)
        and one.ticks.first < ticks.last
        and ticks.first < one.ticks.last
    ]
