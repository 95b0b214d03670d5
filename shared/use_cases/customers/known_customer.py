"""Finds a customer by an older id: each spelling of a domain with letters outside ASCII once had its own."""

import asyncio

from shared.domain.appointments.appointment import Customer
from shared.domain.appointments.customer import customers_named
from shared.records.keys import customer_key
from shared.use_cases.ports import Store


async def known_customer(customer: Customer, *, business: str, store: Store, secret: str) -> str:
    """Return the older id if only that has a row, else an empty text. No round trip for a domain in ASCII.

    No new customer gets an older id, so the result cannot change during a booking.
    """
    first, *older = customers_named(secret, business, customer.email)
    if not older:
        return ""
    rows = await asyncio.gather(
        *(store.table.get("bookings", business, customer_key(one)) for one in (first, *older))
    )
    return older[0] if rows[1] and not rows[0] else ""
