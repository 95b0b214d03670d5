"""A small site on another origin: embeds the booking page in every way, and shows the messages it receives.

python -m infra.local.embed_demo [--port 7075] [--public http://localhost:7071]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined


PAGES = Path(__file__).with_name("embed_demo_pages")


def build_site(public_url: str, calendar: str) -> web.Application:
    pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
    page = pages.get_template("index.html").render(public=public_url, calendar=calendar)

    async def index(_: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/", index), web.static("/", PAGES)])
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description="Show a booking page embedded in another site.")
    parser.add_argument("--port", type=int, default=7075)
    parser.add_argument("--public", default="http://localhost:7071", help="where the booking pages are")
    parser.add_argument("--calendar", default="demo-clinic")
    options = parser.parse_args()
    hosts = ["127.0.0.1", "::1"] if _has_ipv6() else "127.0.0.1"
    site = build_site(options.public, options.calendar)
    web.run_app(site, host=hosts, port=options.port, print=None, access_log=None, shutdown_timeout=1)


def _has_ipv6() -> bool:
    import socket

    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
