"""appointments and calendarView: list, book, change, cancel and delete."""

from datetime import datetime
from typing import Any

from pydantic import Field

from functions.auth.access import Access
from functions.graph.call import Collection, Entity, GraphRequest
from functions.graph.models.appointment import appointment_document
from functions.graph.models.appointment_body import in_graphs_names, parse_appointment, parse_change
from functions.graph.models.customer import customer_of
from functions.graph.models.patch import LongText, parse
from functions.graph.models.values import parse_moment
from functions.http.problems import BadRequest
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import Appointment
from shared.domain.errors import Forbidden, InvalidFields
from shared.domain.model import Request
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.find_appointments import (
    PLACE,
    AppointmentFilter,
    AppointmentWithVisit,
    Span,
    find_appointments,
    read_appointment,
    with_seats,
    with_visit,
)
from shared.use_cases.appointments.send_new_link import Holder, send_new_link
from shared.use_cases.appointments.withdraw_appointment import withdraw_appointment
from shared.use_cases.availability.find_staff_availability import check_stretch


MOST = 10_000  # appointments that are sorted, or looked through from their beginning
OF_CUSTOMERS = "customers"


class CancelBody(Request):
    cancellation_message: LongText | None = None


class NewLinkBody(Request):
    """Whose link becomes void: one customer's, or the hosts', named by one of them. Exactly one is given."""

    customer_id: str | None = Field(default=None, max_length=60)
    staff_member_id: str | None = Field(default=None, max_length=60)


async def list_appointments(call: GraphRequest) -> Collection:
    """Return a page of all appointments of a calendar, in order of their starts."""
    return await _listed(call, None)


async def view_calendar(call: GraphRequest) -> Collection:
    """Return a page of appointments that overlap `start` to `end`, also named startDateTime and endDateTime."""
    first, last = (_moment(call, name) for name in ("start", "end"))
    check_stretch(first, last)
    return await _listed(call, Span(first, last))


def _moment(call: GraphRequest, name: str) -> datetime:
    given = call.req.params.get(name) or call.req.params.get(f"{name}DateTime", "")
    text = given.strip().replace(" ", "+").partition(".")
    zone = text[2].lstrip("0123456789")
    try:
        found = parse_moment(text[0] + zone, "UTC")
    except (ValueError, OverflowError) as wrong:
        raise InvalidFields([(f"/{name}", str(wrong) if text[0] else "required")]) from None
    if not 1971 <= found.year <= 2200:
        raise InvalidFields([(f"/{name}", "out of reach")])
    return found


async def _listed(call: GraphRequest, span: Span | None) -> Collection:
    """Return a page in order of starts; all at once where they are to be sorted, counted or skipped."""
    options, store, business = call.options, call.app.store, call.calendar.business.id
    if call.is_count or options.count or options.orderby or options.skip:
        return await _all(call, span)
    if options.skip_token and not PLACE.fullmatch(options.skip_token):
        raise BadRequest("$skiptoken is not one of ours.")
    found = await find_appointments(
        span, options.skip_token, options.page + 1, _wish(call), calendar=call.calendar, store=store
    )
    shown = found[: options.page]
    is_more = 0 < len(shown) < len(found)
    token = shown[-1].place if is_more else ""
    # customers of groups cost further reads, made only for what is shown
    if not options.select or OF_CUSTOMERS in options.select:
        shown = await with_seats(shown, business=business, store=store)
    documents = [options.chosen(appointment_document(one, call, is_listed=True)) for one in shown]
    return Collection(documents, is_page=True, next_token=token)


async def _all(call: GraphRequest, span: Span | None) -> Collection:
    store, business = call.app.store, call.calendar.business.id
    found = await find_appointments(span, "", MOST + 1, lambda _: True, calendar=call.calendar, store=store)
    if len(found) > MOST:
        raise BadRequest(f"More than {MOST} appointments: ask for a part of them by calendarView.")
    if call.is_count and call.options.filter is None:
        return Collection([{}] * len(found))
    whole = await with_seats(found, business=business, store=store)
    return Collection([appointment_document(one, call, is_listed=True) for one in whole])


def _wish(call: GraphRequest) -> AppointmentFilter:
    wanted = call.options.filter

    def wish(one: AppointmentWithVisit) -> bool:
        return wanted is None or wanted(appointment_document(one, call, is_listed=True))

    return wish


async def get_appointment(call: GraphRequest) -> Entity:
    """Return one appointment with its customers and status. Raises NotFound."""
    found, business = await _read(call, call.ids["id"]), call.calendar.business.id
    return Entity(appointment_document(await with_visit(found, business, call.app.store), call))


async def _read(call: GraphRequest, name: str) -> AppointmentWithVisit:
    return await read_appointment(name, business=call.calendar.business.id, store=call.app.store)


async def read_ahead(call: GraphRequest, business: str) -> AppointmentWithVisit:
    """Return the appointment in the path. Raise NotFound."""
    return await read_appointment(call.ids["id"], business=business, store=call.app.store)


async def post_appointment(call: GraphRequest) -> Entity:
    """Book for customers, and return 201 with the appointment. Raises InvalidFields, SlotTaken and its kin.

    Without staff, somebody who may only book for themselves books for themselves, else anyone is chosen.
    """
    booking = parse_appointment(call.document()).booking(call.calendar)
    if not booking.staff and not _may_change_any(call):
        booking = booking.model_copy(update={"staff": _own(call)})
    with in_graphs_names():
        made = await create_by_staff(booking, said=call.body, reading=call.app.reading, **_command(call))
    return Entity(appointment_document(made.whole or await _read(call, made.id), call), 201)


async def patch_appointment(call: GraphRequest) -> None:
    """Change an appointment; only what differs from the present state counts. Raises EditConflict."""
    sent, name = call.document(), call.ids["id"]
    known = call.ahead or await _read(call, name)
    change = parse_change(appointment_document(known, call), sent, call.calendar)
    with in_graphs_names():
        await change_by_staff(
            name,
            change,
            said=call.body,
            etags=call.etags,
            seen=known.appointment,
            reading=call.app.reading,
            **_command(call),
        )


async def remove_appointment(call: GraphRequest) -> None:
    """Delete an appointment. Raises EditConflict where the client names another state."""
    await withdraw_appointment(call.ids["id"], etags=call.etags, seen=_seen(call), **_command(call))


async def cancel_appointment(call: GraphRequest) -> None:
    """Cancel an appointment, with a message to its customers."""
    body = parse(CancelBody, {}, call.document() if call.req.get_body() else {})
    message = body.cancellation_message or ""
    await cancel_by_staff(call.ids["id"], message, etags=call.etags, seen=_seen(call), **_command(call))


def _seen(call: GraphRequest) -> Appointment | None:
    return call.ahead.appointment if call.ahead else None


async def post_new_link(call: GraphRequest) -> None:
    """Make the link of a customer or of the hosts void, and mail a new one."""
    body = parse(NewLinkBody, {}, call.document())
    if bool(body.customer_id) == bool(body.staff_member_id):
        raise InvalidFields([("/customerId", "either it, or staffMemberId")])
    holder: Holder = "customer" if body.customer_id else "staff"
    name = customer_of(body.customer_id) if body.customer_id else body.staff_member_id or ""
    await send_new_link(call.ids["id"], holder, name, etags=call.etags, **_command(call))


def _command(call: GraphRequest) -> dict[str, Any]:
    """Return what every command of staff takes. Applications are bound by the policy, people are not."""
    app = call.app
    return {
        "editor": _access(call).editor(is_bound=call.caller.is_application),
        "key": call.author.key,
        "calendar": call.calendar,
        "context": app.context,
    }


def _may_change_any(call: GraphRequest) -> bool:
    return call.access is not None and call.access.may(Permission.CHANGE_ANY_BOOKING)


def _own(call: GraphRequest) -> tuple[str, ...]:
    return tuple(sorted(call.access.people)[:1]) if call.access else ()


def _access(call: GraphRequest) -> Access:
    """Return the caller's access. Raises Forbidden for one without any in the calendar."""
    if call.access is None:
        raise Forbidden
    return call.access
