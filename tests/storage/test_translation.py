"""What the service's answers mean: only a parsed 4xx other than 408 and 429 is one; each request is sent once.

Both clients are told the same by a server that answers as it is told to.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from infra.local.pieces import ACCOUNT, ACCOUNT_KEY
from shared.records.table import Ambiguous, Operation, Stale
from shared.storage import service
from shared.storage.sdk_tables import SdkTables
from shared.storage.service import WrongRequest
from shared.storage.tables import Tables


ONE = [Operation("insert", "a", {"n": 1})]
TWO = [*ONE, Operation("insert", "b", {"n": 1})]
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
Client = type[Tables] | type[SdkTables]


@pytest.fixture(params=[Tables, SdkTables], ids=["own", "sdk"])
def client(request: pytest.FixtureRequest) -> Client:
    return request.param


def status(code: int, body: str = "", kind: str = "application/json", **headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await writer.drain()

    return answer


def failed(code: str) -> str:
    return f'{{"odata.error": {{"code": "{code}", "message": {{"lang": "en", "value": "1:because"}}}}}}'


def batch(*parts: str, end: str = "--changesetresponse_1--\r\n--batchresponse_1--\r\n") -> Answer:
    """What a transaction's answer looks like: 202 outside, the outcomes inside."""
    start = "--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    changes = "".join(f"{start}{part}\r\n" for part in parts)
    first = "--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n"
    return status(202, f"{first}{changes}{end}", kind="multipart/mixed; boundary=batchresponse_1")


def refused(code: int, error: str) -> str:
    return f"HTTP/1.1 {code} Whatever\r\nContent-Type: application/json\r\nDataServiceVersion: 3.0;\r\n\r\n{failed(error)}"


def written(etag: str = "W/1") -> str:
    told = f"ETag: {etag}\r\n" if etag else ""
    return f"HTTP/1.1 204 No Content\r\nCache-Control: no-cache\r\n{told}DataServiceVersion: 1.0;\r\n\r\n"


async def gone(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def cut_short(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: application/json\r\n\r\n{")
    await writer.drain()
    writer.close()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01\x02 what is this\r\n\r\n")
    await writer.drain()
    writer.close()


def place(port: int) -> str:
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};TableEndpoint={endpoint};"
    )


@asynccontextmanager
async def answering(client: Client, *answers: Answer) -> AsyncIterator[tuple[Tables | SdkTables, list[bytes]]]:
    """Tables over a server that gives these answers, the last one again and again, and the requests that it saw."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_body = b""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                with_body = await reader.readexactly(int(length[0].split(b":")[1])) if length else b""
                seen.append(head + with_body)
                await answers[min(len(seen), len(answers)) - 1](writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    tables = client(place(server.sockets[0].getsockname()[1]))
    try:
        yield tables, seen
    finally:
        await tables.close()
        server.close()


CALLS = {
    "get": lambda tables: tables.get("bookings", "biz0x", "a"),
    "range": lambda tables: tables.range("bookings", "biz0x", "a", "b"),
    "one write": lambda tables: tables.transact("bookings", "biz0x", ONE),
    "transaction": lambda tables: tables.transact("bookings", "biz0x", TWO),
}
UNCLEAR = {
    "500": status(500, failed("InternalError")),
    "503": status(503, failed("ServerBusy")),
    "504": status(504, "<html>gateway</html>", kind="text/html"),
    "408": status(408, failed("OperationTimedOut")),
    "429": status(429, failed("TooManyRequests"), Retry_After="0"),
    "gone": gone,
    "cut short": cut_short,
    "nonsense": nonsense,
    "another place": status(307, "", Location="http://127.0.0.1:1/"),
    "a page instead of an answer": status(200, "<html>welcome</html>", kind="text/html"),
    "nothing instead of an answer": status(200, "", kind="application/json"),
    "a gateway's 404": status(404, "<html>not found</html>", kind="text/html"),
    "a gateway's 409": status(409, "<html>conflict</html>", kind="text/html"),
    "a gateway's 412": status(412, "{}"),
    "a gateway's 413": status(413, "too large", kind="text/plain"),
    "no header Date, no rows, no ETag": status(200, "{}"),
}


@pytest.mark.walk
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", UNCLEAR)
async def test_rule_3_what_is_no_clear_answer_is_ambiguous_and_rule_5_is_not_repeated_by_the_client(
    client: Client, call: str, answer: str
) -> None:
    async with answering(client, UNCLEAR[answer]) as (tables, seen):
        with pytest.raises(Ambiguous):
            await CALLS[call](tables)
        most = 2 if answer == "gone" and call in ("get", "range") else 1  # the transport repeats reads by itself
        assert 1 <= len(seen) <= most


@pytest.mark.parametrize("verb", ["insert", "replace", "merge", "delete"])
async def test_a_conditional_write_whose_connection_broke_is_never_repeated_unseen(
    client: Client, verb: str
) -> None:
    """A repetition would find our own success and call it stale."""
    async with answering(client, gone) as (tables, seen):
        with pytest.raises(Ambiguous):
            await tables.transact(
                "bookings", "biz0x", [Operation(verb, "a", {}, "W/'1'" if verb != "insert" else "")]
            )
        assert len(seen) == 1


@pytest.mark.parametrize("code", [500, 503, 408, 429])
async def test_rule_3_a_transaction_that_failed_inside_a_202_is_ambiguous(client: Client, code: int) -> None:
    async with answering(client, batch(refused(code, "ServerBusy"))) as (tables, seen):
        with pytest.raises(Ambiguous):
            await tables.transact("bookings", "biz0x", TWO)
        assert len(seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        batch(written()),
        batch(written(), written(), written()),
        batch(written(), written("")),
        batch(),
        batch(written(), end="--changesetresponse_1\r\n"),
        batch("this is no answer", "nor is this"),
        status(202, "", kind="multipart/mixed; boundary=batchresponse_1"),
        status(202, "{}"),
        status(200, "{}"),
    ],
)
async def test_rule_3_half_of_a_transactions_answer_is_ambiguous(client: Client, answer: Answer) -> None:
    async with answering(client, answer) as (tables, seen):
        with pytest.raises(Ambiguous):
            await tables.transact("bookings", "biz0x", TWO)
        assert len(seen) == 1


async def test_a_transactions_answer_without_its_end_is_ambiguous() -> None:
    """The SDK does not look for the end of the envelopes."""
    async with answering(Tables, batch(written(), written(), end="")) as (tables, _):
        with pytest.raises(Ambiguous):
            await tables.transact("bookings", "biz0x", TWO)


async def test_each_part_of_a_transaction_tells_its_etag(client: Client) -> None:
    async with answering(client, batch(written("W/1"), written(""), written("W/3"))) as (tables, seen):
        operations = [ONE[0], Operation("delete", "gone"), TWO[1]]
        assert await tables.transact("bookings", "biz0x", operations) == ["W/1", "", "W/3"]
        assert len(seen) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [(409, "EntityAlreadyExists"), (412, "UpdateConditionNotSatisfied"), (404, "ResourceNotFound")],
)
async def test_a_condition_that_did_not_hold_is_stale(client: Client, code: int, error: str) -> None:
    for answer, operations in [(status(code, failed(error)), ONE), (batch(refused(code, error)), TWO)]:
        async with answering(client, answer) as (tables, _):
            with pytest.raises(Stale):
                await tables.transact("bookings", "biz0x", operations)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, "InvalidInput"),
        (403, "AuthenticationFailed"),
        (413, "RequestBodyTooLarge"),
        (401, "InvalidAuthenticationInfo"),
    ],
)
async def test_a_request_that_is_wrong_is_our_fault_and_stays_an_error(
    client: Client, code: int, error: str
) -> None:
    for answer, operations in [(status(code, failed(error)), ONE), (batch(refused(code, error)), TWO)]:
        async with answering(client, answer) as (tables, seen):
            with pytest.raises(WrongRequest) as raised:
                await tables.transact("bookings", "biz0x", operations)
            assert (raised.value.status, raised.value.code) == (code, error)
            assert len(seen) == 1


async def test_the_log_is_told_which_operation_of_a_transaction_was_wrong(client: Client) -> None:
    async with answering(client, batch(refused(400, "PropertyNameInvalid"))) as (tables, _):
        with pytest.raises(WrongRequest, match="400 PropertyNameInvalid in operation 1"):
            await tables.transact("bookings", "biz0x", TWO)


@pytest.mark.parametrize("error", ["ResourceNotFound", "EntityNotFound", "TableNotFound"])
async def test_a_row_that_the_service_does_not_find_is_nothing(client: Client, error: str) -> None:
    async with answering(client, status(404, failed(error))) as (tables, _):
        assert await tables.get("bookings", "biz0x", "a") is None


def page(*keys: str, **headers: str) -> Answer:
    rows = ",".join(
        f'{{"odata.etag": "W/1", "PartitionKey": "biz0x", "RowKey": "{key}", "Timestamp": "2026-11-30T10:00:00.1234567Z",'
        ' "n": 1, "absent": null, "big@odata.type": "Edm.Int64", "big": "5000000000"}'
        for key in keys
    )
    dated = {"Date": "Mon, 30 Nov 2026 10:00:01 GMT", **headers}
    return status(200, f'{{"value": [{rows}]}}', "application/json;odata=minimalmetadata;charset=utf-8", **dated)


async def test_a_range_that_is_cut_anywhere_is_read_to_its_end(client: Client) -> None:
    """Also in the middle of an answer that could hold more, and with nothing in it: the service may do both."""
    more = {"x_ms_continuation_NextPartitionKey": "1!8!Yml6", "x_ms_continuation_NextRowKey": "1!4!a%|="}
    async with answering(client, page("a", **more), page(**more), page("b")) as (tables, seen):
        found = await tables.range("bookings", "biz0x", "a", "c")
    assert ([row.key for row in found.rows], found.pages) == (["a", "b"], 3)
    assert found.date == datetime(2026, 11, 30, 10, 0, 1, tzinfo=UTC)
    assert found.rows[0].written == datetime(2026, 11, 30, 10, 0, 0, 123456, tzinfo=UTC)
    assert found.rows[0].values["n"] == 1
    asked = [one.split(b" ")[1] for one in seen]
    assert b"NextRowKey" not in asked[0]
    assert all(b"NextPartitionKey=1%218%21Yml6" in one.replace(b"!", b"%21") for one in asked[1:])
    assert all(b"NextRowKey=1%214%21a%25%7C%3D" in one.replace(b"!", b"%21") for one in asked[1:])


async def test_a_range_that_breaks_in_its_second_answer_is_ambiguous(client: Client) -> None:
    more = {"x_ms_continuation_NextPartitionKey": "1!8!Yml6", "x_ms_continuation_NextRowKey": "1!4!YQ=="}
    async with answering(client, page("a", **more), status(503, failed("ServerBusy"))) as (tables, _):
        with pytest.raises(Ambiguous):
            await tables.range("bookings", "biz0x", "a", "c")


async def test_what_does_not_hold_for_a_selected_row_is_left_out() -> None:
    """The service sends null for a column that a row does not have."""
    async with answering(Tables, page("a")) as (tables, _):
        found = await tables.range("bookings", "biz0x", "a", "c")
    assert found.rows[0].values == {"n": 1, "big": 5_000_000_000}


async def test_a_port_where_nobody_listens_is_ambiguous_at_once(client: Client) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tables = client(place(port))
    async with asyncio.timeout(2):
        with pytest.raises(Ambiguous):
            await tables.get("bookings", "biz0x", "a")
    await tables.close()


def test_rule_5_no_call_waits_longer_than_seconds() -> None:
    assert service.CONNECTION_TIMEOUT <= 5
    assert service.READ_TIMEOUT <= 10
