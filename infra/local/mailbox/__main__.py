"""The mail catcher: takes mail over SMTP, keeps it as .eml files, and shows it on a page; never sends anything on.

python -m infra.local.mailbox [--port 7072] [--smtp-port 7073] [--data DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from aiosmtpd.smtp import SMTP

from infra.local.loopback import LOOPBACK, PortTaken, serve_on, stop_signal
from infra.local.mailbox.store import Faults, Store
from infra.local.mailbox.web import build_site


if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

SIZE_LIMIT = 25 * 1024 * 1024
HANG = 3600.0  # longer than any client waits
NOBODY = "@refused.example"  # at this domain nobody has a mailbox


class Catcher:
    """aiosmtpd's handler."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store, self._faults = store, faults

    async def handle_RCPT(  # noqa: N802 – its name there
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.endswith(NOBODY):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 – its name there
        fault = self._faults.take()
        if fault == "refuse":
            return "451 4.3.0 Try again later (a fault was asked for)"
        if fault == "reject":
            return "550 5.1.1 No such mailbox (a fault was asked for)"
        if fault != "timeout":
            self._store.add(envelope.original_content or b"", envelope.mail_from or "", envelope.rcpt_tos)
        if fault != "ok":
            await asyncio.sleep(HANG)
        return "250 2.0.0 Kept"


async def serve(port: int, smtp_port: int, data: Path) -> None:
    """Until SIGINT or SIGTERM. Raises PortTaken."""
    store, faults = Store(data), Faults()
    catcher = Catcher(store, faults)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(catcher, data_size_limit=SIZE_LIMIT, hostname="localhost", enable_SMTPUTF8=True, loop=loop)

    try:
        smtp = await loop.create_server(session, LOOPBACK, smtp_port)
    except OSError as no:
        raise PortTaken(smtp_port, no) from None
    runner = web.AppRunner(build_site(store, faults), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await serve_on(runner, port)
    await stop_signal()
    smtp.close()
    await runner.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(description="Catch mail and show it.")
    parser.add_argument("--port", type=int, default=7072)
    parser.add_argument("--smtp-port", type=int, default=7073)
    parser.add_argument("--data", type=Path, default=Path(".data/mail"))
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.smtp_port, options.data.resolve()))
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
