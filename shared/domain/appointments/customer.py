"""A customer as a calendar's staff keep them: more than a booking form asks for."""

from datetime import datetime, timedelta
from typing import Literal

from shared.domain.appointments.appointment import Customer
from shared.domain.calendar.place import Address
from shared.domain.links import digest
from shared.domain.model import Model
from shared.domain.secrets import naming
from shared.domain.text.addresses import folded, spellings


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


ContactField = Literal["email", "phone"]
MOST_IDS = 20  # of one customer: their rows are written in one transaction


SPLIT_UNTIL = timedelta(days=30)  # after a merge, for which it can be undone


class DetailsBefore(Model):
    """What a merge may have changed of the customer who stayed, as it was."""

    email: str = ""
    phone: str = ""
    address: str = ""
    notes: str = ""
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    is_blocked: bool = False


class LastMerge(Model):
    """What it takes to undo a merge: who was merged in, by which `ids` (the first is theirs), and what was."""

    at: datetime
    name: str
    ids: tuple[str, ...]
    was_blocked: bool = False
    before: DetailsBefore

    def is_over(self, now: datetime) -> bool:
        """Return whether it is too late to undo it."""
        return now > self.at + SPLIT_UNTIL


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
    last_merge: LastMerge | None = None

    def has_contact(self, field: ContactField, value: str) -> bool:
        """Return whether an address or number is this customer's, in any spelling."""
        if not value:
            return False
        if field == "email":
            return folded(self.email) == folded(value)
        return any(_digits(one) == _digits(value) for one in (self.phone, *(each.number for each in self.phones)))

    def corrected(self, field: ContactField, wrong: str, right: str) -> "CustomerRecord":
        """Return this customer with the right address or number where the wrong one was; else unchanged."""
        if not self.has_contact(field, wrong):
            return self
        if field == "email":
            return self.model_copy(update={"email": right})
        phones = [
            one.model_copy(update={"number": right}) if _digits(one.number) == _digits(wrong) else one
            for one in self.phones
        ]
        phone = right if _digits(self.phone) == _digits(wrong) else self.phone
        once = {_digits(one.number): one for one in reversed(phones)}
        return self.model_copy(update={"phone": phone, "phones": tuple(once.values())[::-1]})

    def merged_at(self, now: datetime, other: "CustomerRecord", ids: tuple[str, ...]) -> "CustomerRecord":
        """Return this customer with what only the other has, and with what it takes to undo that."""
        known = {name: getattr(self, name) for name in DetailsBefore.model_fields}
        before = DetailsBefore(**known)
        last = LastMerge(at=now, name=other.name, ids=ids, was_blocked=other.is_blocked, before=before)
        return self.merged(other, ids).model_copy(update={"last_merge": last})

    def split(self, other: "CustomerRecord") -> "CustomerRecord":
        """Return this customer as before the last merge, which was with `other`; what was edited since stays."""
        assert self.last_merge is not None
        before, ids = self.last_merge.before, self.last_merge.ids
        known = {name: getattr(before, name) for name in DetailsBefore.model_fields}
        gone = other.model_copy(update={"is_blocked": self.last_merge.was_blocked})
        then = self.model_copy(update=known).merged(gone, ids)
        same = {name: value for name, value in known.items() if getattr(self, name) == getattr(then, name)}
        also = tuple(one for one in self.also if one not in ids)
        return self.model_copy(update={**same, "also": also, "last_merge": None})

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


def _digits(number: str) -> str:
    """Return a number for comparison, without the marks that people write between its digits."""
    return "".join(one for one in number if one.isdecimal() or one == "+")


def customer_named(secret: str, business: str, name: str) -> str:
    """Return the id of the customer with this address, or else this telephone number."""
    return customers_named(secret, business, name)[0]


def customers_named(secret: str, business: str, name: str) -> tuple[str, ...]:
    """Return the same, and then the id from before a domain in letters and in ASCII was one, if that differs."""
    return tuple(digest(naming(secret), "customer", business, one).hex()[:26] for one in spellings(name))
