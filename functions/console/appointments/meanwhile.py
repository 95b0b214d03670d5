"""Says who changed an appointment while somebody else had it before them, so that the later one decides anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.appointments.happened import history_of
from shared.domain.timeline.ticks import TICK


if TYPE_CHECKING:
    from functions.console.appointments.context import AppointmentContext

LONGEST_PLACE = 600


def is_outdated(context: AppointmentContext) -> bool:
    """Return whether a link to change an appointment was made when it was elsewhere.

    The staff calendar says where it was in `was`: date, time in whole five minutes, and person.
    """
    when, person = was_at(context)
    if not when:
        return False
    one, local = context.appointment, context.formats.local(context.appointment.start)
    five = local.replace(minute=local.minute // (TICK.seconds // 60) * (TICK.seconds // 60))
    return when != f"{five:%Y-%m-%dT%H:%M}" or (person != "" and person not in one.staff)


def was_at(context: AppointmentContext) -> tuple[str, str]:
    """Return when an appointment began, and with whom, as the link says that changes it; empty otherwise."""
    when, _slash, person = context.req.params.get("was", "")[:LONGEST_PLACE].partition("/")
    return when, person


async def what_changed(context: AppointmentContext) -> str:
    """Return who changed the appointment last, when, and how, and that it can be changed again."""
    _ = context.visitor.texts.gettext
    history, _all = await history_of(context)
    asked = _("It now stands as shown here. Send this form to change it all the same.")
    if not history:
        return f"{_('Someone changed this in the meantime')}. {asked}"
    last = history[0]
    changes = "; ".join(f"{one.label}: {one.before or '–'} → {one.after or '–'}" for one in last.changes)
    said = f"{last.what} ({changes})" if changes else last.what
    told = _("%(who)s was here before you, %(when)s: %(what)s.")
    people = context.calendar.staff.values()
    who = next((one.name for one in people if one.email and one.email == last.who), last.who)
    return f"{told % {'who': who, 'when': last.when, 'what': said}} {asked}"
