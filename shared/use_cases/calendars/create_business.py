"""Creates a calendar: finds a free address for it and saves it; repeating the request creates no second one."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyOnStaff, Conflict
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author, name_change, new_guid
from shared.use_cases.ports import Store


LONGEST_SLUG = 50
SHARD = "a"  # the storage account it lives in; there is one so far
Founding = Callable[[str, str, str], Calendar]
"""Returns the calendar to save, given its id, its slug, and the id of the person who requests it."""


async def create_business(
    found: Founding, name: str, *, action: str, author: Author, store: Store, secret: str, now: datetime
) -> Calendar:
    """Save the calendar that `found` returns. The same key again creates no second one.

    Raise AlreadyOnStaff, and Conflict if no address is free for the name.
    """
    command = name_change(secret, "organisation", "calendar created", author, "")
    business, mark = f"{SHARD}-{command.hash[:20]}", command.hash[20:26]
    for slug in (slug_of(name, mark), f"{slug_of(name, mark)}-{mark}"):
        calendar = found(business, slug, new_guid(command))
        try:
            return await save_calendar(
                calendar,
                key=command.hash,
                store=store,
                secret=secret,
                actor=author.actor,
                action=action,
                now=now,
            )
        except AlreadyOnStaff:
            raise
        except Conflict:
            continue
    raise Conflict("No address is free for this name.")


def slug_of(name: str, mark: str) -> str:
    """Return a name as an address; one made of the mark if fewer than 3 characters of the name are usable."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return slug if len(slug) >= 3 else f"calendar-{mark}"
