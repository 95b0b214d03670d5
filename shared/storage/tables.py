"""Azure Table Storage (or Azurite) behind the three verbs: get, range, transact.

Table `bookings`, partition = business id:

    0biz 0svc|id 0stf|id 0que|id 0lgo   configuration; 0biz holds its version
    L|yyyymm|staff                      ledger: p0 p1 … off external held busy (masks as little-endian bytes)
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
    Z|reverse time|n                    audit

Table `due`, partition = shard: `minute|business`, the markers by which timers find work.
Table `slugs`, partition = slug: `0`, the business id.
Table `org`, partition `calendars`: a line for each calendar.
    partition `organisation`: `0` its settings; accounts that the identity provider provisions: P|id the account,
    N|hash the owner of a user name, E|hash F|hash an address of an enabled and of a disabled account; Z|… audit
Table `members`, partition = hash of an address: the calendars on whose staff it is.
Table `limits`, partition = a digit: what is limited, hashed; rate limits as they settle between processes.
Table `signals`, partition = calendar|appointment: `to|from|n`, the signals by which two browsers connect.
Table `facts`, partition = business id: `startUtc|id`, a visit that took place and is over.
"""

import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiohttp
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables import TableEntity, UpdateMode
from azure.data.tables.aio import TableClient

from shared.records.table import Ambiguous, Operation, Page, Row, Stale, Values
from shared.storage.limits import check_names, check_operations
from shared.storage.trace import CountRoundTrips


if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

    from shared.storage.platform_identity import PlatformIdentity

TABLES = ("bookings", "due", "slugs", "members", "org", "limits", "signals", "facts")
CONNECTION_TIMEOUT, READ_TIMEOUT, KEPT_ALIVE, POOL = 3, 8, 20, 64
ONE_ANSWER = 1000  # rows in one answer of the service, at most
CONDITIONS = (404, 409, 412)
# Not delete and replace by itself: the transport repeats PUT and DELETE, and a success would look stale.
ALONE = ("insert", "merge", "upsert", "touch")
UNCLEAR = (408, 429)
AUDIENCE = "https://storage.azure.com"
Result = TypeVar("Result")


class _TableMissing(Exception):
    """The storage account is new: nothing was written."""


class Tables:
    """One client per process. The engine retries: the SDK's own retries would turn a success into a conflict."""

    def __init__(self, place: str, prefix: str = "", identity: "PlatformIdentity | None" = None) -> None:
        """`place` is a connection string, or with an identity the URL of the table service."""
        self._place, self._prefix, self._identity = place, prefix, identity
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, TableClient] = {}

    def _client(self, table: str) -> TableClient:
        if table not in self._clients:
            if self._session is None:
                connector = aiohttp.TCPConnector(limit=POOL, keepalive_timeout=KEPT_ALIVE)
                self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
            options: dict[str, Any] = {
                "retry_total": 0,
                "connection_timeout": CONNECTION_TIMEOUT,
                "read_timeout": READ_TIMEOUT,
                "transport": AioHttpTransport(session=self._session, session_owner=False),
                "per_call_policies": [CountRoundTrips()],
            }
            name = self._prefix + table
            if self._identity is None:
                self._clients[table] = TableClient.from_connection_string(self._place, name, **options)
            else:
                options |= {"credential": cast("AsyncTokenCredential", self._identity), "audience": AUDIENCE}
                self._clients[table] = TableClient(self._place, name, **options)
        return self._clients[table]

    async def create_tables(self) -> None:
        """Create the tables that do not exist yet."""
        for table in TABLES:
            with contextlib.suppress(ResourceExistsError):
                await self._client(table).create_table()

    async def close(self) -> None:
        """Close all connections; later calls open new ones."""
        for client in self._clients.values():
            await client.close()
        if self._session is not None:
            await self._session.close()
        if self._identity is not None:
            await self._identity.close()
        self._session, self._clients = None, {}

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        """Return a row, or only the columns in `select`; None if there is none. Raise Ambiguous."""
        check_names(partition, key)
        try:
            entity = await self._client(table).get_entity(partition, key, select=list(select) or None)
        except ResourceNotFoundError:
            return None
        except Exception as error:
            raise _translated(error) from error
        return _row(entity, key)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        """Return the rows with low <= key < high, at most `limit` unless it is 0. Raise Ambiguous."""
        check_names(partition, low, high)
        return await self._creating(lambda: self._range(table, partition, low, high, select, limit))

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all operations or none; return the new ETags. Raise Stale, Ambiguous, NotAKey or TooLarge."""
        check_operations(partition, operations)
        return await self._creating(lambda: self._transact(table, partition, operations))

    async def _creating(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """Make a call; if the storage account is still empty, create the tables and repeat it."""
        try:
            return await call()
        except _TableMissing:
            await self.create_tables()
            return await call()

    async def _range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str], limit: int
    ) -> Page:
        dates: list[str] = []
        entities = self._client(table).query_entities(
            "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high",
            parameters={"partition": partition, "low": low, "high": high},
            select=["RowKey", *select] if select else None,
            results_per_page=min(limit, ONE_ANSWER) or None,
            raw_response_hook=lambda answer: dates.append(answer.http_response.headers["Date"]),
        )
        try:
            rows = [_row(entity, entity["RowKey"]) async for entity in _first(entities, limit)]
        except Exception as error:
            raise _translated(error) from error
        return Page(rows, parsedate_to_datetime(dates[-1]), len(dates))

    async def _transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        client = self._client(table)
        try:
            if len(operations) == 1 and operations[0].verb in ALONE:
                answers = [await _apply(client, partition, operations[0])]
            else:
                sent = [_sdk_operation(partition, one) for one in operations]
                answers = await client.submit_transaction(sent)
            return [str(answer.get("etag") or "") for answer in answers]
        except Exception as error:
            raise _translated(error) from error


async def _first(entities: AsyncIterable[TableEntity], limit: int) -> AsyncIterator[TableEntity]:
    """Yield the first `limit` ones, or all if it is 0. The next page is not requested after the last of them."""
    count = 0
    async for entity in entities:
        yield entity
        count += 1
        if count == limit:
            return


def _translated(error: Exception) -> Exception:
    """Return our error for one of the SDK: only a parsed 4xx other than 408 and 429 is a clear answer."""
    status = getattr(error, "status_code", None)
    if not isinstance(error, HttpResponseError) or status is None or status >= 500 or status in UNCLEAR:
        return Ambiguous(type(error).__name__)
    if "TableNotFound" in (getattr(error, "error_code", None) or str(error)):  # a single insert has no code
        return _TableMissing()
    if status in CONDITIONS:
        return Stale(getattr(error, "error_code", None) or str(status))
    return error


def _entity(partition: str, operation: Operation) -> dict[str, Any]:
    return {"PartitionKey": partition, "RowKey": operation.key, **operation.values}


def _sdk_operation(partition: str, operation: Operation) -> tuple[str, dict[str, Any], dict[str, Any]]:
    entity = _entity(partition, operation)
    match operation.verb:
        case "insert":
            return "create", entity, {}
        case "replace":
            return "update", entity, {"mode": UpdateMode.REPLACE, **_condition(operation.etag)}
        case "merge":
            return "update", entity, {"mode": UpdateMode.MERGE, **_condition(operation.etag)}
        case "upsert":
            return "upsert", entity, {"mode": UpdateMode.REPLACE}
        case "touch":
            return "upsert", entity, {"mode": UpdateMode.MERGE}
        case "delete":
            return "delete", entity, _condition(operation.etag)
    raise ValueError(operation.verb)


async def _apply(client: TableClient, partition: str, operation: Operation) -> Mapping[str, Any]:
    """Send one write outside a batch: only verbs for which a hidden retry cannot change the answer's meaning."""
    verb, entity, options = _sdk_operation(partition, operation)
    if verb == "create":
        return await client.create_entity(entity)
    if verb == "update":
        return await client.update_entity(entity, **options)
    return await client.upsert_entity(entity, **options)


def _condition(etag: str) -> dict[str, Any]:
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified} if etag else {}


def _row(entity: Mapping[str, Any], key: str) -> Row:
    metadata = entity.metadata  # type: ignore[attr-defined]
    values: Values = {name: entity[name] for name in entity if name not in ("PartitionKey", "RowKey")}
    written = metadata.get("timestamp") or datetime.max.replace(tzinfo=UTC)  # not selected: treat as new
    return Row(key, values, metadata["etag"], written)
