"""The boundary of the console: people who are not signed in are sent to sign in, and back to the page."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import azure.functions as func

from functions.auth.access import access_to, caller_of, require_use
from functions.auth.session import with_sign_of_use
from functions.console.send_again import send_again
from functions.http.boundary import Handler, boundary, status_of, target_of, wants_json
from functions.http.problems import (
    SignInFailed,
    SignInTooOld,
    SignInTooWeak,
    Unauthenticated,
    headers_of,
    problem,
)
from functions.pages.errors import error_page
from functions.pages.link import NavLink
from functions.pages.visitor import Visitor, read_visitor
from functions.wiring import services
from shared.storage.checks.basis import judged


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from functions.auth.access import Access
    from shared.domain.access.permissions import Caller, Permission
    from shared.domain.errors import Refusal

SIGN_IN = "/console/sign-in"


async def _refuse(req: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    if wants_json(req):
        return await problem(req, refusal)
    # a form is not redirected: after the detour its content would be lost
    if isinstance(refusal, Unauthenticated) and req.method == "GET":
        address = sign_in_address(req, is_again=isinstance(refusal, SignInTooOld))
        return func.HttpResponse(status_code=303, headers={"Location": address})
    visitor = console_visitor(req)
    if kept := send_again(req, refusal, visitor):
        return kept
    response = error_page(refusal.code, status_of(refusal), visitor, ways_on=[_way_on(refusal, visitor)])
    response.headers.update({name: value for name, value in headers_of(refusal).items() if name == "Retry-After"})
    return response


def _way_on(refusal: Refusal, visitor: Visitor) -> NavLink:
    _ = visitor.texts.gettext
    if isinstance(refusal, Unauthenticated):
        return NavLink(_("Sign in"), visitor.link("console", "sign-in"))
    if isinstance(refusal, SignInTooWeak) and refusal.to:
        return NavLink(_("Try again"), refusal.to)
    if isinstance(refusal, SignInFailed):
        return NavLink(_("Try again"), visitor.link("console", "sign-in"))
    return NavLink(_("Your calendars"), visitor.link("console"))


_bounded = boundary(_refuse)


def console_boundary(handler: Handler) -> Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]:
    """Return the handler within the console's boundary; what it answers says that the session is in use.

    It is judged by the settings that this process knows, and again where these turn out to be outdated.
    """

    @wraps(handler)
    async def run(req: func.HttpRequest) -> func.HttpResponse:
        app = services()
        answer = await judged(lambda: handler(req), app.store.calendars.forget)
        return with_sign_of_use(req, answer, app.now())

    return _bounded(run)


def console_boundary_once(handler: Handler) -> Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]:
    """Return a handler that must not begin again, as it does elsewhere what cannot be done twice.

    What it is judged by is read before it goes on.
    """

    @wraps(handler)
    async def run(req: func.HttpRequest) -> func.HttpResponse:
        return with_sign_of_use(req, await handler(req), services().now())

    return _bounded(run)


async def person_of(req: func.HttpRequest) -> Caller:
    """Return the person who uses the console. Raises Unauthenticated; Forbidden where it is turned off for them.

    Requests are counted per person and not per address, because a whole clinic works behind one address.
    """
    app, caller = services(), await caller_of(req)
    app.limiter.count_read(caller.subject, app.now())
    await require_use(caller)
    return caller


async def enter_calendar(
    req: func.HttpRequest, business: str, operation: Permission, within: float = 0.0
) -> Access:
    """Return the person's access to a calendar. Raises as `person_of` and `functions.auth.access.authorised`."""
    access = await access_to(await person_of(req), business, within)
    access.require(operation)
    return access


def console_visitor(req: func.HttpRequest) -> Visitor:
    """Return language and carried query values of the request, in no calendar's time zone."""
    return read_visitor(req.params, req.headers.get("accept-language", ""), None)


def sign_in_address(req: func.HttpRequest, *, is_again: bool = False) -> str:
    """Return the URL to sign in at, which leads back to the page; `is_again`: also for who is signed in."""
    return f"{SIGN_IN}?{urlencode({'to': target_of(req), **({'again': '1'} if is_again else {})})}"
