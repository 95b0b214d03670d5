"""Who calls, and what they may do: the one place where roles and scopes are checked."""

import asyncio
import logging
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

import azure.functions as func

from functions.auth.platform_principal import caller_of_platform
from functions.auth.session import SAFE_METHODS, are_groups_old, caller_of_session, session_of
from functions.http.boundary import path_of
from functions.http.problems import Unauthenticated
from functions.wiring import services
from shared.delivery.identity.identity import InvalidToken, ProviderAway
from shared.domain.access.permissions import Caller, Permission, can_see, may
from shared.domain.calendar.business import Calendar, Role, StaffMember
from shared.domain.errors import Forbidden, NotFound, TryAgain
from shared.domain.text.addresses import folded
from shared.records.keys import IDENTIFIER
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.calendars.disabled_staff import is_disabled
from shared.use_cases.calendars.find_businesses import find_of_person
from shared.use_cases.organisation.ended_sessions import find_ended
from shared.use_cases.organisation.record_access import record_access
from shared.use_cases.organisation.settings import find_organisation


BEARER = re.compile(r"bearer +([\w.~+/-]+=*)", re.IGNORECASE | re.ASCII)
LONGEST_TOKEN = 16 * 1024
STRENGTH: tuple[Role, ...] = ("administrator", "scheduler", "team_member", "viewer", "guest")
RIGHTS_LAST = 60.0  # seconds
log = logging.getLogger("openslot")


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody in a calendar. `people` are the ids of their own entries on its staff, often one or none.

    `is_outside_access` where an organisation administrator who is not on the staff looks in: the audit tells it.
    """

    caller: Caller
    role: Role | None
    calendar: Calendar
    people: frozenset[str] = frozenset()

    @property
    def is_outside_access(self) -> bool:
        return self.caller.is_organisation_administrator and self.role != "administrator"

    @property
    def actor(self) -> str:
        """Who the audit names."""
        return self.caller.email or self.caller.subject

    def may(self, operation: Permission) -> bool:
        return may(self.caller, self.role, operation)

    def require(self, operation: Permission) -> None:
        """Raise Forbidden unless they may do this too."""
        if not self.may(operation):
            raise Forbidden

    def may_change(self, staff: Collection[str]) -> bool:
        """Return whether they may change an appointment of these people: team members only one of their own."""
        return self.may(Permission.CHANGE_ANY_BOOKING) or not self.people.isdisjoint(staff)

    def require_change(self, staff: Collection[str]) -> None:
        """Raise Forbidden unless they may change an appointment of these people."""
        if not self.may_change(staff):
            raise Forbidden

    def editor(self, *, is_bound: bool = False) -> Actor:
        """Return who changes appointments: team members change their own alone."""
        return Actor(self.actor, is_bound, None if self.may(Permission.CHANGE_ANY_BOOKING) else self.people)

    def may_read_answers(self, staff: Collection[str]) -> bool:
        """Return whether they may read what customers answered in an appointment of these people."""
        return self.may(Permission.READ_ANSWERS) or not self.people.isdisjoint(staff)


async def caller_of(req: func.HttpRequest) -> Caller:
    """Return who calls: by their token; under /console/ by their session too, and nowhere else.

    Raises Unauthenticated, also for a session whose account is disabled; Forbidden for such an account's token;
    FormExpired for a change by a session that did not come from our own page.
    """
    if header := str(req.headers.get("authorization", "")):
        return await _bearer(header)
    if services().settings.identity.believes_headers and (caller := caller_of_platform(req)):
        return await _with_rights(caller)
    if is_console(req) and (caller := caller_of_session(req, services().now())):
        with suppress(Forbidden):
            known, ended = await asyncio.gather(_with_rights(caller), find_ended(store=services().store))
            if session_of(req)[0] not in ended:
                return await _by_own_rights(req, known) if known.groups else known
    raise Unauthenticated


async def _by_own_rights(req: func.HttpRequest, caller: Caller) -> Caller:
    """Return somebody without their groups once these are old: whoever left a group keeps its rights for an hour.

    Raises Unauthenticated for pages, so that the provider tells the groups anew, mostly without a question; and
    for changes that need those rights. A form that needs none goes through: what was typed is not lost.
    """
    if not are_groups_old(req, services().now()):
        return caller
    own = replace(caller, groups=frozenset(), is_organisation_administrator=False)
    rights = await _with_rights(own)
    is_less = caller.is_organisation_administrator and not rights.is_organisation_administrator
    if req.method in SAFE_METHODS or is_less:
        raise Unauthenticated
    return rights


async def _bearer(header: str) -> Caller:
    match = BEARER.fullmatch(header.strip()) if len(header) <= LONGEST_TOKEN else None
    if match is None:
        raise Unauthenticated(is_invalid=True)
    app = services()
    try:
        return await _with_rights(await app.identity().verify(match[1], app.now()))
    except InvalidToken as error:
        log.info("a token was refused: %s", error)
        raise Unauthenticated(is_invalid=True) from None
    except ProviderAway:
        raise TryAgain from None


def is_console(req: func.HttpRequest) -> bool:
    path = path_of(req).lower()
    return path == "/console" or path.startswith("/console/")


async def authorised(req: func.HttpRequest, business: str, operation: Permission) -> Access:
    """Return what the caller is in a calendar, as it is now: one point read once this process knows it.

    Raises Unauthenticated; NotFound alike for a calendar that is not there and one that the caller may not see;
    Forbidden where they see it, but may not do this.
    """
    access = await access_to(await caller_of(req), business)
    access.require(operation)
    return access


async def access_to(caller: Caller, business: str, within: float = 0.0) -> Access:
    """Return what somebody is in a calendar. Raises NotFound where there is none that they may see.

    It is read as it is now, or as it was `within` so many seconds: for pages that ask again every few.
    """
    if not IDENTIFIER.fullmatch(business):
        raise NotFound
    app = services()
    known = await app.store.calendars.find_by_id(business)
    current = app.store.calendars.current
    access = access_in(caller, await (current(known, within) if within else current(known)))
    if not can_see(caller, access.role):
        raise NotFound
    if access.is_outside_access:
        await record_access(access.actor, business, store=app.store, now=app.now())
    return access


def access_in(caller: Caller, calendar: Calendar) -> Access:
    """Return what somebody is in a calendar, which may be nothing."""
    entries = [person for person in calendar.staff.values() if is_entry_of(caller, person)]
    role = min((person.role for person in entries), key=STRENGTH.index, default=None)
    return Access(caller, role, calendar, frozenset(person.id for person in entries))


def is_entry_of(caller: Caller, person: StaffMember) -> bool:
    """Return whether an entry on the staff is the caller's: by their verified address, never as an application."""
    if caller.is_application or not caller.email:
        return False
    return folded(person.email) == folded(caller.email)


def require(caller: Caller, operation: Permission) -> None:
    """Raise Forbidden unless the caller may do what no calendar is asked about."""
    if not may(caller, None, operation):
        raise Forbidden


async def require_use(caller: Caller, access: Access | None = None) -> None:
    """Raise Forbidden where the organisation has turned the product off for somebody.

    To limit it to some people locks nobody out of the calendars on whose staff they are.
    """
    organisation = await find_organisation(store=services().store)
    works = access is not None and access.role is not None
    if organisation.may_use(caller, works=works):
        return
    if not organisation.may_use(caller, works=True) or not await _works_somewhere(caller):
        raise Forbidden("The organisation has turned this off for you.")


async def _works_somewhere(caller: Caller) -> bool:
    found = await find_of_person(caller.email, store=services().store, within=RIGHTS_LAST)
    return any(can_see(caller, access_in(caller, one).role) for one in found)


async def has_disabled_account(caller: Caller) -> bool:
    """Return whether the identity provider has told that somebody's account is disabled, which few do."""
    app = services()
    return bool(app.settings.scim_token) and await is_disabled(caller.email, store=app.store)


async def _with_rights(caller: Caller) -> Caller:
    """Mark organisation administrators: those that the app's settings name, and those that the organisation does.

    The organisation's list may be a minute old: whoever asks about the organisation anyway keeps it fresher.
    Raises Forbidden for whose account is disabled.
    """
    if caller.is_application:
        return caller
    if await has_disabled_account(caller):
        raise Forbidden
    app, names = services(), {caller.subject, folded(caller.email), *caller.groups} - {""}
    is_named = not app.settings.administrators.isdisjoint(names)
    if is_named or (await find_organisation(store=app.store, within=RIGHTS_LAST)).is_administrator(caller):
        return replace(caller, is_organisation_administrator=True)
    return caller
