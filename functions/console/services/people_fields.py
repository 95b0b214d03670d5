"""The field of who serves: everybody on the staff with what they have to do, those who serve it already first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.fields import Choices, Option, lines_of


if TYPE_CHECKING:
    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember
    from shared.domain.calendar.service import Service
    from shared.use_cases.appointments.rebalance import PastAndComing

SEARCHED = 12  # options from which on they can be searched


def people_field(context: CalendarContext, service: Service, loads: PastAndComing | None = None) -> Choices:
    """Return the field, with what people have to do if that is given."""
    _ = context.texts.gettext
    first = context.calendar.people(service.staff)
    rest = [one for one in context.calendar.staff.values() if one.id not in service.staff]
    people = [*first, *sorted(rest, key=lambda one: one.name.casefold())]
    options = tuple(Option(one.id, one.name, _about(context, one, service, loads)) for one in people)
    hint = "" if first else _("It can’t be booked until someone offers it")
    hint = hint if people else _("Add people under Staff first")
    return Choices(
        name="staff", label=_("People"), options=options, hint=hint, is_searched=len(options) > SEARCHED
    )


def chosen_in(text: str) -> tuple[str, ...]:
    """Return the ids of a canonical text."""
    return tuple(lines_of(text))


def _about(context: CalendarContext, person: StaffMember, service: Service, loads: PastAndComing | None) -> str:
    """Return what matters for choosing a person: how much they do, and what keeps them from serving."""
    _, said = context.texts.gettext, []
    if loads:
        load = _("Appointments: %(past)s in the last 30 days, %(coming)s in the next 30")
        said.append(load % {"past": loads.past[person.id], "coming": loads.coming[person.id]})
    if service.anyone == "priority":
        said.append(_("Priority %(number)s") % {"number": person.priority})
    if not person.can_be_booked:
        said.append(_("can’t be booked at present"))
    elif person.serves != "both":
        said.append(_("online only") if person.serves == "virtual" else _("in person only"))
    return " · ".join(said)
