"""Child processes that are ready when their context is entered, and gone when it is left or when we die."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from infra.local.loopback import LOOPBACK, why_not


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 60.0
STOPPED_WITHIN = 20.0
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class PieceFailed(Exception):
    """A piece did not start; the message says which, and the end of what it wrote."""


class PortInUse(PieceFailed):
    """Somebody else has it already."""


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


def free_port() -> int:
    """A port that nobody has just now."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        if not why_not(port):
            return port


def is_listening(port: int) -> bool:
    """Whether anybody answers there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def start(
    name: str,
    command: list[str],
    ports: list[int],
    log: Path | None,
    *,
    env: Mapping[str, str] | None = None,
    death: signal.Signals = signal.SIGTERM,
    cwd: Path = ROOT,
) -> subprocess.Popen[bytes]:
    """`death` is the signal that the child gets when we die. Raises PortInUse."""
    for port in ports:
        if why := why_not(port):
            raise PortInUse(f"Port {port}, wanted for {name}, {why}.")
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else None
        return subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the pieces in order
            preexec_fn=lambda: die_with_parent(death),  # noqa: PLW1509 – one system call, nothing that could lock
        )


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(death: signal.Signals) -> None:
    """Have the system send us this signal when whoever started us ends, however that happens; Linux alone does."""
    if _LIBC:
        _LIBC.prctl(SET_DEATH_SIGNAL, death)


@contextlib.asynccontextmanager
async def running(piece: P, stop: signal.Signals = signal.SIGTERM) -> AsyncIterator[P]:
    """Wait until the piece listens; on leaving, stop it and wait for its end."""
    try:
        await _ready(piece)
        yield piece
    finally:
        await _stop(piece, stop)


async def _ready(piece: Piece) -> None:
    deadline = asyncio.get_running_loop().time() + READY_WITHIN
    while (has_ended := piece.process.poll() is not None) or not is_listening(piece.port):
        if has_ended or asyncio.get_running_loop().time() > deadline:
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
