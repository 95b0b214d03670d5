"""The SMS service: Twilio's REST for the app, signed callbacks to it, and a page with messages and a reply box.

GET /  ·  POST /reply (from, to, text)  ·  GET /api/messages?to=  ·  DELETE /api/messages
POST, GET /2010-04-01/Accounts/SID/Messages.json  ·  GET /2010-04-01/Accounts/SID/Messages/SID.json
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.sms.store import Sms
from shared.delivery.sms.twilio import basic, signature


if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.sms.store import SmsStore

PAGES = (Path(__file__).with_name("pages"), Path(__file__).parents[1] / "mailbox" / "pages")
POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'"
CODES = {"refused": (400, 21614, "not a mobile number"), "blocked": (400, 21610, "unsubscribed recipient")}
SLOW, AT_ONCE = 20.0, 0.2  # seconds until a report


class SmsService:
    """`user` and `token` are the account's; `replies` is the app's address for answers."""

    def __init__(self, store: SmsStore, user: str, token: str, replies: str) -> None:
        self._store, self._user, self._token, self._replies = store, user, token, replies
        self._tasks: set[asyncio.Task[None]] = set()
        self._pages = Environment(
            loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def site(self) -> web.Application:
        """Return the site."""
        app = web.Application(middlewares=[_headers])
        messages = "/2010-04-01/Accounts/{account}/Messages"
        app.add_routes(
            [
                web.get("/", self.page),
                web.get("/mailbox.css", self.style),
                web.post("/reply", self.reply),
                web.get("/api/messages", self.messages),
                web.delete("/api/messages", self.clear),
                web.post(f"{messages}.json", self.send),
                web.get(f"{messages}.json", self.listed),
                web.get(f"{messages}/{{sid}}.json", self.one),
            ]
        )
        return app

    async def page(self, request: web.Request) -> web.Response:
        wanted = request.query.get("to", "").strip()
        found = [one for one in self._store.all if wanted in one.to or wanted in one.sender]
        page = self._pages.get_template("sms.html").render(messages=found, wanted=wanted)
        return web.Response(text=page, content_type="text/html")

    async def style(self, _: web.Request) -> web.Response:
        return web.Response(text=(PAGES[1] / "mailbox.css").read_text(), content_type="text/css")

    async def messages(self, request: web.Request) -> web.Response:
        wanted = request.query.get("to", "")
        return web.json_response([one.resource() for one in self._store.all if wanted in one.to])

    async def clear(self, _: web.Request) -> web.Response:
        self._store.all.clear()
        return web.Response(status=204)

    async def send(self, request: web.Request) -> web.Response:
        """Take an SMS of the app's, or refuse it as Twilio does."""
        if refusal := self._stranger(request):
            return refusal
        form = await request.post()
        to, sender, text = (str(form.get(name, "")) for name in ("To", "From", "Body"))
        if not (to.startswith("+") and to[1:].isdigit()):
            return _refused(400, 21211, "invalid 'To' phone number")
        if not (sender and text):
            return _refused(400, 21603, "'From' and 'Body' are required")
        sms = Sms(self._user, sender, to, text, str(form.get("StatusCallback", "")))
        if sms.outcome == "busy":
            return _refused(429, 20429, "too many requests", {"Retry-After": "30"})
        if sms.outcome in CODES:
            return _refused(*CODES[sms.outcome])
        self._store.add(sms)
        self._later(self._report(sms))
        return web.json_response(sms.resource(), status=201)

    async def listed(self, request: web.Request) -> web.Response:
        if refusal := self._stranger(request):
            return refusal
        found = [one.resource() for one in self._store.all]
        return web.json_response({"messages": found, "page": 0, "page_size": 50, "next_page_uri": None})

    async def one(self, request: web.Request) -> web.Response:
        if refusal := self._stranger(request):
            return refusal
        found = self._store.find(request.match_info["sid"])
        return web.json_response(found.resource()) if found else _refused(404, 20404, "not found")

    async def reply(self, request: web.Request) -> web.Response:
        """Send what somebody typed as a telephone's answer; what the app answers to it is an SMS again."""
        form = await request.post()
        sms = Sms(self._user, *(str(form.get(name, "")) for name in ("from", "to", "text")), is_reply=True)
        sms.status = "received"
        self._store.add(sms)
        fields = {"From": sms.sender, "To": sms.to, "Body": sms.text, "MessageSid": sms.sid, "NumMedia": "0"}
        said = await self._call(self._replies, fields)
        if said and "<Message>" in said:
            text = said.partition("<Message>")[2].partition("</Message>")[0]
            answer = Sms(self._user, sms.to, sms.sender, text)
            answer.status = "delivered"
            self._store.add(answer)
        raise web.HTTPSeeOther("/")

    async def _report(self, sms: Sms) -> None:
        await asyncio.sleep(SLOW if sms.outcome == "slow" else AT_ONCE)
        sms.status = "sent"
        if sms.outcome == "silent" or not sms.callback:
            return
        sms.status = "undelivered" if sms.outcome == "undelivered" else "delivered"
        sms.code = 30003 if sms.outcome == "undelivered" else None
        fields = {"MessageSid": sms.sid, "MessageStatus": sms.status, "To": sms.to}
        await self._call(sms.callback, {**fields, **({"ErrorCode": str(sms.code)} if sms.code else {})})

    async def _call(self, url: str, fields: Mapping[str, str]) -> str:
        """Send a signed form to the app; return its answer, empty if there is none."""
        headers = {"X-Twilio-Signature": signature(self._token, url, list(fields.items()))}
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session,
                session.post(url, data=fields, headers=headers) as answer,
            ):
                return await answer.text() if answer.status == 200 else ""
        return ""

    def _later(self, work: Any) -> None:
        self._tasks.add(task := asyncio.create_task(work))
        task.add_done_callback(self._tasks.discard)

    def _stranger(self, request: web.Request) -> web.Response | None:
        """Return the refusal of who does not show the account's token."""
        given, wanted = request.headers.get("Authorization", ""), basic(self._user, self._token)
        is_ours = request.match_info["account"] == self._user and hmac.compare_digest(
            given.encode(), wanted.encode()
        )
        return None if is_ours else _refused(401, 20003, "Authenticate")


def _refused(status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    document = {"code": code, "message": message, "more_info": "", "status": status}
    return web.json_response(document, status=status, headers=headers)


@web.middleware
async def _headers(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
