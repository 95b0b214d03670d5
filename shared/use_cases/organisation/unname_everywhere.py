"""Takes somebody who is erased out of the audits of the organisation and of all calendars."""

import asyncio
import json

from shared.domain.errors import UnderLegalHold
from shared.domain.personal_data.unnamed import UnnamedPerson, has_address
from shared.domain.text.addresses import spellings
from shared.records.keys import AUDIT, every
from shared.use_cases.calendars.find_businesses import find_all, find_current
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.organisation.seal_audit import OF_ORGANISATION, AuditPlace
from shared.use_cases.organisation.unname_audit import UnnamingAudit
from shared.use_cases.ports import Store


SIDE_BY_SIDE = 8  # audits
ACCOUNT = "account/"


async def require_no_hold_on(who: UnnamedPerson, *, context: Context) -> None:
    """Raise UnderLegalHold, with its reason, if there is one on a calendar whose audit names them."""
    there = [one.id for one in await find_all(store=context.store)]
    found = await find_current(there, store=context.store, with_deleted=True)
    held = [one.business for one in found if one.business.legal_hold]
    several = asyncio.Semaphore(SIDE_BY_SIDE)

    async def names_them(business: str) -> bool:
        async with several:
            page = await context.store.table.range(*AuditPlace(business).address, *every(AUDIT))
        entries = (json.loads(str(row.values["body"])) for row in page.rows)
        return any(who.entry(one) != one for one in entries)

    named = await asyncio.gather(*(names_them(one.id) for one in held))
    if reason := next((one.legal_hold for one, is_named in zip(held, named, strict=True) if is_named), ""):
        raise UnderLegalHold(reason)


async def unname_everywhere(
    who: UnnamedPerson, number: str, *, author: Author, context: Context, apart: str = ""
) -> None:
    """Take them out of the organisation's audit and those of all calendars but one that is set apart.

    `number` distinguishes the entries that tell of it.
    """
    others = [one.id for one in await find_all(store=context.store) if one.id != apart]
    several = asyncio.Semaphore(SIDE_BY_SIDE)

    async def unname(place: AuditPlace) -> None:
        async with several:
            await UnnamingAudit(place, who, author.actor, number, context.store, context.now).run()

    await asyncio.gather(*map(unname, (OF_ORGANISATION, *map(AuditPlace, others))))


async def accounts_of(emails: tuple[str, ...], *, store: Store) -> frozenset[str]:
    """Return the accounts, as the organisation's audit names them, that had one of these addresses."""
    page = await store.table.range(*OF_ORGANISATION.address, *every(AUDIT))
    entries = [json.loads(str(row.values["body"])) for row in page.rows]
    written = [one for email in emails for one in spellings(email)]
    return frozenset(
        str(one["subject"])
        for one in entries
        if str(one.get("subject", "")).startswith(ACCOUNT)
        and any(has_address(json.dumps(one, ensure_ascii=False), address) for address in written)
    )
