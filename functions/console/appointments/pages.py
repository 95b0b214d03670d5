"""Pages by which staff move, reassign and cancel appointments, note, and send new links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.appointments.context import AppointmentContext, enter_appointment
from functions.console.appointments.forms import (
    DeskForm,
    Select,
    form_page,
    telling_field,
    told_when,
)
from functions.console.boundary import console_boundary
from functions.pages.form_field import FormField
from shared.domain.access.permissions import Permission
from shared.domain.appointments.terms import TermsChange
from shared.domain.calendar.service import MAXIMUM_TOGETHER
from shared.domain.errors import Conflict, EditConflict, InvalidFields, Rejected
from shared.domain.timeline.ledger import busy_in, months_in
from shared.records.calendars import etag_of
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.send_new_link import send_new_link
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.booking.check_form import text_problem


if TYPE_CHECKING:
    import azure.functions as func

    from shared.domain.calendar.business import StaffMember
    from shared.use_cases.commands import Etags
    from shared.use_cases.telling.announce import Told

REFUSED = (Rejected, Conflict, EditConflict, InvalidFields)
LONGEST_MESSAGE, LONGEST_HOLDER = 2000, 80
LONGEST_NOTES = 4000
REVOKE = "revoke"


def command_of(context: AppointmentContext) -> dict[str, Any]:
    """Return what each command of these pages is run with."""
    app = context.app
    return {
        "key": context.form.get("key", ""),
        "calendar": context.calendar,
        "context": app.context,
    }


def left(context: AppointmentContext, news: str, telling: Told, appointment: str = "") -> func.HttpResponse:
    """Redirect after a change: to the appointment, where it can be undone, if nobody is told of it yet.

    `telling` is when people are told in fact, which may be another time than was chosen.

    A seat that was moved is in another `appointment`.
    """
    news = f"seat-{news}" if context.seat else news
    match telling:
        case "later":
            return context.to_details(f"{news}-later", appointment)
        case "never":
            return context.leave(f"{news}-untold")
        case "some":
            return context.leave(f"{news}-some")
    return context.leave(news)


def seen(context: AppointmentContext) -> Etags:
    """Return the ETag of the appointment that the form was filled in for, None if it has none."""
    return {context.form["etag"]} if context.form.get("etag") else None


@console_boundary
async def queue_reassign(req: func.HttpRequest) -> func.HttpResponse:
    """Let staff give an appointment to others: a select for each who serves now, free people first."""
    context = await enter_appointment(req, Permission.CHANGE_BOOKING)
    one, _ = context.appointment, context.visitor.texts.gettext
    serving = one.staff if len(one.staff) <= MAXIMUM_TOGETHER else one.staff[:1]  # one select for many
    names = [f"staff-{place}" if place else "staff" for place in range(len(serving))]
    chosen = [context.form.get(name, now) for name, now in zip(names, serving, strict=True)]
    groups = await _who_is_free(context)
    fields = [Select(name, _("Staff"), groups, value) for name, value in zip(names, chosen, strict=True)]
    form = DeskForm(_("Reassign"), _("Reassign"), [*fields, telling_field(context)])
    if not context.is_sent:
        return await form_page(context, form)
    try:
        _staff, telling = await reassign_appointment(
            one.id,
            chosen,
            editor=context.access.editor(),
            telling=told_when(context) or "now",
            seen=one,
            reading=context.app.reading,
            **command_of(context),
        )
    except REFUSED as refusal:
        return await form_page(context, form, refusal)
    return left(context, "reassigned", telling)


async def _who_is_free(context: AppointmentContext) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the calendar's staff as select groups, free and busy; who serves now counts as free."""
    one, calendar, _ = context.appointment, context.calendar, context.visitor.texts.gettext
    months = months_in(one.ticks)
    masks = await context.app.store.calendars.busy(calendar.business.id, months, len(calendar.staff))
    busy = {
        name
        for name in calendar.staff
        if name not in one.staff and busy_in(one.ticks, {month: masks[month].get(name, 0) for month in months})
    }
    people = sorted(calendar.staff.values(), key=by_name)
    free = [(person.id, person.name) for person in people if person.id not in busy]
    return [
        (_("Available"), free),
        (_("Busy at this time"), [(one.id, one.name) for one in people if one.id in busy]),
    ]


@console_boundary
async def queue_link(req: func.HttpRequest) -> func.HttpResponse:
    """Let staff send a customer or the hosts a new link, or only revoke the one before, which stops at once."""
    context = await enter_appointment(req, Permission.CHANGE_BOOKING)
    form = _link_form(context)
    if not context.is_sent:
        return await form_page(context, form)
    holder, _dot, name = context.form.get("to", "")[:LONGEST_HOLDER].partition(".")
    is_only_revoked = context.form.get("how") == REVOKE
    try:
        is_sent = await send_new_link(
            context.appointment.id,
            "staff" if holder == "staff" else "customer",
            name,
            editor=context.access.editor(),
            is_only_revoked=is_only_revoked,
            **command_of(context),
        )
    except REFUSED as refusal:
        return await form_page(context, form, refusal)
    return context.to_details("link-revoked" if is_only_revoked else "link-sent" if is_sent else "link-void")


def _link_form(context: AppointmentContext) -> DeskForm:
    _, form = context.visitor.texts.gettext, context.form
    chosen = form.get("to") or context.req.params.get("to", "")[:LONGEST_HOLDER]
    ways = [("send", _("Email a new link")), (REVOKE, _("Only revoke it: no one gets a new one"))]
    fields = [
        Select("to", _("For whom"), _link_holders(context), chosen),
        Select("how", _("What happens"), [("", ways)], form.get("how", "send")),
    ]
    text = _("Links in earlier emails no longer work from then on.")
    return DeskForm(_("Links"), _("Replace the link"), fields, text=text)


def _link_holders(context: AppointmentContext) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the customers and the hosts as select groups; an appointment's hosts get new links together."""
    _, one = context.visitor.texts.gettext, context.appointment
    assert context.found is not None
    seats = [
        (f"customer.{seat.id}", seat.customer.name) for seat in context.found.parties if seat.status == "booked"
    ]
    names = [(name, person.name) for name in one.staff if (person := context.calendar.staff.get(name))]
    service = one.service_of(context.calendar.services.get(one.service))
    hosts = [(f"staff.{names[0][0]}", ", ".join(each for _name, each in names))] if names else []
    is_online = service is not None and service.is_online
    return [(_("Customers"), seats), (_("Staff"), hosts if is_online else [])]


def by_name(person: StaffMember) -> tuple[str, str]:
    return person.name.casefold(), person.id


@console_boundary
async def queue_notes(req: func.HttpRequest) -> func.HttpResponse:
    """Let staff edit the internal notes, which no mail, page or file shows to customers."""
    context = await enter_appointment(req, Permission.CHANGE_BOOKING)
    # the form shows the present notes, so changing them is not enough of a right
    context.access.require(Permission.READ_NOTES)
    one, _ = context.appointment, context.visitor.texts.gettext
    known = one.terms.notes if one.terms else ""
    field = _internal_notes(context, known)
    form = DeskForm(_("Internal notes"), _("Save"), [field], etag=etag_of(one))
    if not context.is_sent:
        return await form_page(context, form)
    try:
        change = AppointmentChange(terms=TermsChange(notes=_noted(context)))
        about = {"etags": seen(context), "seen": one, **command_of(context)}
        await change_by_staff(one.id, change, editor=context.access.editor(), **about)
    except REFUSED as refusal:
        return await form_page(context, form, refusal)
    return context.to_details("noted")


def _internal_notes(context: AppointmentContext, known: str = "") -> FormField:
    label = context.visitor.texts.gettext("Internal notes (only staff see these)")
    return FormField("internal", label, "notes", context.form.get("internal", known), longest=LONGEST_NOTES)


def _noted(context: AppointmentContext) -> str:
    return text_of(context, "internal", LONGEST_NOTES)


def text_of(context: AppointmentContext, name: str, longest: int) -> str:
    """Return a multi-line field with normalised line ends. Raises InvalidFields."""
    text = context.form.get(name, "").replace("\r\n", "\n").strip()
    if problem := text_problem(text, longest, multiline=True):
        raise InvalidFields([problem.at(f"/{name}")])
    return text
