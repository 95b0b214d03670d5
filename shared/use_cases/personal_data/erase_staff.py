"""Erases somebody who left the staff of a calendar: their appointments stay, as those of a former staff member."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import AppointmentsToCome, NotFound, StillOnStaff
from shared.domain.links import new_id
from shared.domain.personal_data.erasing import FORMER, erased_staff
from shared.domain.reports.readers import without_leaver
from shared.records.audit import audit_row
from shared.records.free_busy.own_calendars import PARTITION, feed_key, person_of
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES, erasure_key, staff_in_list
from shared.records.personal_data.sessions import ALL_SESSIONS, SESSIONS, address_hash
from shared.records.table import Operation, Stale
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.calendars.change_time_off import remove_time_off
from shared.use_cases.calendars.find_businesses import works_here
from shared.use_cases.calendars.find_time_off import find_time_off
from shared.use_cases.calendars.find_upcoming import find_upcoming
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.reports.forget_reader import remove_reader_of_all
from shared.use_cases.single_write import write_alone


ACTION = "former staff erased"
Disconnect = Callable[[str], Awaitable[None]]
"""Forgets the own calendar of an address."""


@dataclass(frozen=True, slots=True)
class ErasingStaff:
    """Erases people who left one calendar in the name of `author`, whose key a repetition repeats.

    `called` stands in place of their names.
    """

    business: str
    author: Author
    context: Context
    called: str = FORMER

    async def erase(self, person: str, disconnect: Disconnect | None = None) -> None:
        """Erase a person. What stopped in the middle is gone on with by the next call.

        Raise NotFound, StillOnStaff, UnderLegalHold, and AppointmentsToCome while nobody has taken over theirs.
        """
        calendar = await self.context.store.calendars.reload(self.business)
        if person in calendar.staff:
            raise StillOnStaff
        known = calendar.former.get(person)
        if known is None:
            raise NotFound
        await require_no_hold(self.business, store=self.context.store)
        if await find_upcoming(calendar, person, store=self.context.store, now=self.context.now):
            raise AppointmentsToCome
        listed = Operation(
            "upsert", erasure_key(self.business, staff_in_list(person)), {"at": self.context.now.isoformat()}
        )
        await write_alone(self.context.store.table, ORGANISATION, ERASURES, listed)
        await self._forget_times_off(person, calendar)
        if known.email and not await works_here(known.email, store=self.context.store):
            await self._forget_address(known.email, disconnect)
        await self._rename(known)

    async def _forget_times_off(self, person: str, calendar: Calendar) -> None:
        for one in await find_time_off(business=self.business, store=self.context.store, staff=person):
            with suppress(NotFound):  # removed by another request
                await remove_time_off(
                    one,
                    key=new_id(self.context.secret, self.author.key, one.id),
                    actor=self.author.actor,
                    calendar=calendar,
                    context=self.context,
                )

    async def _forget_address(self, email: str, disconnect: Disconnect | None) -> None:
        """Forget what is kept of an address beside the calendars: own calendar, feed and sessions."""
        if disconnect:
            await disconnect(email)
        await remove_reader_of_all(email, author=self.author, context=self.context, is_erased=True)
        page = await self.context.store.table.range(ORGANISATION, SESSIONS, *ALL_SESSIONS)
        theirs = [row.key for row in page.rows if row.values.get("address") == address_hash(email)]
        places = [(PARTITION, feed_key(person_of(email))), *((SESSIONS, key) for key in theirs)]
        for partition, key in places:
            with suppress(Stale):  # there is none
                await write_alone(self.context.store.table, ORGANISATION, partition, Operation("delete", key))

    async def _rename(self, known: StaffMember) -> None:
        """Put an entry without anything of them in place of theirs, and note that: not what was there before."""
        command = name_change(self.context.secret, self.business, f"{ACTION} {known.id}", self.author, "")

        def change(calendar: Calendar) -> Calendar:
            current = calendar.former.get(known.id)
            if current is None:
                raise StillOnStaff
            after = without_leaver(calendar, known.email)
            return replace(after, former={**calendar.former, known.id: erased_staff(current, self.called)})

        await change_calendar(
            command, change, action="", subject="", author=self.author, store=self.context.store, now=None
        )
        told = audit_row(self.context.now, command.hash[:12], self.author.actor, ACTION, f"staff/{known.id}")
        for key, values in told.items():
            await write_alone(
                self.context.store.table, "bookings", self.business, Operation("upsert", key, values or {})
            )
