"""The public JSON endpoints of a booking page: the calendar, its slots, and appointments by their manage token."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import azure.functions as func

from functions.api_documents import appointment_document, business_document, held_document, slots_document
from functions.http import api, client_address, idempotency_key, json_response, parse_json
from functions.wiring import Services, services
from shared.domain.availability import Offer, Slot
from shared.domain.business import Calendar
from shared.domain.errors import Conflict, InvalidFields, NotFound, StaffNotOffered
from shared.domain.hours import local_date
from shared.use_cases.cancel_appointment import cancel_appointment
from shared.use_cases.create_appointment import AppointmentRequest, create_appointment, selectable_staff
from shared.use_cases.find_appointment import find_appointment
from shared.use_cases.find_calendar import find_published, find_reachable
from shared.use_cases.find_slots import SlotsRequest, find_slots, service_of
from shared.use_cases.move_appointment import MoveRequest, move_appointment


bp = func.Blueprint()
ALTERNATIVES = 6
DAYS_SHOWN = 31


@bp.route("api/{business}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@api
async def api_business(req: func.HttpRequest) -> func.HttpResponse:
    app = services()
    app.limiter.count_read(client_address(req), app.now())
    calendar = await find_published(req.route_params["business"], store=app.store)
    return json_response(business_document(calendar))


@bp.route("api/{business}/slots", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@api
async def api_slots(req: func.HttpRequest) -> func.HttpResponse:
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    calendar = await find_reachable(req.route_params["business"], store=app.store)
    request = slots_request(dict(req.params), calendar, now)
    offer = await find_slots(request, calendar=calendar, store=app.store, now=now)
    require_published(offer)
    return json_response(slots_document(offer, request.zone))


@bp.route("api/{business}/appointments", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@api
async def api_appointments(req: func.HttpRequest) -> func.HttpResponse:
    app, now = services(), services().now()
    key, request = idempotency_key(req), parse_json(req, AppointmentRequest)
    calendar = await find_reachable(req.route_params["business"], store=app.store)
    app.limiter.count_change(client_address(req), calendar.business.id, now)
    try:
        booked = await create_appointment(
            request, key=key, calendar=calendar, store=app.store, secret=app.secret, now=now
        )
    except Conflict as refusal:
        around = (request.service, request.start, request.staff)
        refusal.alternatives = await alternatives(*around, calendar=calendar, app=app, now=now)
        raise
    document = appointment_document(booked, calendar, app.settings.public_url)
    location = f"/api/{calendar.business.slug}/appointments/{booked.token}"
    return json_response(document, 201, {"Location": location})


@bp.route(
    "api/{business}/appointments/{token}", methods=["GET", "PATCH", "DELETE"], auth_level=func.AuthLevel.ANONYMOUS
)
@api
async def api_appointment(req: func.HttpRequest) -> func.HttpResponse:
    app, token = services(), req.route_params["token"]
    calendar = await find_reachable(req.route_params["business"], store=app.store)
    act = {"GET": _show, "PATCH": _move, "DELETE": _cancel}[req.method]
    return await act(req, app, calendar, token)


async def _show(req: func.HttpRequest, app: Services, calendar: Calendar, token: str) -> func.HttpResponse:
    now = app.now()
    app.limiter.count_read(client_address(req), now)
    held = await find_appointment(token, calendar=calendar, store=app.store, secret=app.secret, now=now)
    return json_response(held_document(held, token, app.settings.public_url))


async def _move(req: func.HttpRequest, app: Services, calendar: Calendar, token: str) -> func.HttpResponse:
    now, key, request = app.now(), idempotency_key(req), parse_json(req, MoveRequest)
    app.limiter.count_change(client_address(req), calendar.business.id, now)
    try:
        booked = await move_appointment(
            token, request, key=key, calendar=calendar, store=app.store, secret=app.secret, now=now
        )
    except Conflict as refusal:
        held = await find_appointment(token, calendar=calendar, store=app.store, secret=app.secret, now=now)
        around = (held.appointment.service, request.start, request.staff)
        refusal.alternatives = await alternatives(*around, calendar=calendar, app=app, now=now)
        raise
    return json_response(appointment_document(booked, calendar, app.settings.public_url))


async def _cancel(req: func.HttpRequest, app: Services, calendar: Calendar, token: str) -> func.HttpResponse:
    now, key = app.now(), str(req.headers.get("idempotency-key", ""))
    app.limiter.count_change(client_address(req), calendar.business.id, now)
    booked = await cancel_appointment(
        token, calendar=calendar, store=app.store, secret=app.secret, now=now, key=key
    )
    return json_response(appointment_document(booked, calendar, app.settings.public_url))


def require_published(offer: Offer) -> None:
    """Raise NotFound where the settings, fresh by now, no longer show the service to the public."""
    if offer.service.is_hidden or not offer.calendar.business.page.is_published:
        raise NotFound


def slots_request(params: dict[str, str], calendar: Calendar, now: datetime) -> SlotsRequest:
    """Parse the query. Raises InvalidFields naming the parameters that are wrong, NotFound for the service."""
    zone = params.get("tz", calendar.business.time_zone)
    if zone not in available_timezones():
        raise InvalidFields([("/tz", "not an IANA time zone")])
    if "service" not in params:
        raise InvalidFields([("/service", "required")])
    service = service_of(calendar, params["service"])
    first = _date(params, "from", local_date(now, zone))
    last = _date(params, "to", first + timedelta(days=DAYS_SHOWN - 1))
    staff = params.get("staff")
    if staff is not None and staff not in selectable_staff(calendar, service):
        raise StaffNotOffered
    return SlotsRequest(params["service"], first, last, zone, staff)


def _date(params: dict[str, str], name: str, otherwise: date) -> date:
    text = params.get(name)
    if text is None:
        return otherwise
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise InvalidFields([(f"/{name}", "a date such as 2026-11-23")]) from None


async def alternatives(
    service: str, start: datetime, staff: str | None, *, calendar: Calendar, app: Services, now: datetime
) -> list[Slot]:
    """Return the slots nearest to a start that is gone: of the same person first, else of anyone."""
    zone = calendar.business.time_zone
    day = start.astimezone(ZoneInfo(zone)).date()
    first = max(day - timedelta(days=14), local_date(now, zone))
    for person in dict.fromkeys([staff, None]):
        request = SlotsRequest(service, first, max(first, day) + timedelta(days=30), zone, person)
        offer = await find_slots(request, calendar=calendar, store=app.store, now=now)
        if found := offer.nearest(start, ALTERNATIVES):
            return found
    return []
