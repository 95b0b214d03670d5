"""Corrects an address or number in a customer's record that messages did not reach, and finds who has it."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.domain.appointments.appointment import Seat
from shared.domain.appointments.customer import ContactField, CustomerRecord
from shared.domain.errors import NotFound
from shared.records.appointments import Changes, edited_row
from shared.records.audit import audit_row
from shared.records.keys import customer_key
from shared.records.table import Rows
from shared.use_cases.customers.customer_ids import held_customer
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.ports import Store


def record_keys(rows: Rows, seat: Seat) -> Iterable[str]:
    """Yield the key of a seat's customer, then of who they were merged into."""
    if seat.customer_id:
        yield customer_key(seat.customer_id)
        if (found := held_customer(rows, seat.customer_id)) and found.merged_into:
            yield customer_key(found.merged_into)


def record_corrected(
    rows: Rows, seat: Seat, field: ContactField, right: str, *, now: datetime, actor: str, number: str
) -> tuple[Changes, str]:
    """Return the rows of the customer's record with the right address in place of the seat's, and of the audit.

    There are none if the record does not have the seat's address. The text is the id of a customer who is blocked
    from booking online: the new address has to be blocked too.
    """
    name, wrong = _present(rows, seat), getattr(seat.customer, field)
    record = held_customer(rows, name) if name else None
    if record is None or record.merged_into:
        return {}, ""
    after = record.corrected(field, wrong, right)
    if after == record:
        return {}, ""
    after = after.model_copy(update={"changed_at": now})
    key = customer_key(name)
    told = audit_row(now, number, actor, "customer changed", f"customers/{name}")
    return {key: edited_row(after, rows.values(key) or {}, now), **told}, name if after.is_blocked else ""


def _present(rows: Rows, seat: Seat) -> str:
    found = held_customer(rows, seat.customer_id) if seat.customer_id else None
    return (found.merged_into or seat.customer_id) if found else ""


async def records_of(seats: Sequence[Seat], *, business: str, store: Store) -> dict[str, CustomerRecord]:
    """Return the records of these seats' customers by the ids in the seats, as far as there are any."""
    names = list(dict.fromkeys(one.customer_id for one in seats if one.customer_id))

    async def one(name: str) -> CustomerRecord | None:
        try:
            return (await read_customer(name, business=business, store=store)).record
        except NotFound:
            return None

    found = await asyncio.gather(*map(one, names))
    return {name: record for name, record in zip(names, found, strict=True) if record}
