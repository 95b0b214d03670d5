"""The host's own endpoints: fire a timer by hand (`POST /admin/functions/NAME`), `GET /admin/host/status`."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from aiohttp import web


if TYPE_CHECKING:
    from infra.local.host.engine import Function
    from infra.local.host.http import Front
    from infra.local.host.timers import Timer

PREFIX = "/admin/"


class Admin:
    """Takes what is the host's and hands all else to the app."""

    def __init__(self, front: Front, functions: list[Function], timers: dict[str, Timer]) -> None:
        self._front, self._timers = front, timers
        self._names = [function.name for function in functions]
        self._started = monotonic()
        self._by_hand: set[asyncio.Task[bool]] = set()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        if not request.raw_path.lower().startswith(PREFIX):
            return await self._front(request)
        path, _, query = request.raw_path.removeprefix(PREFIX).partition("?")
        if request.method == "GET" and path == "host/status":
            return web.json_response(self._status())
        if request.method == "GET" and path == "functions":
            return web.json_response([{"name": name} for name in self._names])
        if request.method == "POST" and path.startswith("functions/"):
            return await self._fire(path.removeprefix("functions/").lower(), wait=query == "wait=1")
        return web.Response(status=404)

    def _status(self) -> dict[str, object]:
        uptime = int((monotonic() - self._started) * 1000)
        return {"id": "openslot-local", "state": "Running", "version": "4", "processUptime": uptime}

    async def _fire(self, name: str, *, wait: bool) -> web.Response:
        """202 at once. Ours only: `?wait=1` answers when the run has ended, with 500 where it failed."""
        if name not in self._timers:
            return web.Response(status=404)
        run = asyncio.create_task(self._timers[name].run())
        self._by_hand.add(run)
        run.add_done_callback(self._by_hand.discard)
        return web.Response(status=202 if not wait or await run else 500)
