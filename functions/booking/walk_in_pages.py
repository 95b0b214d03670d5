"""Walk-ins: the form for a name and an address, and the way from there to the waiting room."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import azure.functions as func

from functions.booking.context import enter, enter_to_send
from functions.booking.form_request import request_of
from functions.http.boundary import status_of
from functions.http.mail_limits import within_mail_limit
from functions.pages.booking_form import build_form, prefill, with_errors
from functions.pages.boundary import form_of, page_boundary
from functions.pages.opening_hours import opening_hours, opens_next
from functions.pages.problem_texts import by_phone
from functions.pages.render import page
from functions.pages.summaries import about
from shared.domain.errors import (
    ByPhoneOnly,
    InvalidFields,
    KeyReused,
    NotFound,
    NotOffered,
    TooManyRequests,
    TryAgain,
)
from shared.domain.visits.on_demand import is_attended, on_demand_service
from shared.records.table import Ambiguous
from shared.use_cases.visits.walk_in import walk_in


if TYPE_CHECKING:
    from functions.booking.context import PageContext
    from shared.domain.calendar.service import Service
    from shared.domain.errors import FieldError


@page_boundary
async def walk_in_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show a customer the form for coming without a booking. Raises NotFound where that is not offered."""
    context = await enter(req)
    service = _service(context)
    return _page(context, service, prefill(context.calendar, service, context.query))


@page_boundary
async def walk_in_send(req: func.HttpRequest) -> func.HttpResponse:
    """Open a visit for the walk-in and redirect to its waiting room; else show the form with what is wrong."""
    (context, limit), values = await enter_to_send(req), form_of(req)
    if not context.calendar.business.page.admits(is_member=context.is_member):
        context = await enter(req)  # the cached calendar may not be published yet: read it afresh, or refuse
    if limit:
        return _later(context, values, limit)
    try:
        return await _come(context, values)
    except InvalidFields as wrong:
        return _page(context, _service(context), values, wrong.errors, status=422)
    except NotOffered as closed:
        return _page(context, _service(context), values, status=status_of(closed))
    except (ByPhoneOnly, KeyReused) as refusal:
        by_hand = isinstance(refusal, ByPhoneOnly)
        notice = by_phone(context.calendar.business, context.visitor.texts) if by_hand else _busy(context)
        return _page(context, _service(context), values, status=status_of(refusal), notice=notice)
    except (TryAgain, TooManyRequests, Ambiguous) as later:
        return _later(context, values, later if isinstance(later, TooManyRequests) else TryAgain())


async def _come(context: PageContext, values: dict[str, str]) -> func.HttpResponse:
    """Redirect (303) to the waiting room; with `edit`, show the form again as it was typed."""
    if values.get("edit"):
        return _page(context, _service(context), values, key=values.get("key", ""))
    request = request_of(values, _service(context), context.now, context.visitor)
    command = partial(
        walk_in,
        request,
        key=values.get("key", ""),
        calendar=context.calendar,
        context=context.app.context,
        is_member=context.is_member,
    )
    done = await within_mail_limit(request, context.calendar.business, command, context.now)
    return func.HttpResponse(
        status_code=303, headers={"Location": context.visitor.without_prefill().link("join", done.join_token)}
    )


def _service(context: PageContext) -> Service:
    """Return the service for walk-ins. Raises NotFound."""
    service = on_demand_service(context.calendar)
    if service is None:
        raise NotFound
    return service


def _busy(context: PageContext) -> str:
    return context.visitor.texts.gettext("Something went wrong. Try again.")


def _later(context: PageContext, values: dict[str, str], refusal: TryAgain | TooManyRequests) -> func.HttpResponse:
    """Return the form to be sent again with its key, so that nobody enters the lobby twice."""
    response = _page(
        context,
        _service(context),
        values,
        status=status_of(refusal),
        notice=_busy(context),
        key=values.get("key", ""),
    )
    if isinstance(refusal, TooManyRequests):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _page(
    context: PageContext,
    service: Service,
    values: dict[str, str],
    errors: list[FieldError] | None = None,
    *,
    status: int = 200,
    notice: str = "",
    key: str = "",
) -> func.HttpResponse:
    """Return the form while the calendar is attended, else its opening hours and how to book."""
    calendar, visitor = context.calendar, context.visitor
    form = with_errors(
        build_form(calendar, service, visitor, values, has_sms=context.has_sms), errors or [], visitor.texts
    )
    path, is_open = ("now", calendar.business.slug), is_attended(calendar, context.now)
    return page(
        "booking/walk_in.html",
        visitor,
        calendar.business,
        status=status,
        is_framed=False,  # it leads to a visit, and frames of other sites get no camera
        here=(path, {}),
        typed_in="typed" if is_open else "",
        about=about(service, calendar.business, visitor),
        is_open=is_open,
        form=form,
        key=key or form.key,
        notice=notice or (_busy(context) if errors and not form.errors else ""),
        action=visitor.without_prefill().link(*path),
        hours=[] if is_open else opening_hours(calendar.business, visitor),
        opens="" if is_open else opens_next(calendar.business, visitor, context.now),
        book=visitor.link("book", calendar.business.slug, *([] if service.is_hidden else [service.id])),
    )
