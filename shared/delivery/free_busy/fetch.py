"""Asks at addresses that people typed: never inside our own network, nor for longer or more than is bearable."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urljoin

import aiohttp
from aiohttp import DummyCookieJar as NoCookies
from aiohttp.abc import AbstractResolver, ResolveResult

from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.network import AddressRefused, OutsideHost, may_connect, outside_host


PATIENCE = 10.0
MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 5
NO_OTHER_TIMEOUT = aiohttp.ClientTimeout(total=None)
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked; `user` and `password` are told to the host of `url` alone, not where it redirects to."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    user: str = ""
    password: str = field(default="", repr=False)


class OutsideAnswer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class GuardedResolver(AbstractResolver):
    """Resolves one host; a name that leads into our own network is refused when it is connected to."""

    def __init__(self, host: OutsideHost) -> None:
        self._host = host
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where a host is. Raise AddressRefused if any of its addresses is closed to us."""
        found = await self._inner.resolve(host, port, family)
        if not all(may_connect(one["host"], is_trusted=self._host.is_trusted) for one in found):
            raise AddressRefused(host)
        return found

    async def close(self) -> None:
        """Close nothing: each question has a resolver of its own."""
        await self._inner.close()


async def ask(question: Inquiry, allowed: frozenset[str], patience: float = PATIENCE) -> OutsideAnswer:
    """Return the answer, whatever its status. Raise CalendarUnreadable."""
    try:
        async with asyncio.timeout(patience):
            return await _follow(question, allowed)
    except AddressRefused as error:
        raise CalendarUnreadable("refused_address", str(error)) from None
    except TimeoutError:
        raise CalendarUnreadable("no_answer", "timeout") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise CalendarUnreadable("no_answer", type(error).__name__) from None


async def _follow(question: Inquiry, allowed: frozenset[str]) -> OutsideAnswer:
    url, home = question.url, outside_host(question.url, allowed)
    for _ in range(MOST_REDIRECTS + 1):
        host = outside_host(url, allowed)
        answer = await _once(question, url, host, is_home=host == home)
        target = answer.headers.get("Location", "")
        if answer.status not in REDIRECTS or not target:
            return answer
        url = urljoin(url, target)
    raise CalendarUnreadable("no_answer", "redirects")


async def _once(question: Inquiry, url: str, host: OutsideHost, *, is_home: bool) -> OutsideAnswer:
    connector = aiohttp.TCPConnector(resolver=GuardedResolver(host), use_dns_cache=False, limit=1)
    headers = dict(question.headers)
    if question.user and is_home:
        headers["Authorization"] = aiohttp.encode_basic_auth(question.user, question.password)
    async with (
        aiohttp.ClientSession(connector=connector, timeout=NO_OTHER_TIMEOUT, cookie_jar=NoCookies()) as session,
        session.request(
            question.method,
            url,
            headers=headers,
            data=question.body or None,
            allow_redirects=False,
        ) as answer,
    ):
        return OutsideAnswer(answer.status, answer.headers, await _bounded(answer), url)


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in answer.content.iter_chunked(65536):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise CalendarUnreadable("too_large", "answer")
    return b"".join(parts)
