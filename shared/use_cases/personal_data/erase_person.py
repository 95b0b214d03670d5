"""Erases somebody who is on no staff from the whole organisation: its lists, sessions and activity."""

import json
import re
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from shared.domain.errors import NotFound, StillOnStaff, StillProvided, UnderLegalHold
from shared.domain.links import new_id
from shared.domain.personal_data.erasing import FORMER
from shared.domain.personal_data.unnamed import UnnamedPerson
from shared.domain.text.addresses import folded
from shared.records.audit import audit_row
from shared.records.keys import AUDIT, every, member_partitions
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import (
    ERASURES,
    erasure_key,
    noted_places,
    person_in_list,
    places_of,
)
from shared.records.personal_data.sessions import address_hash
from shared.records.table import Operation
from shared.use_cases.calendars.find_businesses import find_all, find_current, works_here
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.accounts import find_accounts
from shared.use_cases.organisation.seal_audit import OF_ORGANISATION, AuditPlace
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.organisation.unname_everywhere import accounts_of, require_no_hold_on, unname_everywhere
from shared.use_cases.personal_data.erase_staff import ErasingStaff
from shared.use_cases.personal_data.export.staff import find_entries
from shared.use_cases.personal_data.forget_address import (
    Disconnect,
    forget_address,
    forget_all_places,
    forget_named,
)
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


ACTION = "person erased"
APART = re.compile(r"[\s\"'<>,;:|()\[\]\\]")  # stands between addresses and other words
AT_END = ".!?…"  # of a sentence, which no address ends in


@dataclass(frozen=True, slots=True)
class ErasingPerson:
    """Erases people from the organisation in the name of `author`, whose key a repetition repeats.

    `called` stands in place of their names; `named_by_app` are those whom the app's settings name.
    """

    author: Author
    context: Context
    called: str = FORMER
    named_by_app: Container[str] = ()

    async def erase(self, email: str, disconnect: Disconnect | None = None) -> None:
        """Erase an address, with what calendars keep of it as former staff. It may be repeated.

        What stands in the way is looked for everywhere before anything is written. If something comes in between,
        such as a legal hold, the list of the erased names them already, with the calendars, and the next call goes
        on; find_progress says how far it came.

        Raise StillOnStaff, StillProvided, UnderLegalHold, and AppointmentsToCome while theirs are not taken over.
        """
        author, context = self.author, self.context
        await self._require_gone(email)
        accounts = await accounts_of((email,), store=context.store)
        mark = new_id(context.secret, "former", email, "")[:6]
        who = UnnamedPerson((email,), (), "", f"{self.called} {mark}", accounts)
        await require_no_hold_on(who, context=context)
        former = await find_entries(email, store=context.store)
        for calendar, person in former:  # all of them before the first is written
            with suppress(NotFound):
                await ErasingStaff(calendar.business.id, author, context).require_erasable(person.id)
        theirs = [(calendar.business.id, person.id) for calendar, person in former]
        begun = [one for one in await noted_of(email, store=context.store) if one not in theirs]
        await self._list(email, [*begun, *theirs])
        await forget_named(email, author=author, context=context)
        for calendar, person in former:
            erasing = ErasingStaff(calendar.business.id, author, context, self.called)
            with suppress(NotFound):  # by another request
                await erasing.erase(person.id, disconnect)
        for business, entry in begun:
            await ErasingStaff(business, author, context).finish(entry)
        await forget_address(email, disconnect, author=author, context=context)
        await forget_all_places(email, store=context.store)
        command = name_change(context.secret, "", f"{ACTION} {mark}", author, "")
        await unname_everywhere(who, command.hash[:12], author=author, context=context)
        told = audit_row(context.now, command.hash[:12], author.actor, ACTION, "")
        for key, values in told.items():
            write = Operation("upsert", key, values or {})
            await write_alone(context.store.table, *OF_ORGANISATION.address, write)
        await self._list(email)

    async def _list(self, email: str, places: Iterable[tuple[str, str]] = ()) -> None:
        """Note whom to erase again after a restore; until all is done also their entries in calendars."""
        values = {"at": self.context.now.isoformat(), "also": " ".join(member_partitions(email)[1:])}
        key = erasure_key("", person_in_list(address_hash(email)))
        listed = Operation("upsert", key, values | noted_places(places))
        await write_alone(self.context.store.table, ORGANISATION, ERASURES, listed)

    async def _require_gone(self, email: str) -> None:
        store = self.context.store
        if reason := (await find_organisation(store=store, within=0)).legal_hold:
            raise UnderLegalHold(reason)
        if await works_here(email, store=store, with_deleted=True):
            raise StillOnStaff
        if any(folded(email) in one.profile.addresses for one in await find_accounts(store=store)):
            raise StillProvided(is_account=True)
        if folded(email) in self.named_by_app:
            raise StillProvided(is_account=False)


async def noted_of(email: str, *, store: Store) -> list[tuple[str, str]]:
    """Return the entries on the staff of calendars, by calendar and id, of an unfinished erasure."""
    row = await store.table.get(ORGANISATION, ERASURES, erasure_key("", person_in_list(address_hash(email))))
    return places_of(row.values) if row else []


async def find_erased(hashed: str, since: str, *, context: Context) -> tuple[str, bool]:
    """Return the address that has this hash, if anything names it, and whether they came back by themselves.

    It is empty if nothing names one. Whom the activity names later than they were erased came back by themselves.
    """
    store, found = context.store, ""
    calendars = [one.id for one in await find_all(store=store)]
    texts = [("", (await find_organisation(store=store, within=0)).model_dump_json())]
    for calendar in await find_current(calendars, store=store, with_deleted=True):
        texts.append(("", calendar.business.model_dump_json()))
        left = [(one.removed_at, one.email) for one in calendar.former.values() if one.email]
        texts += [(at.isoformat() if at else "", email) for at, email in left]
    for place in (OF_ORGANISATION, *map(AuditPlace, calendars)):
        bodies = [str(row.values["body"]) for row in (await store.table.range(*place.address, *every(AUDIT))).rows]
        texts += [(str(json.loads(body).get("at", "")), body) for body in bodies]
    for at, text in texts:
        for one in {said.rstrip(AT_END) for said in APART.split(text)}:
            if "@" in one and address_hash(one) == hashed:
                if at and datetime.fromisoformat(at) > datetime.fromisoformat(since):
                    return one, True
                found = one
    return found, False
