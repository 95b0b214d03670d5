"""Finds customers who may be one person: those with the same mail address or the same telephone number."""

from collections import defaultdict
from collections.abc import Sequence

from shared.domain.text.addresses import folded
from shared.use_cases.customers.find_customers import FoundCustomers
from shared.use_cases.customers.search_customers import known_customers
from shared.use_cases.ports import Store


LEAST_DIGITS = 7  # of a number that tells people apart
COMPARED = 9  # digits: the last ones, so that a number with and without its country is one


async def find_duplicates(*, business: str, store: Store) -> list[list[FoundCustomers]]:
    """Return groups of two or more customers with an address or a number in common, by name.

    Reads nothing while the customers are known from a moment ago.
    """
    everybody = [one.found for one in await known_customers(business=business, store=store)]
    alike: dict[str, list[FoundCustomers]] = defaultdict(list)
    for one in everybody:
        for mark in _marks(one):
            alike[mark].append(one)
    groups = {tuple(each.id for each in group): group for group in alike.values() if len(group) > 1}
    return sorted(groups.values(), key=lambda group: group[0].record.name.casefold())


def alike_to(one: FoundCustomers, groups: Sequence[Sequence[FoundCustomers]]) -> list[FoundCustomers]:
    """Return the customers who may be this one."""
    found = {each.id: each for group in groups if one.id in {it.id for it in group} for each in group}
    return [each for each in found.values() if each.id != one.id]


def _marks(one: FoundCustomers) -> set[str]:
    record = one.record
    numbers = [
        "".join(filter(str.isdecimal, text)) for text in (record.phone, *(it.number for it in record.phones))
    ]
    marks = {number[-COMPARED:] for number in numbers if len(number) >= LEAST_DIGITS}
    return marks | ({folded(record.email)} if record.email else set())
