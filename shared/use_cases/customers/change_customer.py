"""Adds, changes and removes customers, as a calendar's staff keep them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shared.domain.appointments.customer import CustomerRecord, customers_named
from shared.domain.errors import NotFound, Refusal
from shared.records.appointments import Changes, edited_row, known_among
from shared.records.audit import audit_row
from shared.records.keys import customer_key
from shared.records.table import Rows, Values
from shared.use_cases.commands import Author, Etags, name_change, require_unchanged
from shared.use_cases.context import Context
from shared.use_cases.customers.customer_ids import BlockCommand, MergeCommand, SplitCommand, keys_of
from shared.use_cases.customers.find_customers import FoundCustomers, as_found, read_customer, require_identifier
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.ports import Command, Writes


CustomerEdit = Callable[[CustomerRecord], CustomerRecord]


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of one calendar, to be changed by one author; `body` is what was sent."""

    business: str
    author: Author
    body: str
    context: Context

    async def add(self, record: CustomerRecord) -> FoundCustomers:
        """Add a customer and return them. The same key again adds no second one.

        A later booking with the same address belongs to this customer, unless another one has that address
        already.
        """
        command = name_change(self.context.secret, self.business, "customer added", self.author, self.body)
        own = command.hash[:26]
        named = customers_named(self.context.secret, self.business, record.email) if record.email else (own,)

        def reads(_: Rows) -> Iterable[str]:
            return map(customer_key, (*named, own))

        def decide(rows: Rows) -> Writes:
            name = own if rows.values(customer_key(known_among(rows, named))) else named[0]
            stamped = record.model_copy(update={"created_at": self.context.now, "changed_at": self.context.now})
            return self._writes(command, name, "customer added", self._edited(stamped, {}))

        decision = await self.context.store.decide(command, reads, decide)
        return await read_customer(
            str(decision.outcome["customer"]), business=self.business, store=self.context.store
        )

    async def add_unknown(self, listed: Sequence[tuple[CustomerRecord, str]]) -> int:
        """Add those of some customers who are not known by what each is said to be; return how many were added.

        They are few enough for one transaction: either all of them are added, or none.
        """
        command = name_change(self.context.secret, self.business, "customer imported", self.author, self.body)
        named = [(record, customers_named(self.context.secret, self.business, said)) for record, said in listed]

        def decide(rows: Rows) -> Writes:
            changes: Changes = {}
            for record, names in named:
                name = known_among(rows, names)
                if rows.values(customer_key(name)) is None:
                    stamped = record.model_copy(
                        update={"created_at": self.context.now, "changed_at": self.context.now}
                    )
                    number, about = f"{command.hash[:12]}{len(changes):02d}", f"customers/{name}"
                    changes[customer_key(name)] = self._edited(stamped, {})
                    changes |= audit_row(self.context.now, number, self.author.actor, "customer imported", about)
            return Writes(changes, {"added": len(changes) // 2})

        def reads(_: Rows) -> Iterable[str]:
            return [customer_key(name) for _record, names in named for name in names]

        decision = await self.context.store.decide(command, reads, decide)
        return int(decision.outcome["added"])

    async def change(self, name: str, edit: CustomerEdit, etags: Etags) -> FoundCustomers:
        """Replace a customer by what `edit` returns. Raise NotFound; EditConflict if the etags are outdated."""
        require_identifier(name)
        command = name_change(
            self.context.secret, self.business, f"customer changed {name}", self.author, self.body
        )

        def decide(rows: Rows) -> Refusal | Writes:
            current, values = self._current(rows, name, etags)
            after = edit(current)
            if after == current:
                return Writes({}, {"customer": name})
            if after.last_merge and after.last_merge.is_over(self.context.now):
                after = after.model_copy(update={"last_merge": None})
            changes = self._edited(after.model_copy(update={"changed_at": self.context.now}), values)
            written = self._writes(command, name, "customer changed", changes)
            is_reached = (after.email, after.phone) == (current.email, current.phone)
            return Writes(written.rows, {**written.outcome, "blocked": after.is_blocked and not is_reached})

        decision = await self.context.store.decide(command, lambda _: (customer_key(name),), decide)
        if decision.outcome.get("blocked"):  # a new address or number is one that they do not book by, either
            await self.block(name, is_blocked=True)
        return await read_customer(name, business=self.business, store=self.context.store)

    async def block(self, name: str, *, is_blocked: bool) -> None:
        """Block a customer from booking online, by any of their ids, or let them again. Raise NotFound."""
        require_identifier(name)
        word = "blocked" if is_blocked else "unblocked"
        command = name_change(
            self.context.secret, self.business, f"customer {word} {name}", self.author, self.body
        )
        plan = BlockCommand(name, self.business, self.context.secret, self.context.now, is_blocked)

        def decide(rows: Rows) -> Refusal | Writes:
            changes = plan.changes(rows)
            return self._audited(command, name, f"customer {word}", changes) if changes else Writes({}, {})

        await self.context.store.decide(command, plan.reads, decide)

    async def merge(self, name: str, other: str) -> None:
        """Merge `other` into a customer: their appointments, details, notes and block become this one's.

        It is one transaction. Raise NotFound; InvalidFields if both are one, or have too many ids already.
        """
        require_identifier(name)
        require_identifier(other)
        command = name_change(
            self.context.secret, self.business, f"customer merged {name} {other}", self.author, self.body
        )
        plan = MergeCommand(name, other, self.context.now)

        def decide(rows: Rows) -> Refusal | Writes:
            changes = plan.changes(rows)
            return self._audited(command, name, "customers merged", changes) if changes else Writes({}, {})

        await self.context.store.decide(command, plan.reads, decide)

    async def split(self, name: str, other: str) -> None:
        """Undo the last merge of a customer, which was with `other`: both are as before, but for what was edited.

        Appointments belong to the address or number that they were booked with, as all the time. Raise NotFound;
        NothingToUndo if it was another merge, or is too long ago.
        """
        require_identifier(name)
        require_identifier(other)
        command = name_change(
            self.context.secret, self.business, f"customer split {name} {other}", self.author, self.body
        )
        plan = SplitCommand(name, other, self.context.now)

        def decide(rows: Rows) -> Refusal | Writes:
            changes = plan.changes(rows)
            return self._audited(command, name, "merge undone", changes) if changes else Writes({}, {})

        await self.context.store.decide(command, plan.reads, decide)

    async def remove(self, name: str, etags: Etags) -> None:
        """Remove a customer; appointments keep the details that were given for them.

        Raise NotFound, UnderLegalHold, and EditConflict if the etags are outdated.
        """
        require_identifier(name)
        await require_no_hold(self.business, store=self.context.store)
        command = name_change(
            self.context.secret, self.business, f"customer removed {name}", self.author, self.body
        )

        def decide(rows: Rows) -> Refusal | Writes:
            current, _ = self._current(rows, name, etags)
            gone: Changes = {customer_key(one): None for one in current.also if rows.values(customer_key(one))}
            return self._audited(command, name, "customer removed", {customer_key(name): None, **gone})

        await self.context.store.decide(command, lambda rows: keys_of(rows, name), decide)

    def _current(self, rows: Rows, name: str, etags: Etags) -> tuple[CustomerRecord, Values]:
        values = rows.values(customer_key(name))
        if values is None:
            raise NotFound
        current = as_found(name, values).record
        if current.merged_into:
            raise NotFound
        require_unchanged(current, etags)
        return current, values

    def _edited(self, record: CustomerRecord, values: Values) -> Values:
        return edited_row(record, values, self.context.now)

    def _writes(self, command: Command, name: str, action: str, values: Values) -> Writes:
        return self._audited(command, name, action, {customer_key(name): values})

    def _audited(self, command: Command, name: str, action: str, changes: Changes) -> Writes:
        told = audit_row(self.context.now, command.hash[:12], self.author.actor, action, f"customers/{name}")
        return Writes({**changes, **told}, {"customer": name})
