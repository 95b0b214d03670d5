"""Finds customers: one by id, page by page, or all of them to search in."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.errors import NotFound
from shared.domain.text.addresses import folded
from shared.records.codec import load
from shared.records.keys import CUSTOMER, IDENTIFIER, customer_key, every, following, id_of, parts_of
from shared.records.table import Row, Values
from shared.use_cases.ports import Store


FEWEST_DIGITS = 6  # of a number: fewer would be those of many


@dataclass(frozen=True, slots=True)
class FoundCustomers:
    id: str
    record: CustomerRecord


def as_found(name: str, values: Values) -> FoundCustomers:
    """Return a customer; if a booking created them, they count as created when they were first seen."""
    record = load(CustomerRecord, values)
    if record.created_at is None and (first := values.get("firstSeen")):
        moment = datetime.fromisoformat(first)
        record = record.model_copy(update={"created_at": moment, "changed_at": record.changed_at or moment})
    return FoundCustomers(name, record)


def require_identifier(name: str) -> None:
    """Raise NotFound for a text that cannot be an id, and that the table would refuse as a key."""
    if not IDENTIFIER.fullmatch(name):
        raise NotFound


async def read_customer(name: str, *, business: str, store: Store) -> FoundCustomers:
    """Return a customer by id, or who they were merged into. Raise NotFound."""
    require_identifier(name)
    for _ in range(2):
        row = await store.table.get("bookings", business, customer_key(name))
        if row is None:
            raise NotFound
        found = as_found(name, row.values)
        if not found.record.merged_into:
            return found
        name = found.record.merged_into
    raise NotFound  # it is being merged once more just now


async def read_page(after: str, count: int, *, business: str, store: Store) -> list[FoundCustomers]:
    """Return up to `count` customers that follow the id `after`, in the order of ids.

    One round trip, and more only where many of them were merged into others.
    """
    everybody, found = every(CUSTOMER), list[FoundCustomers]()
    low = following(customer_key(after)) if after else everybody.low
    while len(found) < count:
        page = await store.table.range("bookings", business, low, everybody.high, limit=count)
        found += found_in(page.rows)
        if len(page.rows) < count:
            break
        low = following(page.rows[-1].key)
    return found[:count]


async def read_all(*, business: str, store: Store) -> list[FoundCustomers]:
    """Return all customers, read in parallel parts."""
    return found_in(await read_rows(business=business, store=store))


async def read_rows(*, business: str, store: Store) -> list[Row]:
    """Return the rows of all customers, those of other ids included, read in parallel parts."""
    parts = parts_of(every(CUSTOMER), "123456789abcdef")
    pages = await asyncio.gather(*(store.table.range("bookings", business, *part) for part in parts))
    return [row for page in pages for row in page.rows]


def found_in(rows: Iterable[Row]) -> list[FoundCustomers]:
    """Return the customers of rows, without ids that lead to others."""
    found = (as_found(id_of(row.key), row.values) for row in rows)
    return [one for one in found if not one.record.merged_into]


def is_theirs(record: CustomerRecord, said: str) -> bool:
    """Return whether a customer has an address, in any spelling, or a number, however it is grouped."""
    if "@" in said:
        return bool(record.email) and folded(record.email) == folded(said)
    wanted = _digits(said)
    return len(wanted) >= FEWEST_DIGITS and wanted in map(_digits, _numbers(record))


def _numbers(record: CustomerRecord) -> Iterator[str]:
    yield record.phone
    yield from (one.number for one in record.phones)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text)).lstrip("0")
