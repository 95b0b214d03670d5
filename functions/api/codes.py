"""The public JSON endpoint that mails a one-time code, for calendars that ask for one."""

from asyncio import gather
from typing import Annotated

import azure.functions as func
from pydantic import Field

from functions.auth.members import is_member
from functions.http.boundary import api, parse_json
from functions.http.client_address import client_address
from functions.http.code_limits import send_counted_code
from functions.http.switch import require_switched_on
from functions.wiring import services
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.model import Request
from shared.domain.text.pasted import PastedAddress
from shared.use_cases.booking.check_form import email_problem
from shared.use_cases.booking.create_appointment import LANGUAGE_TAG
from shared.use_cases.booking.find_calendar import find_published


class CodeRequest(Request):
    """The body of a request for a code. `language` is a BCP 47 tag; the calendar's language if empty."""

    email: Annotated[PastedAddress, Field(max_length=254)]
    language: str = Field(default="", max_length=20, pattern=LANGUAGE_TAG)


@api
async def api_codes(req: func.HttpRequest) -> func.HttpResponse:
    """Mail a one-time code and return 202, whether or not a mailbox exists at that address.

    Raises NotFound where the calendar does not ask for codes, InvalidFields for a malformed address, and
    TooManyRequests.
    """
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    request = parse_json(req, CodeRequest)
    member = await is_member(req)
    found = find_published(req.route_params["business"], store=app.store, is_member=member)
    calendar, _ = await gather(found, require_switched_on())
    if not calendar.business.page.require_email_code:
        raise NotFound
    if problem := email_problem(request.email):
        raise InvalidFields([problem.at("/email")])
    app.limiter.count_change(client_address(req), calendar.business.id, now)
    await send_counted_code(calendar, request.email, request.language, now)
    return func.HttpResponse(status_code=202)
