"""The appointments that a new time off hits, before it is saved: handed over, cancelled or left, as chosen."""

from __future__ import annotations

import hashlib
from asyncio import gather
from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.fields import Option
from functions.console.forms.problems import WrongFields
from shared.domain.access.permissions import Permission
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.hand_over import STAYS, UNCHOSEN, find_coming, hand_over


if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from functions.console.context import CalendarContext
    from shared.domain.appointments.appointment import Appointment, TimeOff
    from shared.use_cases.appointments.hand_over import Leaving

SEEN, CHOICE, MESSAGE, CANCEL = "hit", "to-", "hit-message", "cancel"
MOST_PEOPLE = 8  # whose appointments are looked for before; of more, the page after adding lists them
MOST_SUGGESTED = 10
LONGEST_MESSAGE = 1000


class Hit(NamedTuple):
    """A coming appointment within a new time off of a person."""

    person: str
    leaving: Leaving

    @property
    def id(self) -> str:
        """Return the appointment's id."""
        return self.leaving.appointment.id


class HitLine(NamedTuple):
    """A hit on the page; its first option is the one to suggest. Without the right to move it there are none."""

    id: str
    when: str
    person: str
    service: str
    customer: str
    href: str
    options: Sequence[Option]
    chosen: str


async def hits_of(context: CalendarContext, planned: Sequence[Sequence[TimeOff]]) -> list[Hit]:
    """Return the coming appointments within times off that are not saved yet, by person; two round trips."""
    if len(planned) > MOST_PEOPLE:
        return []
    app, calendar = context.app, context.calendar

    async def of_person(periods: Sequence[TimeOff]) -> list[Hit]:
        person = periods[0].staff
        coming = await find_coming(person, calendar=calendar, store=app.store, now=context.now)
        return [Hit(person, one) for one in coming.nearest if _is_within(one.appointment, periods)]

    # what was typed may be no period at all, and is then refused beside this
    found = await gather(*(of_person(periods) for periods in planned if periods))
    return [one for each in found for one in each]


def _is_within(one: Appointment, periods: Sequence[TimeOff]) -> bool:
    return any(one.start < each.end and each.start < one.end for each in periods)


async def settle(context: CalendarContext, hits: Sequence[Hit]) -> None:
    """Hand over or cancel what was chosen. Raises WrongFields where the appointments were not shown yet.

    Each is a command of its own; the same form goes on with what is left.
    """
    _, form = context.texts.gettext, context.form
    if not hits:
        return
    if not {one.id for one in hits} <= set(form.get(SEEN).split()):
        raise WrongFields(
            {"hits": _("There are appointments in this time: choose what happens to them, then add it again")}
        )
    if not context.access.may(Permission.CHANGE_ANY_BOOKING):
        return
    left = [
        each
        for person in dict.fromkeys(one.person for one in hits)
        for each in await _given(context, person, hits)
    ]
    if left:
        raise WrongFields({"hits": _("Not all could be handed over: they’re not free any more. Choose again")})
    for one in hits:
        if form.get(f"{CHOICE}{one.id}") == CANCEL:
            await _cancel(context, one.id)


async def _given(context: CalendarContext, person: str, hits: Sequence[Hit]) -> Sequence[object]:
    """Hand over what is to go to somebody, and return what could not be."""
    app, form = context.app, context.form
    chosen = {one.id: form.get(f"{CHOICE}{one.id}") for one in hits if one.person == person}
    given = {name: to for name, to in chosen.items() if to not in (CANCEL, STAYS, UNCHOSEN)}
    if not given:
        return []
    done = await hand_over(
        person,
        given,
        STAYS,
        key=context.author.key,
        editor=context.access.editor(),
        calendar=context.calendar,
        context=app.context,
        reading=app.reading,
    )
    return done.left


async def _cancel(context: CalendarContext, name: str) -> None:
    app = context.app
    await cancel_by_staff(
        name,
        context.form.get(MESSAGE)[:LONGEST_MESSAGE],
        editor=context.access.editor(),
        key=hashlib.sha256(f"{context.author.key}\0{name}".encode()).hexdigest(),
        calendar=context.calendar,
        context=app.context,
    )


def hit_lines(context: CalendarContext, hits: Sequence[Hit]) -> list[HitLine]:
    """Return the hits as the page shows them."""
    may_move = context.access.may(Permission.CHANGE_ANY_BOOKING)
    away = {one.person for one in hits}
    return [_line(context, one, away, may_move=may_move) for one in hits]


def _line(context: CalendarContext, hit: Hit, away: Collection[str], *, may_move: bool) -> HitLine:
    calendar, formats, _ = context.calendar, context.formats, context.texts.gettext
    one, staff = hit.leaving.appointment, calendar.staff
    service = one.service_of(calendar.services.get(one.service))
    free = [name for name in hit.leaving.successors if name not in away][:MOST_SUGGESTED]
    people = [Option(name, _("To %(name)s") % {"name": staff[name].name}) for name in free]
    stays = Option(STAYS, _("Stays with %(name)s") % {"name": staff[hit.person].name})
    options = [*people, stays, Option(CANCEL, _("Cancel appointment"))] if may_move else []
    typed: Mapping[str, str] = {name: context.form.get(name) for name in context.form}
    day = formats.day(formats.local(one.start).date())
    return HitLine(
        one.id,
        f"{day}, {formats.span(one.start, one.end)}",
        staff[hit.person].name,
        service.name if service else "",
        one.seat.customer.name if one.seat else "",
        context.link("queue", context.business.id, one.id),
        options,
        typed.get(f"{CHOICE}{one.id}", options[0].value if options else STAYS),
    )
