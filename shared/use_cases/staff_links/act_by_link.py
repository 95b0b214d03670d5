"""What staff may do with an appointment from the link in their mail, where the calendar allows it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.domain.availability.slots import AvailableSlots
from shared.domain.calendar.business import StaffMember
from shared.domain.calendar.service import Service
from shared.domain.errors import ChangesClosed, NotFound
from shared.domain.timeline.ticks import floor_tick, ones
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit, Span, find_appointments
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.context import Context
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Store
from shared.use_cases.staff_links.ask_reassignment import ask_reassignment
from shared.use_cases.staff_links.confirm_appointment import confirm_appointment
from shared.use_cases.visits.find_visit import VisitAccess


AHEAD, MOST = timedelta(days=400), 60


def host_of(access: VisitAccess) -> StaffMember:
    """Return who holds the link. Raise NotFound where the calendar does not let staff act by it.

    Who is asked to confirm an appointment may act on that one in any case.
    """
    if access.person is None or not (access.calendar.business.has_staff_links or access.appointment.is_asked):
        raise NotFound
    return access.person


def may_act(access: VisitAccess, now: datetime) -> bool:
    """Return whether the appointment is still to take place, so that it can be changed."""
    one = access.appointment
    is_ahead = access.is_live and access.visit.status == "booked" and now < one.end
    return is_ahead and one.origin == "booking"


def movable(access: VisitAccess, now: datetime) -> Service | None:
    """Return the service whose times the appointment can move to; None if none of them would fit it.

    It must be as long as the service is now, and all who serve it must be of the service's people.
    """
    one, calendar = access.appointment, access.calendar
    service = calendar.services.get(one.service)
    if service is None or service.removed_at or one.end - one.start != service.duration:
        return None
    is_theirs = {person.id for person in calendar.staff_of(service)}.issuperset(one.staff)
    return service if is_theirs and may_act(access, now) else None


def times_of_all(offer: AvailableSlots, access: VisitAccess) -> dict[str, int]:
    """Return the starts at which all who serve the appointment are free, but for the present one."""
    window, mask = offer.window, ones(len(offer.window))
    first = floor_tick(access.appointment.start)
    mask &= ~window.cut(first, first + 1)
    for person in access.appointment.staff:
        mask &= offer.starts.get(person, 0)
    return dict.fromkeys(access.appointment.staff, mask)


async def move_by_link(
    access: VisitAccess,
    start: datetime,
    *,
    key: str,
    context: Context,
    reading: Callable[[], ReadingRun] | None = None,
) -> None:
    """Move the appointment, within the rules for customers, and tell everybody.

    Raise NotFound, ChangesClosed, and what refuses a change by staff.
    """
    if host_of(access) and movable(access, context.now) is None:
        raise ChangesClosed
    await change_by_staff(
        access.appointment.id,
        AppointmentChange(start=start),
        editor=_actor(access, is_bound=True),
        key=key,
        seen=access.appointment,
        calendar=access.calendar,
        context=context,
        reading=reading,
    )


async def cancel_by_link(access: VisitAccess, message: str, *, key: str, context: Context) -> None:
    """Cancel the appointment, with a message to everybody. Raise NotFound, ChangesClosed."""
    if host_of(access) and not may_act(access, context.now):
        raise ChangesClosed
    await cancel_by_staff(
        access.appointment.id,
        message,
        editor=_actor(access),
        key=key,
        seen=access.appointment,
        calendar=access.calendar,
        context=context,
    )


async def confirm_by_link(access: VisitAccess, _: str, *, key: str, context: Context) -> None:
    """Confirm the appointment. Raise NotFound, ChangesClosed."""
    if host_of(access) and not may_act(access, context.now):
        raise ChangesClosed
    await confirm_appointment(
        access.appointment.id,
        editor=_actor(access),
        key=key,
        calendar=access.calendar,
        context=context,
    )


async def ask_by_link(access: VisitAccess, message: str, *, key: str, context: Context) -> None:
    """Ask that somebody else serves the appointment. Raise NotFound, ChangesClosed."""
    person = host_of(access)
    if not may_act(access, context.now):
        raise ChangesClosed
    await ask_reassignment(
        access.appointment.id,
        person.id,
        message,
        editor=_actor(access),
        key=key,
        calendar=access.calendar,
        context=context,
    )


async def find_ahead(access: VisitAccess, *, store: Store, now: datetime) -> list[AppointmentWithVisit]:
    """Return what the holder of the link has to come in the calendar, apart from this appointment."""
    person = host_of(access)

    def is_theirs(one: AppointmentWithVisit) -> bool:
        return person.id in one.appointment.staff and one.appointment.id != access.appointment.id

    return await find_appointments(
        Span(now, now + AHEAD), "", MOST, is_theirs, calendar=access.calendar, store=store
    )


def _actor(access: VisitAccess, *, is_bound: bool = False) -> Actor:
    person = host_of(access)
    return Actor(person.email or person.name, is_bound, frozenset({person.id}))
