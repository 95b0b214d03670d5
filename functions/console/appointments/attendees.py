"""The attendees of an appointment as its page shows them: how to reach them, what they said, and their links."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from functions.console.appointments.asked import NEXT
from functions.console.appointments.happened import CANCEL_REASONS
from functions.pages.rich_text import said_in
from functions.pages.summaries import answers_of
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import reference_of
from shared.domain.appointments.visit_links import join_token, manage_token


if TYPE_CHECKING:
    from markupsafe import Markup

    from functions.console.appointments.context import AppointmentContext
    from functions.pages.summaries import Answered
    from shared.domain.appointments.appointment import Consent, Seat


class Consented(NamedTuple):
    """What the customer agreed to, in the words they were shown, and when."""

    when: str
    text: str
    lang: Markup


class PendingView(NamedTuple):
    """A change that people are told of later, at the time `when`; `version` names it."""

    when: str
    version: int


class AttendeeView(NamedTuple):
    """An attendee on the page.

    `links` are (label, address) of what only they may open, empty for who may not act for them; `again` is the
    form for another appointment of theirs, and `customer` their own page.
    """

    seat: str
    name: str
    email: str
    phone: str
    address: str
    notes: str
    reference: str
    answers: list[Answered]
    ref_id: str
    consent: Consented | None
    texts: Consented | None
    is_cancelled: bool
    cancelled: str
    join: str
    manage: str
    customer: str
    again: str
    pending: PendingView | None
    may_move: bool


def attendee_of(context: AppointmentContext, seat: Seat) -> AttendeeView:
    """Return an attendee, without links, answers and notes for who may not see them."""
    access, customer = context.access, seat.customer
    reads = access.may_read_answers(context.appointment.staff)
    join, manage = _links(context, seat)
    return AttendeeView(
        seat=seat.id,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        address=customer.address,
        notes=customer.notes if access.may(Permission.READ_NOTES) else "",
        reference=reference_of(seat.id),
        answers=answers_of(seat, context.calendar, context.visitor.texts) if reads else [],
        ref_id=seat.ref_id,
        consent=_agreed(context, seat.consent),
        texts=_agreed(context, seat.sms_consent),
        is_cancelled=seat.status == "cancelled",
        cancelled=_cancelled(context, seat),
        join=join,
        manage=manage,
        customer=_customer(context, seat),
        again=_again(context, seat.customer_id),
        pending=_pending(context, seat),
        may_move=_may_move(context, seat),
    )


def _pending(context: AppointmentContext, seat: Seat) -> PendingView | None:
    """Return what people are not told of yet of a group's seat, for who may undo it."""
    if not seat.has_pending_notice or seat.pending is None or not may_act(context):
        return None
    if seat.pending.due <= context.now:
        return None
    return PendingView(context.formats.time(seat.pending.due), seat.version)


def _may_move(context: AppointmentContext, seat: Seat) -> bool:
    """Return whether the reader may move or cancel this one seat of a group."""
    one = context.appointment
    is_open = one.is_live and seat.status == "booked" and context.now < one.end
    return one.is_group and is_open and may_act(context)


def _cancelled(context: AppointmentContext, seat: Seat) -> str:
    """Return when and why a customer cancelled; empty where staff did, or where it was not kept."""
    if seat.cancelled_by != "customer" or seat.cancelled_at is None:
        return ""
    _, when = context.visitor.texts.gettext, context.formats.when(seat.cancelled_at)
    return _("%(when)s. Reason: %(reason)s") % {"when": when, "reason": _(CANCEL_REASONS[seat.cancel_reason])}


def _agreed(context: AppointmentContext, consent: Consent | None) -> Consented | None:
    if consent is None:
        return None
    lang = said_in(consent.language or context.calendar.business.language, context.visitor)
    return Consented(context.formats.when(consent.at), consent.text, lang)


def may_act(context: AppointmentContext) -> bool:
    """Return whether the reader may run and change this appointment."""
    return context.access.may(Permission.RUN_QUEUE) and context.access.may_change(context.appointment.staff)


def _links(context: AppointmentContext, seat: Seat) -> tuple[str, str]:
    """Return the links to wait and to manage the booking; empty where there is none, or none for the reader.

    Each lets anyone act in the customer's name: only for staff who may run and change the appointment.
    """
    one, business, app = context.appointment, context.calendar.business, context.app
    service = one.service_of(context.calendar.services.get(one.service))
    if service is None or not may_act(context):
        return "", ""
    public, join, manage = app.settings.public_url, "", ""
    if service.is_joinable:
        join = f"{public}/join/{join_token(app.secret, business.id, one, seat)}"
    manages = seat.made_by == "customer" or service.customers_may_manage
    if manages and seat.status == "booked" and one.start > context.now:
        token = manage_token(app.secret, business.id, one.id, seat.id, seat.link_version, one.start)
        manage = f"{public}/book/{business.slug}/manage/{token}"
    return join, manage


def _customer(context: AppointmentContext, seat: Seat) -> str:
    if not seat.customer_id or not context.access.may(Permission.READ_CUSTOMER):
        return ""
    return f"/console/calendars/{context.calendar.business.id}/customers/customer/{seat.customer_id}"


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
