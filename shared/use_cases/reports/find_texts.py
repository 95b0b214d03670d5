"""Finds the SMS of a period, of one calendar or several, the newest first."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from shared.domain.appointments.sent_sms import SentSms
from shared.records.codec import load_row
from shared.records.keys import sms_between
from shared.records.table import Row
from shared.use_cases.ports import Store


class TextOfCalendar(NamedTuple):
    """An SMS, and the calendar that it is of."""

    business: str
    sms: SentSms


async def find_texts(
    businesses: Iterable[str], first: datetime, last: datetime, *, store: Store
) -> list[TextOfCalendar]:
    """Return the SMS that were handed over in [first, last)."""
    names = list(businesses)
    between = sms_between(first, last)
    pages = await asyncio.gather(*(store.table.range("bookings", name, *between) for name in names))
    found = [
        TextOfCalendar(name, sms)
        for name, page in zip(names, pages, strict=True)
        for row in page.rows
        if (sms := _read(row))
    ]
    return sorted(found, key=lambda one: one.sms.at, reverse=True)


def _read(row: Row) -> SentSms | None:
    try:
        return load_row(SentSms, row)
    except (ValidationError, KeyError):  # a newer version wrote it
        return None
