"""Explains to staff why a start is not offered: for each person of the service, the rule that removed it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from shared.domain.availability.explain import RuleName, explain
from shared.domain.availability.slots import single_start_window, window_for
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.timeline.ledger import Ledger, months_in
from shared.records.keys import id_of, ledgers_of
from shared.use_cases.ports import Store


async def explain_start(
    service: Service, start: datetime, *, calendar: Calendar, store: Store, now: datetime
) -> dict[str, RuleName]:
    """Return each person's rule, "offered" if none removes the start; one round trip."""
    months = months_in(window_for(service, single_start_window(start)))
    ledgers = await find_ledgers(calendar.business.id, months, store=store)
    return explain(calendar, service, start, now, ledgers)


async def find_ledgers(business: str, months: Sequence[str], *, store: Store) -> dict[str, dict[str, Ledger]]:
    """Return the ledgers of all staff by person, then by UTC month ("yyyymm"); one round trip."""
    pages = await asyncio.gather(*(store.table.range("bookings", business, *ledgers_of(one)) for one in months))
    ledgers: dict[str, dict[str, Ledger]] = {}
    for month, page in zip(months, pages, strict=True):
        for row in page.rows:
            ledgers.setdefault(id_of(row.key), {})[month] = Ledger.from_row(row.values)
    return ledgers
