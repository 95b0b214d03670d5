"""Every route and timer of the app, with the module that serves it, which is imported at its first request.

At start only this table is loaded, so a cold start pays for the requested page and for no other. The host tries
routes in order of their names and takes the first that fits: templates are disjoint, except for the last, whose
name sorts after all others. It takes what no other does, so that those responses have our headers too.
"""

import gc
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from importlib import import_module
from inspect import isawaitable
from typing import Any, NamedTuple

import azure.functions as func


class Route(NamedTuple):
    """`name` is that of the function, and of its handler in `module` of this package. GET includes HEAD."""

    module: str
    name: str
    methods: str
    template: str

    @property
    def verbs(self) -> list[str]:
        """The methods as the host takes them."""
        found = self.methods.split()
        return [*found, "HEAD"] if "GET" in found else found


class Timer(NamedTuple):
    """`schedule` is in NCRONTAB, seconds first. A monitored timer runs late if the host was down at its time."""

    module: str
    name: str
    schedule: str
    is_monitored: bool


SERVICES = "console/calendars/{business}/services"
SERVICE = f"{SERVICES}/service/{{service}}"
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
    Route("visits.attendee_api", "join_leave", "POST", "join/{token}/leave"),
    Route("visits.attendee_api", "join_signals", "POST", "join/{token}/signals"),
    Route("visits.host_pages", "host_page", "GET", "host/{token}"),
    Route("visits.host_api", "host_enter", "POST", "host/{token}/enter"),
    Route("visits.host_api", "host_beat", "POST", "host/{token}/beat"),
    Route("visits.host_api", "host_leave", "POST", "host/{token}/leave"),
    Route("visits.host_api", "host_signals", "POST", "host/{token}/signals"),
    Route("visits.host_api", "host_admit", "POST", "host/{token}/admit"),
    Route("visits.host_api", "host_put_back", "POST", "host/{token}/put-back"),
    Route("visits.host_api", "host_tell", "POST", "host/{token}/tell"),
    Route("visits.host_api", "host_mark", "POST", "host/{token}/mark"),
    Route("booking.logo", "logo", "GET", "book/{business}/logo/{hash}"),
    Route("api.endpoints", "api_business", "GET", "api/{business}"),
    Route("api.endpoints", "api_slots", "GET", "api/{business}/slots"),
    Route("api.endpoints", "api_appointments", "POST", "api/{business}/appointments"),
    Route("api.endpoints", "api_appointment", "GET PATCH DELETE", "api/{business}/appointments/{token}"),
    Route("api.codes", "api_codes", "POST", "api/{business}/codes"),
    Route("openapi", "openapi", "GET", "openapi.json"),
    Route("console.membership", "membership_show", "GET", "membership/{token}"),
    Route("console.membership", "membership_answer", "POST", "membership/{token}"),
    Route("console.home", "console_home", "GET", "console"),
    Route("console.setup.pages", "setup", "GET POST", "console/new"),
    Route("console.setup.pages", "setup_preview", "GET", "console/new/preview"),
    Route("console.setup.address", "setup_address", "GET", "console/new/address"),
    Route("console.customers.listing", "customers_list", "GET", "console/calendars/{business}/customers"),
    Route("console.customers.customer", "customers_add", "GET POST", "console/calendars/{business}/customers/new"),
    Route(
        "console.customers.customer",
        "customers_customer",
        "GET POST",
        "console/calendars/{business}/customers/customer/{customer}",
    ),
    Route(
        "console.customers.customer",
        "customers_remove",
        "GET POST",
        "console/calendars/{business}/customers/customer/{customer}/remove",
    ),
    Route("console.calendar.pages", "calendar_show", "GET", "console/calendars/{business}/calendar"),
    Route("console.search", "console_search", "GET", "console/search"),
    Route("console.calendar_home", "calendar_home", "GET", "console/calendars/{business}"),
    Route("console.settings.business", "settings_business", "GET POST", "console/calendars/{business}/settings"),
    Route("console.settings.hours", "settings_hours", "GET POST", "console/calendars/{business}/settings/hours"),
    Route("console.settings.dates", "settings_dates", "GET POST", "console/calendars/{business}/settings/dates"),
    Route(
        "console.settings.dates",
        "settings_dates_add",
        "GET POST",
        "console/calendars/{business}/settings/dates/new",
    ),
    Route(
        "console.settings.holidays",
        "settings_holidays",
        "GET POST",
        "console/calendars/{business}/settings/dates/holidays",
    ),
    Route(
        "console.settings.dates",
        "settings_dates_change",
        "GET POST",
        "console/calendars/{business}/settings/dates/range/{dates}",
    ),
    Route(
        "console.settings.meetings",
        "settings_meetings",
        "GET POST",
        "console/calendars/{business}/settings/meetings",
    ),
    Route(
        "console.settings.manage", "settings_manage", "GET POST", "console/calendars/{business}/settings/manage"
    ),
    Route("console.settings.copying", "settings_copy", "GET POST", "console/calendars/{business}/settings/copy"),
    Route(
        "console.settings.deletion", "settings_delete", "GET POST", "console/calendars/{business}/settings/delete"
    ),
    Route("console.settings.deletion", "calendar_deleted", "GET POST", "console/deleted/{business}"),
    Route("console.settings.why", "settings_why", "GET", "console/calendars/{business}/settings/why"),
    Route("console.settings.rules", "settings_rules", "GET POST", "console/calendars/{business}/settings/rules"),
    Route(
        "console.settings.dated_rules",
        "settings_rules_add",
        "GET POST",
        "console/calendars/{business}/settings/rules/new",
    ),
    Route(
        "console.settings.dated_rules",
        "settings_rules_remove",
        "POST",
        "console/calendars/{business}/settings/rules/remove",
    ),
    Route(
        "console.settings.dated_rules",
        "settings_rules_change",
        "GET POST",
        "console/calendars/{business}/settings/rules/range/{dates}",
    ),
    Route("console.staff.people", "staff_list", "GET", "console/calendars/{business}/staff"),
    Route("console.staff.person", "staff_add", "GET POST", "console/calendars/{business}/staff/new"),
    Route("console.staff.many", "staff_many", "GET POST", "console/calendars/{business}/staff/many"),
    Route(
        "console.staff.time_off.listing",
        "staff_times_off",
        "GET",
        "console/calendars/{business}/staff/time-off",
    ),
    Route(
        "console.staff.time_off.pages",
        "staff_time_off_add",
        "GET POST",
        "console/calendars/{business}/staff/time-off/new",
    ),
    Route(
        "console.staff.time_off.pages",
        "staff_time_off",
        "GET POST",
        "console/calendars/{business}/staff/person/{person}/time-off/{off}",
    ),
    Route(
        "console.staff.time_off.pages",
        "staff_time_off_delete",
        "POST",
        "console/calendars/{business}/staff/person/{person}/time-off/{off}/delete",
    ),
    Route(
        "console.staff.handover",
        "staff_handover",
        "GET POST",
        "console/calendars/{business}/staff/person/{person}/handover",
    ),
    Route(
        "console.staff.administrator",
        "staff_administrator",
        "POST",
        "console/calendars/{business}/staff/administrator",
    ),
    Route(
        "console.staff.person", "staff_person", "GET POST", "console/calendars/{business}/staff/person/{person}"
    ),
    Route(
        "console.staff.invitation",
        "staff_invitation",
        "POST",
        "console/calendars/{business}/staff/person/{person}/invitation",
    ),
    Route("console.services.listing", "services_list", "GET", SERVICES),
    Route("console.services.actions", "services_act", "POST", SERVICES),
    Route("console.services.creation", "service_add", "GET POST", f"{SERVICES}/new"),
    Route("console.services.questions.listing", "questions_list", "GET", f"{SERVICES}/questions"),
    Route("console.services.questions.question", "question_add", "GET POST", f"{SERVICES}/new-question"),
    Route("console.services.questions.question", "question_edit", "GET POST", f"{SERVICES}/question/{{question}}"),
    Route(
        "console.services.questions.question",
        "question_remove",
        "GET POST",
        f"{SERVICES}/question/{{question}}/remove",
    ),
    Route("console.booking_page.look", "page_look", "GET POST", "console/calendars/{business}/page"),
    Route("console.booking_page.logo", "page_logo", "POST", "console/calendars/{business}/page/logo"),
    Route("console.booking_page.texts", "page_texts", "GET POST", "console/calendars/{business}/page/texts"),
    Route("console.booking_page.access", "page_access", "GET POST", "console/calendars/{business}/page/access"),
    Route(
        "console.booking_page.waiting_room",
        "page_waiting_room",
        "GET POST",
        "console/calendars/{business}/page/waiting-room",
    ),
    Route("console.booking_page.embed", "page_embed", "GET POST", "console/calendars/{business}/page/embed"),
    Route("console.booking_page.embed", "page_sample", "GET", "console/calendars/{business}/page/sample"),
    Route("console.booking_page.preview", "page_preview", "GET POST", "console/calendars/{business}/page/preview"),
    Route("console.booking_page.publish", "page_publish", "GET POST", "console/calendars/{business}/page/publish"),
    Route("console.booking_page.share", "page_share", "GET", "console/calendars/{business}/page/share"),
    Route("console.services.about", "service_about", "GET POST", SERVICE),
    Route("console.services.people", "service_people", "GET POST", f"{SERVICE}/people"),
    Route("console.services.balance", "service_balance", "GET POST", f"{SERVICE}/balance"),
    Route("console.services.asked", "service_questions", "GET POST", f"{SERVICE}/questions"),
    Route("console.services.messages", "service_messages", "GET POST", f"{SERVICE}/messages"),
    Route("console.services.online", "service_online", "GET POST", f"{SERVICE}/online"),
    Route("console.services.rules.rules", "service_rules", "GET POST", f"{SERVICE}/rules"),
    Route("console.services.rules.dated", "service_dates_add", "GET POST", f"{SERVICE}/rules/new"),
    Route("console.services.rules.dated", "service_dates_remove", "POST", f"{SERVICE}/rules/remove"),
    Route("console.services.rules.dated", "service_dates_change", "GET POST", f"{SERVICE}/rules/range/{{dates}}"),
    Route("console.services.share", "service_share", "GET", f"{SERVICE}/share"),
    Route("console.services.removal", "service_remove", "GET POST", f"{SERVICE}/remove"),
    Route("console.organisation.settings", "organisation_settings", "GET POST", "console/organisation"),
    Route("console.organisation.calendars", "organisation_calendars", "GET", "console/organisation/calendars"),
    Route(
        "console.organisation.administrator",
        "calendar_administrator",
        "GET POST",
        "console/organisation/calendars/{business}/administrator",
    ),
    Route("console.organisation.people", "organisation_people", "GET POST", "console/organisation/people"),
    Route("console.organisation.audit", "organisation_audit", "GET", "console/organisation/audit"),
    Route("console.organisation.audit", "calendar_audit", "GET", "console/calendars/{business}/audit"),
    Route("console.organisation.deleted", "deleted_calendars", "GET", "console/deleted"),
    Route("console.queue.pages", "queue_show", "GET", "console/queue"),
    Route("console.queue.pages", "queue_act", "POST", "console/queue/{business}/{appointment}"),
    Route("console.appointments.details", "queue_details", "GET", "console/queue/{business}/{appointment}"),
    Route(
        "console.appointments.pages",
        "queue_reschedule",
        "GET POST",
        "console/queue/{business}/{appointment}/reschedule",
    ),
    Route(
        "console.appointments.pages",
        "queue_reassign",
        "GET POST",
        "console/queue/{business}/{appointment}/reassign",
    ),
    Route("console.appointments.pages", "queue_notes", "GET POST", "console/queue/{business}/{appointment}/notes"),
    Route(
        "console.appointments.pages", "queue_cancel", "GET POST", "console/queue/{business}/{appointment}/cancel"
    ),
    Route("console.appointments.pages", "queue_link", "GET POST", "console/queue/{business}/{appointment}/link"),
    Route("console.appointments.pages", "queue_book", "GET POST", "console/bookings/{business}/new"),
    Route("console.queue.pages", "queue_join", "GET", "console/queue/{business}/{appointment}/join"),
    Route("console.trial_visit", "trial_start", "POST", "console/trial"),
    Route("console.trial_visit", "trial_host", "GET", "console/trial"),
    Route("console.sign_in", "sign_in", "GET", "console/sign-in"),
    Route("console.sign_in", "sign_in_done", "GET", "console/sign-in/done"),
    Route("console.sign_in", "sign_out", "POST", "console/sign-out"),
    Route("console.sign_in", "signed_out", "GET", "console/signed-out"),
    Route("site.static_files", "assets", "GET", "s/{*path}"),
    Route("site.static_files", "embed", "GET", "embed.js"),
    Route("site.static_files", "robots", "GET", "robots.txt"),
    Route("site.health", "healthz", "GET", "healthz"),
    Route("graph.endpoint", "graph_api", "GET POST PUT PATCH DELETE OPTIONS", "v1.0/{*path}"),
    Route("scim.endpoint", "scim_api", "GET POST PUT PATCH DELETE", "scim/v2/{*path}"),
    Route("site.health", "readyz", "GET", "readyz"),
    Route("site.not_found", "zz_nowhere", "GET POST PUT PATCH DELETE OPTIONS", "{*path}"),
)
TIMERS = (
    Timer("timers", "send_due_messages", "*/10 * * * * *", is_monitored=False),
    Timer("timers", "sweep_hourly", "0 7 * * * *", is_monitored=True),
)


def blueprint(routes: Iterable[Route], timers: Iterable[Timer]) -> func.Blueprint:
    """Return the functions of these routes and timers, for the host to index."""
    bp = func.Blueprint()
    for route in routes:
        bp.route(route.template, methods=route.verbs, auth_level=func.AuthLevel.ANONYMOUS)(_serve(route))
    for timer in timers:
        bp.timer_trigger(schedule=timer.schedule, arg_name="timer", use_monitor=timer.is_monitored)(_tick(timer))
    return bp


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
        if not gc.get_freeze_count():
            gc.freeze()
        gc.enable()


def _serve(one: Route) -> Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]:
    async def handle(req: func.HttpRequest) -> func.HttpResponse:
        answer = handler(one)(_as_get(req) if req.method == "HEAD" else req)
        return await answer if isawaitable(answer) else answer  # type: ignore[no-any-return]

    handle.__name__ = one.name  # the host names functions by it
    return handle


def _as_get(req: func.HttpRequest) -> func.HttpRequest:
    """Return a HEAD request as a GET: the response is the same, and the host leaves out its body."""
    return func.HttpRequest(
        "GET", req.url, headers=req.headers, params=req.params, route_params=req.route_params, body=b""
    )


def _tick(one: Timer) -> Callable[[func.TimerRequest], Awaitable[None]]:
    async def tick(timer: func.TimerRequest) -> None:
        await handler(one)(timer)

    tick.__name__ = one.name
    return tick


bp = blueprint(ROUTES, TIMERS)
