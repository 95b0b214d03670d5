"""Add many customers at once, from a list that was kept elsewhere; whoever is known already stays as they are."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.text.addresses import folded
from shared.use_cases.customers.change_customer import Customers


AT_ONCE = 8


class CustomerLine(NamedTuple):
    """A customer and the line of the list that names them."""

    line: int
    record: CustomerRecord

    @property
    def said(self) -> str:
        """Return what the customer is known by: the address or the telephone number, else all that is said."""
        return self.record.email or self.record.phone or self.record.model_dump_json()

    @property
    def alike(self) -> str:
        """Return what those who are one customer have in common: a number is one however it is grouped."""
        if self.record.email:
            return folded(self.record.email)
        digits = "".join(filter(str.isdigit, self.record.phone))
        return f"tel {digits}" if digits else self.said


class Repeated(NamedTuple):
    """A line whose customer is on an earlier line `of` the list already, known `by` the same."""

    line: int
    of: int
    by: str


@dataclass(frozen=True, slots=True)
class Imported:
    """`repeated` are those among the known who are on the list more than once."""

    added: int
    known: int
    repeated: tuple[Repeated, ...]


async def import_customers(listed: Sequence[CustomerLine], customers: Customers) -> Imported:
    """Add those who are not known yet. The first line of several with one address or number counts.

    Each is a command of its own, so that the same list may be sent again, whatever became of it.
    """
    first: dict[str, CustomerLine] = {}
    repeated = []
    for one in listed:
        earlier = first.setdefault(one.alike, one)
        if earlier is not one:
            repeated.append(Repeated(one.line, earlier.line, _known_by(one.record)))
    limit = asyncio.Semaphore(AT_ONCE)

    async def add(one: CustomerLine) -> bool:
        body = one.record.model_dump_json()
        key = hashlib.sha256(f"{customers.author.key}\0{one.said}\0{body}".encode()).hexdigest()
        async with limit:
            own = replace(customers, author=replace(customers.author, key=key), body=body)
            return await own.add_unknown(one.record, one.said)

    added = sum(await asyncio.gather(*map(add, first.values())))
    return Imported(added, len(listed) - added, tuple(repeated))


def _known_by(record: CustomerRecord) -> str:
    return "e-mail address" if record.email else "telephone number" if record.phone else "customer"
