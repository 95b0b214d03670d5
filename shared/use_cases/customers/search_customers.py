"""Searches a calendar's customers by name, mail address and telephone number, as somebody types."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from shared.use_cases.customers.find_customers import FoundCustomers, read_all
from shared.use_cases.ports import Store


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache


LASTS = 20.0  # seconds that a search may lag behind; a customer's own page is read anew
MOST_CALENDARS = 8  # whose customers a process keeps
KEPT = "customers"


class SearchedCustomer(NamedTuple):
    """A customer with the text to search in, folded, and the digits of their numbers."""

    found: FoundCustomers
    text: str
    digits: str


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
    found = [
        one.found
        for one in everybody
        if (is_number and digits in one.digits) or all(word in one.text for word in words)
    ]
    return CustomerPage(found[first : first + count], len(found))


async def known_customers(*, business: str, store: Store) -> tuple[SearchedCustomer, ...]:
    """Return all customers by name. Reads nothing while they are known from a moment ago."""
    kept: TimedCache[str, tuple[SearchedCustomer, ...]] = store.kept(KEPT, MOST_CALENDARS)

    async def read() -> tuple[SearchedCustomer, ...]:
        found = [_searched(one) for one in await read_all(business=business, store=store)]
        return tuple(sorted(found, key=lambda one: one.text))

    return await kept.get(business, LASTS, read)


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


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
