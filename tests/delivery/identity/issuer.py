"""An OpenID provider made for tests of tokens: real HTTP, real keys, and whatever a forger would try."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web
from joserfc import jwk, jwt


NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
OURS = "https://api.openslot.example"


def a_key(kid: str, kind: str = "RSA", size: str | int = 2048):
    return jwk.JWKRegistry.generate_key(kind, size, parameters={"kid": kid, "use": "sig"})


FIRST, SECOND, STRANGER = a_key("first"), a_key("second"), a_key("first")
ELLIPTIC, EDWARDS = a_key("curve", "EC", "P-256"), a_key("edwards", "OKP", "Ed25519")


class Issuer:
    """A provider as the network sees it: discovery and keys; it counts who asks, and can break."""

    def __init__(self) -> None:
        self.keys, self.fetches, self.is_broken, self.delay = [FIRST], 0, False, 0.0
        self.issuer = ""  # another than its address, where it is set
        self.url = ""
        self.moment = NOW.timestamp()

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _discovery(self, _: web.Request) -> web.Response:
        if self.is_broken:
            return web.Response(status=500, text="oops")
        return web.json_response({"issuer": self.issuer or self.url, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.fetches += 1
        await asyncio.sleep(self.delay)
        odd = [{"kty": "PQC", "kid": "odd"}, {"kty": "RSA", "kid": "torn", "n": "?"}, "nothing"]
        return web.json_response({"keys": [*odd, *(key.as_dict(private=False) for key in self.keys)]})

    def says(self, **changes) -> dict:
        base = {"iss": self.url, "sub": "ana", "aud": OURS, "iat": self.moment, "exp": self.moment + 600}
        claims = {**base, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, key=FIRST, alg: str = "RS256", header=None, **changes) -> str:
        head = {"alg": alg, "kid": key.kid, "typ": "at+jwt", **(header or {})}
        return jwt.encode(
            {name: value for name, value in head.items() if value is not None},
            self.says(**changes),
            key,
            algorithms=[alg],
        )


@asynccontextmanager
async def an_issuer():
    issuer = Issuer()
    runner = await issuer.start()
    try:
        yield issuer
    finally:
        await runner.cleanup()


def unsigned(issuer: Issuer, alg: str) -> str:
    parts = [{"alg": alg, "typ": "JWT", "kid": "first"}, issuer.says()]
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + "."


def with_a_shared_secret(issuer: Issuer, secret: bytes) -> str:
    signed = unsigned(issuer, "HS256").rstrip(".")
    signature = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
