"""The free times near an appointment, as links that fill the form by which staff reschedule it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.pages.link import NavLink
from shared.domain.errors import Refusal
from shared.records.table import Ambiguous
from shared.use_cases.booking.find_nearest import find_nearest


if TYPE_CHECKING:
    from functions.console.appointments.context import AppointmentContext
    from shared.domain.availability.slots import Slot

SHOWN = 6


async def nearest_times(context: AppointmentContext, *, may_choose: bool) -> list[NavLink]:
    """Return links to the nearest free times of the person who serves, else, if staff may choose one, of anyone.

    Return none where they cannot be found: the form takes any time.
    """
    one, business = context.appointment, context.calendar.business
    staff = one.staff[0] if len(one.staff) == 1 else None
    with suppress(Ambiguous, Refusal):
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
        if person == staff or may_choose:
            chosen = sorted(found, key=lambda slot: slot.start)
            return [_link(context, slot, "" if person == staff else slot.staff[0]) for slot in chosen]
    return []


def _link(context: AppointmentContext, slot: Slot, staff: str) -> NavLink:
    formats, local = context.formats, context.formats.local(slot.start)
    filled = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", **({"staff": staff} if staff else {})}
    label = f"{formats.part(slot.start, 'MMMEd')}, {formats.exact_time(slot.start)}"
    return NavLink(label, f"?{context.there}&{urlencode(filled)}")
