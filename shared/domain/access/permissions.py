"""Who may do what: the one table of roles and scopes, and the people and programs it judges.

Role and scope must both allow an operation. The role is what a person is in a calendar; an organisation
administrator counts as one in all calendars. The scope is what a token was granted, in Graph's names; a browser
session has all scopes. An application needs no role: it acts on all calendars, within its application permissions.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import NamedTuple

from shared.domain.calendar.business import Role


READ, APPOINTMENTS, WRITE, MANAGE = GRAPH_SCOPES = (
    "Bookings.Read.All",
    "BookingsAppointment.ReadWrite.All",
    "Bookings.ReadWrite.All",
    "Bookings.Manage.All",
)
"""From the least to the most privileged; each may do what those before it may."""
CALENDARS = ("Calendars.Read", "Calendars.ReadWrite")
"""Graph's scopes of personal calendars: they allow reading who is free, nothing more."""
SESSION = "session"
"""Stands among the scopes of a person who signed in at the console; no token can carry it."""
KNOWN_SCOPES = frozenset({*GRAPH_SCOPES, *CALENDARS})


@dataclass(frozen=True, slots=True)
class Caller:
    """The person or program that makes a request. `email` is empty unless the identity provider verified it.

    `subject` is Entra's `oid`, else the issuer and the subject: unlike an address, it is never reassigned.
    `groups` are the provider's groups and roles, as "group:…" and "role:…".
    """

    subject: str
    email: str = ""
    name: str = ""
    tenant: str = ""
    scopes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    is_application: bool = False
    is_organisation_administrator: bool = False


class Permission(StrEnum):
    """An operation that needs permission. Those of the second part have no counterpart in Graph."""

    LIST_CALENDARS = auto()
    CREATE_CALENDAR = auto()
    READ_CALENDAR = auto()
    CHANGE_SETTINGS = auto()
    DELETE_CALENDAR = auto()
    PUBLISH = auto()
    READ_AVAILABILITY = auto()
    VIEW_BOOKINGS = auto()
    READ_BOOKINGS = auto()
    CREATE_BOOKING = auto()
    CHANGE_BOOKING = auto()
    DELETE_BOOKING = auto()
    CANCEL_BOOKING = auto()
    LIST_CUSTOMERS = auto()
    READ_CUSTOMER = auto()
    CHANGE_CUSTOMER = auto()
    DELETE_CUSTOMER = auto()
    LIST_SERVICES = auto()
    READ_SERVICE = auto()
    CHANGE_SERVICES = auto()
    LIST_STAFF = auto()
    CHANGE_STAFF = auto()
    READ_QUESTIONS = auto()
    CHANGE_QUESTIONS = auto()
    READ_CURRENCIES = auto()

    CHANGE_ANY_BOOKING = auto()
    CHANGE_TIME_OFF = auto()
    CHANGE_ANY_TIME_OFF = auto()
    READ_ANSWERS = auto()
    READ_NOTES = auto()
    VIEW_QUEUE = auto()
    RUN_QUEUE = auto()
    EXPORT_BOOKINGS = auto()
    READ_REPORT = auto()
    READ_OWN_REPORT = auto()
    READ_AUDIT = auto()
    RESEND_MESSAGES = auto()
    EXPORT_CUSTOMER = auto()
    ERASE_CUSTOMER = auto()
    EXPORT_STAFF = auto()
    ERASE_STAFF = auto()
    RESTORE_CALENDAR = auto()
    READ_DIRECTORY = auto()
    CHANGE_ORGANISATION = auto()


class PermissionRule(NamedTuple):
    """The roles that may, and the scopes that suffice for a person's token and for an application's."""

    roles: frozenset[Role]
    delegated: frozenset[str]
    application: frozenset[str]


ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})
SCHEDULERS: frozenset[Role] = ADMINISTRATORS | {"scheduler"}
MEMBERS: frozenset[Role] = SCHEDULERS | {"team_member"}
READERS: frozenset[Role] = MEMBERS | {"viewer"}
ORGANISATION: frozenset[Role] = frozenset()
"""No role in a calendar is enough: only organisation administrators may."""
ANYBODY: frozenset[Role] = READERS | {"guest"}
"""Any role, or none, is enough: the operation concerns no calendar."""
NONE: frozenset[str] = frozenset()


def _from(least: str, *more: str) -> frozenset[str]:
    """Return the scopes from the least privileged one on."""
    return frozenset({*GRAPH_SCOPES[GRAPH_SCOPES.index(least) :], *more})


# The scopes are those that Graph documents for each of its operations, uneven as they are.
PERMISSIONS: dict[Permission, PermissionRule] = {
    Permission.LIST_CALENDARS: PermissionRule(ANYBODY, _from(READ), _from(READ) - {APPOINTMENTS}),
    Permission.CREATE_CALENDAR: PermissionRule(ORGANISATION, _from(MANAGE), NONE),
    Permission.READ_CALENDAR: PermissionRule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Permission.CHANGE_SETTINGS: PermissionRule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Permission.DELETE_CALENDAR: PermissionRule(ADMINISTRATORS, _from(MANAGE), NONE),
    Permission.PUBLISH: PermissionRule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Permission.READ_AVAILABILITY: PermissionRule(READERS, NONE, _from(READ, *CALENDARS)),
    Permission.VIEW_BOOKINGS: PermissionRule(READERS, _from(READ), _from(READ)),
    Permission.READ_BOOKINGS: PermissionRule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Permission.CREATE_BOOKING: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.CHANGE_BOOKING: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.DELETE_BOOKING: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.CANCEL_BOOKING: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(WRITE)),
    Permission.LIST_CUSTOMERS: PermissionRule(READERS, _from(READ), _from(READ)),
    Permission.READ_CUSTOMER: PermissionRule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Permission.CHANGE_CUSTOMER: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.DELETE_CUSTOMER: PermissionRule(SCHEDULERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.LIST_SERVICES: PermissionRule(READERS, _from(READ), _from(READ)),
    Permission.READ_SERVICE: PermissionRule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Permission.CHANGE_SERVICES: PermissionRule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Permission.LIST_STAFF: PermissionRule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Permission.CHANGE_STAFF: PermissionRule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Permission.READ_QUESTIONS: PermissionRule(READERS, _from(READ), _from(READ)),
    Permission.CHANGE_QUESTIONS: PermissionRule(ADMINISTRATORS, _from(APPOINTMENTS), _from(WRITE)),
    Permission.READ_CURRENCIES: PermissionRule(ANYBODY, _from(READ), NONE),
    Permission.CHANGE_ANY_BOOKING: PermissionRule(SCHEDULERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.CHANGE_TIME_OFF: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(WRITE)),
    Permission.CHANGE_ANY_TIME_OFF: PermissionRule(SCHEDULERS, _from(APPOINTMENTS), _from(WRITE)),
    Permission.READ_ANSWERS: PermissionRule(SCHEDULERS, _from(READ), _from(READ)),
    Permission.READ_NOTES: PermissionRule(READERS, _from(READ), _from(READ)),
    Permission.VIEW_QUEUE: PermissionRule(READERS, _from(READ), _from(READ)),
    Permission.RUN_QUEUE: PermissionRule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Permission.EXPORT_BOOKINGS: PermissionRule(ADMINISTRATORS, _from(READ), _from(READ)),
    Permission.READ_REPORT: PermissionRule(ADMINISTRATORS, _from(READ), _from(READ)),
    Permission.READ_OWN_REPORT: PermissionRule(MEMBERS, _from(READ), _from(READ)),
    Permission.READ_AUDIT: PermissionRule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Permission.RESEND_MESSAGES: PermissionRule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Permission.EXPORT_CUSTOMER: PermissionRule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Permission.ERASE_CUSTOMER: PermissionRule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Permission.EXPORT_STAFF: PermissionRule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Permission.ERASE_STAFF: PermissionRule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Permission.RESTORE_CALENDAR: PermissionRule(ADMINISTRATORS, _from(MANAGE), NONE),
    Permission.READ_DIRECTORY: PermissionRule(ORGANISATION, _from(MANAGE), _from(MANAGE)),
    Permission.CHANGE_ORGANISATION: PermissionRule(ORGANISATION, _from(MANAGE), NONE),
}


def may(caller: Caller, role: Role | None, operation: Permission) -> bool:
    """Return whether a caller may do this in a calendar where they have this role; None is no role there."""
    rule = PERMISSIONS[operation]
    return is_granted(caller, rule) and (
        caller.is_application
        or caller.is_organisation_administrator
        or rule.roles == ANYBODY
        or role in rule.roles
    )


def is_granted(caller: Caller, rule: PermissionRule) -> bool:
    """Return whether the caller's scopes suffice, whatever their role."""
    if caller.is_application:
        return not rule.application.isdisjoint(caller.scopes)
    return SESSION in caller.scopes or not rule.delegated.isdisjoint(caller.scopes)


def can_see(caller: Caller, role: Role | None) -> bool:
    """Return whether a calendar exists for a caller; to anybody else the answer is "not found".

    Guests are on its staff, but get messages about their appointments only.
    """
    return caller.is_application or caller.is_organisation_administrator or role in READERS
