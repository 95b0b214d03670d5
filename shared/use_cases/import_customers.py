"""Add many customers at once, from a list that was kept elsewhere; whoever is known already stays as they are."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.domain.customer import CustomerRecord
from shared.use_cases.change_customer import Customers


AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Imported:
    added: int
    known: int


async def import_customers(records: Sequence[CustomerRecord], customers: Customers) -> Imported:
    """Add those who are not known yet: by their address or telephone number, or else by all that is said.

    Each is a command of its own, so that the same list may be sent again, whatever became of it.
    """
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(record: CustomerRecord) -> bool:
        said = record.email or record.phone or record.model_dump_json()
        key = hashlib.sha256(f"{customers.author.key}\0{said}".encode()).hexdigest()
        async with limit:
            own = replace(customers, author=replace(customers.author, key=key), body=record.model_dump_json())
            return await own.add_unknown(record, said)

    added = sum(await asyncio.gather(*(one(record) for record in records)))
    return Imported(added, len(records) - added)
