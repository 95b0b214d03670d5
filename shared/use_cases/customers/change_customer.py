"""Adds, changes and removes customers, as a calendar's staff keep them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.customer import CustomerRecord, customers_named
from shared.domain.errors import NotFound, Refusal
from shared.records.appointments import known_among
from shared.records.audit import audit_row
from shared.records.codec import dump
from shared.records.keys import customer_key
from shared.records.table import Rows, Values
from shared.use_cases.commands import Author, Etags, name_change, require_unchanged
from shared.use_cases.customers.find_customers import FoundCustomers, as_found, read_customer, require_identifier
from shared.use_cases.ports import Command, Store, Writes


CustomerEdit = Callable[[CustomerRecord], CustomerRecord]


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of one calendar, to be changed by one author; `body` is what was sent."""

    business: str
    author: Author
    body: str
    store: Store
    secret: str
    now: datetime

    async def add(self, record: CustomerRecord) -> FoundCustomers:
        """Add a customer and return them. The same key again adds no second one.

        A later booking with the same address belongs to this customer, unless another one has that address
        already.
        """
        command = name_change(self.secret, self.business, "customer added", self.author, self.body)
        own = command.hash[:26]
        named = customers_named(self.secret, self.business, record.email) if record.email else (own,)

        def reads(_: Rows) -> Iterable[str]:
            return map(customer_key, (*named, own))

        def decide(rows: Rows) -> Writes:
            name = own if rows.values(customer_key(known_among(rows, named))) else named[0]
            stamped = record.model_copy(update={"created_at": self.now, "changed_at": self.now})
            return self._writes(command, name, "customer added", self._edited(stamped, {}))

        decision = await self.store.decide(command, reads, decide)
        return await read_customer(str(decision.outcome["customer"]), business=self.business, store=self.store)

    async def add_unknown(self, record: CustomerRecord, said: str) -> bool:
        """Add a customer unless one is known by `said`, such as an address; return whether one was added."""
        command = name_change(self.secret, self.business, "customer imported", self.author, self.body)
        named = customers_named(self.secret, self.business, said)

        def decide(rows: Rows) -> Writes:
            name = known_among(rows, named)
            if rows.values(customer_key(name)):
                return Writes({}, {"customer": name, "added": False})
            stamped = record.model_copy(update={"created_at": self.now, "changed_at": self.now})
            writes = self._writes(command, name, "customer imported", self._edited(stamped, {}))
            return Writes(writes.rows, {**writes.outcome, "added": True})

        decision = await self.store.decide(command, lambda _: map(customer_key, named), decide)
        return bool(decision.outcome["added"])

    async def change(self, name: str, edit: CustomerEdit, etags: Etags) -> FoundCustomers:
        """Replace a customer by what `edit` returns. Raise NotFound; EditConflict if the etags are outdated."""
        require_identifier(name)
        command = name_change(self.secret, self.business, f"customer changed {name}", self.author, self.body)

        def decide(rows: Rows) -> Refusal | Writes:
            current, values = self._current(rows, name, etags)
            after = edit(current)
            if after == current:
                return Writes({}, {"customer": name})
            changes = self._edited(after.model_copy(update={"changed_at": self.now}), values)
            return self._writes(command, name, "customer changed", changes)

        await self.store.decide(command, lambda _: (customer_key(name),), decide)
        return await read_customer(name, business=self.business, store=self.store)

    async def remove(self, name: str, etags: Etags) -> None:
        """Remove a customer; appointments keep the details that were given for them.

        Raise NotFound, and EditConflict if the etags are outdated.
        """
        require_identifier(name)
        command = name_change(self.secret, self.business, f"customer removed {name}", self.author, self.body)

        def decide(rows: Rows) -> Refusal | Writes:
            self._current(rows, name, etags)
            return self._writes(command, name, "customer removed", None)

        await self.store.decide(command, lambda _: (customer_key(name),), decide)

    def _current(self, rows: Rows, name: str, etags: Etags) -> tuple[CustomerRecord, Values]:
        values = rows.values(customer_key(name))
        if values is None:
            raise NotFound
        current = as_found(name, values).record
        require_unchanged(current, etags)
        return current, values

    def _edited(self, record: CustomerRecord, values: Values) -> Values:
        seen = {name: values[name] for name in ("firstSeen", "lastSeen") if name in values}
        return {"firstSeen": self.now.isoformat(), "lastSeen": "", **seen, **dump(record), "edited": True}

    def _writes(self, command: Command, name: str, action: str, values: Values | None) -> Writes:
        rows = {customer_key(name): values}
        rows |= audit_row(self.now, command.hash[:12], self.author.actor, action, f"customers/{name}")
        return Writes(rows, {"customer": name})
