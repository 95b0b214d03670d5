"""The sessions that a person has begun, for them to see and to end."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from shared.domain.errors import TryAgain
from shared.records.accounts import hash_of
from shared.records.audit import audit_row
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.sessions import (
    ALL_SESSIONS,
    SESSIONS,
    address_hash,
    session_key,
    session_name,
    sessions_of,
)
from shared.records.table import Ambiguous, Operation, Row, Stale
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.ended_sessions import end_session, find_ended
from shared.use_cases.organisation.seal_audit import OF_ORGANISATION
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


LONGEST_AGENT = 300


class OpenSession(NamedTuple):
    """A session of a person that is not over: `name` is its id, and `agent` what the browser calls itself."""

    name: str
    began: datetime
    expires: datetime
    agent: str


async def note_session(
    subject: str, name: str, agent: str, *, address: str = "", expires: datetime, store: Store, now: datetime
) -> None:
    """Note that a person begins a session, and forget those of theirs that are over. No sign-in fails over it."""
    person = hash_of(subject)
    said = {"agent": agent[:LONGEST_AGENT], "address": address_hash(address)}
    values = {"began": now.isoformat(), "expires": expires.isoformat(), **said}
    with suppress(Ambiguous, Stale, TryAgain):
        write = Operation("upsert", session_key(person, name), values)
        await write_alone(store.table, ORGANISATION, SESSIONS, write)
        await _forget([row for row in await _rows(person, store) if _session(row).expires <= now], store)


async def find_sessions(subject: str, *, store: Store, now: datetime) -> list[OpenSession]:
    """Return a person's sessions that are not over, the latest first."""
    rows, ended = await asyncio.gather(_rows(hash_of(subject), store), find_ended(store=store))
    found = [one for one in map(_session, rows) if one.expires > now and one.name not in ended]
    return sorted(found, key=lambda one: one.began, reverse=True)


async def end_all(email: str, *, store: Store, now: datetime) -> None:
    """End all sessions of whoever signed in with an address, wherever their cookies are kept, and forget them."""
    if email:
        await end_hashed(address_hash(email), store=store, now=now)


async def end_hashed(hashed: str, *, store: Store, now: datetime, since: datetime | None = None) -> None:
    """Do the same by the hash of the address; of sessions that began after `since`, none."""
    page = await store.table.range(ORGANISATION, SESSIONS, *ALL_SESSIONS)
    for row in page.rows:
        if row.values.get("address") == hashed and (since is None or _session(row).began <= since):
            await end_session(session_name(row.key), _session(row).expires, store=store, now=now)
            with suppress(Stale):  # ended by another request
                await write_alone(store.table, ORGANISATION, SESSIONS, Operation("delete", row.key))


async def end_all_by(email: str, *, author: Author, context: Context) -> None:
    """End all sessions of an address, and note in the organisation's audit who did."""
    await end_all(email, store=context.store, now=context.now)
    number = name_change(context.secret, "", "sessions ended", author, "").hash[:12]
    told = audit_row(context.now, number, author.actor, "sessions ended", email)
    for key, values in told.items():
        write = Operation("upsert", key, values or {})
        await write_alone(context.store.table, *OF_ORGANISATION.address, write)


async def end_others(subject: str, name: str, *, store: Store, now: datetime) -> int:
    """End all sessions of a person but this one, wherever their cookies are kept; return how many."""
    others = [one for one in await find_sessions(subject, store=store, now=now) if one.name != name]
    for one in others:
        await end_session(one.name, one.expires, store=store, now=now)
    rows = await _rows(hash_of(subject), store)
    await _forget([row for row in rows if session_name(row.key) != name], store)
    return len(others)


async def _rows(person: str, store: Store) -> Sequence[Row]:
    return (await store.table.range(ORGANISATION, SESSIONS, *sessions_of(person))).rows


async def _forget(rows: Sequence[Row], store: Store) -> None:
    for row in rows:
        with suppress(Stale):  # another request forgets it too
            await write_alone(store.table, ORGANISATION, SESSIONS, Operation("delete", row.key))


def _session(row: Row) -> OpenSession:
    began, expires = (datetime.fromisoformat(str(row.values[name])) for name in ("began", "expires"))
    return OpenSession(session_name(row.key), began, expires, str(row.values["agent"]))
