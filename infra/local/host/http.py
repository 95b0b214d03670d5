"""HTTP as the Functions host passes it on: what a function sees of a request, and what is left of its response."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote
from uuid import uuid4

from aiohttp import ClientError, web
from multidict import CIMultiDict

from infra.local.host.engine import PROTOCOL


if TYPE_CHECKING:
    from infra.local.host.routes import Routes

BODY_LIMIT = 100 * 1024 * 1024
HOMEPAGE = "<!doctype html><html lang=en><title>Functions</title><p>Your Functions app is up and running.</html>"
# The server frames the body itself.
FRAMING = {"content-length", "transfer-encoding", "connection"}
log = logging.getLogger("openslot.host")


class Front:
    """Answers requests with the app's functions."""

    def __init__(self, routes: Routes, custom_headers: dict[str, str], *, homepage: bool) -> None:
        from azure_functions_runtime.bindings.datumdef import Datum, parse_to_rpc_http_cookie_list
        from azure_functions_runtime.native_invocation import invocation_request_native

        self._routes, self._custom, self._homepage = routes, custom_headers, homepage
        self._datum, self._cookies, self._invoke = Datum, parse_to_rpc_http_cookie_list, invocation_request_native

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        raw_path, _, query = request.raw_path.partition("?")
        found = self._routes.find(request.method, raw_path)
        if found is None:
            return self._nobody(raw_path)
        if (request.content_length or 0) > BODY_LIMIT:
            return web.Response(status=413)
        try:
            body = await _body(request)
        except (OSError, ClientError):
            return web.Response(status=400)  # the client went away in the middle; nobody reads this
        route, values = found
        datum = self._request(request, values, query, body)
        ok, answer, _, _, _ = await self._invoke(str(uuid4()), route.function.id, [(route.parameter, datum)], {})
        return self._response(route.function.name, answer) if ok else web.Response(status=500)

    def _nobody(self, raw_path: str) -> web.Response:
        if raw_path != "/":
            return web.Response(status=404)
        return (
            web.Response(text=HOMEPAGE, content_type="text/html") if self._homepage else web.Response(status=204)
        )

    def _request(self, request: web.BaseRequest, values: dict[str, str], query: str, body: bytes) -> Any:
        text = self._datum
        return text(
            {
                "method": text(request.method, "string"),
                "url": text(f"http://{request.host}{request.raw_path}", "string"),
                "headers": {name: text(value, "string") for name, value in _joined_headers(request).items()},
                "query": {name: text(value, "string") for name, value in _joined_query(query).items()},
                "params": {name: text(value, "string") for name, value in values.items()},
                "body": text(body, "bytes"),
            },
            "http",
        )

    def _response(self, name: str, answer: Any) -> web.Response:
        if answer.type != "http":
            # The host guesses at text (`{"status": …}` becomes a response of its own); nobody may rely on it.
            log.error("%s returned text; a function must return an HttpResponse", name)
            return web.Response(status=500)
        try:
            cookies = self._cookies(answer.value["cookies"], PROTOCOL) or []
        except (ValueError, TypeError) as bad:
            log.error("%s set a cookie that the runtime cannot read: %s", name, bad)  # noqa: TRY400 – it is the app's
            return web.Response(status=500)
        headers = CIMultiDict((k, v) for k, v in self._custom.items())
        for key, value in answer.value["headers"].items():
            if key.lower() not in FRAMING:
                headers[key] = value.value
        for cookie in cookies:
            headers.add("Set-Cookie", _set_cookie(cookie))
        body = answer.value["body"].value
        return web.Response(status=int(answer.value["status_code"].value), headers=headers, body=body)


async def _body(request: web.BaseRequest) -> bytes:
    """Bodies without Content-Length (chunked ones) arrive empty."""
    return await request.content.read() if request.content_length else b""


def _joined_headers(request: web.BaseRequest) -> dict[str, str]:
    joined: dict[str, str] = {}
    for key, value in request.headers.items():
        name = key.lower()
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _joined_query(query: str) -> dict[str, str]:
    """Empty values are dropped; names are compared without case, and the first spelling is kept."""
    if not query:
        return {}
    spelling: dict[str, str] = {}
    joined: dict[str, str] = {}
    for key, value in parse_qsl(query):
        name = spelling.setdefault(key.lower(), key)
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _set_cookie(cookie: Any) -> str:
    """As ASP.NET writes it: the value %-escaped, Domain and Path named even when empty."""
    parts = [f"{quote(cookie.name, safe='-._~')}={quote(cookie.value, safe='-._~')}"]
    if cookie.expires is not None:
        parts.append(f"expires={_http_date(cookie.expires.value.seconds)}")
    if cookie.max_age is not None:
        parts.append(f"max-age={int(cookie.max_age.value)}")
    parts += [f"domain={cookie.domain.value}", f"path={cookie.path.value}"]
    if cookie.secure.value:
        parts.append("secure")
    if cookie.same_site:
        parts.append(f"samesite={cookie.same_site}")
    if cookie.http_only.value:
        parts.append("httponly")
    return "; ".join(parts)


def _http_date(seconds: int) -> str:
    from email.utils import formatdate

    return formatdate(seconds, usegmt=True)
