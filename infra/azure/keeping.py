"""Where backups are kept: a container of blobs in another account, or a folder. Nothing is ever written twice.

A container is reached by the app's identity in the cloud, and elsewhere by OPENSLOT_TOKEN, a token of yours:
`az account get-access-token --resource https://storage.azure.com --query accessToken --output tsv`.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp

from shared.storage.platform_identity import CLIENT, ENDPOINT, HEADER, Grant, PlatformIdentity


if TYPE_CHECKING:
    from shared.storage.service import TokenSource

SCOPE = "https://storage.azure.com/.default"
VERSION = "2021-12-02"
TIMEOUT = aiohttp.ClientTimeout(total=300)
NAME = re.compile(r"<Name>([^<]+)</Name>")
MARKER = re.compile(r"<NextMarker>([^<]+)</NextMarker>")


class NotKept(Exception):
    """It could not be written or read; the message says what and why, and shows no token."""


class Keeping(Protocol):
    async def write(self, name: str, content: bytes) -> None:
        """Keep it under a new name. Raises NotKept, also where the name is taken."""
        ...

    async def read(self, name: str) -> bytes:
        """Return what is kept. Raises NotKept."""
        ...

    async def names(self) -> list[str]:
        """Return all names in order. Raises NotKept."""
        ...

    async def close(self) -> None: ...


class OwnToken:
    """A token that somebody has got for an hour."""

    def __init__(self, token: str) -> None:
        self._grant = Grant(token, 2**31)

    async def get_token(self, *_: str, **__: Any) -> Grant:
        return self._grant

    async def close(self) -> None:
        """There is nothing to close."""


def token_source() -> TokenSource | None:
    """The identity that the environment gives; None where there is none, and connection strings have keys."""
    if token := os.environ.get("OPENSLOT_TOKEN"):
        return OwnToken(token)
    endpoint, header = os.environ.get(ENDPOINT), os.environ.get(HEADER)
    if endpoint and header:
        return PlatformIdentity(endpoint, header, os.environ.get(CLIENT, ""), lambda: datetime.now(UTC))
    return None


def keeping_at(place: str, tokens: TokenSource | None) -> Keeping:
    """Blobs of a container for a URL, files of a folder for anything else. Raises NotKept."""
    if "://" not in place:
        return Folder(Path(place))
    if not place.startswith("https://") or tokens is None:
        raise NotKept(f"{place} is reached by https and an identity alone: set OPENSLOT_TOKEN")
    return Blobs(place.rstrip("/"), tokens)


class Folder:
    """For those without Azure: put it on another disk, and copy it away from there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NotKept(f"{name} could not be written: {error.strerror}") from None

    async def read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise NotKept(f"{name} could not be read: {error.strerror}") from None

    async def names(self) -> list[str]:
        return sorted(one.relative_to(self._folder).as_posix() for one in self._folder.rglob("*") if one.is_file())

    async def close(self) -> None:
        """There is nothing to close."""


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

    async def names(self) -> list[str]:
        found: list[str] = []
        more = ""
        while True:
            text = (await self._ask("GET", f"?restype=container&comp=list{more}", 200)).decode()
            found += NAME.findall(text)
            following = MARKER.search(text)
            if not following:
                return sorted(found)
            more = f"&marker={following[1]}"

    async def _ask(
        self, method: str, path: str, right: int, content: bytes = b"", more: dict | None = None
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
