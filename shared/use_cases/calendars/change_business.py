"""Change a calendar itself: its settings, its address, whether its page is published, and whether it is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.calendar.business import Business, Calendar
from shared.domain.errors import NotFound
from shared.use_cases.calendars.change_calendar import Change, change_calendar, with_business
from shared.use_cases.calendars.save_calendar import take_slug
from shared.use_cases.commands import Author, Etags, name_change, require_unchanged
from shared.use_cases.ports import Store


RECOVERABLE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BusinessChange:
    """One calendar, as somebody changes it; `body` is what they sent."""

    business: str
    author: Author
    body: str
    store: Store
    secret: str
    now: datetime

    async def edit(self, change: Change, etags: Etags) -> Calendar:
        """Apply a change of the business. Raises EditConflict where the etags are older."""

        def checked(calendar: Calendar) -> Calendar:
            require_unchanged(calendar.business, etags)
            return change(calendar)

        return await self._apply("calendar changed", checked)

    async def publish(self, etags: Etags, *, is_published: bool) -> None:
        def change(calendar: Calendar) -> Calendar:
            require_unchanged(calendar.business, etags)
            page = calendar.business.page.model_copy(update={"is_published": is_published})
            return with_business(calendar, page=page)

        await self._apply("calendar published" if is_published else "calendar unpublished", change)

    async def rename(self, name: str, slug: str, etags: Etags) -> Calendar:
        """Give it another name, and another address if one is given; the old address keeps working.

        Raises Conflict where the address is another calendar's; EditConflict where the etags are older.
        """
        if slug:
            await take_slug(Business(id=self.business, slug=slug, name=name), store=self.store)

        def change(calendar: Calendar) -> Calendar:
            current = calendar.business
            require_unchanged(current, etags)
            if not slug or slug == current.slug:
                return with_business(calendar, name=name)
            former = [one for one in (*current.former_slugs, current.slug) if one != slug]
            return with_business(calendar, name=name, slug=slug, former_slugs=tuple(dict.fromkeys(former)))

        return await self._apply("calendar renamed", change)

    async def delete(self, etags: Etags) -> None:
        """Let it vanish at once from everywhere; for 30 days it can be restored."""

        def change(calendar: Calendar) -> Calendar:
            require_unchanged(calendar.business, etags)
            return with_business(calendar, deleted_at=self.now)

        await self._apply("calendar deleted", change)

    async def restore(self, etags: Etags) -> Calendar:
        """Bring it back as it was. Raises NotFound where it was never there, or has been gone for too long."""

        def change(calendar: Calendar) -> Calendar:
            if is_lost(calendar.business, self.now):
                raise NotFound
            require_unchanged(calendar.business, etags)
            return with_business(calendar, deleted_at=None)

        return await self._apply("calendar restored", change, reaches_deleted=True)

    async def _apply(self, action: str, change: Change, *, reaches_deleted: bool = False) -> Calendar:
        return await change_calendar(
            name_change(self.secret, self.business, action, self.author, self.body),
            change,
            action=action,
            subject=self.business,
            author=self.author,
            store=self.store,
            now=self.now,
            reaches_deleted=reaches_deleted,
        )


def is_lost(business: Business, now: datetime) -> bool:
    """Return whether it was deleted too long ago to be restored."""
    return business.deleted_at is not None and now - business.deleted_at > RECOVERABLE
