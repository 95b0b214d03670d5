"""Erases somebody who left the staff of a calendar: their appointments stay, as those of a former staff member."""

import functools
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import AppointmentsToCome, NotFound, StillOnStaff
from shared.domain.links import new_id
from shared.domain.personal_data.erasing import FORMER, erased_staff, is_erased_staff
from shared.domain.personal_data.unnamed import UnnamedPerson, told_of
from shared.domain.reports.readers import without_leaver
from shared.domain.text.addresses import folded
from shared.records.audit import audit_row
from shared.records.keys import AUDIT, every, member_partitions
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES, erasure_key, staff_in_list
from shared.records.table import Operation
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.calendars.change_time_off import remove_time_off
from shared.use_cases.calendars.find_businesses import works_here
from shared.use_cases.calendars.find_time_off import find_time_off
from shared.use_cases.calendars.find_upcoming import find_upcoming
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.seal_audit import AuditPlace
from shared.use_cases.organisation.unname_audit import UnnamingAudit
from shared.use_cases.organisation.unname_everywhere import accounts_of, require_no_hold_on, unname_everywhere
from shared.use_cases.personal_data.forget_address import Disconnect, forget_address, forget_places, is_here
from shared.use_cases.personal_data.forget_host import forget_host
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.single_write import write_alone


ACTION = "former staff erased"


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
        calendar, known = await self._require_free(person)
        who, gone = (None, []) if is_erased_staff(known) else await self._found(known)
        if who and known.email in gone:
            await require_no_hold_on(who, context=self.context)
        was = _noted(who, calendar) if who else await self._listed(person)
        await self._list(person, was)
        await self._forget_times_off(person, calendar)
        await forget_host(self.business, person, store=self.context.store)
        for one in gone:
            await forget_address(one, disconnect, author=self.author, context=self.context)
        if who:
            await self._unname(who, is_gone=known.email in gone)
        await self._rename(known, who.emails if who else ())
        await self._forget_places(person, was)

    async def finish(self, person: str) -> None:
        """Go on with an erasure that stopped once nothing of them was in their entry any more."""
        if was := await self._listed(person):
            await self._forget_places(person, was)

    async def _forget_places(self, person: str, was: Iterable[str]) -> None:
        await forget_places([(one, self.business) for one in was], store=self.context.store)
        await self._list(person)

    async def require_erasable(self, person: str) -> None:
        """Raise what `erase` would, also once they are in no list of the organisation any more."""
        _calendar, known = await self._require_free(person)
        if not is_erased_staff(known):
            who, _gone = await self._found(known)
            await require_no_hold_on(who, context=self.context)

    async def _require_free(self, person: str) -> tuple[Calendar, StaffMember]:
        """Return the calendar and their entry; raise if they are there, or this calendar needs them still."""
        calendar = await self.context.store.calendars.reload(self.business, include_deleted=True)
        if person in calendar.staff:
            raise StillOnStaff
        known = calendar.former.get(person)
        if known is None:
            raise NotFound
        await require_no_hold(self.business, store=self.context.store)
        if await find_upcoming(calendar, person, store=self.context.store, now=self.context.now):
            raise AppointmentsToCome
        return calendar, known

    async def _list(self, person: str, was: Iterable[str] = ()) -> None:
        """Note whom to erase again after a restore; until all is done also what says that they worked here."""
        values = {"at": self.context.now.isoformat(), **({"was": " ".join(was)} if was else {})}
        listed = Operation("upsert", erasure_key(self.business, staff_in_list(person)), values)
        await write_alone(self.context.store.table, ORGANISATION, ERASURES, listed)

    async def _listed(self, person: str) -> list[str]:
        """Return what an erasure that stopped in the middle has noted so."""
        key = erasure_key(self.business, staff_in_list(person))
        row = await self.context.store.table.get(ORGANISATION, ERASURES, key)
        return str(row.values.get("was", "")).split() if row else []

    async def _found(self, known: StaffMember) -> tuple[UnnamedPerson, list[str]]:
        """Return who is to be erased, and those of their addresses that are nowhere here any more."""
        emails, names = await self._known_as(known)
        gone = [one for one in emails if not await is_here(one, store=self.context.store)]
        accounts = await accounts_of(tuple(gone), store=self.context.store) if gone else frozenset()
        return UnnamedPerson(emails, names, f"staff/{known.id}", self.called, accounts), gone

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

    async def _unname(self, who: UnnamedPerson, *, is_gone: bool) -> None:
        """Take their name out of this calendar's activity; if they are gone, also of all others."""
        mark = new_id(self.context.secret, "former", *who.emails[:1], who.document)[:6]
        who = replace(who, called=f"{who.called} {mark}")
        number = new_id(self.context.secret, self.author.key, self.business)[:12]
        author, context = self.author, self.context
        if is_gone:
            elsewhere = replace(who, document="")
            await unname_everywhere(elsewhere, number, author=author, context=context, apart=self.business)
        own = AuditPlace(self.business)  # last, since it says what they were called before
        await UnnamingAudit(own, who, author.actor, number, context.store, context.now).run()

    async def _known_as(self, known: StaffMember) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return their addresses and names, those before too, but for such as somebody on a staff has now."""
        page = await self.context.store.table.range("bookings", self.business, *every(AUDIT))
        entries, entry = [json.loads(str(row.values["body"])) for row in page.rows], f"staff/{known.id}"
        before = told_of(entry, "email", entries) - {known.email}
        emails = [
            one for one in sorted(before) if not await works_here(one, store=self.context.store, with_deleted=True)
        ]
        names = told_of(entry, "name", entries) | {known.name}
        return tuple(filter(None, (known.email, *emails))), tuple(filter(None, sorted(names)))

    async def _rename(self, known: StaffMember, emails: Iterable[str]) -> None:
        """Put an entry without anything of them in place of theirs, and note that: not what was there before."""
        command = name_change(self.context.secret, self.business, f"{ACTION} {known.id}", self.author, "")

        def change(calendar: Calendar) -> Calendar:
            current = calendar.former.get(known.id)
            if current is None:
                raise StillOnStaff
            after = functools.reduce(without_leaver, emails, calendar)
            return replace(after, former={**calendar.former, known.id: erased_staff(current, self.called)})

        await change_calendar(
            command,
            change,
            action="",
            subject="",
            author=self.author,
            store=self.context.store,
            now=None,
            reaches_deleted=True,
        )
        told = audit_row(self.context.now, command.hash[:12], self.author.actor, ACTION, f"staff/{known.id}")
        for key, values in told.items():
            await write_alone(
                self.context.store.table, "bookings", self.business, Operation("upsert", key, values or {})
            )


def _noted(who: UnnamedPerson, calendar: Calendar) -> list[str]:
    """Return the partitions that say that somebody worked in a calendar, by addresses that are theirs alone."""
    people = (*calendar.staff.values(), *calendar.former.values())
    others = {folded(one.email) for one in people if f"staff/{one.id}" != who.document}
    return [part for one in who.emails if folded(one) not in others for part in member_partitions(one)]
