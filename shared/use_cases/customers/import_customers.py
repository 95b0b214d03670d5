"""Adds many customers at once, from a list that was kept elsewhere; known ones stay as they are."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.text.addresses import folded
from shared.use_cases.customers.change_customer import Customers


AT_ONCE = 8
TOGETHER = 40  # customers of one transaction, with a row of the audit each


class CustomerLine(NamedTuple):
    """A customer, and the number of the line that names them."""

    line: int
    record: CustomerRecord

    @property
    def said(self) -> str:
        """Return what the customer is known by: address, else telephone number, else all details."""
        return self.record.email or self.record.phone or self.record.model_dump_json()

    @property
    def alike(self) -> str:
        """Return what lines of the same customer have in common: of a number, only its digits count."""
        if self.record.email:
            return folded(self.record.email)
        digits = "".join(filter(str.isdigit, self.record.phone))
        return f"tel {digits}" if digits else self.said


class Repeated(NamedTuple):
    """A line whose customer is on the earlier line `of` already, known `by` the same kind of detail."""

    line: int
    of: int
    by: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Counts of customers. `repeated` are the lines, among the known, whose customer an earlier line has."""

    added: int
    known: int
    repeated: tuple[Repeated, ...]


def repeated_in(listed: Sequence[CustomerLine]) -> tuple[list[CustomerLine], list[Repeated]]:
    """Return the lines to add, and those whose customer an earlier line has: of several the first counts."""
    first: dict[str, CustomerLine] = {}
    repeated = []
    for one in listed:
        earlier = first.setdefault(one.alike, one)
        if earlier is not one:
            repeated.append(Repeated(one.line, earlier.line, _known_by(one.record)))
    return list(first.values()), repeated


async def import_customers(listed: Sequence[CustomerLine], customers: Customers) -> Imported:
    """Add the customers that are not known yet. Of several lines with one address or number the first counts.

    Some at a time are a command of their own, so the same list may be sent again after a failure half-way: those
    who were added by then are known, or counted by the same key.
    """
    wanted, repeated = repeated_in(listed)
    limit = asyncio.Semaphore(AT_ONCE)

    async def add(some: Sequence[CustomerLine]) -> int:
        body = "\0".join(f"{one.said}\0{one.record.model_dump_json()}" for one in some)
        key = hashlib.sha256(f"{customers.author.key}\0{body}".encode()).hexdigest()
        async with limit:
            own = replace(customers, author=replace(customers.author, key=key), body=body)
            return await own.add_unknown([(one.record, one.said) for one in some])

    parts = [wanted[at : at + TOGETHER] for at in range(0, len(wanted), TOGETHER)]
    added = sum(await asyncio.gather(*map(add, parts)))
    return Imported(added, len(listed) - added, tuple(repeated))


def _known_by(record: CustomerRecord) -> str:
    return "e-mail address" if record.email else "telephone number" if record.phone else "customer"
