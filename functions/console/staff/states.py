"""Whether people on a staff can be booked, in words, and what each role may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.fields import Option
from functions.console.home import ROLES
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

    from shared.domain.calendar.business import Calendar, StaffMember

STATES = {
    "bookable": (marked("Can be booked"), "good"),
    "invited": (marked("Invited"), "caution"),
    "declined": (marked("Declined the invitation"), "danger"),
    "suspended": (marked("Account disabled"), "danger"),
    "off": (marked("Can’t be booked"), ""),
}
"""The label of each state, and the tone of its badge."""
UNLISTED = "unlisted"
SERVES = {"virtual": marked("Only online"), "in_person": marked("Only in person")}
MAY = {
    "administrator": marked("Everything: settings, services, staff and all appointments"),
    "scheduler": marked("All appointments, customers and anyone’s time off; no settings"),
    "team_member": marked("Their own appointments and time off. Sees the calendar and the queue"),
    "viewer": marked("Sees everything, changes nothing"),
    "guest": marked("Can’t open the console. Gets their appointments by email"),
}


class Badge(NamedTuple):
    """A state as the page shows it."""

    label: str
    tone: str


def state_of(person: StaffMember) -> str:
    """Return the key of STATES: the first reason why a person cannot be booked, else "bookable"."""
    if person.is_suspended:
        return "suspended"
    if person.membership != "active":
        return "invited" if person.membership == "pending" else "declined"
    return "bookable" if person.is_bookable else "off"


def badge_of(person: StaffMember, texts: NullTranslations) -> Badge:
    """Return the badge of a person's state."""
    label, tone = STATES[state_of(person)]
    return Badge(texts.gettext(label), tone)


def remarks_on(person: StaffMember, calendar: Calendar, texts: NullTranslations) -> list[str]:
    """Return what else limits how a person is booked."""
    _ = texts.gettext
    found = [_(SERVES[person.serves])] if person.serves in SERVES else []
    if not person.is_listed:
        found.append(_("Not on the booking page"))
    if not services_of(person, calendar):
        found.append(_("No service yet"))
    return found


def services_of(person: StaffMember, calendar: Calendar) -> list[str]:
    """Return the names of the services that a person provides."""
    found = [one.name for one in calendar.services.values() if person.id in one.staff and not one.removed_at]
    return sorted(found, key=str.casefold)


def role_options(texts: NullTranslations) -> tuple[Option, ...]:
    """Return the roles, each with what it may do."""
    return tuple(Option(name, texts.gettext(label), texts.gettext(MAY[name])) for name, label in ROLES.items())


def role_name(person: StaffMember, texts: NullTranslations) -> str:
    """Return the name of a person's role."""
    return texts.gettext(ROLES[person.role])


def in_order(people: Sequence[StaffMember]) -> list[StaffMember]:
    """Return people by name."""
    return sorted(people, key=lambda one: (one.name.casefold(), one.id))
