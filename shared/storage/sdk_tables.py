"""The three verbs by Azure's SDK: the second implementation, which OPENSLOT_TABLE_CLIENT=sdk chooses."""

import contextlib
import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables import RequestTooLargeError, TableEntity, UpdateMode
from azure.data.tables.aio import TableClient

from shared.records.table import Ambiguous, Operation, Page, Row, Values
from shared.storage.limits import check_names, check_operations
from shared.storage.service import (
    ALONE,
    AUDIENCE,
    CONNECTION_TIMEOUT,
    KEPT_ALIVE,
    ONE_ANSWER,
    POOL,
    READ_TIMEOUT,
    TABLES,
    TokenSource,
    creating,
    meaning,
)
from shared.storage.trace import round_trip


CODE = re.compile(r"""(?:"code": ?"|ErrorCode: ?)(?!None)(\w+)""")


class CountRoundTrips(AsyncHTTPPolicy[Any, Any]):
    """Counts in the client's pipeline, so that it sees what goes over the wire."""

    async def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        """Send the request, and count it."""
        async with round_trip(is_transaction=request.http_request.url.endswith("/$batch")):
            return await self.next.send(request)


class SdkTables:
    """One client per process. The engine retries: the SDK's own retries would turn a success into a conflict."""

    def __init__(self, place: str, prefix: str = "", identity: TokenSource | None = None) -> None:
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
                options |= {"credential": self._identity, "audience": AUDIENCE}
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
            return _row(await self._client(table).get_entity(partition, key, select=list(select) or None), key)
        except ResourceNotFoundError:
            return None
        except Exception as error:
            raise _translated(error) from error

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        """Return the rows with low <= key < high, at most `limit` unless it is 0. Raise Ambiguous."""
        check_names(partition, low, high)
        return await creating(lambda: self._range(table, partition, low, high, select, limit), self.create_tables)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all operations or none; return the new ETags. Raise Stale, Ambiguous, NotAKey or TooLarge."""
        check_operations(partition, operations)
        return await creating(lambda: self._transact(table, partition, operations), self.create_tables)

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
            return _etags(operations, answers)
        except Exception as error:
            raise _translated(error) from error


def _etags(operations: Sequence[Operation], answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the new ETags; what a half answer lacks is an IndexError or a KeyError."""
    return [
        "" if one.verb == "delete" else str(answer["etag"])
        for one, answer in zip(operations, answers, strict=True)
    ]


async def _first(entities: AsyncIterable[TableEntity], limit: int) -> AsyncIterator[TableEntity]:
    """Yield the first `limit` ones, or all if it is 0. The next page is not requested after the last of them."""
    count = 0
    async for entity in entities:
        yield entity
        count += 1
        if count == limit:
            return


def _translated(error: Exception) -> Exception:
    """Return our error for one of the SDK."""
    # for a part that is too large, the SDK tells the status of the envelope
    status = 413 if isinstance(error, RequestTooLargeError) else getattr(error, "status_code", None)
    if not isinstance(error, HttpResponseError) or status is None:
        return Ambiguous(type(error).__name__)
    code = getattr(error, "error_code", None) or _code(error)
    return meaning(status, str(getattr(code, "value", code)), getattr(error, "index", None))


def _code(error: HttpResponseError) -> str:
    """Return the service's code where the SDK did not read it, as after a single insert."""
    found = CODE.search(str(error))
    return found[1] if found else ""


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
    if not metadata["etag"]:
        raise Ambiguous("a row without a version")
    values: Values = {name: entity[name] for name in entity if name not in ("PartitionKey", "RowKey")}
    written = metadata.get("timestamp") or datetime.max.replace(tzinfo=UTC)  # not selected: treat as new
    return Row(key, values, metadata["etag"], written)
