"""What two browsers tell each other to connect: short messages through the table, for those in the room alone."""

import asyncio
from datetime import datetime

from pydantic import Field

from shared.domain.errors import NotFound
from shared.domain.model import Model, Request
from shared.domain.visit import Party, Visit
from shared.use_cases.find_visit import Entrance
from shared.use_cases.ports import Operation, Range, Row, Stale, Store


LONGEST, MOST_AT_ONCE, AT_ONCE = 16_000, 40, 100
SESSION = r"^[a-z0-9]{8,32}$"
EVERYTHING = Range("!", "~")


class Signal(Request):
    """To a page in the room, the n-th that this one sends: the order is the sender's, no clock's."""

    to: str = Field(pattern=SESSION)
    n: int = Field(ge=0, le=999_999)
    data: str = Field(max_length=LONGEST)


class Exchange(Request):
    """What a page in the room sends, and which it has received.

    `session` names the page, fresh at each load; with `join` it speaks for its party from now on.
    """

    session: str = Field(pattern=SESSION)
    join: bool = False
    send: list[Signal] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    received: list[str] = Field(default_factory=list, max_length=MOST_AT_ONCE)


class Received(Model):
    """A message as it arrived; `id` is what to name as received."""

    id: str
    sender: str
    data: str


def room_of(business: str, appointment: str) -> str:
    """Return the partition that holds a visit's signals."""
    return f"{business}|{appointment}"


async def exchange_signals(
    entrance: Entrance, exchange: Exchange, *, store: Store, now: datetime
) -> list[Received]:
    """Send, forget what was received, and return what is there; one round trip where there is nothing to write.

    Raises NotFound for whoever is not in the room, and for a page that another one has taken the place of.
    """
    if not entrance.may_enter_room or not speaks(entrance, exchange.session):
        raise NotFound
    room, mine = room_of(entrance.business, entrance.appointment.id), f"{exchange.session}|"
    page = await store.table.range("signals", room, mine, f"{mine}~")
    received = set(exchange.received)
    peers = sessions_in_room(entrance.visit, now)
    writes = [_sending(one, exchange.session) for one in exchange.send if one.to in peers]
    writes += [Operation("delete", row.key) for row in page.rows if row.key in received]
    if writes:
        await _write(store, room, writes)
    return [_received(row) for row in page.rows if row.key not in received]


def speaks(entrance: Entrance, session: str) -> bool:
    """Tell whether a page is the one that speaks for its party: the one that joined last."""
    said = entrance.me.session
    return said is not None and said.value == session


async def _write(store: Store, room: str, writes: list[Operation]) -> None:
    """Write, and where something to delete has gone meanwhile, send at least."""
    try:
        await store.table.transact("signals", room, writes)
    except Stale:
        if sent := [one for one in writes if one.verb == "upsert"]:
            await store.table.transact("signals", room, sent)


def _sending(signal: Signal, session: str) -> Operation:
    return Operation("upsert", f"{signal.to}|{session}|{signal.n:06d}", {"data": signal.data})


def sessions_in_room(visit: Visit, now: datetime) -> dict[str, Party]:
    """Return the pages in the room, each with the party that it speaks for."""
    inside = [one for one in visit.parties if one.has_joined and one.is_here(now) and visit.is_admitted(one)]
    return {party.session.value: party for party in inside if party.session}


def _received(row: Row) -> Received:
    return Received(id=row.key, sender=row.key.split("|")[1], data=str(row.values["data"]))


async def forget_signals(business: str, appointment: str, *, store: Store) -> int:
    """Remove all that was said in a visit's room; return how much that was."""
    room, count = room_of(business, appointment), 0
    while rows := (await store.table.range("signals", room, *EVERYTHING)).rows:
        batches = [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
        writes = [[Operation("delete", row.key) for row in batch] for batch in batches]
        await asyncio.gather(*(store.table.transact("signals", room, batch) for batch in writes))
        count += len(rows)
    return count
