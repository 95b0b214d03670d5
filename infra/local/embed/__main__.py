"""A small site on another origin: embeds the booking page in every way, and shows the messages it receives.

python -m infra.local.embed [--port 7075] [--public http://localhost:7071]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.loopback import PortTaken, serve_on, stop_signal


PAGES = Path(__file__).with_name("pages")


def build_site(public_url: str, calendar: str) -> web.Application:
    pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
    page = pages.get_template("index.html").render(public=public_url, calendar=calendar)

    async def index(_: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/", index), web.static("/", PAGES)])
    return app


async def serve(site: web.Application, port: int) -> None:
    """Until SIGINT or SIGTERM. Raises PortTaken."""
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await serve_on(runner, port)
    await stop_signal()
    await runner.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(description="Show a booking page embedded in another site.")
    parser.add_argument("--port", type=int, default=7075)
    parser.add_argument("--public", default="http://localhost:7071", help="where the booking pages are")
    parser.add_argument("--calendar", default="demo-clinic")
    options = parser.parse_args()
    try:
        asyncio.run(serve(build_site(options.public, options.calendar), options.port))
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
