"""The development host: serves a Functions app over HTTP and runs its timers, as the cloud's host would.

python -m infra.local.host [--app DIR] [--port 7071] [--bind 127.0.0.1] [--data DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from infra.local.host.admin import Admin
from infra.local.host.engine import AppRefused, load
from infra.local.host.http import Front
from infra.local.host.routes import Routes, build_routes
from infra.local.host.settings import apply_local_settings, has_homepage, is_disabled, read_host_json
from infra.local.host.timers import Timer, build_timers
from infra.local.loopback import LOOPBACK, PortTaken, serve_on, stop_signal


if TYPE_CHECKING:
    from collections.abc import Iterable

GRACE = 10.0


def main() -> int:
    options = _options()
    _set_up_logging(verbose=options.verbose)
    try:
        asyncio.run(_serve(options))
        _leave()
    except AppRefused as refused:
        print(f"This app does not load. {refused}", file=sys.stderr)
    except PortTaken as taken:
        print(taken, file=sys.stderr)
    return 1


def _leave() -> None:
    """As in the cloud, the app is not taken down piece by piece: its clients have no say when the process ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve a Functions app on this machine.")
    parser.add_argument(
        "--app", type=lambda text: Path(text).resolve(), default=Path.cwd(), help="the app's folder"
    )
    parser.add_argument("--port", type=int, default=7071)
    parser.add_argument("--bind", default=LOOPBACK, help="address or name to listen on")
    parser.add_argument("--data", type=lambda text: Path(text).resolve(), help="where timers keep their status")
    parser.add_argument("--list", action="store_true", help="print what the app declares, as JSON")
    parser.add_argument("--verbose", action="store_true", help="log what the engine does")
    return parser.parse_args()


def _set_up_logging(*, verbose: bool) -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("azure", "aiohttp", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.DEBUG if verbose else logging.WARNING)


async def _serve(options: argparse.Namespace) -> None:
    apply_local_settings(options.app)
    settings = read_host_json(options.app)
    functions = await load(options.app)
    enabled = [function for function in functions if not is_disabled(function.name)]
    routes = build_routes(enabled, settings.route_prefix)
    timers = build_timers(enabled, (options.data or options.app / ".data") / "timers")
    front = Front(routes, settings.custom_headers, homepage=has_homepage())
    if options.list:
        print(
            json.dumps([{"name": function.name, "bindings": function.bindings} for function in enabled], indent=2)
        )
        return
    runner = await _listen(Admin(front, functions, timers), options)
    _announce(routes, timers, options)
    async with _running(timers.values()):
        await stop_signal()
    await runner.cleanup()


async def _listen(admin: Admin, options: argparse.Namespace) -> web.ServerRunner:
    runner = web.ServerRunner(web.Server(admin, access_log=None), shutdown_timeout=GRACE)
    await runner.setup()
    await serve_on(runner, options.port, options.bind)
    return runner


@contextlib.asynccontextmanager
async def _running(timers: Iterable[Timer]):
    """Timers keep their schedules inside; on leaving, those that run may finish."""
    tasks = {asyncio.create_task(timer.keep(), name=timer.name): timer for timer in timers}
    try:
        yield
    finally:
        for timer in tasks.values():
            timer.stopping.set()
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)


def _announce(routes: Routes, timers: dict[str, Timer], options: argparse.Namespace) -> None:
    count = len(list(routes))
    print(f"{count} HTTP functions and {len(timers)} timers on http://{options.bind}:{options.port}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
