"""Counts what a retention would erase now, to be shown before it is switched on."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from shared.domain.personal_data.erasing import ERASED
from shared.domain.personal_data.retention import CLASSES, Retention, RetentionClass
from shared.records.keys import AUDIT, audit_key, days_after, every
from shared.records.reports.facts import FACTS, fact_key
from shared.records.table import Range
from shared.use_cases.ports import Store


MOST_COUNTED = 10_000


class Expired(NamedTuple):
    """How many rows of a class are from before a moment; `has_more` where it is at least so many."""

    before: datetime
    number: int

    @property
    def has_more(self) -> bool:
        """Return whether there may be more than were counted."""
        return self.number >= MOST_COUNTED


async def count_expired(
    business: str, retention: Retention, *, store: Store, now: datetime
) -> Mapping[RetentionClass, Expired]:
    """Return what of each class would be erased now; the classes that stay are not in it.

    Of answers and messages it is the number of appointments from before, whether or not there are any.
    """
    befores = {name: before for name in CLASSES if (before := retention.before(name, now))}
    counts = await asyncio.gather(*(_count(business, name, before, store) for name, before in befores.items()))
    return {name: Expired(befores[name], count) for name, count in zip(befores, counts, strict=True)}


async def _count(business: str, name: RetentionClass, before: datetime, store: Store) -> int:
    if name == "facts":
        span = Range(FACTS.low, fact_key(before, ""))
        return len((await store.table.range("facts", business, *span, ("none",), limit=MOST_COUNTED)).rows)
    if name == "audit":
        span = Range(audit_key(before, ""), every(AUDIT).high)
        return len((await store.table.range("bookings", business, *span, ("none",), limit=MOST_COUNTED)).rows)
    span = days_after("", before)
    page = await store.table.range("bookings", business, *span, ("name",), limit=MOST_COUNTED)
    return sum(
        name != "appointments" or not str(row.values.get("name", "")).startswith(ERASED) for row in page.rows
    )
