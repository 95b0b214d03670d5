"""Searches a calendar's customers by name, mail address and telephone number, as somebody types."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shared.records.keys import id_of
from shared.records.table import Row
from shared.use_cases.customers.find_customers import FoundCustomers, as_found, read_rows
from shared.use_cases.ports import Store


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache


LASTS = 20.0  # seconds that a search may lag behind; a customer's own page is read anew
STAYS = 600.0  # seconds for which an older list is better than none while it is read anew
MOST_CALENDARS = 8  # whose customers a process keeps
KEPT, PARSED = "customers", "parsed customers"


class SearchedCustomer(NamedTuple):
    """A customer with the text to search in, folded, and the digits of their numbers.

    Both have those of customers who were merged into this one, too: somebody may know the old name alone.
    """

    found: FoundCustomers
    text: str
    digits: str


@dataclass(frozen=True, slots=True)
class Register:
    """All customers of a calendar, by name, and what is known of each row by its key and ETag."""

    everybody: Sequence[SearchedCustomer] = ()
    rows: Mapping[str, tuple[str, SearchedCustomer]] = field(default_factory=dict)

    def updated(self, rows: Sequence[Row]) -> "Register":
        """Return the register as these rows have it: a row that is as before is not parsed again."""
        known = {row.key: self._known(row) for row in rows}
        if known.keys() == self.rows.keys() and all(known[key][0] == self.rows[key][0] for key in known):
            return self
        return Register(sorted(_merged(one for _etag, one in known.values()), key=lambda one: one.text), known)

    def _known(self, row: Row) -> tuple[str, SearchedCustomer]:
        before = self.rows.get(row.key)
        if before and before[0] == row.etag:
            return before
        return row.etag, _searched(as_found(id_of(row.key), row.values))


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A part of the customers that a search finds, by name, and how many there are in all."""

    shown: Sequence[FoundCustomers]
    total: int


async def search_customers(text: str, first: int, count: int, *, business: str, store: Store) -> CustomerPage:
    """Return up to `count` customers from position `first` on who have all words of a text, or its digits.

    An empty text finds all. Reads nothing while the customers are known from a moment ago.
    """
    everybody = await known_customers(business=business, store=store)
    words, digits = plain(text).split(), _digits(text)
    is_number = len(digits) >= 3 and not any(letter.isalpha() for letter in text)
    found = list(everybody)
    for word in words:  # one word after the other: each leaves fewer
        found = [one for one in found if word in one.text]
    if is_number:
        named = {one.found.id for one in found}
        found = [one for one in everybody if digits in one.digits or one.found.id in named]
    return CustomerPage([one.found for one in found[first : first + count]], len(found))


async def known_customers(*, business: str, store: Store) -> Sequence[SearchedCustomer]:
    """Return all customers by name, as they were known a moment ago.

    Whoever types does not wait while many are read anew: only the first reading is waited for. A row that is as
    before is not parsed again.
    """
    kept: TimedCache[str, Register] = store.kept(KEPT, MOST_CALENDARS)
    parsed: TimedCache[str, Register] = store.kept(PARSED, MOST_CALENDARS)

    async def read() -> Register:
        before = parsed.made(business, Register)
        after = before.updated(await read_rows(business=business, store=store))
        return parsed.put(business, after)

    return (await kept.get_at_once(business, LASTS, STAYS, read)).everybody


def forget_customers(business: str, *, store: Store) -> None:
    """Have the next search of this process read the customers anew: one of them has changed."""
    store.kept(KEPT, MOST_CALENDARS).forget(business)


def plain(text: str) -> str:
    """Return a text without case and accents, as people type it in a hurry."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _searched(found: FoundCustomers) -> SearchedCustomer:
    record = found.record
    numbers = [record.phone, *(one.number for one in record.phones)]
    return SearchedCustomer(found, plain(f"{record.name} {record.email}"), " ".join(map(_digits, numbers)))


def _merged(rows: Iterable[SearchedCustomer]) -> Iterator[SearchedCustomer]:
    """Yield the customers, each with the texts of those who were merged into them."""
    everybody, others = list[SearchedCustomer](), dict[str, list[SearchedCustomer]]()
    for one in rows:
        kept = one.found.record.merged_into
        (others.setdefault(kept, []) if kept else everybody).append(one)
    for one in everybody:
        same = others.get(one.found.id)
        yield (
            one._replace(
                text=" ".join(it.text for it in (one, *same)), digits=" ".join(it.digits for it in (one, *same))
            )
            if same
            else one
        )


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
