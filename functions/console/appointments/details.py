"""The page of one appointment at the console: what, who and when, what may be done with it, and what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from functions.console.appointments.attendees import PendingView, attendee_of, may_act
from functions.console.appointments.context import AppointmentContext, LabelledValue, enter_appointment
from functions.console.appointments.followed import messages_of
from functions.console.appointments.happened import history_of, visit_of
from functions.console.boundary import console_boundary
from functions.console.queue.words import ICONS, LAST_MARKS, MARKS, NEWS, minutes, said_of
from functions.console.series.following import series_of, series_of_seats
from functions.http.boundary import json_response, wants_json
from functions.pages.rich_text import fill, isolate
from shared.domain.access.permissions import Permission
from shared.domain.links import LINK_LIFE
from shared.domain.visits.queue import QueueLine
from shared.i18n.marked import marked
from shared.presentation.ready_messages import READY
from shared.use_cases.visits.find_queue import find_planned


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.appointments.attendees import AttendeeView

TOLD = {
    "moved-later": marked("The appointment was rescheduled."),
    "reassigned-later": marked("The appointment was reassigned."),
    "cancelled-later": marked("The appointment was cancelled."),
    "seat-moved-later": marked("The place was moved."),
    "seat-cancelled-later": marked("The place was cancelled."),
    "group-full": marked("It can’t be undone: the session is full now."),
    "slot-taken": marked("It can’t be undone: the time of the session is taken now."),
    "undone": marked("The change was undone. No one was notified."),
    "told": marked("They’re being notified now."),
    "all-undone": marked("The changes were undone. No one was notified."),
    "all-told": marked("They’ll be notified of all changes within two minutes, by one email."),
    "partly": marked("Not all changes could be undone, or it’s too late: look at each appointment of the series."),
    "too-late": marked("Too late: everyone was already notified, or it was changed again."),
    "marked": marked("Saved."),
}
MOST_IN_TITLE = 60


class WishView(NamedTuple):
    """Who asks to be replaced, in a sentence, and why."""

    text: str
    message: str


@console_boundary
async def queue_details(req: func.HttpRequest) -> func.HttpResponse:
    """Show staff one appointment; as JSON only {joinUrl}, for the script that copies it.

    The script of an open page gets only what changes during the visit.
    """
    context = await enter_appointment(req, Permission.READ_BOOKINGS, changes=False)
    assert context.found is not None
    parties = [attendee_of(context, seat) for seat in (*context.found.parties, *context.found.leaving)]
    if wants_json(req):
        return json_response({"joinUrl": parties[0].join if parties else ""})
    one, store = context.appointment, context.app.store
    if req.headers.get("sec-fetch-dest") == "empty":
        line = QueueLine(await find_planned(one, context.calendar, store=store), context.now)
        return context.part(
            "console/appointments/part.html", title=_title(context, parties), **_now(context, line)
        )
    line, more = await _read(context)
    return await context.page(
        "console/appointments/page.html",
        title=_title(context, parties),
        news=_news(context),
        facts=[*context.facts[bool(one.seat) :], *_more_facts(context)],
        **_now(context, line),
        pending=_pending(context),
        wish=_wish(context),
        unconfirmed=_unconfirmed(context),
        may_confirm=may_act(context) and context.now < context.appointment.end,
        parties=parties,
        notes=_notes(context),
        **more,
    )


async def _read(context: AppointmentContext) -> tuple[QueueLine, dict[str, Any]]:
    """Return the appointment as the queue has it, and its past, its messages and its series for the page."""
    planned, (history, is_all), messages, series, seats = await asyncio.gather(
        find_planned(context.appointment, context.calendar, store=context.app.store),
        history_of(context),
        messages_of(context),
        series_of(context),
        series_of_seats(context),
    )
    more = {"history": history, "is_all": is_all, "messages": messages, "series": series, "seats": seats}
    return QueueLine(planned, context.now), more


def _news(context: AppointmentContext) -> str:
    said = {**NEWS, **TOLD}.get(context.req.params.get("news", ""))
    return context.visitor.texts.gettext(said) if said else ""


def _now(context: AppointmentContext, line: QueueLine) -> dict[str, Any]:
    """Return what changes while the page is open. `checksum` changes with it, apart from the time of a wait."""
    status, actions = _status(context, line), _actions(context, line)
    moments = visit_of(context, line)
    seen = ({**status, "wait": ""}, actions, moments)
    return {
        **status,
        **actions,
        "visit": moments,
        "moment": context.now.isoformat(),
        "checksum": f"{crc32(repr(seen).encode()):x}",
        "ready": {name: context.visitor.texts.gettext(text) for name, text in READY.items()},
        "path": context.path,
        "there": context.there,
        "back": context.back,
    }


def _status(context: AppointmentContext, line: QueueLine) -> dict[str, Any]:
    return {
        "state": line.status,
        "status_name": said_of(line, context.visitor.texts.gettext),
        "icon_name": "alert" if line.is_late else ICONS[line.status],
        "is_late": line.is_late,
        "wait": minutes(line.wait),
        "waits_since": line.waits_since.isoformat() if line.waits_since else "",
        "unanswered": line.unanswered,
    }


def _title(context: AppointmentContext, parties: list[AttendeeView]) -> str:
    names = ", ".join(one.name for one in parties)
    shown = names if len(names) <= MOST_IN_TITLE else f"{names[:MOST_IN_TITLE].rstrip()}…"
    return shown or context.visitor.texts.gettext("Appointment")


def _more_facts(context: AppointmentContext) -> list[LabelledValue]:
    """Return where the appointment is held, what it costs, and how it came about."""
    one, calendar, formats = context.appointment, context.calendar, context.formats
    _, service = context.visitor.texts.gettext, one.service_of(calendar.services.get(one.service))
    found = []
    if service:
        place = str(service.location)
        if service.is_online or place:
            found.append(
                LabelledValue("video", _("Online")) if service.is_online else LabelledValue("place", place)
            )
        if price := formats.price(service.price, calendar.business.currency):
            found.append(LabelledValue("price", price))
    if one.is_group:
        seats = _("%(taken)s of %(all)s places taken") % {"taken": one.filled, "all": one.capacity}
        found.append(LabelledValue("people", seats))
    if one.is_overbooked:
        found.append(LabelledValue("alert", _("At a time that was taken")))
    return found


def _pending(context: AppointmentContext) -> PendingView | None:
    """Return what people are not told of yet, for who may undo it."""
    one = context.appointment
    if not one.has_pending_notice or one.pending is None or not may_act(context):
        return None
    if one.pending.due <= context.now:
        return None
    return PendingView(context.formats.time(one.pending.due), one.version)


def _wish(context: AppointmentContext) -> WishView | None:
    """Return who asks to be replaced, until somebody decides."""
    wish = context.appointment.open_wish
    person = context.calendar.person(wish.person) if wish else None
    if wish is None or person is None:
        return None
    text = context.visitor.texts.gettext("%(name)s asks to be replaced.")
    return WishView(fill(text, name=isolate(person.name)), wish.message)


def _unconfirmed(context: AppointmentContext) -> str:
    """Return why the appointment waits for a confirmation; empty if it does not."""
    one, _ = context.appointment, context.visitor.texts.gettext
    if not one.is_to_confirm:
        return ""
    text = _("It’s to be confirmed: the own calendar of %(name)s couldn’t be read when it was booked.")
    names = ", ".join(person.name for person in context.calendar.people(one.staff))
    return fill(text, name=isolate(names))


def _actions(context: AppointmentContext, line: QueueLine) -> dict[str, Any]:
    """Return what the caller may do with the appointment as it stands, by the names that the page knows."""
    one, access, _ = context.appointment, context.access, context.visitor.texts.gettext
    acts = may_act(context)
    changes = line.status in ("booked", "in_lobby") and acts
    is_open = line.status in ("booked", "in_lobby", "in_progress") and context.now < one.end + LINK_LIFE
    serves = line.planned.is_online and not access.people.isdisjoint(one.staff)
    offered = [(name, _(MARKS[name])) for name in line.offered if name in MARKS] if acts else []
    return {
        "marks": [mark for mark in offered if mark[0] not in LAST_MARKS],
        "last_marks": [mark for mark in offered if mark[0] in LAST_MARKS],
        "waiting": [(party, name) for party, name, is_here in line.waiting if is_here] if acts else [],
        "may_message": acts and bool(line.waiting),
        "may_join": serves and is_open and acts,
        "may_remind": acts and line.status == "booked" and one.end > context.now and one.filled == 1,
        "may_note": one.is_live and acts,
        "may_change": changes,
        "may_reassign": changes and access.may(Permission.CHANGE_ANY_BOOKING),
        "may_renew": one.is_live and acts and not one.links_are_over(context.now),
    }


def _notes(context: AppointmentContext) -> str:
    """Return the internal notes, empty for who may not read them."""
    terms = context.appointment.terms
    return terms.notes if terms and context.access.may(Permission.READ_NOTES) else ""
