"""Backups in a container of blobs in another account, reached by an identity alone."""

from __future__ import annotations

import re
from email.utils import formatdate
from typing import TYPE_CHECKING

import aiohttp

from shared.use_cases.maintenance.back_up import NotKept


if TYPE_CHECKING:
    from shared.storage.service import TokenSource

SCOPE = "https://storage.azure.com/.default"
VERSION = "2021-12-02"
TIMEOUT = aiohttp.ClientTimeout(total=300)
NAME = re.compile(r"<Name>([^<]+)</Name>")
MARKER = re.compile(r"<NextMarker>([^<]+)</NextMarker>")


class Blobs:
    """A container, by plain requests: its account makes blobs immutable and keeps their versions."""

    def __init__(self, container: str, tokens: TokenSource) -> None:
        self._container, self._tokens = container, tokens
        self._session: aiohttp.ClientSession | None = None

    async def write(self, name: str, content: bytes) -> None:
        more = {"x-ms-blob-type": "BlockBlob", "If-None-Match": "*", "Content-Type": "application/gzip"}
        await self._ask("PUT", f"/{name}", 201, content, more)

    async def read(self, name: str) -> bytes:
        return await self._ask("GET", f"/{name}", 200)

    async def names(self, folder: str = "") -> list[str]:
        found: list[str] = []
        more = within = f"&prefix={folder}/" if folder else ""
        while True:
            text = (await self._ask("GET", f"?restype=container&comp=list{more}", 200)).decode()
            found += NAME.findall(text)
            following = MARKER.search(text)
            if not following:
                return sorted(found)
            more = f"{within}&marker={following[1]}"

    async def _ask(
        self, method: str, path: str, right: int, content: bytes = b"", more: dict[str, str] | None = None
    ) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        token = (await self._tokens.get_token(SCOPE)).token
        headers = {
            "Authorization": f"Bearer {token}",
            "x-ms-version": VERSION,
            "x-ms-date": formatdate(usegmt=True),
        }
        try:
            async with self._session.request(
                method, self._container + path, data=content or None, headers=headers | (more or {})
            ) as answer:
                found = await answer.read()
                status, code = answer.status, answer.headers.get("x-ms-error-code", "")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise NotKept(f"no answer to {method} {path}: {type(error).__name__}") from None
        if status != right:
            raise NotKept(f"{method} {path} was answered with {status} {code}")
        return found

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
