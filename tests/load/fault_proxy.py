"""A proxy between the app and the table service that breaks a part of the calls, before or after they took effect."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

from infra.local import pieces


FAULTS = (
    "drop before",  # the service never sees the request
    "drop after",  # it has answered; the answer is lost
    "cut answer",  # half of the answer arrives
    "500 after",
    "503 before",
    "429 before",
    "delay",  # the answer comes late
    "zombie",  # the connection breaks at once; the service sees the request seconds later
)
CUT = (b"\r\n\r\n", b"\r\n")
DATE = re.compile(rb"(?i)(?<=\r\n)(date: )([^\r]+)")
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class FaultProxy:
    """`rate` of the calls go wrong, in one of the ways of `faults`; both can be changed at any time.

    The clock of the table service, as its answers show it, goes `ahead`.
    """

    upstream: int
    rate: float = 0.0
    faults: tuple[str, ...] = FAULTS
    seed: int = 7
    port: int = 0
    ahead: timedelta = timedelta()
    counts: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._late: set[asyncio.Task[bytes]] = set()

    @property
    def connection_string(self) -> str:
        endpoint = f"http://127.0.0.1:{self.port}/{pieces.ACCOUNT}"
        account = f"AccountName={pieces.ACCOUNT};AccountKey={pieces.ACCOUNT_KEY}"
        return f"DefaultEndpointsProtocol=http;{account};TableEndpoint={endpoint};"

    def _fault(self) -> str:
        self.calls += 1
        fault = self._dice.choice(self.faults) if self._dice.random() < self.rate else ""
        self.counts[fault] += 1
        return fault

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the app over one of our own, until a fault or either side ends it."""
        server: Stream | None = None
        try:
            while request := await _message(reader):
                server = server or await asyncio.open_connection("127.0.0.1", self.upstream)
                if not await self._pass_on(request, server, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for one in (writer, server[1] if server else None):
                if one:
                    one.close()

    async def _pass_on(self, request: bytes, server: Stream, writer: asyncio.StreamWriter) -> bool:
        fault = self._fault()
        if fault in ("503 before", "429 before"):
            return await _reply(writer, f"{fault[:3]} Busy")
        if fault == "zombie":
            late = asyncio.create_task(self._send_late(request))
            self._late.add(late)
            late.add_done_callback(self._late.discard)
        if fault in ("drop before", "zombie"):
            return False
        answer = _dated(await _exchange(server, request), self.ahead)
        if fault == "delay":
            await asyncio.sleep(self._dice.uniform(0.05, 1.5))
        if fault == "drop after":
            return False
        if fault == "500 after":
            return await _reply(writer, "500 Broken")
        writer.write(answer[: len(answer) // 2] if fault == "cut answer" else answer)
        await writer.drain()
        return fault != "cut answer"

    async def _send_late(self, request: bytes) -> bytes:
        await asyncio.sleep(self._dice.uniform(0.05, 3))
        server = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            return await _exchange(server, request)
        finally:
            server[1].close()

    async def settled(self) -> None:
        """Wait until every delayed request has arrived."""
        while self._late:
            await asyncio.gather(*self._late, return_exceptions=True)


def _dated(answer: bytes, ahead: timedelta) -> bytes:
    """Move the date of an answer's head."""
    head, end, body = answer.partition(CUT[0])

    def later(found: re.Match[bytes]) -> bytes:
        return found[1] + format_datetime(parsedate_to_datetime(found[2].decode()) + ahead, usegmt=True).encode()

    return DATE.sub(later, head) + end + body if ahead else answer


async def _exchange(server: Stream, request: bytes) -> bytes:
    server[1].write(request)
    await server[1].drain()
    answer = await _message(server[0])
    if not answer:
        raise ConnectionResetError
    return answer


async def _reply(writer: asyncio.StreamWriter, status: str) -> bool:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    await writer.drain()
    return True


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read one whole HTTP message, request or answer; nothing where the other side has closed."""
    try:
        head = await reader.readuntil(CUT[0])
    except asyncio.IncompleteReadError:
        return b""
    fields = dict(line.lower().split(b":", 1) for line in head.split(CUT[1])[1:] if b":" in line)
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        return head + await _chunks(reader)
    if head.startswith((b"HTTP/1.1 204", b"HTTP/1.1 304")):
        return head
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    read = b""
    while True:
        size = await reader.readuntil(CUT[1])
        chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        read += size + chunk
        if int(size.split(b";")[0], 16) == 0:
            return read


@asynccontextmanager
async def fault_proxy(azurite: pieces.Azurite, seed: int = 7) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(azurite.port, seed=seed)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=4 * 1024 * 1024)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        with contextlib.suppress(Exception):
            await proxy.settled()
