"""The several ids of one customer: when duplicates are merged, and when staff block somebody from booking online.

A booking finds its customer by an id that follows from the address or the number that was typed. So the row of a
customer who was merged remains, says into whom, and guards bookings by this id as before. Appointments stay where
they are listed; whoever reads a customer's appointments reads those of all their ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.customer import MOST_IDS, CustomerRecord, customers_named
from shared.domain.errors import InvalidFields, NotFound, NothingToUndo
from shared.records.appointments import Changes, edited_row
from shared.records.codec import load
from shared.records.keys import customer_key
from shared.records.table import Rows, Values


def held_customer(rows: Rows, name: str) -> CustomerRecord | None:
    """Return a customer as they were read; None if they do not exist."""
    values = rows.values(customer_key(name))
    return load(CustomerRecord, values) if values else None


def keys_of(rows: Rows, *names: str) -> Iterable[str]:
    """Yield the keys of customers, then of their other ids."""
    for name in names:
        yield customer_key(name)
        yield from map(customer_key, found.also if (found := held_customer(rows, name)) else ())


@dataclass(frozen=True)
class BlockCommand:
    """What blocking a customer, or no longer blocking them, reads and decides. Pure."""

    customer: str
    business: str
    secret: str
    now: datetime
    is_blocked: bool

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield the customer, and the rows of all ids that their address and number have."""
        yield from keys_of(rows, self.customer)
        if found := held_customer(rows, self.customer):
            yield from map(customer_key, self._reached(found))

    def changes(self, rows: Rows) -> Changes:
        """Return the rows to write, none if it is so already. Raise NotFound."""
        current = held_customer(rows, self.customer)
        if current is None or current.merged_into:
            raise NotFound
        free = [one for one in self._reached(current) if self.is_blocked and held_customer(rows, one) is None]
        also = tuple(dict.fromkeys((*current.also, *free)))[:MOST_IDS]
        after = current.model_copy(update={"is_blocked": self.is_blocked, "also": also})
        if after == current:
            return {}
        changes: Changes = {self._key: self._edited(rows, self.customer, after)}
        for one in also:
            other = held_customer(rows, one) or CustomerRecord(name=current.name, merged_into=self.customer)
            other = other.model_copy(update={"is_blocked": self.is_blocked})
            changes[customer_key(one)] = self._edited(rows, one, other)
        return changes

    @property
    def _key(self) -> str:
        return customer_key(self.customer)

    def _edited(self, rows: Rows, name: str, record: CustomerRecord) -> Values:
        return edited_row(record, rows.values(customer_key(name)) or {}, self.now)

    def _reached(self, record: CustomerRecord) -> list[str]:
        """Return the ids of bookings with the customer's address, or with their number alone."""
        named = [record.email, record.phone, *(one.number for one in record.phones)]
        ids = [customers_named(self.secret, self.business, one)[0] for one in named[:MOST_IDS] if one]
        return [one for one in dict.fromkeys(ids) if one != self.customer]


@dataclass(frozen=True)
class MergeCommand:
    """What merging a customer into another reads and decides. Pure."""

    customer: str
    other: str
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield both customers with all their ids."""
        yield from keys_of(rows, self.customer, self.other)

    def changes(self, rows: Rows) -> Changes:
        """Return the rows to write, none if it is so already. Raise NotFound and InvalidFields."""
        kept, gone = held_customer(rows, self.customer), held_customer(rows, self.other)
        if kept is None or gone is None or kept.merged_into:
            raise NotFound
        if gone.merged_into == self.customer:
            return {}
        if gone.merged_into:
            raise NotFound
        after = kept.merged_at(self.now, gone, (self.other, *gone.also))
        if self.customer == self.other or len(after.also) > MOST_IDS:
            raise InvalidFields([("/with", "another customer, and not too many in all")])
        changes: Changes = {customer_key(self.customer): self._edited(rows, self.customer, self._stamped(after))}
        for one in after.also:
            known = held_customer(rows, one) or CustomerRecord(name=after.name)
            led = known.model_copy(
                update={
                    "merged_into": self.customer,
                    "also": (),
                    "is_blocked": after.is_blocked,
                    "last_merge": None,
                }
            )
            changes[customer_key(one)] = self._edited(rows, one, led)
        return changes

    def _stamped(self, record: CustomerRecord) -> CustomerRecord:
        return record.model_copy(update={"changed_at": self.now})

    def _edited(self, rows: Rows, name: str, record: CustomerRecord) -> Values:
        return edited_row(record, rows.values(customer_key(name)) or {}, self.now)


@dataclass(frozen=True)
class SplitCommand:
    """What undoing the last merge of a customer, which was with `other`, reads and decides. Pure."""

    customer: str
    other: str
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str]:
        """Yield the customer with all their ids."""
        yield from keys_of(rows, self.customer)
        yield customer_key(self.other)

    def changes(self, rows: Rows) -> Changes:
        """Return the rows to write, none if it is so already. Raise NotFound and NothingToUndo."""
        kept, gone = held_customer(rows, self.customer), held_customer(rows, self.other)
        if kept is None or kept.merged_into or gone is None:
            raise NotFound
        if gone.merged_into != self.customer:
            return {}
        last = kept.last_merge
        if last is None or last.ids[0] != self.other or last.is_over(self.now):
            raise NothingToUndo
        after = kept.split(gone).model_copy(update={"changed_at": self.now})
        changes: Changes = {customer_key(self.customer): self._edited(rows, self.customer, after)}
        # Who was blocked, or let book again, after the merge is so as both of them.
        was_changed = kept.is_blocked != (last.before.is_blocked or last.was_blocked)
        is_blocked = kept.is_blocked if was_changed else last.was_blocked
        own = tuple(one for one in last.ids[1:] if one in kept.also and held_customer(rows, one))
        free = {"merged_into": "", "also": own, "is_blocked": is_blocked, "changed_at": self.now}
        changes[customer_key(self.other)] = self._edited(rows, self.other, gone.model_copy(update=free))
        for one in own:
            known = held_customer(rows, one) or gone
            led = known.model_copy(update={"merged_into": self.other, "is_blocked": is_blocked})
            changes[customer_key(one)] = self._edited(rows, one, led)
        for one in after.also:  # their block is that of the customer whom they lead to
            if (led_here := held_customer(rows, one)) and led_here.is_blocked != after.is_blocked:
                alike = led_here.model_copy(update={"is_blocked": after.is_blocked})
                changes[customer_key(one)] = self._edited(rows, one, alike)
        return changes

    def _edited(self, rows: Rows, name: str, record: CustomerRecord) -> Values:
        return edited_row(record, rows.values(customer_key(name)) or {}, self.now)
