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


MOST_IDS = 20  # of one customer: their rows are written in one transaction


class CustomerRecord(Customer):
    """A customer's details from bookings and from staff; `phone` is the first of the `phones`.

    One who was merged into another is only an id by which bookings go on: `merged_into` is the other's, who has it
    among `also`. Whoever `is_blocked` does not book online, by any of these ids.
    """

    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None
    is_blocked: bool = False
    also: tuple[str, ...] = ()
    merged_into: str = ""

    def merged(self, other: "CustomerRecord", ids: tuple[str, ...]) -> "CustomerRecord":
        """Return this customer with what only the other has, whose `ids` become theirs; notes of both stay."""
        notes = [one for one in (self.notes, other.notes) if one]
        phones, addresses = (*self.phones, *other.phones), (*self.addresses, *other.addresses)
        return self.model_copy(
            update={
                "email": self.email or other.email,
                "phone": self.phone or other.phone,
                "address": self.address or other.address,
                "notes": "\n\n".join(dict.fromkeys(notes)),
                "phones": tuple({one.number: one for one in reversed(phones)}.values())[::-1],
                "addresses": tuple({str(one): one for one in reversed(addresses)}.values())[::-1],
                "is_blocked": self.is_blocked or other.is_blocked,
                "also": tuple(dict.fromkeys((*self.also, *ids))),
            }
        )


def customer_named(secret: str, business: str, name: str) -> str:
    """Return the id of the customer with this address, or else this telephone number."""
    return customers_named(secret, business, name)[0]


def customers_named(secret: str, business: str, name: str) -> tuple[str, ...]:
    """Return the same, and then the id from before a domain in letters and in ASCII was one, if that differs."""
    return tuple(digest(naming(secret), "customer", business, one).hex()[:26] for one in spellings(name))
