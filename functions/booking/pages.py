"""The public booking pages: a calendar's services, the times of one, the form, and its result."""

from __future__ import annotations

from asyncio import gather
from functools import partial
from typing import TYPE_CHECKING

import azure.functions as func

from functions.booking.context import chosen, count_step, enter, enter_by_cache, enter_to_send, require_published
from functions.booking.views import NOT_OFFERED, OVER, missed, time_page
from functions.http.client_address import client_address
from functions.http.switch import require_switched_on
from functions.pages.boundary import form_of, page_boundary
from functions.pages.details import details_page
from functions.pages.errors import error_page
from functions.pages.landing import landing_page
from functions.pages.problem_texts import PROBLEMS
from functions.pages.times.picker import read_start
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.availability.slots import is_outside_lead_times
from shared.domain.errors import InvalidFields, NotFound


MOST_KEPT = 4_000_000  # characters of pages

if TYPE_CHECKING:
    from functions.booking.context import PageContext


@page_boundary
async def book_landing(req: func.HttpRequest) -> func.HttpResponse:
    """Show customers a calendar's services, as HTML or for programs as Markdown."""
    context, origin = await enter(req), services().settings.public_url
    if "text/markdown" in req.headers.get("accept", "") or req.route_params["business"].endswith(".md"):
        from functions.booking.markdown import markdown_answer  # noqa: PLC0415 - few ask for it

        answer = markdown_answer(context.calendar, context.visitor, origin)
    else:
        answer = landing_page(
            context.calendar, context.visitor, context.now, origin, context.query.get("date", "")[:10]
        )
    # the same URL serves HTML and Markdown, so caches must keep them apart
    answer.headers["Vary"] = "Accept, Accept-Language, Accept-Encoding"
    count_step(req, context, "seen")
    return answer


@page_boundary
async def book_service(req: func.HttpRequest) -> func.HttpResponse:
    """Show customers the free times of a service; with `start` in the query, the form."""
    if "start" in req.params:
        return _details(req, await enter(req), req.route_params["service"])
    context = await enter_by_cache(req)
    service = context.service(req.route_params["service"])
    ask = context.ask(service)
    offer, _ = await gather(context.offer(service, ask), require_switched_on())
    require_published(offer, context)
    count_step(req, context, "seen")
    notice = missed(context.query.get("missed", ""), context.visitor)
    app = services()
    return time_page(
        offer,
        ask,
        context.visitor,
        context.now,
        app.settings.public_url,
        notice=notice,
        kept=app.store.kept("pages of times", MOST_KEPT, len),
    )


def _details(req: func.HttpRequest, context: PageContext, name: str) -> func.HttpResponse:
    """Return the form; for a start that is over or malformed, a redirect to the times, which say so."""
    from functions.pages.booking_form import build_form, prefill  # noqa: PLC0415 - a cold start comes to other pages

    service, start = context.service(name), read_start(context.query["start"])
    if start is None or is_outside_lead_times(context.calendar.policy_of(service), start, context.now):
        why = OVER if start and start <= context.now else NOT_OFFERED
        times = context.visitor.link("book", context.calendar.business.slug, service.id, missed=why)
        return func.HttpResponse(status_code=303, headers={"Location": times})
    staff = context.staff(service, context.query.get("staff", ""))
    values = {
        **prefill(context.calendar, service, context.query),
        "staff": staff or "",
        "start": start.isoformat(),
    }
    form = build_form(context.calendar, service, context.visitor, values, has_sms=context.has_sms)
    count_step(req, context, "chosen")
    return details_page(context.calendar, service, form, start, context.visitor)


@page_boundary
async def book_send(req: func.HttpRequest) -> func.HttpResponse:
    """Book what the form says and redirect to the booking; else show the form with what is wrong."""
    from functions.booking.submission import Submission  # noqa: PLC0415 - a cold start comes to other pages

    if req.params.get("show") == "times":
        return await _times_again(req)
    (context, limit), values = await enter_to_send(req), form_of(req)
    if not context.calendar.business.page.admits(is_member=context.is_member):
        context = await enter(req)  # the cached calendar may not be published yet: read it afresh, or refuse
    values = chosen(values, req.params.get("start", ""))
    start = read_start(values["start"])
    if start is None:
        raise InvalidFields([("/start", "not a time")])
    service, count = context.service(req.route_params["service"]), partial(count_step, req, context, "booked")
    sending = Submission(context, service, values, start, client_address(req), count)
    return sending.later(limit) if limit else await sending.book()


@page_boundary
async def book_another_service(req: func.HttpRequest) -> func.HttpResponse:
    """Show the services again, with what was typed for one of them in hidden fields.

    It is filled in again once a time of another service is chosen.
    """
    from functions.pages.booking_form import typed_in  # noqa: PLC0415 - a cold start comes to other pages

    context, values = await enter(req), form_of(req)
    typed = [*typed_in(values), *([("consent", values["consent"])] if values.get("consent") else [])]
    return landing_page(
        context.calendar, context.visitor, context.now, services().settings.public_url, typed=typed
    )


async def _times_again(req: func.HttpRequest) -> func.HttpResponse:
    """Return the times, with what was typed in hidden fields.

    The chosen person and time zone come from the form and not from the URL.
    """
    from functions.pages.booking_form import build_form  # noqa: PLC0415 - a cold start comes to other pages

    values = form_of(req)
    context = await enter(req, **{name: values[name] for name in ("staff", "tz") if name in values})
    service = context.service(req.route_params["service"])
    ask = context.ask(service)
    offer = await context.offer(service, ask)
    typed = build_form(context.calendar, service, context.visitor, values, has_sms=context.has_sms)
    return time_page(offer, ask, context.visitor, context.now, services().settings.public_url, typed=typed)


@page_boundary
async def problem_explained(req: func.HttpRequest) -> func.HttpResponse:
    """Explain a problem's code to developers, at the URL that problem documents name as `type`."""
    code = req.route_params["code"]
    if code not in PROBLEMS:
        raise NotFound
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    return error_page(code, 200, visitor)
