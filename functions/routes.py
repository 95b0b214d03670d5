"""Every route and timer of the app, with the module that serves it, which is imported at its first request.

At start only this table is loaded, so a cold start pays for the requested page and for no other. The host is told
one function for each first segment of an address, since each that it indexes costs a start half a millisecond; the
route is found here. Templates are disjoint. What none takes goes to the last, so that those responses have our
headers too; the host tries functions in order of their names, and its name sorts after all others.
"""

import gc
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from inspect import isawaitable
from typing import Any

import azure.functions as func

from functions.console_routes import CONSOLE_ROUTES
from functions.route import REST, Route, Timer


VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOWHERE = Route("site.not_found", "zz_nowhere", "GET POST PUT PATCH DELETE OPTIONS", REST)
ROUTES = (
    Route("booking.pages", "book_landing", "GET", "book/{business}"),
    Route("booking.pages", "book_another_service", "POST", "book/{business}"),
    Route("booking.pages", "book_service", "GET", "book/{business}/{service}"),
    Route("booking.pages", "book_send", "POST", "book/{business}/{service}"),
    Route("booking.pages", "problem_explained", "GET", "problems/{code}"),
    Route("booking.manage_pages", "manage_show", "GET", "book/{business}/manage/{token}"),
    Route("booking.manage_pages", "manage_move", "GET", "book/{business}/manage/{token}/move"),
    Route("booking.manage_pages", "manage_move_send", "POST", "book/{business}/manage/{token}/move"),
    Route("booking.manage_pages", "manage_cancel", "GET", "book/{business}/manage/{token}/cancel"),
    Route("booking.manage_pages", "manage_cancel_send", "POST", "book/{business}/manage/{token}/cancel"),
    Route("booking.manage_pages", "manage_calendar_file", "GET", "book/{business}/manage/{token}/appointment.ics"),
    Route("booking.walk_in_pages", "walk_in_show", "GET", "now/{business}"),
    Route("booking.walk_in_pages", "walk_in_send", "POST", "now/{business}"),
    Route("visits.attendee_pages", "join_page", "GET", "join/{token}"),
    Route("visits.attendee_pages", "join_test", "GET", "join/{token}/test"),
    Route("visits.attendee_api", "join_enter", "POST", "join/{token}/enter"),
    Route("visits.attendee_api", "join_beat", "POST", "join/{token}/beat"),
    Route("visits.attendee_api", "join_tell", "POST", "join/{token}/tell"),
    Route("visits.attendee_api", "join_leave", "POST", "join/{token}/leave"),
    Route("visits.attendee_api", "join_connection", "GET", "join/{token}/connection"),
    Route("visits.attendee_api", "join_signals", "POST", "join/{token}/signals"),
    Route("visits.host_pages", "host_page", "GET", "host/{token}"),
    Route("console.reports.by_mail", "report_leave", "GET", "report-mail/{token}"),
    Route("console.reports.by_mail", "report_leave_send", "POST", "report-mail/{token}"),
    Route("console.staff.own_calendar.by_link", "own_calendar_link", "GET", "own-calendar/{token}"),
    Route("console.staff.own_calendar.by_link", "own_calendar_link_send", "POST", "own-calendar/{token}"),
    Route("visits.staff_pages", "host_appointment", "GET", "host/{token}/appointment"),
    Route("visits.staff_pages", "host_move", "GET", "host/{token}/move"),
    Route("visits.staff_pages", "host_move_send", "POST", "host/{token}/move"),
    Route("visits.staff_pages", "host_cancel", "GET", "host/{token}/cancel"),
    Route("visits.staff_pages", "host_cancel_send", "POST", "host/{token}/cancel"),
    Route("visits.staff_pages", "host_confirm", "GET", "host/{token}/confirm"),
    Route("visits.staff_pages", "host_confirm_send", "POST", "host/{token}/confirm"),
    Route("visits.staff_pages", "host_hand_back", "GET", "host/{token}/hand-back"),
    Route("visits.staff_pages", "host_hand_back_send", "POST", "host/{token}/hand-back"),
    Route("visits.host_api", "host_enter", "POST", "host/{token}/enter"),
    Route("visits.host_api", "host_beat", "POST", "host/{token}/beat"),
    Route("visits.host_api", "host_leave", "POST", "host/{token}/leave"),
    Route("visits.host_api", "host_connection", "GET", "host/{token}/connection"),
    Route("visits.host_api", "host_signals", "POST", "host/{token}/signals"),
    Route("visits.host_api", "host_admit", "POST", "host/{token}/admit"),
    Route("visits.host_api", "host_put_back", "POST", "host/{token}/put-back"),
    Route("visits.host_api", "host_tell", "POST", "host/{token}/tell"),
    Route("visits.host_api", "host_mark", "POST", "host/{token}/mark"),
    Route("visits.host_api", "host_notes", "GET", "host/{token}/notes"),
    Route("visits.host_api", "host_write_notes", "POST", "host/{token}/notes"),
    Route("booking.data_pages", "data_kept", "GET", "data/{business}"),
    Route("booking.data_pages", "data_places_shown", "GET", "data"),
    Route("booking.logo", "logo", "GET", "book/{business}/logo/{hash}"),
    Route("toolkit.pages", "help_answers", "GET", "help/{business}"),
    Route("toolkit.pages", "help_test", "GET", "help/{business}/test"),
    Route("toolkit.guide", "help_guide", "GET", "help/{business}/guide"),
    Route("toolkit.guide", "help_poster", "GET", "help/{business}/poster"),
    Route("toolkit.infographic", "help_infographic", "GET", "help/{business}/infographic"),
    Route("toolkit.font", "own_font", "GET", "book/{business}/font/{file}"),
    Route("toolkit.picture", "own_picture", "GET", "book/{business}/picture/{file}"),
    Route("toolkit.infographic", "help_infographic_file", "GET", "help/{business}/infographic/{file}"),
    Route("api.endpoints", "api_business", "GET", "api/{business}"),
    Route("api.endpoints", "api_slots", "GET", "api/{business}/slots"),
    Route("api.endpoints", "api_appointments", "POST", "api/{business}/appointments"),
    Route("api.endpoints", "api_appointment", "GET PATCH DELETE", "api/{business}/appointments/{token}"),
    Route("api.codes", "api_codes", "POST", "api/{business}/codes"),
    Route("sms.twilio", "twilio_report", "POST", "sms/twilio/report/{reference}"),
    Route("sms.twilio", "twilio_reply", "POST", "sms/twilio/reply"),
    Route("sms.azure", "azure_events", "POST OPTIONS", "azure/events"),
    Route("sms.opt_out_pages", "opt_out_show", "GET", "o/{code}"),
    Route("sms.opt_out_pages", "opt_out_send", "POST", "o/{code}"),
    Route("openapi", "openapi", "GET", "openapi.json"),
    Route("site.static_files", "assets", "GET", "s/{*path}"),
    Route("site.static_files", "embed", "GET", "embed.js"),
    Route("site.static_files", "robots", "GET", "robots.txt"),
    Route("site.health", "healthz", "GET", "healthz"),
    Route("graph.endpoint", "graph_api", "GET POST PUT PATCH DELETE OPTIONS", "v1.0/{*path}"),
    Route("scim.endpoint", "scim_api", "GET POST PUT PATCH DELETE", "scim/v2/{*path}"),
    Route("site.health", "readyz", "GET", "readyz"),
    Route("site.tasks", "do_due_tasks", "POST", "tasks/due"),
    Route("site.metrics", "show_metrics", "GET", "metrics"),
    *CONSOLE_ROUTES,
    NOWHERE,
)
TIMERS = (
    Timer("timers", "send_due_messages", "*/10 * * * * *", is_monitored=False),
    Timer("timers", "read_own_calendars", "*/20 * * * * *", is_monitored=False),
)


def blueprint(routes: Iterable[Route], timers: Iterable[Timer]) -> func.Blueprint:
    """Return the functions of these routes and timers, for the host to index."""
    faces: dict[str, list[Route]] = {}
    for route in routes:
        faces.setdefault(route.face, []).append(route)
    bp = func.Blueprint()
    for face, its in faces.items():
        template = face if face == REST else f"{face}/{REST}"
        bp.route(template, methods=VERBS, auth_level=func.AuthLevel.ANONYMOUS)(_serve(face, its))
    for timer in timers:
        bp.timer_trigger(schedule=timer.schedule, arg_name="timer", use_monitor=timer.is_monitored)(_tick(timer))
    return bp


def find_route(routes: Iterable[Route], method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """Return the route that takes what follows the first segment, and what that says; NOWHERE where none does."""
    segments = _segments(path)
    for route in routes:
        if method in route.verbs and (values := route.values_of(segments)) is not None:
            return route, values
    return NOWHERE, {}


def _segments(path: str) -> Sequence[str]:
    """Split a path; one slash at its end does not count."""
    return path.removesuffix("/").split("/") if path.strip("/") else ["", ""] if path else []


@cache
def handler(one: Route | Timer) -> Callable[[Any], Any]:
    """Return the handler of a route or a timer, importing its module.

    Modules stay in memory, so garbage collection is off meanwhile, and what the first import has loaded is never
    scanned again.
    """
    gc.disable()
    try:
        return getattr(import_module(f"functions.{one.module}"), one.name)  # type: ignore[no-any-return]
    finally:
        _freeze_once()
        gc.enable()


@cache
def _freeze_once() -> None:
    gc.freeze()  # gc.get_freeze_count would walk through all that is frozen, for each handler


def _serve(face: str, routes: Sequence[Route]) -> Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]:
    async def handle(req: func.HttpRequest) -> func.HttpResponse:
        route, values = find_route(routes, req.method, req.route_params.get("path", ""))
        answer = handler(route)(_routed(req, values))
        response = await answer if isawaitable(answer) else answer
        import_module("functions.wiring").ring()
        return response  # type: ignore[no-any-return]

    handle.__name__ = NOWHERE.name if face == REST else re.sub(r"\W", "_", face)  # the host names functions by it
    return handle


def _routed(req: func.HttpRequest, values: Mapping[str, str]) -> func.HttpRequest:
    """Return the request with what its address says; HEAD as GET of the whole, whose body the host leaves out."""
    method, body, headers = req.method, req.get_body(), req.headers
    if method == "HEAD":
        method, body = "GET", b""
        headers = {name: value for name, value in headers.items() if name.lower() != "range"}
    return func.HttpRequest(method, req.url, headers=headers, params=req.params, route_params=values, body=body)


def _tick(one: Timer) -> Callable[[func.TimerRequest], Awaitable[None]]:
    async def tick(timer: func.TimerRequest) -> None:
        await handler(one)(timer)

    tick.__name__ = one.name
    return tick


bp = blueprint(ROUTES, TIMERS)
