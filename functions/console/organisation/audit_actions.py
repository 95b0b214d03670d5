"""What entries of an audit are about, in words: the kinds of actions, the actions, and who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from gettext import NullTranslations

    from shared.use_cases.organisation.find_audit import AuditEntry

SETTINGS, SERVICES, STAFF, APPOINTMENTS, CUSTOMERS, ACCESS, ACCOUNTS = (
    "settings",
    "services",
    "staff",
    "appointments",
    "customers",
    "access",
    "accounts",
)
KINDS = {
    SETTINGS: marked("Settings"),
    SERVICES: marked("Services and questions"),
    STAFF: marked("Staff and time off"),
    APPOINTMENTS: marked("Appointments"),
    CUSTOMERS: marked("Customers"),
    ACCESS: marked("Viewed by the organisation"),
}
ORGANISATION_KINDS = {SETTINGS: marked("Settings"), ACCOUNTS: marked("Accounts")}

ACTIONS = {
    "organisation changed": (SETTINGS, marked("Organisation changed")),
    "erased after its time": (SETTINGS, marked("Erased at the end of its retention")),
    "facts erased": (SETTINGS, marked("Data of reports erased")),
    "calendar created": (SETTINGS, marked("Calendar created")),
    "calendar cloned from": (SETTINGS, marked("Calendar copied")),
    "calendar changed": (SETTINGS, marked("Settings changed")),
    "calendar published": (SETTINGS, marked("Booking page published")),
    "calendar unpublished": (SETTINGS, marked("Booking page taken offline")),
    "calendar renamed": (SETTINGS, marked("Calendar renamed")),
    "calendar deleted": (SETTINGS, marked("Calendar deleted")),
    "calendar restored": (SETTINGS, marked("Calendar restored")),
    "logo changed": (SETTINGS, marked("Logo changed")),
    "logo removed": (SETTINGS, marked("Logo removed")),
    "font changed": (SETTINGS, marked("Font of the infographic changed")),
    "font removed": (SETTINGS, marked("Font of the infographic removed")),
    "picture changed": (SETTINGS, marked("Picture of the infographic changed")),
    "picture removed": (SETTINGS, marked("Picture of the infographic removed")),
    "left the report": (SETTINGS, marked("Reader unsubscribed from the report by email")),
    "text changed": (SETTINGS, marked("Text of messages changed")),
    "answer changed": (SETTINGS, marked("Answer to customers changed")),
    "answer reset": (SETTINGS, marked("Standard answer restored")),
    "infographic changed": (SETTINGS, marked("Words of the infographic changed")),
    "infographic reset": (SETTINGS, marked("Standard words of the infographic restored")),
    "service added": (SERVICES, marked("Service added")),
    "service changed": (SERVICES, marked("Service changed")),
    "service removed": (SERVICES, marked("Service removed")),
    "services rearranged": (SERVICES, marked("Services reordered")),
    "question added": (SERVICES, marked("Question added")),
    "question changed": (SERVICES, marked("Question changed")),
    "question removed": (SERVICES, marked("Question removed")),
    "person added": (STAFF, marked("Person added")),
    "people added": (STAFF, marked("People added")),
    "invitation accepted": (STAFF, marked("Invitation accepted")),
    "invitation rejected": (STAFF, marked("Invitation declined")),
    "person changed": (STAFF, marked("Person changed")),
    "person removed": (STAFF, marked("Person removed")),
    "former staff erased": (STAFF, marked("Former staff member erased")),
    "sessions ended": (ACCOUNTS, marked("All sessions of a person ended")),
    "person erased": (STAFF, marked("Person erased from the organisation")),
    "names erased": (SETTINGS, marked("Names of a former staff member erased from the activity")),
    "administrator restored": (STAFF, marked("Administrator restored")),
    "accounts settled": (STAFF, marked("Accounts compared with the identity provider")),
    "account disabled at the identity provider": (STAFF, marked("Account disabled by the identity provider")),
    "account enabled at the identity provider": (STAFF, marked("Account enabled by the identity provider")),
    "own calendar asked for": (STAFF, marked("Link to connect an own calendar emailed")),
    "time off added": (STAFF, marked("Time off added")),
    "time off changed": (STAFF, marked("Time off changed")),
    "time off removed": (STAFF, marked("Time off removed")),
    "customer added": (CUSTOMERS, marked("Customer added")),
    "customer imported": (CUSTOMERS, marked("Customer imported")),
    "customer changed": (CUSTOMERS, marked("Customer changed")),
    "customer blocked": (CUSTOMERS, marked("Customer blocked from booking online")),
    "customer texts stopped": (CUSTOMERS, marked("Customer wants no text messages")),
    "customer texts allowed": (CUSTOMERS, marked("Customer wants text messages again")),
    "customer unblocked": (CUSTOMERS, marked("Customer may book online again")),
    "customers merged": (CUSTOMERS, marked("Customers merged")),
    "customer removed": (CUSTOMERS, marked("Customer removed")),
    "customer erased": (CUSTOMERS, marked("Customer erased")),
    "booked": (APPOINTMENTS, marked("Appointment booked")),
    "moved": (APPOINTMENTS, marked("Appointment rescheduled")),
    "changed": (APPOINTMENTS, marked("Appointment changed")),
    "reassigned": (APPOINTMENTS, marked("Appointment reassigned")),
    "cancelled": (APPOINTMENTS, marked("Appointment cancelled")),
    "undone": (APPOINTMENTS, marked("Change undone")),
    "message sent again": (APPOINTMENTS, marked("Undelivered message sent again")),
    "message put away": (APPOINTMENTS, marked("Undelivered message dismissed")),
    "told at once": (APPOINTMENTS, marked("People notified immediately")),
    "deleted": (APPOINTMENTS, marked("Appointment deleted")),
    "asked to be replaced": (APPOINTMENTS, marked("Reassignment requested")),
    "confirmed": (APPOINTMENTS, marked("Appointment confirmed")),
    "declined to reassign": (APPOINTMENTS, marked("Request to reassign declined")),
    "reminded": (APPOINTMENTS, marked("Customer reminded")),
    "sent a new link": (APPOINTMENTS, marked("New link sent")),
    "revoked a link": (APPOINTMENTS, marked("Link revoked")),
    "came without a booking": (APPOINTMENTS, marked("Walk-in")),
    "looked at by the organisation": (ACCESS, marked("Viewed by the organisation")),
    "account created": (ACCOUNTS, marked("Account created")),
    "account changed": (ACCOUNTS, marked("Account changed")),
    "account deleted": (ACCOUNTS, marked("Account deleted")),
}
"""The kind and the words of each action, by what it is called in the audit."""
PREFIXES = {
    "services/": SERVICES,
    "questions/": SERVICES,
    "staff/": STAFF,
    "customers/": CUSTOMERS,
    "account/": ACCOUNTS,
}
"""The kind of an action without words of its own, by its subject."""
ACTORS = {
    "customer": marked("The customer"),
    "identity provider": marked("The identity provider"),
    "settings": marked("A program"),
}


def kind_of(entry: AuditEntry) -> str:
    """Return the kind of an entry, a key of KINDS or ACCOUNTS."""
    if name := _known(entry.action):
        return ACTIONS[name][0]
    found = (kind for prefix, kind in PREFIXES.items() if entry.subject.startswith(prefix))
    return next(found, APPOINTMENTS if entry.action.startswith("appointment") else SETTINGS)


def action_of(entry: AuditEntry, texts: NullTranslations) -> str:
    """Return what was done, in the reader's language if it is known."""
    name = _known(entry.action)
    return texts.gettext(ACTIONS[name][1]) if name else entry.action.partition(":")[0].capitalize()


def actor_of(entry: AuditEntry, texts: NullTranslations) -> str:
    """Return who did it."""
    return texts.gettext(ACTORS[entry.actor]) if entry.actor in ACTORS else entry.actor


def _known(action: str) -> str:
    """Return the name of an action, without what it says of its details; empty if it is not known."""
    plain = action.partition(":")[0].partition(",")[0].partition(" over ")[0].partition(" beyond ")[0]
    if plain in ACTIONS:
        return plain
    return "calendar cloned from" if plain.startswith("calendar cloned from") else ""
