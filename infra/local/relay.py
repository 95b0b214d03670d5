"""A TURN server on this machine, coturn from Debian: it carries visits where browsers cannot reach each other."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.processes import Piece, free_port, running, start


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

COMMAND = "turnserver"
LOOPBACK = "127.0.0.1"
OPTIONS = (
    "-n",  # no configuration file
    "--listening-ip=127.0.0.1",
    "--relay-ip=127.0.0.1",
    "--realm=openslot.example",
    "--use-auth-secret",
    "--fingerprint",
    "--allow-loopback-peers",  # everything is on this machine; never where others reach it
    "--no-cli",
    "--no-tls",
    "--no-dtls",
    "--no-stdout-log",
    "--verbose",
)


@dataclass(frozen=True)
class Relay(Piece):
    secret: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """What the app is told of it."""
        return {"OPENSLOT_TURN": f"turn:{LOOPBACK}:{self.port}?transport=udp", "OPENSLOT_TURN_SECRET": self.secret}


def is_installed() -> bool:
    return shutil.which(COMMAND) is not None


@contextlib.asynccontextmanager
async def relay(port: int | None = None, secret: str = "") -> AsyncIterator[Relay]:
    """The server, with a secret of its own where none is given."""
    port, secret = port or free_port(), secret or secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "turn.log"
        own = (f"--listening-port={port}", f"--static-auth-secret={secret}", f"--userdb={scratch}/turn.db")
        where = (f"--log-file={log}", "--simple-log", f"--pidfile={scratch}/turn.pid")
        process = start("the TURN server", [COMMAND, *OPTIONS, *own, *where], [port], log.with_name("out.log"))
        async with running(Relay("the TURN server", port, process, log, secret)) as piece:
            yield piece
