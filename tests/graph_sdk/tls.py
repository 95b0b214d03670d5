"""TLS in front of the app, by a certificate authority of the tests' own: some clients show a token to nothing less."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import TYPE_CHECKING

from tests.support.platform.certificates import make_certificates


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


CHUNK = 64 * 1024


@contextlib.asynccontextmanager
async def tls_in_front_of(port: int, folder: Path, listening: int) -> AsyncIterator[Path]:
    """Pass on what comes to `listening` on localhost; yields the file of the authority's certificate."""
    authority = make_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("localhost", port)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(_copy(reader, back), _copy(there, writer))

    server = await asyncio.start_server(pass_on, "localhost", listening, ssl=context)
    try:
        yield authority
    finally:
        server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
