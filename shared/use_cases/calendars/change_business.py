"""Changes a calendar itself: its settings, its address, whether its page is published, and whether it exists."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.calendar.business import Business, Calendar
from shared.domain.errors import Conflict, NotFound
from shared.records.table import Ambiguous, Stale
from shared.use_cases.calendars.change_calendar import Change, change_calendar, with_business
from shared.use_cases.calendars.save_calendar import take_slug
from shared.use_cases.commands import Author, Etags, name_change, require_unchanged
from shared.use_cases.context import Context
from shared.use_cases.people.hold_again import file_holdings, release_all


RECOVERABLE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BusinessChange:
    """One calendar, to be changed by one author; `body` is what was sent."""

    business: str
    author: Author
    body: str
    context: Context

    async def edit(self, change: Change, etags: Etags) -> Calendar:
        """Apply a change to the business. Raise EditConflict if the etags are outdated."""

        def checked(calendar: Calendar) -> Calendar:
            require_unchanged(calendar.business, etags)
            return change(calendar)

        return await self._apply("calendar changed", checked)

    async def publish(self, etags: Etags, *, is_published: bool) -> None:
        """Publish the page, or take it offline.

        Raise EditConflict if the etags are outdated, and Conflict for a template.
        """

        def change(calendar: Calendar) -> Calendar:
            require_unchanged(calendar.business, etags)
            if is_published and calendar.business.is_template:
                raise Conflict("A template is not published: create a calendar from it.")
            page = calendar.business.page.model_copy(update={"is_published": is_published})
            return with_business(calendar, page=page)

        await self._apply("calendar published" if is_published else "calendar unpublished", change)

    async def rename(self, name: str, slug: str, etags: Etags) -> Calendar:
        """Change the name, and the address if one is given; the old address keeps working.

        Raise Conflict if another calendar has the address, and EditConflict if the etags are outdated.
        """
        if slug:
            # Taken before the change: if that fails, the address is reserved for this calendar, no more.
            await take_slug(Business(id=self.business, slug=slug, name=name), store=self.context.store)

        def change(calendar: Calendar) -> Calendar:
            current = calendar.business
            require_unchanged(current, etags)
            if not slug or slug == current.slug:
                return with_business(calendar, name=name)
            former = [one for one in (*current.former_slugs, current.slug) if one != slug]
            return with_business(calendar, name=name, slug=slug, former_slugs=tuple(dict.fromkeys(former)))

        return await self._apply("calendar renamed", change)

    async def delete(self, etags: Etags) -> None:
        """Hide the calendar everywhere at once; for 30 days it can be restored. Raise EditConflict."""

        def change(calendar: Calendar) -> Calendar:
            require_unchanged(calendar.business, etags)
            return with_business(calendar, deleted_at=self.context.now)

        await self._apply("calendar deleted", change)
        with suppress(Ambiguous, Stale):  # the sweep goes on
            await release_all(self.business, store=self.context.store)

    async def restore(self, etags: Etags) -> Calendar:
        """Restore a deleted calendar. Raise NotFound if it never existed or is lost, and EditConflict."""

        def change(calendar: Calendar) -> Calendar:
            if is_lost(calendar.business, self.context.now):
                raise NotFound
            require_unchanged(calendar.business, etags)
            return with_business(calendar, deleted_at=None)

        calendar = await self._apply("calendar restored", change, reaches_deleted=True)
        await file_holdings(calendar, store=self.context.store)
        return calendar

    async def _apply(self, action: str, change: Change, *, reaches_deleted: bool = False) -> Calendar:
        return await change_calendar(
            name_change(self.context.secret, self.business, action, self.author, self.body),
            change,
            action=action,
            subject=self.business,
            author=self.author,
            store=self.context.store,
            now=self.context.now,
            reaches_deleted=reaches_deleted,
        )


def is_lost(business: Business, now: datetime) -> bool:
    """Return whether the calendar was deleted too long ago to be restored."""
    return business.deleted_at is not None and now - business.deleted_at > RECOVERABLE
