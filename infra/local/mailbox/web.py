"""The mail catcher's pages, its JSON list, and the switch for faults.

GET /?to=  ·  GET /mail/ID  ·  GET /mail/ID/html (sandboxed)  ·  GET /mail/ID/raw  ·  GET /mail/ID/attachments/N
GET /api/messages?to=  ·  DELETE /api/messages  ·  POST /faults {"mode": …, "count": n}
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined


if TYPE_CHECKING:
    from infra.local.mailbox.store import Faults, Mail, Store

PAGES = Path(__file__).with_name("pages")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
# A mail brings its own styles; scripts and forms it may not, and remote pictures would tell on the reader.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def build_site(store: Store, faults: Faults) -> web.Application:
    site = _Site(store, faults)
    app = web.Application(middlewares=[_headers])
    app.add_routes(
        [
            web.get("/", site.list),
            web.get("/mailbox.css", site.style),
            web.get("/mail/{id}", site.mail),
            web.get("/mail/{id}/html", site.html),
            web.get("/mail/{id}/raw", site.raw),
            web.get("/mail/{id}/attachments/{number:[0-9]+}", site.attachment),
            web.get("/api/messages", site.messages),
            web.delete("/api/messages", site.clear),
            web.post("/faults", site.set_faults),
        ]
    )
    return app


@web.middleware
async def _headers(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


class _Site:
    def __init__(self, store: Store, faults: Faults) -> None:
        self._store, self._faults = store, faults
        self._pages = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("to", "").strip()
        return self._page("list.html", mails=self._store.all(wanted), wanted=wanted, faults=self._faults)

    async def mail(self, request: web.Request) -> web.Response:
        return self._page("mail.html", mail=self._found(request))

    async def html(self, request: web.Request) -> web.Response:
        body = self._found(request).html
        if body is None:
            raise web.HTTPNotFound
        return web.Response(text=body, content_type="text/html", headers={"Content-Security-Policy": MAIL_POLICY})

    async def raw(self, request: web.Request) -> web.Response:
        return web.Response(
            body=self._store.raw(self._found(request).id), content_type="text/plain", charset="utf-8"
        )

    async def attachment(self, request: web.Request) -> web.Response:
        attachments = self._found(request).attachments
        number = int(request.match_info["number"])
        if number >= len(attachments):
            raise web.HTTPNotFound
        name = attachments[number].name.replace('"', "").encode("ascii", "replace").decode()
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(
            body=attachments[number].content, content_type=attachments[number].media_type, headers=disposition
        )

    async def messages(self, request: web.Request) -> web.Response:
        return web.json_response([_summary(mail) for mail in self._store.all(request.query.get("to", ""))])

    async def clear(self, _: web.Request) -> web.Response:
        self._store.clear()
        return web.Response(status=204)

    async def set_faults(self, request: web.Request) -> web.Response:
        try:
            wanted = await request.json()
            mode, count = wanted["mode"], wanted.get("count")
        except (json.JSONDecodeError, KeyError, AttributeError, TypeError):
            mode, count = None, None
        if mode not in self._faults.MODES or not isinstance(count, int | None):
            raise web.HTTPBadRequest(
                text=f'Send {{"mode": one of {", ".join(self._faults.MODES)}, "count": n or null}}.'
            )
        self._faults.mode, self._faults.count = mode, count
        return web.Response(status=204)

    async def style(self, _: web.Request) -> web.Response:
        return web.Response(text=(PAGES / "mailbox.css").read_text(), content_type="text/css")

    def _found(self, request: web.Request) -> Mail:
        mail = self._store.find(request.match_info["id"])
        if mail is None:
            raise web.HTTPNotFound
        return mail

    def _page(self, template: str, **values: Any) -> web.Response:
        return web.Response(text=self._pages.get_template(template).render(values), content_type="text/html")


def _summary(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "to": mail.recipients,
        "from": mail.sender,
        "subject": mail.subject,
        "date": mail.received.isoformat(),
        "page": f"/mail/{mail.id}",
        "raw": f"/mail/{mail.id}/raw",
    }
