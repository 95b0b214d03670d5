"""Find a customer by an id that a domain in letters once led to: its two spellings were two customers."""

import asyncio

from shared.domain.appointments.appointment import Customer
from shared.domain.appointments.customer import customers_named
from shared.records.keys import customer_key
from shared.use_cases.ports import Store


async def known_customer(customer: Customer, *, business: str, store: Store, secret: str) -> str:
    """Return the older id where only that has a row; else nothing. Costs nothing where the domain is ASCII's.

    No new customer gets an older id, so what is found here does not change under a booking.
    """
    first, *older = customers_named(secret, business, customer.email)
    if not older:
        return ""
    rows = await asyncio.gather(
        *(store.table.get("bookings", business, customer_key(one)) for one in (first, *older))
    )
    return older[0] if rows[1] and not rows[0] else ""
