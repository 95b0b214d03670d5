"""What is kept of a calendar and for how long, and the refusal to erase anything under a legal hold."""

import asyncio

from shared.domain.calendar.business import Business
from shared.domain.errors import UnderLegalHold
from shared.domain.personal_data.retention import KeptByCalendar, kept_by
from shared.records.codec import load
from shared.records.keys import BUSINESS
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.ports import Store


async def find_kept(business: Business, *, store: Store) -> KeptByCalendar:
    """Return what counts for a calendar as it was read."""
    organisation = await find_organisation(store=store, within=0)
    return kept_by(business.retention, business.legal_hold, organisation.retention, organisation.legal_hold)


async def require_no_hold(business: str, *, store: Store) -> None:
    """Raise UnderLegalHold, with its reason, while there is one on the calendar or on the organisation."""
    row, organisation = await asyncio.gather(
        store.table.get("bookings", business, BUSINESS), find_organisation(store=store, within=0)
    )
    own = load(Business, row.values).legal_hold if row else ""
    if reason := own or organisation.legal_hold:
        raise UnderLegalHold(reason)
