"""The boundary of pages: their headers, and the page that shows a refusal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

import azure.functions as func

from functions.http.boundary import LARGEST_BODY, BadRequest, BodyTooLarge, boundary, path_of, status_of, target_of
from functions.pages.errors import error_page
from functions.pages.link import NavLink
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.errors import NotFound, SignInNeeded, TooManyRequests
from shared.i18n.marked import marked
from shared.records.table import Ambiguous


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business
    from shared.domain.errors import Refusal

MOST_FIELDS = 200
NO_WAY_IN = (403, 404)
OWN_ADDRESS = marked("Each booking page has its own address. Use the link you were given.")


async def _refuse(req: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    # not in a frame: identity providers refuse to be shown in one
    if isinstance(refusal, SignInNeeded) and req.method == "GET" and req.params.get("embed") != "1":
        to = quote(path_of(req), safe="/")
        return func.HttpResponse(status_code=303, headers={"Location": f"/console/sign-in?to={to}"})
    business = await _known_business(req, refusal)
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), business)
    status, _ = status_of(refusal), visitor.texts.gettext
    ways_on = [NavLink(_("Try again"), target_of(req))] if req.method == "GET" and status >= 429 else []
    more = []
    if business is None and status in NO_WAY_IN and not visitor.is_embedded:
        ways_on, more = [staff_sign_in(visitor)], [_(OWN_ADDRESS)]
    response = error_page(
        refusal.code, status, visitor, business, *more, ways_on=ways_on, has_menu=req.method == "GET"
    )
    if isinstance(refusal, TooManyRequests):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


async def _known_business(req: func.HttpRequest, refusal: Refusal) -> Business | None:
    """Return the calendar whose look an error page has, or None.

    A frame of the calendar's sites has to be allowed to show the error; a missing service leads back to the
    calendar. After a rate limit nothing is read.
    """
    if "business" not in req.route_params:
        return None
    is_framed = req.params.get("embed") == "1"
    is_gone = isinstance(refusal, NotFound) and {"service", "token"} & set(req.route_params)
    if not (is_framed or is_gone) or isinstance(refusal, TooManyRequests):
        return None
    with suppress(NotFound, Ambiguous):
        business = (await services().store.calendars.find(slug_of(req))).business
        # a calendar for members only must not be confirmed to exist
        may_be_told = is_framed or business.page.access == "everyone"
        return business if business.page.is_published and may_be_told else None
    return None


page_boundary = boundary(_refuse)


def staff_sign_in(visitor: Visitor) -> NavLink:
    """Return the link to sign in, for pages of no calendar; customers have links in their mails."""
    return NavLink(visitor.texts.gettext("Staff sign-in"), visitor.without_prefill().link("console", staff=None))


def form_of(req: func.HttpRequest) -> dict[str, str]:
    """Return the submitted form. Raises BodyTooLarge, and BadRequest for too many fields."""
    if len(req.get_body()) > LARGEST_BODY:
        raise BodyTooLarge
    try:
        return read_form(req.get_body())
    except ValueError:
        raise BadRequest from None


def read_form(body: bytes) -> dict[str, str]:
    """Return the last value of each field of a urlencoded form: a pressed button comes last."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return {name: value.strip() for name, value in pairs}


def slug_of(req: func.HttpRequest) -> str:
    """Return the calendar's slug in the path, without the .md of its Markdown page."""
    return str(req.route_params["business"]).removesuffix(".md")
