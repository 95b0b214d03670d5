"""Keeps the accounts that the identity provider provisions, and suspends disabled people on every calendar."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from shared.domain.access.account import Account, Profile
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.differences import differences
from shared.domain.errors import NotFound, TryAgain
from shared.records.accounts import (
    ACCOUNTS,
    ACTOR,
    PARTITION,
    account_audit,
    account_key,
    account_writes,
    name_key,
)
from shared.records.codec import dump, load_row
from shared.records.limits import require_fit
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Operation, Stale
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.calendars.disabled_staff import find_disabled, with_suspensions
from shared.use_cases.calendars.find_businesses import find_of_person
from shared.use_cases.calendars.find_upcoming import find_upcoming
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.ports import Store
from shared.use_cases.single_write import PAUSES


ProfileEdit = Callable[[Profile], Profile]
MOST_HELD = 40  # addresses of one account: all are written at once


async def find_account(name: str, *, store: Store) -> Account:
    """Return an account. Raise NotFound."""
    row = await store.table.get(ORGANISATION, PARTITION, account_key(name))
    if row is None:
        raise NotFound
    return load_row(Account, row)


async def find_accounts(*, store: Store) -> list[Account]:
    """Return all accounts, by their ids; one round trip."""
    page = await store.table.range(ORGANISATION, PARTITION, *ACCOUNTS)
    return [load_row(Account, row) for row in page.rows]


async def find_by_user_name(user_name: str, *, store: Store) -> list[Account]:
    """Return the one account of this name, or none."""
    row = await store.table.get(ORGANISATION, PARTITION, name_key(user_name))
    try:
        return [await find_account(str(row.values["id"]), store=store)] if row else []
    except NotFound:
        return []


async def create_account(profile: Profile, *, context: Context) -> Account:
    """Add an account. Raise Conflict if another account has its user name."""
    account = Account(id=uuid4().hex, profile=profile, created_at=context.now, changed_at=context.now)
    return await _save(account.id, account, lambda _: profile, context)


async def change_account(name: str, edit: ProfileEdit, *, context: Context) -> Account:
    """Apply an edit to an account as it is now; one that changes nothing still updates the calendars.

    Raise NotFound, and Conflict if another account has the new user name.
    """
    return await _save(name, None, edit, context)


async def delete_account(name: str, *, context: Context) -> None:
    """Disable an account, then delete it. Its addresses stay disabled until an active account has them.

    Raise NotFound.
    """
    off: ProfileEdit = lambda profile: profile.model_copy(update={"active": False})  # noqa: E731 - a word, not a function
    account = await change_account(name, off, context=context)
    # Another version, so that its audit row has a key of its own.
    gone = account.model_copy(update={"version": account.version + 1})
    keys = account_key(name), name_key(account.profile.user_name)
    told = account_audit(gone, "account deleted", context.now, differences(account.profile, None))
    writes = [*(Operation("delete", key) for key in keys), told]
    try:
        await context.store.table.transact(ORGANISATION, PARTITION, writes)
    except Stale:  # deleted by another request
        raise NotFound from None


async def _save(name: str, founding: Account | None, edit: ProfileEdit, context: Context) -> Account:
    for pause in (*PAUSES, None):
        row = await context.store.table.get(ORGANISATION, PARTITION, account_key(name))
        before = load_row(Account, row) if row else None
        after = _edited(before, founding, edit, context.now)
        if before != after:
            require_fit({name: dump(after)})
            writes = await account_writes(row, before, after, context.now, context.store.table)
            try:
                await context.store.table.transact(ORGANISATION, PARTITION, writes)
            except (Stale, Ambiguous):  # either way the next read shows what is there
                await asyncio.sleep(pause or 0)
                continue
        await _settle({*(before.held if before else ()), *after.held}, after, context)
        return after
    raise TryAgain


def _edited(before: Account | None, founding: Account | None, edit: ProfileEdit, now: datetime) -> Account:
    account = before or founding
    if account is None:
        raise NotFound
    profile = edit(account.profile)
    if before and profile == before.profile:
        return before
    own = sorted(profile.addresses)
    held = own if profile.active else [*own, *(one for one in account.held if one not in own)][:MOST_HELD]
    changes = {"profile": profile, "held": tuple(held), "version": account.version + 1, "changed_at": now}
    return account.model_copy(update=changes)


async def _settle(addresses: Iterable[str], account: Account, context: Context) -> None:
    """Suspend or reinstate the people with these addresses on every calendar whose staff they belong to."""
    disabled = await find_disabled(store=context.store)
    lists = await asyncio.gather(*(find_of_person(one, store=context.store) for one in sorted(addresses)))
    for calendar in {one.business.id: one for each in lists for one in each}.values():
        after = with_suspensions(calendar, disabled)
        people = [one for one in after.staff.values() if one != calendar.staff[one.id]]
        if not people:
            continue
        author = Author(ACTOR, f"{account.id}-{account.version}-{calendar.business.version}")
        with suppress(NotFound):  # the calendar was deleted; restoring it updates suspensions too
            await change_calendar(
                name_change(context.secret, calendar.business.id, "accounts", author, ""),
                lambda current: current,  # every change updates suspensions, so none is needed here
                action=await _action(calendar, people, context.store, context.now),
                subject=f"staff/{','.join(one.id for one in people)}",
                author=author,
                store=context.store,
                now=context.now,
            )


async def _action(calendar: Calendar, people: list[StaffMember], store: Store, now: datetime) -> str:
    """Return the words of the audit, with the number of appointments that others have to take over."""
    found = [await find_upcoming(calendar, one.id, store=store, now=now) for one in people if one.is_suspended]
    if not found:
        return "account enabled at the identity provider"
    return f"account disabled at the identity provider, coming appointments that stay: {sum(map(len, found))}"
