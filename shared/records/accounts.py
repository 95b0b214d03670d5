"""An account's rows in the organisation's partition, and which of them a change writes."""

import asyncio
import hashlib
from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from shared.domain.access.account import Account
from shared.domain.differences import FieldChange, differences
from shared.domain.errors import Conflict
from shared.domain.text.addresses import lowered, spellings
from shared.records.audit import audit_row
from shared.records.codec import dump
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Range, Row, Table


ACTOR = "identity provider"
ACCOUNTS, DISABLED = Range("P|", "P~"), Range("F|", "F~")
PARTITION = "organisation"


def account_key(name: str) -> str:
    """Return the key of an account, by its id."""
    return f"P|{name}"


def name_key(user_name: str) -> str:
    """Return the key that reserves a user name."""
    return f"N|{hash_of(user_name)}"


def enabled_key(address: str) -> str:
    """Return the key of an address that an enabled account has."""
    return f"E|{hash_of(address)}"


async def account_writes(
    row: Row | None, before: Account | None, after: Account, now: datetime, table: Table
) -> list[Operation]:
    """Return the writes of one transaction. Raise Conflict if another account has the name."""
    key = account_key(after.id)
    write = Operation("replace", key, dump(after), row.etag) if row else Operation("insert", key, dump(after))
    names = await _name_writes(before, after, table)
    addresses = sorted({*(before.held if before else ()), *after.held})
    claims = await asyncio.gather(*(_claim(one, after, table) for one in addresses))
    changes = differences(before.profile if before else None, after.profile)
    told = account_audit(after, _action(before, after), now, changes)
    return [write, *names, *(one for each in claims for one in each), told]


def account_audit(account: Account, action: str, now: datetime, changes: Iterable[FieldChange]) -> Operation:
    """Return the write of an audit row of the organisation."""
    number, subject = f"{account.id[:12]}-{account.version}", f"account/{account.id}"
    ((key, values),) = audit_row(now, number, ACTOR, action, subject, changes).items()
    return Operation("upsert", key, values or {})


def _action(before: Account | None, after: Account) -> str:
    if before is None:
        return "account created" if after.profile.active else "account created, disabled"
    was, said = before.profile, after.profile
    fields = [name for name in type(said).model_fields if getattr(was, name) != getattr(said, name)]
    return f"account changed: {', '.join(fields)}"


async def _name_writes(before: Account | None, after: Account, table: Table) -> list[Operation]:
    old, new = name_key(before.profile.user_name) if before else "", name_key(after.profile.user_name)
    if old == new:
        return []
    taken = await table.get(ORGANISATION, PARTITION, new)
    if taken and taken.values["id"] != after.id:
        raise Conflict("Another account has this userName.")
    # An insert, so that the transaction fails if another account takes the name meanwhile.
    left = [Operation("delete", old)] if old else []
    return [*left, Operation("insert", new, {"id": after.id})]


async def _claim(address: str, account: Account, table: Table) -> Sequence[Operation]:
    """Return the writes by which an account enables or disables an address.

    An address that another account has, and that is enabled there, stays enabled.
    """
    keys = enabled_key(address), disabled_key(address)
    enabled, disabled = await asyncio.gather(*(table.get(ORGANISATION, PARTITION, key) for key in keys))
    value = {"id": account.id}
    is_own = enabled is not None and enabled.values["id"] == account.id
    if account.profile.active and address in account.profile.addresses:
        claim = [] if is_own else [Operation("upsert", keys[0], value)]
        return [*claim, *_gone(disabled)]
    if account.profile.active:
        return [*_gone(enabled, account.id), *_gone(disabled, account.id)]
    if enabled and not is_own:
        return []
    return [*_gone(enabled), *([] if disabled else [Operation("insert", keys[1], value)])]


def _gone(row: Row | None, of: str = "") -> list[Operation]:
    is_there = row is not None and of in ("", row.values["id"])
    return [Operation("delete", row.key, etag=row.etag)] if row and is_there else []


def disabled_key(address: str) -> str:
    """Return the key of an address that only disabled accounts have."""
    return f"F|{hash_of(address)}"


def is_among(disabled: Container[str], address: str) -> bool:
    """Return whether an address, in any spelling, is among the keys of disabled ones."""
    return any(disabled_key(one) in disabled for one in spellings(address))


def hash_of(text: str) -> str:
    """Return a text, in lower case, as 32 hexadecimal digits: a key cannot hold every character."""
    return hashlib.sha256(lowered(text).encode()).hexdigest()[:32]
