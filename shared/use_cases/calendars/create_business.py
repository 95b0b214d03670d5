"""Creates a calendar: finds a free address for it and saves it; repeating the request creates no second one."""

import re
import unicodedata
from collections.abc import Callable

from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyOnStaff, Conflict
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author, name_change, new_guid
from shared.use_cases.context import Context
from shared.use_cases.ports import Command


LONGEST_SLUG = 50
SHARD = "a"  # the storage account it lives in; there is one so far
SEVERAL = {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
LATIN = str.maketrans("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", "ьъ") | str.maketrans(SEVERAL)
Founding = Callable[[str, str, str], Calendar]
"""Returns the calendar to save, given its id, its slug, and the id of the person who requests it."""


async def create_business(
    found: Founding, name: str, *, slug: str = "", action: str, author: Author, context: Context
) -> Calendar:
    """Save the calendar that `found` returns. The same key again creates no second one.

    Its address is `slug`, or made from the name if that is empty. Raise AlreadyOnStaff, and Conflict if another
    calendar has the address or none is free for the name.
    """
    command = _command(author, context.secret)
    business, mark = created_id(author, secret=context.secret), command.hash[20:26]
    for free in (slug,) if slug else (slug_of(name, mark), f"{slug_of(name, mark)}-{mark}"):
        calendar = found(business, free, new_guid(command))
        try:
            return await save_calendar(
                calendar,
                key=command.hash,
                store=context.store,
                secret=context.secret,
                actor=author.actor,
                action=action,
                now=context.now,
            )
        except AlreadyOnStaff:
            raise
        except Conflict:
            continue
    raise Conflict("No address is free for this name.")


def created_id(author: Author, *, secret: str) -> str:
    """Return the id of the calendar that an author's request creates, or has created."""
    return f"{SHARD}-{_command(author, secret).hash[:20]}"


def _command(author: Author, secret: str) -> Command:
    return name_change(secret, "organisation", "calendar created", author, "")


def slug_of(name: str, mark: str) -> str:
    """Return a name as an address; one made of the mark if fewer than 3 characters of the name are usable."""
    name = name.lower().translate(LATIN)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return slug if len(slug) >= 3 else f"calendar-{mark}"
