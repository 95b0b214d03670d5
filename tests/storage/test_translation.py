"""What the service's answers mean: only a parsed 4xx other than 408 and 429 is one; each request is sent once."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from azure.core.exceptions import HttpResponseError

from infra.local.pieces import ACCOUNT, ACCOUNT_KEY
from shared.records.table import Ambiguous, Operation, Stale
from shared.storage import tables as adapter
from shared.storage.tables import Tables


ONE = [Operation("insert", "a", {"n": 1})]
TWO = [*ONE, Operation("insert", "b", {"n": 1})]
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def status(code: int, body: str = "", kind: str = "application/json", **headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await writer.drain()

    return answer


def failed(code: str) -> str:
    return f'{{"odata.error": {{"code": "{code}", "message": {{"lang": "en", "value": "1:because"}}}}}}'


def batch(code: int, error: str) -> Answer:
    """What a transaction's answer looks like: 202 outside, the outcome inside."""
    inner = f"HTTP/1.1 {code} Whatever\r\nContent-Type: application/json\r\nDataServiceVersion: 3.0;\r\n\r\n{failed(error)}"
    changes = (
        "--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"{inner}\r\n--changesetresponse_1--\r\n"
    )
    body = (
        "--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n"
        f"{changes}--batchresponse_1--\r\n"
    )
    return status(202, body, kind="multipart/mixed; boundary=batchresponse_1")


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


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[tuple[Tables, list[bytes]]]:
    """Tables over a server that answers everything alike, and the requests that it saw."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_body = b""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                with_body = await reader.readexactly(int(length[0].split(b":")[1])) if length else b""
                seen.append(head + with_body)
                await answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    tables = Tables(
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};TableEndpoint={endpoint};"
    )
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
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", UNCLEAR)
async def test_rule_3_what_is_no_clear_answer_is_ambiguous_and_rule_5_is_not_repeated_by_the_sdk(
    call: str, answer: str
) -> None:
    async with answering(UNCLEAR[answer]) as (tables, seen):
        with pytest.raises(Ambiguous):
            await CALLS[call](tables)
        most = 2 if answer == "gone" and call in ("get", "range") else 1  # the transport repeats reads by itself
        assert 1 <= len(seen) <= most


@pytest.mark.parametrize("verb", ["insert", "replace", "merge", "delete"])
async def test_a_conditional_write_whose_connection_broke_is_never_repeated_unseen(verb: str) -> None:
    """A repetition would find our own success and call it stale."""
    async with answering(gone) as (tables, seen):
        with pytest.raises(Ambiguous):
            await tables.transact(
                "bookings", "biz0x", [Operation(verb, "a", {}, "W/'1'" if verb != "insert" else "")]
            )
        assert len(seen) == 1


@pytest.mark.parametrize("code", [500, 503, 408, 429])
async def test_rule_3_a_transaction_that_failed_inside_a_202_is_ambiguous(code: int) -> None:
    async with answering(batch(code, "ServerBusy")) as (tables, seen):
        with pytest.raises(Ambiguous):
            await tables.transact("bookings", "biz0x", TWO)
        assert len(seen) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [(409, "EntityAlreadyExists"), (412, "UpdateConditionNotSatisfied"), (404, "ResourceNotFound")],
)
async def test_a_condition_that_did_not_hold_is_stale(code: int, error: str) -> None:
    for answer, operations in [(status(code, failed(error)), ONE), (batch(code, error), TWO)]:
        async with answering(answer) as (tables, _):
            with pytest.raises(Stale):
                await tables.transact("bookings", "biz0x", operations)


async def test_a_request_that_is_wrong_is_our_fault_and_stays_an_error() -> None:
    for answer, operations in [
        (status(400, failed("InvalidInput")), ONE),
        (batch(400, "InvalidInput"), TWO),
        (status(403, failed("AuthenticationFailed")), ONE),
    ]:
        async with answering(answer) as (tables, seen):
            with pytest.raises(HttpResponseError):
                await tables.transact("bookings", "biz0x", operations)
            assert len(seen) == 1


async def test_a_port_where_nobody_listens_is_ambiguous_at_once() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tables = Tables(
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
        f"TableEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
    )
    async with asyncio.timeout(2):
        with pytest.raises(Ambiguous):
            await tables.get("bookings", "biz0x", "a")
    await tables.close()


def test_rule_5_no_call_waits_longer_than_seconds() -> None:
    assert adapter.CONNECTION_TIMEOUT <= 5
    assert adapter.READ_TIMEOUT <= 10
