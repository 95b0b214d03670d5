"""The page of one appointment at the console: attendees, answers, links, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from functions.console.appointments.asked import NEXT
from functions.console.appointments.context import AppointmentContext, enter_appointment
from functions.console.boundary import console_boundary
from functions.console.exceeded import beyond
from functions.console.queue.view import ICONS, NEWS, minutes, said_of
from functions.http.boundary import json_response, wants_json
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import reference_of
from shared.domain.appointments.visit_links import join_token
from shared.domain.visits.queue import QueueEntry, QueueLine
from shared.domain.visits.rules import met_at
from shared.i18n.marked import marked
from shared.use_cases.appointments.find_history import find_history
from shared.use_cases.visits.find_queue import find_planned


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import azure.functions as func

    from shared.domain.appointments.appointment import Seat

ACTIONS = {
    "booked": marked("Booked"),
    "moved": marked("Moved"),
    "changed": marked("Changed"),
    "reassigned": marked("Reassigned"),
    "reminded": marked("Reminded by mail"),
    "sent a new link": marked("New link sent"),
    "cancelled": marked("Cancelled"),
    "came without a booking": marked("Came without a booking"),
}


class AttendeeView(NamedTuple):
    """An attendee on the page.

    `join` is the link to their waiting room, `again` the one that books for them again; empty for who may not.
    """

    name: str
    email: str
    phone: str
    address: str
    notes: str
    reference: str
    answers: list[Answered]
    join: str
    ref_id: str = ""
    consent: Consented | None = None
    again: str = ""


class Answered(NamedTuple):
    """A question and its answer. `is_own`: one of the calendar's options, so in its language."""

    question: str
    answer: str
    is_own: bool


class Consented(NamedTuple):
    """What the customer agreed to, in the words they were shown, and when."""

    when: str
    text: str


class HistoryMoment(NamedTuple):
    """A line of the history: when, what, and by whom."""

    when: str
    what: str
    who: str


@console_boundary
async def queue_details(req: func.HttpRequest) -> func.HttpResponse:
    """Show staff one appointment; as JSON only {joinUrl}, for the script that copies it."""
    context = await enter_appointment(req, Permission.READ_BOOKINGS, changes=False)
    assert context.found is not None
    parties = [_party(context, seat) for seat in context.found.parties]
    if wants_json(req):
        return json_response({"joinUrl": parties[0].join if parties else ""})
    line = QueueLine(await _listed(context), context.now)
    history, is_all = await _history(context)
    _ = context.visitor.texts.gettext
    return await context.page(
        "console/appointment.html",
        news=_(NEWS[news]) if (news := req.params.get("news", "")) in NEWS else "",
        facts=context.facts,
        state=line.status,
        status_name=said_of(line, _),
        icon_name="alert" if line.is_late else ICONS[line.status],
        is_late=line.is_late,
        wait=minutes(line.wait),
        parties=parties,
        notes=_notes(context),
        visit=_visit(context, line),
        history=history,
        is_all=is_all,
        **_rights(context, line),
        path=context.path,
        there=context.there,
    )


async def _history(context: AppointmentContext) -> tuple[list[HistoryMoment], bool]:
    """Return what happened to the appointment, the newest first, and whether that is all."""
    business = context.calendar.business.id
    found, is_all = await find_history(context.appointment, business=business, store=services().store)
    told = (
        HistoryMoment(_when(context, one.at), _action(context, one.action), _who(context, one.actor))
        for one in found
    )
    return list(told), is_all


def _rights(context: AppointmentContext, line: QueueLine) -> dict[str, bool]:
    """Return what the caller may do with the appointment as it stands, by the names that the page knows."""
    is_live, may_act = context.appointment.is_live, _may_act(context)
    return {
        "may_note": is_live and may_act,
        "may_change": line.status in ("booked", "in_lobby") and may_act,
        "may_reassign": context.access.may(Permission.CHANGE_ANY_BOOKING),
        "may_renew": is_live and may_act and not context.appointment.links_are_over(context.now),
    }


async def _listed(context: AppointmentContext) -> QueueEntry:
    return await find_planned(context.appointment, context.calendar, store=services().store)


def _may_act(context: AppointmentContext) -> bool:
    return context.access.may(Permission.RUN_QUEUE) and context.access.may_change(context.appointment.staff)


def _notes(context: AppointmentContext) -> str:
    """Return the internal notes, empty for who may not read them."""
    terms = context.appointment.terms
    return terms.notes if terms and context.access.may(Permission.READ_NOTES) else ""


def _party(context: AppointmentContext, seat: Seat) -> AttendeeView:
    """Return an attendee, without links, answers and notes for who may not see them."""
    one, access, business = context.appointment, context.access, context.calendar.business
    service = one.service_of(context.calendar.services.get(one.service))
    reads, customer = access.may_read_answers(one.staff), seat.customer
    join = ""
    # a join link lets anyone wait in the customer's name: only for staff who may run the visit
    if service and service.is_joinable and _may_act(context):
        join = f"{services().settings.public_url}/join/{join_token(services().secret, business.id, one, seat)}"
    return AttendeeView(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        address=customer.address,
        notes=customer.notes if access.may(Permission.READ_NOTES) else "",
        reference=reference_of(seat.id),
        answers=_answers(context, seat) if reads else [],
        join=join,
        ref_id=seat.ref_id,
        consent=Consented(_when(context, seat.consent.at), seat.consent.text) if seat.consent else None,
        again=_again(context, seat.customer_id),
    )


def _again(context: AppointmentContext, customer: str) -> str:
    """Return the link that books the same for a customer at the next free time; empty for who may not."""
    one, access = context.appointment, context.access
    is_offered = one.service in {each.id for each in context.calendar.listed_services}
    may = access.may(Permission.CREATE_BOOKING) and access.may(Permission.READ_CUSTOMER)
    if not (customer and is_offered and may):
        return ""
    staff = one.staff[0] if len(one.staff) == 1 and one.chosen_by != "anyone" else ""
    asked = {"service": one.service, "staff": staff, "customer": customer, "time": NEXT}
    query = urlencode({name: text for name, text in asked.items() if text})
    return f"/console/bookings/{context.calendar.business.id}/new?{query}&{context.there}"


def _answers(context: AppointmentContext, seat: Seat) -> list[Answered]:
    _, found = context.visitor.texts.gettext, []
    for one in seat.answers:
        asked = context.calendar.questions.get(one.question)
        said = _("Yes") if one.is_tick(asked) else one.answer
        found.append(Answered(one.text, said, one.is_choice(asked)))
    return found


def _visit(context: AppointmentContext, line: QueueLine) -> list[HistoryMoment]:
    """Return what happened in the visit, in order of time."""
    _, visit = context.visitor.texts.gettext, line.visit
    found: list[tuple[datetime | None, str, str]] = []
    for one in visit.parties:
        person = context.calendar.person(one.id.partition(".")[2]) if one.is_staff else None
        name = one.name.value if one.name else person.name if person else ""
        found += [(one.came, _("Came"), name), (one.admitted, _("Let in"), name)]
        found += [(one.left if one.has_left else None, _("Left"), name)]
    found += [(met_at(visit), _("They met"), ""), (visit.closed_at, _("Ended"), "")]
    return [HistoryMoment(context.formats.time(at), what, who) for at, what, who in _sorted(found)]


def _sorted(found: Iterable[tuple[datetime | None, str, str]]) -> list[tuple[datetime, str, str]]:
    return sorted((at, what, who) for at, what, who in found if at)


def _when(context: AppointmentContext, at: datetime) -> str:
    return context.formats.when(at)


def _action(context: AppointmentContext, action: str) -> str:
    """Return an action in the reader's language if it is known. What it was booked over is kept: "Moved (…)"."""
    first, over, rest = action.partition(" over ")
    texts, plain = context.visitor.texts, first.partition(" beyond ")[0]
    name = texts.gettext(ACTIONS[plain]) if plain in ACTIONS else first
    details = [beyond(first, texts), rest if over else ""]
    told = "; ".join(one for one in details if one)
    return f"{name} ({told})" if told else name


def _who(context: AppointmentContext, actor: str) -> str:
    return context.visitor.texts.gettext(marked("The customer")) if actor == "customer" else actor
