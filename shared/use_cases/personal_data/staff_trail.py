"""What there is of a member of staff beside their entry: what is over, what they did, where they signed in."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.calendar.business import Calendar
from shared.domain.text.addresses import folded
from shared.records.free_busy.own_calendars import PARTITION, own_key, own_of, person_of
from shared.records.keys import AUDIT, days_after, every, start_of
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.sessions import ALL_SESSIONS, SESSIONS, address_hash
from shared.use_cases.calendars.find_upcoming import COLUMNS
from shared.use_cases.free_busy.staff_feed import find_feed
from shared.use_cases.organisation.find_audit import as_entry
from shared.use_cases.organisation.seal_audit import AuditPlace
from shared.use_cases.ports import Store


async def find_past(person: str, *, calendar: Calendar, store: Store, now: datetime) -> list[dict[str, Any]]:
    """Return a person's appointments that have begun, the latest first, with no customer's name."""
    page = await store.table.range("bookings", calendar.business.id, *days_after("", now), COLUMNS)
    theirs = (row for row in page.rows if person in str(row.values["staff"]).split(","))
    found = [
        {
            "start": start_of(row.key).isoformat(),
            "end": str(row.values["end"]),
            "service": service.name if (service := calendar.services.get(str(row.values["service"]))) else "",
            "status": str(row.values["status"]),
        }
        for row in theirs
    ]
    return found[::-1]


async def find_done(email: str, *, place: AuditPlace, store: Store) -> list[dict[str, Any]]:
    """Return what an audit says that an address did, the newest first."""
    if not email:
        return []
    page = await store.table.range(*place.address, *every(AUDIT))
    entries = (as_entry(row) for row in page.rows)
    return [
        {"at": one.at, "action": one.action, "subject": one.subject}
        for one in entries
        if folded(one.actor) == folded(email)
    ]


async def find_connected(email: str, *, store: Store) -> Mapping[str, Any]:
    """Return what is kept of a person's own calendar outside, and of the feed of their appointments."""
    if not email:
        return {}
    # The row itself: one that is disconnected names them until what it blocks is freed.
    outside_key = own_key(person_of(email))
    row, feed = await asyncio.gather(
        store.table.get(ORGANISATION, PARTITION, outside_key), find_feed(email, store=store)
    )
    known = {"kind", "host", "tentative_is_busy", "connected_at", "read_at", "notes"}
    outside = (
        own_of(row).model_dump(mode="json", by_alias=True, exclude_defaults=True, include=known) if row else {}
    )
    is_fed = {"isOpen": feed.is_open, "hasNames": feed.has_names} if feed else {}
    return {name: one for name, one in (("outside", outside), ("feed", is_fed)) if one}


async def find_signed_in(email: str, *, store: Store) -> list[dict[str, str]]:
    """Return the sessions that somebody began who signed in with an address, the latest first."""
    if not email:
        return []
    page = await store.table.range(ORGANISATION, SESSIONS, *ALL_SESSIONS)
    theirs = [row.values for row in page.rows if row.values.get("address") == address_hash(email)]
    found = [{name: str(one[name]) for name in ("began", "expires", "agent")} for one in theirs]
    return sorted(found, key=lambda one: one["began"], reverse=True)
