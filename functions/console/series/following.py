"""An appointment within its series: the others to go to, and changes of this one and those that follow."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.forms import DeskForm, Select, form_page, told_when
from functions.console.appointments.pages import command_of, left
from shared.use_cases.series.change_series import Member, SeriesChange, from_here_on, pending_together
from shared.use_cases.series.find_series import SeatPart, find_places, find_seat_parts, find_series


if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import azure.functions as func

    from functions.console.appointments.context import AppointmentContext
    from shared.domain.appointments.appointment import Appointment, Seat
    from shared.use_cases.appointments.staff_claims import Actor
    from shared.use_cases.appointments.staff_request import AppointmentChange
    from shared.use_cases.series.change_series import ChangedOne
    from shared.use_cases.series.find_series import SeatPlace
    from shared.use_cases.telling.announce import Told

SCOPE = "scope"


class SeriesLink(NamedTuple):
    """An appointment of the series on the page of another; `href` is empty for that one itself."""

    when: str
    href: str
    is_cancelled: bool


class SeriesView(NamedTuple):
    """Where an appointment stands in its series, and how many were changed `together` that nobody knows of yet."""

    place: str
    links: Sequence[SeriesLink]
    together: int


async def series_of(context: AppointmentContext) -> SeriesView | None:
    """Return the series of an appointment; None where there are no others."""
    found, _ = await _series(context), context.visitor.texts.gettext
    if len(found) < 2:
        return None
    number = next((place for place, one in enumerate(found, 1) if one.id == context.appointment.id), 0)
    place = _("%(number)s of %(count)s in a series") % {"number": number, "count": len(found)}
    together = len(pending_together(found, context.appointment))
    return SeriesView(place, [_link(context, one.id, one.start, one.is_live) for one in found], together)


async def series_of_seats(context: AppointmentContext) -> dict[str, SeriesView]:
    """Return the series of each seat of a group session that has one with other dates."""
    business, store = context.calendar.business.id, context.app.store
    assert context.found is not None
    there = (*context.found.parties, *context.found.leaving)
    seats = [one for one in there if one.series and context.appointment.is_group]
    found = await asyncio.gather(*(find_places(one, business=business, store=store) for one in seats))
    together = await asyncio.gather(*(_seats_together(context, one) for one in seats))
    known = zip(seats, found, together, strict=True)
    views = ((one.id, _seat_view(context, one, places, count)) for one, places, count in known)
    return {name: view for name, view in views if view}


async def _seats_together(context: AppointmentContext, seat: Seat) -> int:
    """Return how many seats of a series were changed with this one, of which people will be told together."""
    if not (seat.has_pending_notice and seat.pending and seat.pending.together):
        return 0
    parts = await find_seat_parts(seat, business=context.calendar.business.id, store=context.app.store)
    return len(pending_together(parts, SeatPart(context.appointment, seat)))


def _seat_view(
    context: AppointmentContext, seat: Seat, places: Sequence[SeatPlace], together: int
) -> SeriesView | None:
    number = next((at for at, one in enumerate(places, 1) if one.seat == seat.id), 0)
    if len(places) < 2 or not number:
        return None
    text = context.visitor.texts.gettext("%(number)s of %(count)s in a series")
    links = [_link(context, one.appointment, one.start, not one.is_cancelled) for one in places]
    return SeriesView(text % {"number": number, "count": len(places)}, links, together)


def _link(context: AppointmentContext, appointment: str, start: datetime, is_live: bool) -> SeriesLink:
    path = f"/console/queue/{context.calendar.business.id}/{appointment}?{context.there}"
    href = "" if appointment == context.appointment.id else path
    return SeriesLink(context.formats.when(start), href, not is_live)


def _member(context: AppointmentContext) -> Member:
    """Return what is changed: the appointment, or the seat of it that was chosen."""
    return SeatPart(context.appointment, context.seat) if context.seat else context.appointment


async def _members(context: AppointmentContext) -> list[Member]:
    """Return the series of what is changed."""
    business, store = context.calendar.business.id, context.app.store
    if context.seat:
        return [*await find_seat_parts(context.seat, business=business, store=store)]
    return [*await _series(context)]


async def _series(context: AppointmentContext) -> list[Appointment]:
    if not context.appointment.series:
        return []
    business = context.calendar.business.id
    return await find_series(context.appointment.series, business=business, store=context.app.store)


async def scope_fields(context: AppointmentContext) -> list[Select]:
    """Return the choice between this appointment and those that follow too; none where none follow."""
    _, one = context.visitor.texts.gettext, _member(context)
    count = len(from_here_on(await _members(context), one, one.start))
    if count < 2:
        return []
    options = [
        ("", _("This appointment alone")),
        (one.start.isoformat(), _("This and the following ones (%(count)s)") % {"count": count}),
    ]
    return [Select(SCOPE, _("What to change"), [("", options)], context.form.get(SCOPE, ""))]


def chosen_since(context: AppointmentContext) -> datetime | None:
    """Return the start from which on the series is to be changed, as the form had it; None for this one alone."""
    with suppress(ValueError):
        since = datetime.fromisoformat(context.form.get(SCOPE, ""))
        return since if since.tzinfo else None
    return None


async def move_following(
    context: AppointmentContext, form: DeskForm, since: datetime, change: AppointmentChange, editor: Actor
) -> func.HttpResponse:
    """Move the appointment and those that follow; say which could not be."""
    ones = from_here_on(await _members(context), _member(context), since)
    return await _after(context, form, await _change(context, editor).move(ones, since, change), "moved")


async def cancel_following(
    context: AppointmentContext, form: DeskForm, since: datetime, message: str
) -> func.HttpResponse:
    """Cancel the appointment and those that follow; say which could not be."""
    ones = from_here_on(await _members(context), _member(context), since)
    done = await _change(context, context.access.editor()).cancel(ones, message)
    return await _after(context, form, done, "cancelled")


async def undo_together(context: AppointmentContext, version: int) -> tuple[bool, str]:
    """Undo the change of an appointment or seat and of those that were changed with it.

    Return whether all were undone, and the appointment in which a seat is then.
    """
    ones = pending_together(await _members(context), _member(context))
    done = await _change(context, context.access.editor()).undo(ones, version)
    return not any(one.refusal for one in done), await _place_of(context)


async def tell_together(context: AppointmentContext, version: int) -> tuple[bool, str]:
    """Have people told of an appointment or seat and of those that were changed with it, by one message."""
    ones = pending_together(await _members(context), _member(context))
    done = await _change(context, context.access.editor()).tell(ones, version)
    return not any(one.refusal for one in done), await _place_of(context)


async def _place_of(context: AppointmentContext) -> str:
    """Return the appointment in which the chosen seat is by now; empty without one."""
    if not context.seat:
        return ""
    found = await _members(context)
    return next((one.session.id for one in found if isinstance(one, SeatPart) and one.id == context.seat.id), "")


def _change(context: AppointmentContext, editor: Actor) -> SeriesChange:
    return SeriesChange(
        editor, telling=told_when(context) or "now", reading=context.app.reading, **command_of(context)
    )


def told_of_all(told: Collection[Told]) -> Told | None:
    """Return how several changes together are told; None for none. What can be undone still is named first."""
    if len(told) < 2 or "later" in told:
        return "later" if "later" in told else next(iter(told), None)
    return "some"


async def _after(
    context: AppointmentContext, form: DeskForm, done: Sequence[ChangedOne], news: str
) -> func.HttpResponse:
    refused = [one for one in done if one.refusal]
    if not refused:
        when = told_of_all({one.telling for one in done if one.telling}) or told_when(context) or "now"
        return left(context, news, when, await _place_of(context))
    _ = context.visitor.texts.gettext
    text = _("%(done)s of %(count)s were changed. Change these one by one: %(appointments)s")
    named = "; ".join(context.formats.when(one.appointment.start) for one in refused)
    counts = {"done": len(done) - len(refused), "count": len(done)}
    return await form_page(context, form, refused[0].refusal, notice=text % {**counts, "appointments": named})
