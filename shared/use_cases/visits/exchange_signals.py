"""Relays the signals by which browsers connect: short messages in the table, only for those in the room."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.domain.errors import NotFound
from shared.domain.links import new_id
from shared.domain.model import Model, Request
from shared.domain.visits.visit import Participant, Visit
from shared.records.signals import pair_of, recipient_of, room_of, sender_of, signal_key, signals_to
from shared.records.table import Operation, Range, Row, Stale
from shared.use_cases.ports import Store
from shared.use_cases.visits.find_visit import VisitAccess


LONGEST, MOST_AT_ONCE, AT_ONCE = 16_000, 40, 100
MOST_FOR_ONE, MOST_OF_ONE, MOST_IN_ROOM = 400, 60, 1000  # undelivered: for one page, of one page to it, in all
LONGEST_KEY = 120
SESSION = r"^[a-z0-9]{8,32}$"
EVERYTHING = Range("!", "~")


class Signal(Request):
    """A message to a page in the room, the n-th of this sender: order is by its count, not by a clock."""

    to: str = Field(max_length=32, pattern=SESSION)
    n: int = Field(ge=0, le=999_999)
    data: str = Field(max_length=LONGEST)


class Exchange(Request):
    """What a page in the room sends, and which messages it has received.

    `session` names the page among those of its participant, new at each load; with `join` it is the active one
    from now on. Others know it only by `page_of`.
    """

    session: str = Field(max_length=32, pattern=SESSION)
    join: bool = False
    send: list[Signal] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    received: list[Annotated[str, Field(max_length=LONGEST_KEY)]] = Field(
        default_factory=list, max_length=MOST_AT_ONCE
    )


class Received(Model):
    """A message as it arrived; `id` is the name by which to report it as received."""

    id: str
    sender: str
    data: str


def page_of(entrance: VisitAccess, session: str, *, secret: str) -> str:
    """Return the name by which others know a participant's page: it can neither be chosen nor forged."""
    return new_id(secret, "page", entrance.business, entrance.appointment.id, entrance.party, session)


async def exchange_signals(
    entrance: VisitAccess, own: str, exchange: Exchange, *, store: Store, now: datetime
) -> list[Received]:
    """Send as the page `own`, delete what it received, and return the first messages that wait for it.

    One round trip if there is nothing to write. Raise NotFound for a participant who is not in the room, and for a
    page that another page of the participant has replaced.
    """
    if not entrance.may_enter_room or not is_active_session(entrance, own):
        raise NotFound
    room = room_of(entrance.business, entrance.appointment.id)
    page, waiting = await asyncio.gather(
        store.table.range("signals", room, *signals_to(own), limit=MOST_AT_ONCE),
        _waiting(room, store) if exchange.send else _nothing(),
    )
    received = set(exchange.received)
    peers = sessions_in_room(entrance.visit, now)
    writes = [Operation("delete", row.key) for row in page.rows if row.key in received]
    writes += _sendings(exchange.send, own, peers, waiting)
    if len(waiting) > MOST_IN_ROOM // 2:
        left = [key for key in waiting if recipient_of(key) not in peers]  # for pages that are gone
        writes += [Operation("delete", key) for key in left[: AT_ONCE - len(writes)]]
    if writes:
        await _write(store, room, writes)
    return [_received(row) for row in page.rows if row.key not in received]


async def _waiting(room: str, store: Store) -> list[str]:
    """Return the keys of all messages that wait in a room."""
    page = await store.table.range("signals", room, *EVERYTHING, select=("to",), limit=MOST_IN_ROOM)
    return [row.key for row in page.rows]


async def _nothing() -> list[str]:
    return []


def _sendings(
    signals: Sequence[Signal], own: str, peers: Mapping[str, Participant], waiting: list[str]
) -> list[Operation]:
    """Return the writes of messages to pages in the room; those beyond the limits are dropped."""
    writes: list[Operation] = []
    there, room_left = set(waiting), MOST_IN_ROOM - len(waiting)
    for_one = Counter(recipient_of(key) for key in waiting)
    of_one = Counter(pair_of(key) for key in waiting)
    for signal in signals:
        key = signal_key(signal.to, own, signal.n)
        pair = pair_of(key)
        is_new = key not in there
        is_full = for_one[signal.to] >= MOST_FOR_ONE or of_one[pair] >= MOST_OF_ONE or room_left <= 0
        if signal.to not in peers or (is_new and is_full):
            continue
        writes.append(Operation("upsert", key, {"data": signal.data}))
        if is_new:
            there.add(key)
            for_one[signal.to] += 1
            of_one[pair] += 1
            room_left -= 1
    # A page may send a number twice, but a transaction names each row once.
    return list({one.key: one for one in writes}.values())


def is_active_session(entrance: VisitAccess, own: str) -> bool:
    """Return whether a page is its participant's active one, which is the last that joined."""
    said = entrance.me.session
    return said is not None and said.value == own


async def _write(store: Store, room: str, writes: list[Operation]) -> None:
    """Write all; if a message to delete is gone already, write only what is sent."""
    try:
        await store.table.transact("signals", room, writes)
    except Stale:
        if sent := [one for one in writes if one.verb == "upsert"]:
            await store.table.transact("signals", room, sent)


def sessions_in_room(visit: Visit, now: datetime) -> dict[str, Participant]:
    """Return the pages in the room, each with its participant."""
    inside = [one for one in visit.parties if one.has_joined and one.is_here(now) and visit.is_admitted(one)]
    return {party.session.value: party for party in inside if party.session}


def _received(row: Row) -> Received:
    return Received(id=row.key, sender=sender_of(row.key), data=str(row.values["data"]))


async def forget_signals(business: str, appointment: str, *, store: Store) -> int:
    """Delete all messages of a visit's room; return how many there were."""
    room, count = room_of(business, appointment), 0
    while rows := (await store.table.range("signals", room, *EVERYTHING)).rows:
        batches = [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
        writes = [[Operation("delete", row.key) for row in batch] for batch in batches]
        await asyncio.gather(*(store.table.transact("signals", room, batch) for batch in writes))
        count += len(rows)
    return count
