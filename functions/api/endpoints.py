"""The public JSON endpoints of a booking page: the calendar, its slots, and appointments by their manage token."""

from asyncio import gather, to_thread
from datetime import datetime
from functools import partial

import azure.functions as func

from functions.api.alternatives import alternatives
from functions.api.documents import appointment_document, business_document, held_document, slots_text
from functions.api.models import AppointmentDocument
from functions.api.slots_query import slots_request
from functions.auth.members import is_member
from functions.http.boundary import api, idempotency_key, json_response, parse_json
from functions.http.client_address import client_address
from functions.http.code_limits import with_code_tried
from functions.http.mail_limits import within_mail_limit, within_move_limit
from functions.http.switch import require_switched_on
from functions.pages.visitor import read_visitor
from functions.wiring import Services, services
from shared.domain.appointments.cancellation import read_reason
from shared.domain.appointments.visit_links import join_token
from shared.domain.availability.slots import AvailableSlots
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Conflict, GroupFull, InvalidFields, NotFound, SlotTaken
from shared.i18n import html_tag
from shared.use_cases.booking.cancel_appointment import cancel_appointment
from shared.use_cases.booking.create_appointment import AppointmentRequest, create_appointment
from shared.use_cases.booking.find_appointment import find_appointment
from shared.use_cases.booking.find_calendar import find_published, find_reachable, require_open
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.booking.result import Booked


MANY = 250  # people; a thread is not worth its start for fewer


@api
async def api_business(req: func.HttpRequest) -> func.HttpResponse:
    """Return the BusinessDocument of a published calendar. Raises NotFound for others, SignInNeeded, Forbidden."""
    app, _ = enter(req)
    member = await is_member(req)
    found = find_published(req.route_params["business"], store=app.store, is_member=member)
    calendar, _ = await gather(found, require_switched_on())
    language = _language(req, calendar)
    return json_response(business_document(calendar, language), headers={"Content-Language": html_tag(language)})


@api
async def api_slots(req: func.HttpRequest) -> func.HttpResponse:
    """Return the SlotsDocument of a service. Raises InvalidFields for a wrong query, NotFound, SignInNeeded."""
    app, now = enter(req)
    request, calendar = await _slots_asked(req, app, now)
    found = find_slots(request, calendar=calendar, store=app.store, now=now)
    offer, _ = await gather(found, require_switched_on())
    # the calendar came from the cache; the offer was computed from its current settings
    require_published(offer, is_member=await is_member(req))
    if len(offer.calendar.staff) > MANY:  # takes some 15 ms for a thousand people, in which others are served
        return json_response(await to_thread(slots_text, offer, request.zone))
    return json_response(slots_text(offer, request.zone))


@api
async def api_appointments(req: func.HttpRequest) -> func.HttpResponse:
    """Book an appointment: return 201, its AppointmentDocument, and its address in `Location`.

    Raises InvalidFields; SlotTaken and its kin with `alternatives`; TooManyRequests.
    """
    app, now = enter(req)
    key, request = idempotency_key(req), parse_json(req, AppointmentRequest)
    calendar, _ = await gather(_calendar(req, app), require_switched_on())
    count_change(req, app, calendar, now)
    booked = await _create(request, key, calendar, app, now, client_address(req), is_member=await is_member(req))
    location = f"/api/{calendar.business.slug}/appointments/{booked.token}"
    return json_response(_document(req, booked, calendar, app), 201, {"Location": location})


@api
async def api_appointment(req: func.HttpRequest) -> func.HttpResponse:
    """Show, move or cancel the booking of a manage token. Raises NotFound for a forged or expired token."""
    app, _ = enter(req)
    return await {"GET": _show, "PATCH": _move, "DELETE": _cancel}[req.method](req, app)


def enter(req: func.HttpRequest) -> tuple[Services, datetime]:
    """Count the request, and return the services and the time that every handler needs."""
    app, now = services(), services().now()
    # counted before anything is read: a flood must not reach the storage
    app.limiter.count_read(client_address(req), now)
    return app, now


def count_change(req: func.HttpRequest, app: Services, calendar: Calendar, now: datetime) -> None:
    """Count a booking, move or cancellation for the client and the calendar. Raises TooManyRequests."""
    app.limiter.count_change(client_address(req), calendar.business.id, now)


def _language(req: func.HttpRequest, calendar: Calendar) -> str:
    """Return the language that a client asks for, by `lang` or Accept-Language, of those that the page offers."""
    accepted = req.headers.get("accept-language", "")
    return read_visitor(req.params, accepted, calendar.business).language


async def _calendar(req: func.HttpRequest, app: Services) -> Calendar:
    return await find_reachable(req.route_params["business"], store=app.store, now=app.now())


async def _slots_asked(req: func.HttpRequest, app: Services, now: datetime) -> tuple[SlotsRequest, Calendar]:
    """Return the parsed query and the calendar.

    A cached calendar may be out of date, so a query is only refused by settings that were read afresh.
    """
    calendar = await _calendar(req, app)
    try:
        return slots_request(req.params, calendar, now), calendar
    except (InvalidFields, NotFound):
        member = await is_member(req)
        calendar = await find_published(req.route_params["business"], store=app.store, is_member=member)
        return slots_request(req.params, calendar, now), calendar


def require_published(offer: AvailableSlots, *, is_member: bool) -> None:
    """Raise NotFound where the service is hidden by now; SignInNeeded where the page asks for a sign-in."""
    if offer.service.is_hidden:
        raise NotFound
    require_open(offer.calendar, is_member=is_member)


async def _create(
    request: AppointmentRequest,
    key: str,
    calendar: Calendar,
    app: Services,
    now: datetime,
    client: str,
    *,
    is_member: bool,
) -> Booked:
    try:
        command = partial(
            create_appointment,
            request,
            key=key,
            calendar=calendar,
            context=app.context,
            is_member=is_member,
            reading=app.reading,
        )
        tried = partial(with_code_tried, request, client, calendar, command, now)
        return await within_mail_limit(request, calendar.business, tried, now)
    except Conflict as refusal:
        around = (request.service, request.start, request.staff)
        refusal.alternatives = await alternatives(*around, calendar=calendar, store=app.store, now=now)
        raise


def _document(req: func.HttpRequest, booked: Booked, calendar: Calendar, app: Services) -> AppointmentDocument:
    return appointment_document(booked, calendar, app.settings.public_url, _language(req, calendar))


async def _show(req: func.HttpRequest, app: Services) -> func.HttpResponse:
    calendar, token = await _calendar(req, app), req.route_params["token"]
    held = await find_appointment(token, calendar=calendar, context=app.context)
    join = join_token(app.secret, calendar.business.id, held.appointment, held.seat)
    language = _language(req, calendar)
    return json_response(held_document(held, token, join, app.settings.public_url, language))


async def _move(req: func.HttpRequest, app: Services) -> func.HttpResponse:
    key, request = idempotency_key(req), parse_json(req, MoveRequest)
    calendar, token = await _calendar(req, app), req.route_params["token"]
    count_change(req, app, calendar, app.now())
    await require_switched_on()
    try:
        command = partial(
            move_appointment,
            token,
            request,
            key=key,
            calendar=calendar,
            context=app.context,
            reading=app.reading,
        )
        booked = await within_move_limit(token, command, app.now())
    except (SlotTaken, GroupFull) as refusal:
        held = await find_appointment(token, calendar=calendar, context=app.context)
        around = (held.appointment.service, request.start, request.staff)
        refusal.alternatives = await alternatives(*around, calendar=held.calendar, store=app.store, now=app.now())
        raise
    return json_response(_document(req, booked, calendar, app))


async def _cancel(req: func.HttpRequest, app: Services) -> func.HttpResponse:
    key = idempotency_key(req, required=False)
    calendar, token = await _calendar(req, app), req.route_params["token"]
    count_change(req, app, calendar, app.now())
    reason = read_reason(req.params.get("reason", ""))
    booked = await cancel_appointment(token, calendar=calendar, context=app.context, key=key, reason=reason)
    return json_response(_document(req, booked, calendar, app))
