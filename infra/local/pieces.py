"""The processes of a development system, each an async context manager: for `make run`, the tests and the benches.

    async with azurite() as tables, mailbox() as mail:                      # free ports, nothing kept
        async with host(env={"OPENSLOT_TABLES": tables.connection_string, "OPENSLOT_SMTP": mail.smtp}) as app:
            … app.url, app.process …

Ports are free ones unless given. A piece is ready when its context is entered, and gone when it is left, or when
the process (to be exact: the thread) that started it dies, however it dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / ".venv" / "node" / "node"
AZURITE = ROOT / "infra/local/node_modules/azurite/dist/src/table/main.js"
# Azurite's account, the same on every machine in the world.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
READY_WITHIN = 60.0
STOPPED_WITHIN = 20.0
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class PieceFailed(Exception):
    """A piece did not start; the message says which, and the end of what it wrote."""


class PortInUse(PieceFailed):
    """Something listens there already."""


@dataclass(frozen=True)
class Piece:
    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path | None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def written(self) -> str:
        """What it has written so far, where that goes to a file."""
        return self.log.read_text(errors="replace") if self.log else ""


P = TypeVar("P", bound=Piece)


@dataclass(frozen=True)
class Azurite(Piece):
    @property
    def connection_string(self) -> str:
        endpoint = f"http://127.0.0.1:{self.port}/{ACCOUNT}"
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};TableEndpoint={endpoint};"


@dataclass(frozen=True)
class Mailbox(Piece):
    smtp_port: int = 0

    @property
    def smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"


@contextlib.asynccontextmanager
async def azurite(port: int | None = None, data_dir: Path | None = None) -> AsyncIterator[Azurite]:
    """The table service; in memory without a `data_dir`. It writes to disk every 5 s and when it is stopped."""
    port = port or free_port()
    options = ["--tablePort", str(port), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        where.mkdir(parents=True, exist_ok=True)
        options += ["--location", str(where)] if data_dir else ["--inMemoryPersistence"]
        # Its table service saves on SIGINT; SIGTERM it does not handle.
        command = [str(NODE), str(AZURITE), *options]
        process = _start("Azurite", command, [port], where / "azurite.log", death=signal.SIGINT)
        async with _running(Azurite("Azurite", port, process, where / "azurite.log"), signal.SIGINT) as piece:
            yield piece


@contextlib.asynccontextmanager
async def mailbox(
    port: int | None = None, smtp_port: int | None = None, data_dir: Path | None = None
) -> AsyncIterator[Mailbox]:
    """The mail catcher: a page, a JSON list and a switch for faults on `url`, SMTP on `smtp`."""
    port, smtp_port = port or free_port(), smtp_port or free_port()
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        command = ["infra.local.mailbox", "--port", str(port), "--smtp-port", str(smtp_port), "--data", str(where)]
        process = _start("the mail catcher", _python(*command), [port, smtp_port], None)
        async with _running(Mailbox("the mail catcher", port, process, None, smtp_port), signal.SIGTERM) as piece:
            yield piece


@contextlib.asynccontextmanager
async def host(
    app_dir: Path = ROOT,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
    data_dir: Path | None = None,
    log: Path | None = None,
) -> AsyncIterator[Piece]:
    """The development host with the app in `app_dir`; what it writes goes to `log`, else to our own output."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        command = _python("infra.local.host", "--app", str(app_dir), "--port", str(port), "--data", str(where))
        process = _start("the Functions host", command, [port], log, env=env)
        async with _running(Piece("the Functions host", port, process, log), signal.SIGTERM) as piece:
            yield piece


@contextlib.asynccontextmanager
async def embed_demo(public_url: str, port: int | None = None) -> AsyncIterator[Piece]:
    """A site on another origin that embeds the booking pages of `public_url`."""
    port = port or free_port()
    command = _python("infra.local.embed_demo", "--port", str(port), "--public", public_url)
    process = _start("the embed demo", command, [port], None)
    async with _running(Piece("the embed demo", port, process, None), signal.SIGTERM) as piece:
        yield piece


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    """Whether anybody answers there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _start(
    name: str,
    command: list[str],
    ports: list[int],
    log: Path | None,
    *,
    env: Mapping[str, str] | None = None,
    death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    for port in ports:
        if is_listening(port):
            raise PortInUse(f"Port {port}, wanted for {name}, is in use.")
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else None
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the pieces in order
            preexec_fn=lambda: _die_with_parent(death),
        )


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent(death: signal.Signals) -> None:
    if _LIBC:
        _LIBC.prctl(SET_DEATH_SIGNAL, death)


@contextlib.asynccontextmanager
async def _running(piece: P, stop: signal.Signals) -> AsyncIterator[P]:
    try:
        await _ready(piece)
        yield piece
    finally:
        await _stop(piece, stop)


async def _ready(piece: Piece) -> None:
    async with asyncio.timeout(READY_WITHIN):
        while not is_listening(piece.port):
            if piece.process.poll() is not None:
                raise PieceFailed(f"{piece.name} did not start. {piece.written()[-2000:]}".strip())
            await asyncio.sleep(0.03)


async def _stop(piece: Piece, stop: signal.Signals) -> None:
    if piece.process.poll() is None:
        piece.process.send_signal(stop)
    deadline = asyncio.get_running_loop().time() + STOPPED_WITHIN
    while piece.process.poll() is None:
        if asyncio.get_running_loop().time() > deadline:
            piece.process.kill()
        await asyncio.sleep(0.02)
