"""A customer as a calendar's staff keep them: more than a booking form asks for."""

from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Customer
from shared.domain.calendar.place import Address
from shared.domain.links import digest
from shared.domain.model import Model
from shared.domain.secrets import naming
from shared.domain.text.addresses import spellings


PhoneKind = Literal[
    "home",
    "business",
    "mobile",
    "other",
    "assistant",
    "homeFax",
    "businessFax",
    "otherFax",
    "pager",
    "radio",
]


class Phone(Model):
    number: str
    kind: PhoneKind = "other"
    language: str = ""
    region: str = ""


class CustomerRecord(Customer):
    """A customer's details from bookings and from staff; `phone` is the first of the `phones`."""

    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None


def customer_named(secret: str, business: str, name: str) -> str:
    """Return the id of the customer with this address, or else this telephone number."""
    return customers_named(secret, business, name)[0]


def customers_named(secret: str, business: str, name: str) -> tuple[str, ...]:
    """Return the same, and then the id from before a domain in letters and in ASCII was one, if that differs."""
    return tuple(digest(naming(secret), "customer", business, one).hex()[:26] for one in spellings(name))
