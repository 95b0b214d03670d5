"""The page behind an invitation's link: accept or reject being on a calendar's staff, and change it later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import azure.functions as func

from functions.http.client_address import client_address
from functions.http.problems import BadRequest
from functions.pages.boundary import form_of, page_boundary
from functions.pages.form_field import new_key
from functions.pages.render import page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.calendar.administrators import is_last_administrator
from shared.use_cases.calendars.answer_invitation import Invited, answer_invitation, find_invited


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor

ANSWERS: dict[str, Literal["active", "rejected"]] = {"accept": "active", "reject": "rejected"}


@page_boundary
async def membership_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person the invitation. They need no account. Raises NotFound for a forged or outdated link."""
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    token = req.route_params["token"]
    return _page(req, await find_invited(token, context=app.context))


@page_boundary
async def membership_answer(req: func.HttpRequest) -> func.HttpResponse:
    """Record the answer and redirect to the page, which can be reloaded safely. Raises BadRequest."""
    app, values, now = services(), form_of(req), services().now()
    app.limiter.count_read(client_address(req), now)
    answer = ANSWERS.get(values.get("answer", ""))
    token = req.route_params["token"]
    if answer is None:
        # a forged link gets 404, whatever else is wrong
        await find_invited(token, context=app.context)
        raise BadRequest
    key = values.get("key", "")
    await answer_invitation(token, answer, key=key, context=app.context)
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    return func.HttpResponse(status_code=303, headers={"Location": visitor.link("membership", token, new="1")})


def _page(req: func.HttpRequest, invited: Invited) -> func.HttpResponse:
    business, token = invited.calendar.business, req.route_params["token"]
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), business, is_staff=True)
    return page(
        "console/membership.html",
        visitor,
        business,
        is_framed=False,
        here=(("membership", token), {}),
        state=invited.person.membership,
        is_last=is_last_administrator(invited.calendar, invited.person),
        is_new=bool(req.params.get("new")),
        heading=_heading(invited, visitor),
        coming=_coming(invited, visitor),
        action=visitor.link("membership", token),
        key=new_key(),
    )


def _heading(invited: Invited, visitor: Visitor) -> str:
    _ = visitor.texts.gettext
    return {
        "pending": _("Take bookings?"),
        "active": _("You’re taking bookings"),
        "rejected": _("You’re not taking bookings"),
    }[invited.person.membership]


def _coming(invited: Invited, visitor: Visitor) -> list[dict[str, str]]:
    formats, zone = visitor.formats, invited.person.time_zone or invited.calendar.business.time_zone
    return [{"when": formats.when(one.start, zone), "service": one.service} for one in invited.coming]
