"""Hands over what a person has coming, and removes them from the staff of this calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Option
from shared.domain.access.permissions import Permission
from shared.domain.errors import LastAdministrator, NotFound
from shared.i18n.marked import marked
from shared.use_cases.appointments.hand_over import (
    ANYONE,
    STAYS,
    UNCHOSEN,
    find_coming,
    hand_over,
    hand_over_and_remove,
)


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar, StaffMember
    from shared.use_cases.appointments.hand_over import HandedOver, Leaving

WAYS = {"anyone": ANYONE, "each": UNCHOSEN, "nobody": STAYS}
"""By the choice for all: what becomes of an appointment without a choice of its own."""
MOST_SUGGESTED = 20  # people in the select of one appointment
REASONS = {
    "nobody": marked("No one else who provides this service is available at that time."),
    "taken": marked("This person isn’t available at that time, or doesn’t provide this service."),
    "unchosen": marked("It was booked in the meantime, or is one of the next. Choose who takes it over."),
    "busy": marked("The server was busy. Try again in a moment."),
    "later": marked("Up to 100 are handed over in one step. Continue with the next ones."),
}


class LeavingLine(NamedTuple):
    """A coming appointment on the page, and who could take it over; the first is suggested."""

    id: str
    when: str
    service: str
    customer: str
    href: str
    options: Sequence[Option]
    chosen: str
    problem: str


@console_boundary
async def staff_handover(req: func.HttpRequest) -> func.HttpResponse:
    """Show what a person has coming; hand it over as chosen, and then remove the person if that is wanted."""
    context = await enter(req, Permission.CHANGE_ANY_BOOKING)
    person = context.calendar.person(req.route_params["person"])
    if person is None:
        raise NotFound
    if not context.is_sent:
        return await _show(context, person)
    is_removed = bool(context.form.get("remove")) and person.removed_at is None
    if is_removed:
        context.access.require(Permission.CHANGE_STAFF)
    try:
        done = await (_remove if is_removed else _hand_over)(context, person)
    except LastAdministrator:
        return await _show(context, person, is_last=True)
    if done.left:
        return await _show(context, person, done)
    news, count = "removed" if is_removed else "moved", str(len(done.moved))
    return context.leave(context.here("staff", news=news, count=count))


async def _hand_over(context: CalendarContext, person: StaffMember) -> HandedOver:
    app = context.app
    return await hand_over(
        person.id,
        _choices(context),
        _otherwise(context),
        key=context.author.key,
        editor=context.access.editor(),
        calendar=context.calendar,
        context=app.context,
        reading=app.reading,
    )


async def _remove(context: CalendarContext, person: StaffMember) -> HandedOver:
    return await hand_over_and_remove(
        person.id,
        _choices(context),
        _otherwise(context),
        settings=context.settings,
        editor=context.access.editor(),
        reading=context.app.reading,
    )


def _otherwise(context: CalendarContext) -> str:
    return WAYS.get(context.form.get("way"), UNCHOSEN)


def _choices(context: CalendarContext) -> Mapping[str, str]:
    """Return who takes over each appointment, if that was chosen one by one."""
    if context.form.get("way") != "each":
        return {}
    return {name.removeprefix("to-"): context.form.get(name) for name in context.form if name.startswith("to-")}


async def _show(
    context: CalendarContext, person: StaffMember, done: HandedOver | None = None, *, is_last: bool = False
) -> func.HttpResponse:
    """Show the page; after a request that could not do everything, with what it did and why the rest is left."""
    calendar = await context.app.store.calendars.reload(context.business.id) if done else context.calendar
    coming = await find_coming(person.id, calendar=calendar, store=context.app.store, now=context.now)
    reasons = {one.id: context.texts.gettext(REASONS[reason]) for one, reason in (done.left if done else ())}
    lines = [_line(one, person, calendar, context, reasons) for one in coming.nearest]
    return await context.page(
        "console/staff/handover.html",
        "staff",
        409 if done or is_last else 200,
        heading=person.name,
        person=calendar.person(person.id),
        lines=lines,
        more=coming.total - len(lines),
        moved=len(done.moved) if done else 0,
        problems=[one for one in lines if one.problem],
        is_last=is_last,
        way=_next_way(context, done),
        is_removed=bool(context.form.get("remove")),
        may_remove=context.access.may(Permission.CHANGE_STAFF),
        back=context.here("staff", "person", person.id) if person.id in calendar.staff else context.here("staff"),
    )


def _next_way(context: CalendarContext, done: HandedOver | None) -> str:
    """Return the choice for all that the page begins with: one by one, once there is something to decide."""
    is_open = done is not None and any(reason in ("nobody", "taken", "unchosen") for _, reason in done.left)
    return "each" if is_open else context.form.get("way", "anyone")


def _line(
    leaving: Leaving,
    person: StaffMember,
    calendar: Calendar,
    context: CalendarContext,
    reasons: Mapping[str, str],
) -> LeavingLine:
    one, formats, _ = leaving.appointment, context.formats, context.texts.gettext
    service = one.service_of(calendar.services.get(one.service))
    people = [Option(name, calendar.staff[name].name) for name in leaving.successors[:MOST_SUGGESTED]]
    stays = Option(STAYS, _("Stays with %(name)s") % {"name": person.name})
    day = formats.day(formats.local(one.start).date())
    return LeavingLine(
        one.id,
        f"{day}, {formats.span(one.start, one.end)}",
        service.name if service else "",
        one.seat.customer.name if one.seat else "",
        f"/console/queue/{context.business.id}/{one.id}",
        [*people, stays],
        context.form.get(f"to-{one.id}", people[0].value if people else STAYS),
        reasons.get(one.id, ""),
    )
