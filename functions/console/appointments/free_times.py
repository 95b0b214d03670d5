"""The free times near an appointment, as links that fill the form by which staff reschedule it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.console.appointments.typed_time import typed_as
from functions.pages.link import NavLink
from shared.use_cases.booking.find_nearest import find_nearest


if TYPE_CHECKING:
    from functions.console.appointments.context import AppointmentContext
    from shared.domain.availability.slots import Slot

SHOWN = 6


async def nearest_times(context: AppointmentContext, *, may_choose: bool) -> list[NavLink]:
    """Return links to the nearest free times of the person who serves, else, if staff may choose one, of anyone.

    Return none where the form could refuse them, since customers cannot book the like: it takes any time.
    """
    one, business = context.appointment, context.calendar.business
    if not _is_as_offered(context):
        return []
    staff = one.staff[0] if len(one.staff) == 1 else None
    found, person = await find_nearest(
        one.service,
        one.start,
        staff,
        SHOWN,
        zone=business.time_zone,
        calendar=context.calendar,
        store=context.app.store,
        now=context.now,
    )
    if person != staff and not may_choose:
        return []
    return [
        _link(context, slot, "" if person == staff else slot.staff[0])
        for slot in sorted(found, key=lambda slot: slot.start)
    ]


def _is_as_offered(context: AppointmentContext) -> bool:
    """Return whether it is as customers book it: for one of them, as long, and with as many people."""
    one = context.appointment
    service = context.calendar.services.get(one.service)
    if service is None or one.is_group or one.end - one.start != service.duration:
        return False
    return len(one.staff) == 1 if service.assignment == "one" else set(one.staff) == set(service.staff)


def _link(context: AppointmentContext, slot: Slot, staff: str) -> NavLink:
    filled = typed_as(context.formats.local(slot.start)) | ({"staff": staff} if staff else {})
    label = f"{context.formats.part(slot.start, 'MMMEd')}, {context.formats.exact_time(slot.start)}"
    return NavLink(label, f"?{context.there}&{urlencode(filled)}")
