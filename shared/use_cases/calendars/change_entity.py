"""Adds, changes and removes a calendar's services, staff and questions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.domain.calendar.administrators import loses_administrator
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Question, Service
from shared.domain.calendar.service_order import moved
from shared.domain.errors import LastAdministrator, NotFound
from shared.domain.reports.readers import without_leaver
from shared.records.calendars import CalendarEntry, with_document
from shared.records.keys import days_from
from shared.records.table import Row, Rows
from shared.use_cases.calendars.change_calendar import AlsoTold, Change, change_calendar, with_business
from shared.use_cases.commands import Author, Etags, name_change, new_guid, require_unchanged
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Store


EntityKind = Literal["services", "staff", "questions"]
SINGULAR: dict[EntityKind, str] = {"services": "service", "staff": "person", "questions": "question"}
Make = Callable[[Calendar, str], CalendarEntry]
ServicePlace = Callable[[Calendar], int]
"""Where a service is to stand among those that are listed, by the settings as they are now; 0 is the first."""
EntityEdit = Callable[[Calendar, CalendarEntry], CalendarEntry]


def find_entity(calendar: Calendar, kind: EntityKind, name: str) -> CalendarEntry:
    """Return what has this id. Raise NotFound if it does not exist or was removed."""
    found: CalendarEntry | None = getattr(calendar, kind).get(name)
    if found is None or getattr(found, "removed_at", None):
        raise NotFound
    return found


def entities(calendar: Calendar, kind: EntityKind) -> list[CalendarEntry]:
    """Return all of a kind, except those that were removed."""
    return [one for one in getattr(calendar, kind).values() if not getattr(one, "removed_at", None)]


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings of one calendar, to be changed by one author; `body` is what was sent.

    Only administrators from outside the calendar may remove its last one: `may_remove_last_administrator`.
    """

    business: str
    author: Author
    body: str
    context: Context
    may_remove_last_administrator: bool = False

    async def add(
        self, kind: EntityKind, make: Make, place: ServicePlace | None = None
    ) -> tuple[CalendarEntry, Calendar]:
        """Add what `make` returns for its id. The same key again adds nothing.

        A service comes last, or where `place` says; without it, a calendar whose services have no order gets none.
        """
        command = self._command(f"{SINGULAR[kind]} added")
        name = new_guid(command)

        def change(calendar: Calendar) -> Calendar:
            after = with_document(calendar, make(calendar, name))
            return _placed(after, name, place(calendar)) if place else after

        calendar = await self._apply(command, change, f"{SINGULAR[kind]} added", f"{kind}/{name}")
        return find_entity(calendar, kind, name), calendar

    async def change(
        self, kind: EntityKind, name: str, edit: EntityEdit, etags: Etags
    ) -> tuple[CalendarEntry, Calendar]:
        """Replace it by what `edit` returns.

        Raise NotFound, LastAdministrator, and EditConflict if the etags are outdated.
        """

        def change(calendar: Calendar) -> Calendar:
            current = find_entity(calendar, kind, name)
            require_unchanged(current, etags)
            return self._administered(calendar, with_document(calendar, edit(calendar, current)))

        action, subject = f"{SINGULAR[kind]} changed", f"{kind}/{name}"
        calendar = await self._apply(self._command(f"{action} {name}"), change, action, subject)
        return find_entity(calendar, kind, name), calendar

    async def move_service(self, name: str, place: ServicePlace) -> Calendar:
        """Show a service at another place among the others. Raise NotFound."""

        def change(calendar: Calendar) -> Calendar:
            find_entity(calendar, "services", name)
            return _placed(calendar, name, place(calendar))

        action = "services rearranged"
        return await self._apply(self._command(f"{action} {name}"), change, action, f"services/{name}")

    async def remove(self, kind: EntityKind, name: str, etags: Etags) -> None:
        """Remove it. Appointments stay, and the audit says how many are still to come.

        Raise NotFound, LastAdministrator, and EditConflict if the etags are outdated.
        """

        def change(calendar: Calendar) -> Calendar:
            current = find_entity(calendar, kind, name)
            require_unchanged(current, etags)
            return self._administered(calendar, _without(calendar, current, self.context.now))

        action, days = f"{SINGULAR[kind]} removed", days_from(self.context.now)

        def told(rows: Rows) -> str:
            coming = _coming_among(rows.between(days), kind, name)
            return f"{action}, coming appointments that stay: {coming}" if coming else action

        also = None if kind == "questions" else AlsoTold(days, told)
        await self._apply(self._command(f"{action} {name}"), change, action, f"{kind}/{name}", also)

    def require_administrator_without(self, person: str, calendar: Calendar) -> None:
        """Raise LastAdministrator if the calendar would lose its last one with this person."""
        self._administered(calendar, _without(calendar, calendar.staff[person], self.context.now))

    def _administered(self, before: Calendar, after: Calendar) -> Calendar:
        """Return `after`. Raise LastAdministrator if the calendar would lose its last one."""
        if not self.may_remove_last_administrator and loses_administrator(before, after):
            raise LastAdministrator
        return after

    def _command(self, route: str) -> Command:
        return name_change(self.context.secret, self.business, route, self.author, self.body)

    async def _apply(
        self, command: Command, change: Change, action: str, subject: str, also: AlsoTold | None = None
    ) -> Calendar:
        return await change_calendar(
            command,
            change,
            action=action,
            subject=subject,
            author=self.author,
            store=self.context.store,
            now=self.context.now,
            also=also,
        )


async def count_coming(business: str, kind: EntityKind, name: str, *, store: Store, now: datetime) -> int:
    """Return the number of coming appointments of a service or a person; one round trip."""
    if kind == "questions":
        return 0
    page = await store.table.range("bookings", business, *days_from(now), ("service", "staff", "status"))
    return _coming_among(page.rows, kind, name)


def _coming_among(rows: Iterable[Row], kind: EntityKind, name: str) -> int:
    column = SINGULAR["services"] if kind == "services" else "staff"
    return sum(name in str(row.values[column]).split(",") and row.values["status"] != "cancelled" for row in rows)


def _placed(calendar: Calendar, name: str, place: int) -> Calendar:
    return with_business(calendar, service_order=moved(calendar.listed_services, name, place))


def _without(calendar: Calendar, document: CalendarEntry, now: datetime) -> Calendar:
    """Return the calendar without it; services that name it are shown without it from now on."""
    if isinstance(document, Service):
        return with_document(calendar, document.model_copy(update={"removed_at": now, "is_hidden": True}))
    if isinstance(document, Question):
        kept = {name: one for name, one in calendar.questions.items() if name != document.id}
        return replace(calendar, questions=kept)
    assert isinstance(document, StaffMember)
    # Kept among the former staff: past appointments still show their names.
    gone = document.model_copy(update={"removed_at": now, "is_bookable": False, "is_listed": False})
    staff = {name: one for name, one in calendar.staff.items() if name != document.id}
    left = replace(calendar, staff=staff, former={**calendar.former, document.id: gone})
    return without_leaver(left, document.email)
