"""Microsoft's side of a meeting, as its documents describe it, over real HTTP: tokens, createOrGet, and its errors.

https://learn.microsoft.com/graph/api/onlinemeeting-createorget
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from shared.delivery.microsoft.account import GraphAccount


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TENANT, CLIENT, SECRET = "0f0f0f0f-0000-4000-8000-000000000001", "the-app", "the-secret-of-the-app"
ORGANISER, STRANGER = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"


class Microsoft:
    """Entra and Graph at one address. `trouble` is answered instead: a status with its body."""

    def __init__(self) -> None:
        self.meetings: dict[tuple[str, str], dict] = {}
        self.tokens, self.asked, self.delay = 0, 0, 0.0
        self.trouble: list[tuple[int, object]] = []
        self.valid: set[str] = set()
        self.lasts, self.url = 3599, ""

    @property
    def account(self) -> GraphAccount:
        return GraphAccount(TENANT, CLIENT, SECRET, self.url, self.url)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_post("/v1.0/users/{user}/onlineMeetings/createOrGet", self._create)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        wanted = {"grant_type": "client_credentials", "client_id": CLIENT, "scope": f"{self.url}/.default"}
        if request.match_info["tenant"] != TENANT or any(form.get(name) != it for name, it in wanted.items()):
            return web.json_response({"error": "invalid_request"}, status=400)
        if form.get("client_secret") != SECRET:
            said = "AADSTS7000215: Invalid client secret provided."
            return web.json_response({"error": "invalid_client", "error_description": said}, status=401)
        self.tokens += 1
        self.valid.add(f"Bearer token-{self.tokens}")
        answer = {"token_type": "Bearer", "expires_in": self.lasts, "access_token": f"token-{self.tokens}"}
        return web.json_response(answer)

    async def _create(self, request: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.delay)
        if self.trouble:
            status, body = self.trouble.pop(0)
            return web.Response(status=status, text=body) if isinstance(body, str) else _json(status, body)
        if request.headers.get("Authorization") not in self.valid:
            return _json(401, _error("InvalidAuthenticationToken"))
        if request.match_info["user"] != ORGANISER:
            return _json(404, _error("UserNotFound"))
        document = await request.json()
        if not document.get("externalId"):
            return _json(400, _error("BadRequest"))
        key = (request.match_info["user"], document["externalId"])
        status = 200 if key in self.meetings else 201
        link = f"https://teams.microsoft.com/l/meetup-join/{len(self.meetings)}"
        known = self.meetings.setdefault(key, {"id": f"MSo{len(self.meetings)}", "joinWebUrl": link, **document})
        return _json(status, {"@odata.context": "…", **known})


def _json(status: int, body: object) -> web.Response:
    return web.json_response(body, status=status)


def _error(code: str) -> dict:
    return {"error": {"code": code, "message": "…", "innerError": {"request-id": "0", "date": "2026-11-21"}}}


@asynccontextmanager
async def microsoft() -> AsyncIterator[Microsoft]:
    """One that is there for a while."""
    one = Microsoft()
    runner = web.AppRunner(one.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield one
    finally:
        await runner.cleanup()
