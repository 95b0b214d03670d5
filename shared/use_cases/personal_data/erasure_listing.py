"""Lists a customer as erased, to be erased again after a restore, and takes them off the list if they are not."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from shared.records.keys import customer_key, id_of
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES, erased_by, erasure_key
from shared.records.table import Operation, Row, Stale
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import FoundCustomers, as_found
from shared.use_cases.read_many import read_many


@dataclass(frozen=True, slots=True)
class ErasureListing:
    """The entries of one customer; `created` says of each of their ids, which are hashes, since when it is known.

    Until an erasure is done, its entry also has `before`: when the erasure before it was, empty if there was none;
    and `known`: since when who is being erased was known. Who is known since another time came back after it.
    """

    business: str
    created: Mapping[str, datetime | None]
    context: Context

    @classmethod
    async def of(cls, found: FoundCustomers, business: str, context: Context) -> "ErasureListing":
        """Return the listing of a customer by all their ids."""
        keys = map(customer_key, found.record.also)
        rows = await read_many(keys, business=business, store=context.store) if found.record.also else {}
        others = {id_of(key): as_found(id_of(key), row.values).record.created_at for key, row in rows.items()}
        also = {one: others.get(one) for one in found.record.also}
        return cls(business, {found.id: found.record.created_at, **also}, context)

    async def begin(self) -> None:
        """Note whom to erase again if a backup of today is ever restored."""
        entries = {
            key: {"before": self._before(row), "known": self._known(key)} for key, row in await self._rows()
        }
        await self._upsert(entries)

    async def settle(self) -> None:
        """Note that they are erased."""
        await self._upsert({self._key(one): {} for one in self.created})

    async def withdraw(self) -> None:
        """Put back what was listed before an erasure that has begun and is refused now."""
        for key, row in await self._rows():
            if row is None or not self._is_begun(row):
                continue
            back = Operation("delete", key, etag=row.etag)
            if before := str(row.values["before"]):
                back = Operation("replace", key, {"at": before}, row.etag)
            with suppress(Stale):  # another erasure of theirs has begun, or is done
                await self.context.store.table.transact(ORGANISATION, ERASURES, [back])

    def _key(self, name: str) -> str:
        return erasure_key(self.business, name)

    async def _rows(self) -> Iterator[tuple[str, Row | None]]:
        keys = [self._key(one) for one in self.created]
        table = self.context.store.table
        return zip(
            keys, await asyncio.gather(*(table.get(ORGANISATION, ERASURES, key) for key in keys)), strict=True
        )

    def _before(self, row: Row | None) -> str:
        if row is None:
            return ""
        return str(row.values["before"] if self._is_begun(row) else row.values["at"])

    def _is_begun(self, row: Row) -> bool:
        """Return whether an erasure of this very customer has begun and is not done."""
        return "before" in row.values and row.values["known"] == self._known(row.key)

    def _known(self, key: str) -> str:
        created = self.created[erased_by(key)[1]]
        return created.isoformat() if created else ""

    async def _upsert(self, entries: Mapping[str, Mapping[str, str]]) -> None:
        now = self.context.now.isoformat()
        written = [Operation("upsert", key, {"at": now, **more}) for key, more in entries.items()]
        await self.context.store.table.transact(ORGANISATION, ERASURES, written)
