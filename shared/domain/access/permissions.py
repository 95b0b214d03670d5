"""Who may do what: the one table of roles and scopes, and the people and programs it judges.

Two things must both allow an operation. The role: what a person is in a calendar, or, for an organisation
administrator, in all of them. The scope: what a token was granted, in Graph's names; a person in a browser session
has no such bounds. An application acts without a role on all calendars, within its application permissions.
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
"""Scopes of people's own calendars, which tell who is free and nothing else."""
SESSION = "session"
"""Stands among the scopes of a person who signed in at the console; no token can carry it."""
KNOWN_SCOPES = frozenset({*GRAPH_SCOPES, *CALENDARS})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the identity provider vouches for it. `email` is empty unless it was verified there.

    `subject` is Entra's `oid`, else the issuer and the subject: it never changes hands, as an address may.
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


class Operation(StrEnum):
    """What may be asked for. Those of the second part have no counterpart in Graph."""

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
    READ_AUDIT = auto()
    RESEND_MESSAGES = auto()
    EXPORT_CUSTOMER = auto()
    ERASE_CUSTOMER = auto()
    RESTORE_CALENDAR = auto()
    READ_DIRECTORY = auto()
    CHANGE_ORGANISATION = auto()


class Rule(NamedTuple):
    """The roles that may, and the scopes that do for a person's token and for an application's."""

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
"""Being somebody is enough; no calendar is asked about."""
NONE: frozenset[str] = frozenset()


def _from(least: str, *more: str) -> frozenset[str]:
    """The scopes from the least one on."""
    return frozenset({*GRAPH_SCOPES[GRAPH_SCOPES.index(least) :], *more})


PERMISSIONS: dict[Operation, Rule] = {
    Operation.LIST_CALENDARS: Rule(ANYBODY, _from(READ), _from(READ) - {APPOINTMENTS}),
    Operation.CREATE_CALENDAR: Rule(ORGANISATION, _from(MANAGE), NONE),
    Operation.READ_CALENDAR: Rule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Operation.CHANGE_SETTINGS: Rule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Operation.DELETE_CALENDAR: Rule(ADMINISTRATORS, _from(MANAGE), NONE),
    Operation.PUBLISH: Rule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Operation.READ_AVAILABILITY: Rule(READERS, NONE, _from(READ, *CALENDARS)),
    Operation.VIEW_BOOKINGS: Rule(READERS, _from(READ), _from(READ)),
    Operation.READ_BOOKINGS: Rule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Operation.CREATE_BOOKING: Rule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.CHANGE_BOOKING: Rule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.DELETE_BOOKING: Rule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.CANCEL_BOOKING: Rule(MEMBERS, _from(APPOINTMENTS), _from(WRITE)),
    Operation.LIST_CUSTOMERS: Rule(READERS, _from(READ), _from(READ)),
    Operation.READ_CUSTOMER: Rule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Operation.CHANGE_CUSTOMER: Rule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.DELETE_CUSTOMER: Rule(SCHEDULERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.LIST_SERVICES: Rule(READERS, _from(READ), _from(READ)),
    Operation.READ_SERVICE: Rule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Operation.CHANGE_SERVICES: Rule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Operation.LIST_STAFF: Rule(READERS, _from(READ), _from(APPOINTMENTS, READ)),
    Operation.CHANGE_STAFF: Rule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Operation.READ_QUESTIONS: Rule(READERS, _from(READ), _from(READ)),
    Operation.CHANGE_QUESTIONS: Rule(ADMINISTRATORS, _from(APPOINTMENTS), _from(WRITE)),
    Operation.READ_CURRENCIES: Rule(ANYBODY, _from(READ), NONE),
    Operation.CHANGE_ANY_BOOKING: Rule(SCHEDULERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.CHANGE_TIME_OFF: Rule(MEMBERS, _from(APPOINTMENTS), _from(WRITE)),
    Operation.CHANGE_ANY_TIME_OFF: Rule(SCHEDULERS, _from(APPOINTMENTS), _from(WRITE)),
    Operation.READ_ANSWERS: Rule(SCHEDULERS, _from(READ), _from(READ)),
    Operation.READ_NOTES: Rule(READERS, _from(READ), _from(READ)),
    Operation.VIEW_QUEUE: Rule(READERS, _from(READ), _from(READ)),
    Operation.RUN_QUEUE: Rule(MEMBERS, _from(APPOINTMENTS), _from(APPOINTMENTS)),
    Operation.EXPORT_BOOKINGS: Rule(ADMINISTRATORS, _from(READ), _from(READ)),
    Operation.READ_REPORT: Rule(ADMINISTRATORS, _from(READ), _from(READ)),
    Operation.READ_AUDIT: Rule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Operation.RESEND_MESSAGES: Rule(ADMINISTRATORS, _from(WRITE), _from(WRITE)),
    Operation.EXPORT_CUSTOMER: Rule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Operation.ERASE_CUSTOMER: Rule(ADMINISTRATORS, _from(MANAGE), _from(MANAGE)),
    Operation.RESTORE_CALENDAR: Rule(ADMINISTRATORS, _from(MANAGE), NONE),
    Operation.READ_DIRECTORY: Rule(ORGANISATION, _from(MANAGE), _from(MANAGE)),
    Operation.CHANGE_ORGANISATION: Rule(ORGANISATION, _from(MANAGE), NONE),
}


def may(caller: Caller, role: Role | None, operation: Operation) -> bool:
    """Tell whether somebody of this role (none: of no role there) may do this."""
    rule = PERMISSIONS[operation]
    return is_granted(caller, rule) and (
        caller.is_application
        or caller.is_organisation_administrator
        or rule.roles == ANYBODY
        or role in rule.roles
    )


def is_granted(caller: Caller, rule: Rule) -> bool:
    """Tell whether the caller's token reaches that far, whoever they are."""
    if caller.is_application:
        return not rule.application.isdisjoint(caller.scopes)
    return SESSION in caller.scopes or not rule.delegated.isdisjoint(caller.scopes)


def sees(caller: Caller, role: Role | None) -> bool:
    """Tell whether a calendar is there at all for somebody; for others it is as one that does not exist.

    Guests are on its staff, but know of their appointments by mail alone.
    """
    return caller.is_application or caller.is_organisation_administrator or role in READERS
