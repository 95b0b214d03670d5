"""Searches an audit, the newest entry first: a page at a time, each of one round trip."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.records.keys import AUDIT, audit_key, every, following
from shared.records.organisation import ORGANISATION
from shared.records.table import Row
from shared.use_cases.organisation.find_audit import AuditEntry, as_entry
from shared.use_cases.organisation.settings import PARTITION
from shared.use_cases.ports import Store


LOOKED_THROUGH = 1000  # entries of one page: as many as one answer of the storage holds
TICK = timedelta(milliseconds=1)  # what keys of the audit are exact to


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is searched: the audit of a calendar, or the organisation's where `business` is empty.

    It is about the entries from `since` until before `until`, as far as they are given, that `wanted` returns True
    for; None wants all. `after` is the position of a page.
    """

    business: str = ""
    after: str = ""
    since: datetime | None = None
    until: datetime | None = None
    wanted: Callable[[AuditEntry], bool] | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of an audit. `older` is the position of the next one, empty for the last.

    `reached` is the moment of the last entry that was looked at, as ISO 8601; empty if there was none.
    """

    entries: list[AuditEntry]
    older: str
    reached: str


async def search_audit(search: AuditSearch, count: int, *, store: Store) -> AuditPage:
    """Return up to `count` entries. With `wanted` there may be fewer, although older ones follow."""
    table, partition = ("bookings", search.business) if search.business else (ORGANISATION, PARTITION)
    whole = every(AUDIT)
    low = audit_key(search.until - TICK, "") if search.until else whole.low
    low = following(AUDIT + search.after) if search.after else low
    high = audit_key(search.since - TICK, "") if search.since else whole.high
    if low >= high:
        return AuditPage([], "", "")
    limit = LOOKED_THROUGH if search.wanted else count + 1
    page = await store.table.range(table, partition, low, high, limit=limit)
    return _page(page.rows, search.wanted, count, is_full=len(page.rows) == limit)


def _page(
    rows: Iterable[Row], wanted: Callable[[AuditEntry], bool] | None, count: int, *, is_full: bool
) -> AuditPage:
    found: list[AuditEntry] = []
    last = None
    for row in rows:
        entry = as_entry(row)
        if wanted is None or wanted(entry):
            if len(found) == count:
                return AuditPage(found, found[-1].place, found[-1].at)
            found.append(entry)
        last = entry
    return AuditPage(found, last.place if last and is_full else "", last.at if last else "")
