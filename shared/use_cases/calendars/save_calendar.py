"""Saves a whole calendar at once, for set-up: business, staff, questions and services, ninety rows at a time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.calendar.business import Business, Calendar
from shared.domain.errors import Conflict
from shared.records.calendars import CalendarEntry, documents_of, with_document
from shared.records.table import Operation, Stale
from shared.use_cases.calendars.change_calendar import change_calendar, check_calendar
from shared.use_cases.commands import Author, name_change
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


AT_ONCE = 90  # rows of one transaction; a larger calendar is saved in several


async def save_calendar(
    calendar: Calendar,
    *,
    key: str,
    store: Store,
    secret: str,
    actor: str = "settings",
    action: str = "calendar created",
    now: datetime | None = None,
) -> Calendar:
    """Create or replace settings; what `calendar` does not name is left as it is.

    The slug is taken first, so that no two calendars share one. Raise Conflict if another has it, and as
    `change_calendar`.
    """
    check_calendar(calendar)
    business, documents = calendar.business, list(documents_of(calendar).values())
    await take_slug(business, store=store)
    saved = calendar
    for index in range(0, max(len(documents), 1), AT_ONCE):
        part, author = documents[index : index + AT_ONCE], Author(actor, f"{key}-{index}")
        saved = await change_calendar(
            name_change(secret, business.id, "save", author, repr((business, part))),
            _merging(business, part),
            action=action,
            subject=business.id,
            author=author,
            store=store,
            now=now,
            founding=business,
        )
    return saved


def _merging(business: Business, documents: Sequence[CalendarEntry]) -> Callable[[Calendar], Calendar]:
    def change(calendar: Calendar) -> Calendar:
        merged = replace(calendar, business=_placed(business, calendar.business))
        for document in documents:
            merged = with_document(merged, document)
        return merged

    return change


def _placed(business: Business, current: Business) -> Business:
    """Return the business to save, with the fields that only the store sets."""
    kept = {name: getattr(current, name) for name in ("former_slugs", "version", "created_at", "changed_at")}
    return business.model_copy(update=kept)


async def take_slug(business: Business, *, store: Store) -> None:
    """Give a calendar its address. Raise Conflict if another calendar has it."""
    try:
        insert = Operation("insert", "0", {"business": business.id})
        await write_alone(store.table, "slugs", business.slug, insert)
    except Stale:
        if await store.calendars.business_of(business.slug) != business.id:
            raise Conflict(f"The address {business.slug} is another calendar's.") from None
