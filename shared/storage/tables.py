"""Azure Table Storage (or Azurite) behind the three verbs: get, range, transact.

Requests are made here, and not by Azure's SDK, which needs many times the processor time for each; sdk_tables.py
is the same by the SDK, and OPENSLOT_TABLE_CLIENT chooses.

Table `bookings`, partition = business id:

    0biz 0svc|id 0stf|id 0que|id 0txt|id 0lgo   configuration; 0biz holds its version
    L|yyyymm|staff                      ledger: p0 p1 … off external h0 h1 … busy (masks as little-endian bytes)
    H|staff|startUtc|hash               a hold: an appointment of another calendar claims this person's time
    B|id                                what an appointment holds in other calendars
    x|staff                             what the ledgers were given last of the person's own calendar: a digest of
                                        it, and the reading that it comes from
    A|id                                the appointment, canonical
    S|id|seat                           a seat of a group appointment
    R|id                                a series, with its appointments
    G|startUtc|service|id               an open group session with free seats
    D|startUtc|id  E|endUtc|id          index by start; by end of those that are long
    C|customer  X|customer|start|seat   customer, and their appointments
    T|staff|startUtc|id                 a time off
    V|startUtc|id  O|id                 the visit: who came when; the address of its meeting elsewhere
    Q|yyyymmdd                          the queue of the week from that Sunday noon on: a column for each hour,
                                        with the command that last changed what starts in it
    I|hash                              the decision on a command; 72 h
    K|hash of an address                when codes were sent to it that are not used yet; 1 h
    M|dueUtc|seat|n  U|dueUtc|seat|n    outbox entries by their due time; recipients that failed for good
    N|appointment|hash                  a message about it that was sent, or failed for good
    P|sentUtc|hash                      an SMS that was handed over, and what its provider reports of it
    J|reverse number                    a seal of the audit: a hash of some hours of it and of the seal before
    Y|name                              how far the sweep got with what is kept long enough; the report filed last
    W|language|question  F|language     own words: an answer to a question of customers; the infographic
    t|regular  t|bold  t|picture|place   own font of the infographic, and its own pictures
    Z|reverse time|n                    audit

Table `due`, partition = shard: `minute|business`, the markers by which timers find work.
    partition `rounds`: timer, requests, sweep: when a round of each last ended; backup: the last one
Table `slugs`, partition = slug: `0`, the business id.
Table `org`, partition `calendars`: a line for each calendar.
    partition `people`: hash of a subject, what a person chose to see
    partition `organisation`: `0` its settings; accounts that the identity provider provisions: P|id the account,
    N|hash the owner of a user name, E|hash F|hash an address of an enabled and of a disabled account; Z|… audit
    partition `own-calendars`: S|person their own calendar outside, with its busy months; P|minute|person when
    it is read next; F|person the feed of their appointments
    partition `opted-out`: hash of a number, whether it wants SMS
    partition `sessions`: hash of a subject|session, when it began and by which browser, hash of an address
    partition `erased`: calendar|customer, who was erased, and when; until all is done, where else
    partition `exports`: J|subject|id what somebody wants out of all calendars, and how far that is; P|id|place|n
    what was found, for a day
    partition `signed-out`: hash of a session that was ended before its time, until that
    partition `reports`: when the report of all calendars is mailed next
Table `members`, partition = hash of an address: the calendars on whose staff it is.
Table `limits`, partition = a digit: what is limited, hashed; rate limits as they settle between processes.
Table `signals`, partition = calendar|appointment: `to|from|n`, the signals by which two browsers connect.
Table `facts`, partition = business id: `startUtc|id`, a visit that took place and is over; P|yyyymmdd all those of
    a day, packed; R|yyyymmdd the facts of a day changed since; R packing has begun; U|yyyymmdd how much of
    everybody's time was booked on a day; W|yyyymmdd how often its page was seen, a time chosen, and booked.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property, partial

import aiohttp
from yarl import URL

from shared.records.table import Ambiguous, Operation, Page, Row, Stale
from shared.storage import wire
from shared.storage.account import StorageAccount, read_account
from shared.storage.limits import check_names, check_operations
from shared.storage.service import (
    ALONE,
    CONNECTION_TIMEOUT,
    KEPT_ALIVE,
    ONE_ANSWER,
    POOL,
    READ_TIMEOUT,
    TABLES,
    ReadAnswer,
    TableMissing,
    TokenSource,
    WrongRequest,
    creating,
)
from shared.storage.trace import round_trip
from shared.storage.wire import ServiceAnswer, ServiceRequest


TIMEOUT = aiohttp.ClientTimeout(sock_connect=CONNECTION_TIMEOUT, sock_read=READ_TIMEOUT)
AZURITE_KEEPS = 4  # seconds for which a connection may rest: it is closed there after five
CLEAR = (Ambiguous, Stale, TableMissing, WrongRequest)


class Tables:
    """One per process, with one pool of connections. Nothing is sent twice from here: the engine repeats."""

    def __init__(self, place: str, prefix: str = "", identity: TokenSource | None = None) -> None:
        """`place` is a connection string, or with an identity the URL of the table service."""
        self._place, self._prefix, self._identity = place, prefix, identity
        self._session: aiohttp.ClientSession | None = None

    @cached_property
    def _account(self) -> StorageAccount:
        return read_account(self._place, self._identity)

    async def create_tables(self) -> None:
        """Create the tables that do not exist yet."""
        requests = [wire.table_request(self._prefix + table) for table in TABLES]
        await asyncio.gather(*(self._ask(request, wire.read_table_made) for request in requests))

    async def close(self) -> None:
        """Close all connections; later calls open new ones."""
        if self._session is not None:
            await self._session.close()
        if self._identity is not None:
            await self._identity.close()
        self._session = None

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        """Return a row, or only the columns in `select`; None if there is none. Raise Ambiguous."""
        check_names(partition, key)
        request = wire.get_request(self._prefix + table, partition, key, select)
        return await self._ask(request, partial(wire.read_row, key=key))

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        """Return the rows with low <= key < high, at most `limit` unless it is 0. Raise Ambiguous."""
        check_names(partition, low, high)
        where = (partition, low, high)
        return await creating(lambda: self._range(self._prefix + table, where, select, limit), self.create_tables)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all operations or none; return the new ETags. Raise Stale, Ambiguous, NotAKey or TooLarge."""
        check_operations(partition, operations)
        table = self._prefix + table
        return await creating(lambda: self._transact(table, partition, operations), self.create_tables)

    async def _range(self, table: str, where: tuple[str, str, str], select: Sequence[str], limit: int) -> Page:
        rows: list[Row] = []
        after, pages = "", 0
        while True:
            request = wire.range_request(table, where, select, min(limit, ONE_ANSWER), after)
            found, date, after = await self._ask(request, wire.read_page)
            rows, pages = rows + found if rows else found, pages + 1
            if not after or (limit and len(rows) >= limit):
                return Page(rows[:limit] if limit else rows, date, pages)

    async def _transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        if len(operations) == 1 and operations[0].verb in ALONE:
            request = wire.write_request(table, partition, operations[0])
            return [await self._ask(request, wire.read_written)]
        request = wire.batch_request(self._account.endpoint, table, partition, operations)
        return await self._ask(request, partial(wire.read_batch, operations=operations))

    async def _ask(self, request: ServiceRequest, read: Callable[[ServiceAnswer], ReadAnswer]) -> ReadAnswer:
        """Send a request once and return what its answer says. All that is no clear answer is Ambiguous."""
        try:
            return read(await self._send(request))
        except CLEAR:
            raise
        except Exception as error:
            raise Ambiguous(type(error).__name__) from error

    async def _send(self, request: ServiceRequest) -> ServiceAnswer:
        if self._session is None:
            kept = KEPT_ALIVE if self._account.endpoint.startswith("https:") else AZURITE_KEEPS
            connector = aiohttp.TCPConnector(limit=POOL, keepalive_timeout=kept)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=TIMEOUT,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        account = self._account
        headers = {**request.headers, **await account.permission(request.path)}
        address = URL(account.address(request.path), encoded=True)
        async with (
            round_trip(is_transaction=request.is_transaction),
            self._session.request(
                request.method, address, headers=headers, data=request.body, allow_redirects=False
            ) as answer,
        ):
            return ServiceAnswer(answer.status, answer.headers, await answer.read())
