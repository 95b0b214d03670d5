"""Signing in to the console and out of it, with the organisation's identity provider."""

from __future__ import annotations

import logging
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import azure.functions as func

from functions.auth.access import caller_of, has_disabled_account, with_rights
from functions.auth.session import (
    ATTEMPT_LASTS,
    SESSION_LASTS,
    Proof,
    browser_cookie,
    browser_of,
    new_browser,
    new_session,
    session_cookie,
    session_end_cookie,
    session_of,
    signed_in,
)
from functions.console.boundary import console_boundary, console_boundary_once, console_visitor
from functions.console.shell import base_of, working_calendars
from functions.http.client_address import client_address
from functions.http.problems import SignInFailed, SignInTooWeak, Unauthenticated
from functions.pages.link import NavLink
from functions.pages.message import message_page
from functions.wiring import services
from shared.delivery.identity.identity import ProviderAway
from shared.delivery.identity.sign_in import Attempt, SignIn, SignInRefused
from shared.domain.errors import TryAgain
from shared.domain.links import digest
from shared.domain.signed_text import seal, sealed_by, unseal, url_text
from shared.use_cases.organisation.ended_sessions import end_session
from shared.use_cases.organisation.open_sessions import note_session
from shared.use_cases.organisation.settings import find_organisation


if TYPE_CHECKING:
    from datetime import datetime

    from functions.wiring import Services
    from shared.delivery.identity.sign_in import Proven
    from shared.domain.access.permissions import Caller

HOME = "/console"
# Paths of ours. Browsers read a backslash as a slash, so /\example.org would lead to another site.
OWN_PAGE = re.compile(r"/(?:console|book)(?:[/?][\x21-\x5b\x5d-\x7e]*)?")  # printable ASCII
LONGEST = 1500
AGAIN = "again"
UNMET = "unmet_authentication_requirements"  # of a provider that can't be as sure of somebody as was asked
ON_THE_WAY = timedelta(seconds=30)  # what is recent enough for the provider is so here, too
log = logging.getLogger("openslot")


class WayBack(NamedTuple):
    """The page to go to after signing in; `is_again`: who was signed in proves once more who they are."""

    to: str
    is_again: bool = False


@console_boundary
async def sign_in(req: func.HttpRequest) -> func.HttpResponse:
    """Redirect a person to the provider, with an attempt that is bound to this browser."""
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    sign_in_with = app.sign_in()
    if sign_in_with is None:
        return _no_provider(req)
    browser = browser_of(req) or new_browser()
    lasts, levels = app.settings.proof_lasts, app.settings.identity.levels
    is_again = bool(req.params.get("again")) and bool(lasts or levels)
    attempt = begin(app, browser, own_page(req.params.get("to", "")), is_again=is_again)
    asked = (lasts - ON_THE_WAY if lasts else None, levels) if is_again else ()
    try:
        address = await sign_in_with.address(attempt, console_visitor(req).language_tag, now, *asked)
    except ProviderAway:
        raise TryAgain from None
    return _see(address, browser_cookie(browser))


@console_boundary_once  # the provider takes a code once
async def sign_in_done(req: func.HttpRequest) -> func.HttpResponse:
    """Check the provider's answer, start a session, and redirect to the page. Raises SignInFailed, TryAgain."""
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    state, code = req.params.get("state", ""), req.params.get("code", "")
    browser = browser_of(req)
    way = read_state(app, browser, state)
    sign_in_with = app.sign_in()
    if way and way.is_again and req.params.get("error") == UNMET:
        raise SignInTooWeak(way.to)
    if sign_in_with is None or way is None or not code:
        log.info("a sign-in was not finished: %s", "no answer to ours" if way is None else "no code")
        raise SignInFailed
    proven = await _proven(sign_in_with, code, _attempt(app.secret, browser, state), way, app)
    answer = await _start(proven, way, str(req.headers.get("user-agent", "")), app)
    if signed_in(req, now):  # before: that cookie is replaced, and a copy that was kept is of no use
        session, expires = session_of(req)
        await end_session(session, expires, store=app.store, now=now)
    return answer


async def _proven(sign_in_with: SignIn, code: str, attempt: Attempt, way: WayBack, app: Services) -> Proven:
    """Return who signed in, when and how they proved it. Raises SignInFailed, SignInTooWeak, TryAgain.

    What is refused here would loop if it sent them to sign in again.
    """
    try:
        proven = await sign_in_with.finish(code, attempt, app.now())
    except SignInRefused as refused:
        log.info("a sign-in was refused: %s", refused)
        raise SignInFailed from None
    except ProviderAway:
        raise TryAgain from None
    lasts, levels = app.settings.proof_lasts, app.settings.identity.levels
    if way.is_again and lasts and not is_recent(proven.at, app.now(), lasts):
        log.info("a sign-in was refused: the provider does not say that it is recent (auth_time)")
        raise SignInFailed
    if way.is_again and levels and proven.levels.isdisjoint(levels):
        log.info(
            "a sign-in was refused: the provider does not say that it is as strong as OPENSLOT_OIDC_ACR (acr)"
        )
        raise SignInTooWeak(way.to)
    if await has_disabled_account(proven.caller):
        log.info("a sign-in was refused: the account is disabled")
        raise SignInFailed
    return proven


def is_recent(proven: datetime | None, now: datetime, lasts: timedelta) -> bool:
    """Return whether somebody proved recently enough who they are."""
    return proven is not None and now - proven <= lasts


async def _start(proven: Proven, way: WayBack, agent: str, app: Services) -> func.HttpResponse:
    """Start a session, which the browser carries, and redirect to the page."""
    caller, wanted = proven.caller, app.settings.identity.levels
    organisation = await find_organisation(store=app.store)
    named = (organisation.users, organisation.creators, organisation.administrators)
    groups = {*app.settings.administrators, *(name for names in named for name in names)}
    session, now = new_session(), app.now()
    expires = now + SESSION_LASTS
    await note_session(
        caller.subject, session, agent, address=caller.email, expires=expires, store=app.store, now=now
    )
    proof = Proof(proven.at, tuple(one for one in wanted if one in proven.levels))
    to = await _first_page(caller, way.to, app)
    return _see(to, session_cookie(caller, groups, now, session, proof))


async def _first_page(caller: Caller, to: str, app: Services) -> str:
    """Return the page to go to: instead of a list of one calendar, that calendar's home."""
    path, _, query = to.partition("?")
    is_plain = path == HOME and {name for name, _ in parse_qsl(query)} <= {"lang"}
    if not is_plain or (await with_rights(caller)).is_organisation_administrator:
        return to
    own, unread = await working_calendars(caller, store=app.store)
    if len(own) != 1 or unread:
        return to
    return base_of(own[0].calendar.business.id) + to.removeprefix(HOME)


@console_boundary
async def sign_out(req: func.HttpRequest) -> func.HttpResponse:
    """End the session on the server too, so that a copied cookie is of no use. Does nothing without a session."""
    try:
        await caller_of(req)
    except Unauthenticated:
        if signed_in(req, services().now()) is None:
            return _see("/console/signed-out")
    app, (session, expires) = services(), session_of(req)
    if session:  # a session of the platform has no id of ours
        await end_session(session, expires, store=app.store, now=app.now())
    response = _see("/console/signed-out", session_end_cookie())
    response.headers["Clear-Site-Data"] = '"cache"'  # also the pages in the back/forward cache
    return response


@console_boundary
async def signed_out(req: func.HttpRequest) -> func.HttpResponse:
    """Say that the person is signed out, with links to sign in again and to sign out at the provider."""
    app, visitor = services(), console_visitor(req)
    _ = visitor.texts.gettext
    links = [NavLink(_("Sign in"), visitor.link("console", "sign-in"))]
    if sign_in_with := app.sign_in():
        try:
            after = f"{app.settings.public_url}/console/signed-out"
            everywhere = await sign_in_with.sign_out_address(after, app.now())
        except ProviderAway:
            everywhere = ""
        links += [NavLink(_("Sign out everywhere"), everywhere)] if everywhere else []
    text = _("On a shared computer, also sign out of your organisation.")
    return message_page(visitor, _("You’re signed out"), text, ways_on=links)


def begin(app: Services, browser: str, to: str, *, is_again: bool = False) -> Attempt:
    """Return an attempt to sign in, which only this browser can finish, within the hour."""
    expires = int((app.now() + ATTEMPT_LASTS).timestamp())
    text = f"{expires}~{secrets.token_hex(8)}~{AGAIN if is_again else ''}~{to}"
    return _attempt(app.secret, browser, seal(app.secret, f"sign-in {browser}", text))


def read_state(app: Services, browser: str, state: str) -> WayBack | None:
    """Return where to go after signing in; None if the attempt is another browser's, or too old."""
    text = unseal(app.secret, f"sign-in {browser}", state) if browser else None
    if text is None:
        return None
    expires, _, again, to = text.split("~", 3)
    return WayBack(to, again == AGAIN) if int(expires) > app.now().timestamp() else None


def _attempt(secret: str, browser: str, state: str) -> Attempt:
    # derived from the state, so that nothing is stored; by the secret it was sealed with, as that may be rotated
    by = sealed_by(secret, f"sign-in {browser}", state) or secret
    nonce, verifier = (url_text(digest(by, part, browser, state)) for part in ("nonce", "verifier"))
    return Attempt(state, nonce, verifier)


def own_page(to: str) -> str:
    """Return `to` if it is a path of the console or a booking page, else the console: no open redirect."""
    return to if len(to) <= LONGEST and OWN_PAGE.fullmatch(to) and not to.startswith("/console/sign") else HOME


def _no_provider(req: func.HttpRequest) -> func.HttpResponse:
    visitor = console_visitor(req)
    _ = visitor.texts.gettext
    text = _("Ask your administrator to connect an identity provider.")
    return message_page(visitor, _("Sign-in isn’t set up yet"), text, status=503)


def _see(address: str, cookie: str = "") -> func.HttpResponse:
    response = func.HttpResponse(status_code=303, headers={"Location": address})
    if cookie:
        response.headers.add("Set-Cookie", cookie)
    return response
