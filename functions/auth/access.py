"""Who the caller is and what they may do: the one place where roles and scopes are checked."""

import asyncio
import logging
import re
from collections.abc import Collection, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import azure.functions as func

from functions.auth.platform_principal import caller_of_platform
from functions.auth.session import SAFE_METHODS, are_groups_old, caller_of_session, session_of
from functions.http.boundary import path_of
from functions.http.problems import Unauthenticated
from functions.wiring import services
from shared.delivery.identity.identity import InvalidToken, ProviderAway
from shared.domain.access.organisation import is_named
from shared.domain.access.permissions import PERMISSIONS, Caller, Permission, can_see, is_granted, may
from shared.domain.calendar.business import Calendar, Role, StaffMember
from shared.domain.errors import Forbidden, NotFound, TryAgain
from shared.domain.text.addresses import folded
from shared.records.keys import IDENTIFIER
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.calendars.disabled_staff import is_disabled
from shared.use_cases.calendars.find_businesses import find_of_person
from shared.use_cases.organisation.ended_sessions import is_ended
from shared.use_cases.organisation.record_access import record_access
from shared.use_cases.organisation.settings import find_organisation


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache

BEARER = re.compile(r"bearer +([\w.~+/-]+=*)", re.IGNORECASE | re.ASCII)
LONGEST_TOKEN = 16 * 1024
STRENGTH: tuple[Role, ...] = ("administrator", "scheduler", "team_member", "viewer", "guest")
RIGHTS_LAST = 60.0  # seconds
ROLES, REMEMBERED = "roles", 2000
OPEN = ("everyone", "organisation", None)  # pages for all who are signed in; None: not known
log = logging.getLogger("openslot")


@dataclass(frozen=True, slots=True)
class Access:
    """A caller in a calendar. `people` are the ids of their own staff entries, mostly one or none.

    `is_outside_access` is true for an organisation administrator who does not administer this calendar: such
    access is recorded in the audit trail.
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
        """The caller's name in the audit trail."""
        return self.caller.email or self.caller.subject

    @property
    def opens_booking_page(self) -> bool:
        """Whether the calendar's booking page opens for them."""
        page = self.calendar.business.page
        return page.serves in OPEN or (page.is_published and is_named(self.caller, page.audience))

    def may(self, operation: Permission) -> bool:
        """Return whether they may do this in the calendar."""
        return may(self.caller, self.role, operation)

    def require(self, operation: Permission) -> None:
        """Raise Forbidden unless they may do this in the calendar."""
        if not self.may(operation):
            raise Forbidden

    def may_change(self, staff: Collection[str]) -> bool:
        """Return whether they may change an appointment of these staff; team members only their own."""
        return self.may(Permission.CHANGE_ANY_BOOKING) or not self.people.isdisjoint(staff)

    def require_change(self, staff: Collection[str]) -> None:
        """Raise Forbidden unless they may change an appointment of these staff."""
        if not self.may_change(staff):
            raise Forbidden

    def editor(self, *, is_bound: bool = False) -> Actor:
        """Return the actor of a change, limited to their own appointments for team members."""
        return Actor(self.actor, is_bound, None if self.may(Permission.CHANGE_ANY_BOOKING) else self.people)

    def may_read_answers(self, staff: Collection[str]) -> bool:
        """Return whether they may read customers' answers in an appointment of these staff."""
        return self.may(Permission.READ_ANSWERS) or not self.people.isdisjoint(staff)


async def caller_of(req: func.HttpRequest) -> Caller:
    """Return the caller, by a bearer token, by the platform's header, or under /console/ by the session.

    Raises Unauthenticated, also for a session whose account is disabled; Forbidden for a token of such an account;
    FormExpired for a change by a session that did not come from our own page.
    """
    # a token that is sent must be valid: a wrong one never falls back to the session
    if header := str(req.headers.get("authorization", "")):
        return await _bearer(header)
    if services().settings.identity.believes_headers and (caller := caller_of_platform(req)):
        return await with_rights(caller)
    # the API accepts no cookies, so that no foreign page can call it in somebody's name
    if is_console(req) and (caller := caller_of_session(req, services().now())):
        with suppress(Forbidden):
            known, is_over = await asyncio.gather(
                with_rights(caller), is_ended(session_of(req)[0], store=services().store)
            )
            if not is_over:
                return await _by_own_rights(req, known) if known.groups else known
    raise Unauthenticated


async def _by_own_rights(req: func.HttpRequest, caller: Caller) -> Caller:
    """Return a caller without their groups once these are more than an hour old.

    A person who was removed from a group keeps its rights for that long. Raises Unauthenticated for pages, so that
    the provider sends the groups again, mostly without asking the person; and for changes by somebody who was an
    administrator through a group. Other forms go through with fewer rights, so that what was typed is not lost.
    """
    if not are_groups_old(req, services().now()):
        return caller
    own = replace(caller, groups=frozenset(), is_organisation_administrator=False)
    rights = await with_rights(own)
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
        return await with_rights(await app.identity().verify(match[1], app.now()))
    except InvalidToken as error:
        log.info("a token was refused: %s", error)
        raise Unauthenticated(is_invalid=True) from None
    except ProviderAway:
        raise TryAgain from None


def is_console(req: func.HttpRequest) -> bool:
    """Return whether a request's path is in the console, where sessions are accepted."""
    path = path_of(req).lower()
    return path == "/console" or path.startswith("/console/")


async def authorised(req: func.HttpRequest, business: str, operation: Permission) -> Access:
    """Return the caller's access to a calendar, by its current settings: one point read once they are cached.

    Raises Unauthenticated; NotFound both for a calendar that does not exist and for one they may not see, so that
    ids cannot be probed; Forbidden where they see it but may not do this.
    """
    access = await access_to(await caller_of(req), business)
    access.require(operation)
    return access


async def access_to(caller: Caller, business: str, within: float = 0.0) -> Access:
    """Return a caller's access to a calendar. Raises NotFound where they may not see it.

    Settings are current, or up to `within` seconds old, for pages that poll. At the console they are as this
    process knows them, and proven before anything is written or answered.
    """
    # checked before it becomes part of a key
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


async def seen_among(caller: Caller, businesses: Iterable[str]) -> dict[str, Calendar]:
    """Return those calendars that exist for a caller, by id, as they are cached."""

    async def seen(business: str) -> Calendar | None:
        with suppress(NotFound):
            calendar = await services().store.calendars.find_by_id(business)
            return calendar if can_see(caller, access_in(caller, calendar).role) else None
        return None

    found = await asyncio.gather(*(seen(one) for one in businesses))
    return {one.business.id: one for one in found if one and not one.business.deleted_at}


def access_in(caller: Caller, calendar: Calendar) -> Access:
    """Return a caller's access to a calendar. The role is None where they are not on its staff."""
    entries = [person for person in calendar.staff.values() if is_entry_of(caller, person)]
    # a person with two entries has the stronger role
    role = min((person.role for person in entries), key=STRENGTH.index, default=None)
    return Access(caller, role, calendar, frozenset(person.id for person in entries))


def remembered_access(caller: Caller, calendar: Calendar) -> Access:
    """Return what `access_in` does. A role among 1,000 people takes a while to find, once for each calendar."""
    business = calendar.business

    def find() -> tuple[Role | None, frozenset[str]]:
        found = access_in(caller, calendar)
        return found.role, found.people

    kept: TimedCache[Hashable, tuple[Role | None, frozenset[str]]] = services().store.kept(ROLES, REMEMBERED)
    # any change of the staff makes a new version, so that no remembered role outlives it
    role, people = kept.made((business.id, business.version, caller.email, caller.is_application), find)
    return Access(caller, role, calendar, people)


def is_entry_of(caller: Caller, person: StaffMember) -> bool:
    """Return whether a staff entry is the caller's, by verified mail address. Applications have no entries."""
    if caller.is_application or not caller.email:
        return False
    return folded(person.email) == folded(caller.email)


def require(caller: Caller, operation: Permission) -> None:
    """Raise Forbidden unless the caller may do this outside any calendar."""
    if not may(caller, None, operation):
        raise Forbidden


async def may_create(caller: Caller) -> bool:
    """Return whether a caller may create calendars: by their rights, or by the organisation's list of creators."""
    if may(caller, None, Permission.CREATE_CALENDAR):
        return True
    if not is_granted(caller, PERMISSIONS[Permission.CREATE_CALENDAR]):
        return False
    return (await find_organisation(store=services().store)).may_create(caller)


async def require_creation(caller: Caller) -> None:
    """Raise Forbidden unless the caller may create calendars."""
    if not await may_create(caller):
        raise Forbidden


async def require_use(caller: Caller, access: Access | None = None) -> None:
    """Raise Forbidden where the organisation has turned the product off for the caller.

    Limiting it to some people does not lock out the staff of calendars.
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
    """Return whether SCIM has reported the caller's account as disabled. Reads nothing where SCIM is off."""
    app = services()
    return bool(app.settings.scim_token) and await is_disabled(caller.email, store=app.store)


async def with_rights(caller: Caller) -> Caller:
    """Return the caller, marked as organisation administrator if the app's or the organisation's settings say so.

    The organisation's settings may be a minute old here. Raises Forbidden for a disabled account.
    """
    if caller.is_application:
        return caller
    if await has_disabled_account(caller):
        raise Forbidden
    app, names = services(), {caller.subject, folded(caller.email), *caller.groups} - {""}
    is_listed = not app.settings.administrators.isdisjoint(names)
    if is_listed or (await find_organisation(store=app.store, within=RIGHTS_LAST)).is_administrator(caller):
        return replace(caller, is_organisation_administrator=True)
    return caller
