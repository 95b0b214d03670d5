"""The SMS service of this machine: takes SMS as Twilio does, shows them on a page, and lets one answer.

python -m infra.local.sms [--port 7078] [--user SID] [--token TOKEN] [--replies URL]
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from aiohttp import web

from infra.local.loopback import PortTaken, serve_on, stop_signal
from infra.local.sms.store import SmsStore
from infra.local.sms.web import SmsService


async def serve(port: int, user: str, token: str, replies: str) -> None:
    """Until SIGINT or SIGTERM. Raises PortTaken."""
    site = SmsService(SmsStore(), user, token, replies).site()
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await serve_on(runner, port)
    await stop_signal()
    await runner.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(description="Take SMS and show them.")
    parser.add_argument("--port", type=int, default=7078)
    parser.add_argument("--user", default="AC00000000000000000000000000000000")
    parser.add_argument("--token", default="a-token-that-everybody-may-know")
    parser.add_argument("--replies", default="http://localhost:7071/sms/twilio/reply")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.user, options.token, options.replies))
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
