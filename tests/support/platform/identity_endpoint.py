"""A stand-in for the endpoint by which Azure gives an app its tokens: as the platform's, on loopback."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aiohttp import web

from infra.local.pieces import free_port


class IdentityEndpointStandIn:
    """Answers as told: a status, or a text as it is; what it was asked is in `asked`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.url, self.header = "", "only-the-app-knows-this"
        self.answer: int | str = 200
        self.lasts = timedelta(hours=1)
        self.asked: list[dict[str, str]] = []
        self.gate, self.reached = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self._now = now

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        self.reached.set()
        await self.gate.wait()
        return self._answer(request)

    def _answer(self, request: web.Request) -> web.Response:
        if request.headers.get("X-IDENTITY-HEADER") != self.header:
            return web.Response(status=401)
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, content_type="application/json")
        if self.answer != 200:
            return web.json_response({"statusCode": self.answer, "message": "no"}, status=self.answer)
        ends = int((self._now() + self.lasts).timestamp())
        token = self._token(request.query["resource"], ends)
        return web.json_response({"access_token": token, "expires_on": str(ends), "token_type": "Bearer"})

    def _token(self, audience: str, ends: int) -> str:
        """Return a token of the form that Azurite looks at; it checks no signature."""
        now, tenant = int(self._now().timestamp()), "11111111-1111-1111-1111-111111111111"
        claims = {"aud": audience, "iss": f"https://sts.windows.net/{tenant}/", "tid": tenant, "iat": now}
        claims |= {"nbf": now - 10, "exp": ends, "ver": "1.0", "sub": "app", "oid": str(len(self.asked))}
        return ".".join([_part({"alg": "RS256", "typ": "JWT"}), _part(claims), _part({})])


def _part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@asynccontextmanager
async def standing_in(now: Callable[[], datetime]) -> AsyncIterator[IdentityEndpointStandIn]:
    """Run it on a free port."""
    endpoint = IdentityEndpointStandIn(now)
    runner = web.ServerRunner(web.Server(endpoint.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    endpoint.url = f"http://127.0.0.1:{port}/msi/token"
    try:
        yield endpoint
    finally:
        endpoint.gate.set()
        await runner.cleanup()
