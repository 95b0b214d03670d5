"""The app in a process of its own, as the bench runs it: limits off, its output in a file."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import pieces
from infra.local.seed import seed
from tests.bench.days.calendars import SECRET, noon_today


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


def settings(tables: pieces.Azurite, url: str, prefix: str = "") -> dict[str, str]:
    return {
        "OPENSLOT_TABLES": tables.connection_string,
        "OPENSLOT_SECRET": SECRET,
        "OPENSLOT_PUBLIC_URL": url,
        "OPENSLOT_SMTP": "smtp://127.0.0.1:9",
        "OPENSLOT_MAIL_FROM": "bench@openslot.example",
        "OPENSLOT_LIMITS": "off",
        "OPENSLOT_TABLE_PREFIX": prefix,
        # Mail is no part of what is measured, and nobody is to be told.
        "AzureWebJobs.send_due_messages.Disabled": "true",
    }


@contextlib.asynccontextmanager
async def app(
    tables: pieces.Azurite, prefix: str = "", *, port: int = 0, more: Mapping[str, str] | None = None
) -> AsyncIterator[pieces.Piece]:
    port = port or pieces.free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "host.log"
        env = settings(tables, f"http://localhost:{port}", prefix) | dict(more or {})
        async with pieces.host(pieces.ROOT, port, env, log=log) as running:
            yield running


async def show_demo(tables: pieces.Azurite) -> None:
    """Put the demo there, once, without its lines of progress."""
    os.environ["OPENSLOT_SECRET"] = SECRET
    with contextlib.redirect_stdout(io.StringIO()):
        await seed(tables.connection_string, noon_today())
