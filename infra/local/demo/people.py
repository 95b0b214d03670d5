"""Who can sign in to the demo: one person for each role, two who are on no calendar, and a program."""

from __future__ import annotations

from dataclasses import dataclass


DOMAIN = "demo.example"
APPLICATION = f"app@{DOMAIN}"
APPLICATION_ROLES = ("Bookings.Manage.All",)
SCOPES = (
    "Bookings.Read.All",
    "BookingsAppointment.ReadWrite.All",
    "Bookings.ReadWrite.All",
    "Bookings.Manage.All",
)


@dataclass(frozen=True)
class Person:
    """Somebody whom the demo's identity provider knows; `what` is what they are, for whoever picks one."""

    account: str
    name: str
    what: str

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"


PEOPLE = (
    Person("admin", "Dr Claire Moreau", "administrator of the clinic and of the whole organisation"),
    Person("scheduler", "Dr Karim Benali", "scheduler of the clinic"),
    Person("member", "Zoé Lambert", "team member of the clinic"),
    Person("viewer", "Paul Girard", "viewer of the clinic"),
    Person("guest", "Dr Anaïs Payet", "guest of the clinic"),
    Person("bank", "Marina Azevedo", "administrator of the bank"),
    Person("newcomer", "Nora Lindqvist", "on no calendar yet, and may create one"),
    Person("outsider", "Olga Sidorova", "on no calendar"),
)
ORGANISATION_ADMINISTRATOR = PEOPLE[0].email
CREATOR = next(one.email for one in PEOPLE if one.account == "newcomer")
