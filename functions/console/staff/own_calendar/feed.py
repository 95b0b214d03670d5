"""The feed of a person's appointments, for their own calendar program."""

from __future__ import annotations

import hashlib

import azure.functions as func

from functions.http.client_address import client_address
from functions.http.etags import has_current
from functions.pages.boundary import page_boundary
from functions.wiring import services
from shared.use_cases.free_busy.staff_feed import appointments_of_person, open_feed


@page_boundary
async def staff_feed_show(req: func.HttpRequest) -> func.HttpResponse:
    """Return the feed, or 304 if the program has it.

    Raises NotFound for an address that is void or of a disabled account.
    """
    from shared.delivery.calendar_files.staff_feed import staff_feed  # noqa: PLC0415 - heavy, for feeds alone

    app = services()
    app.limiter.count_read(client_address(req), app.now())
    feed = await open_feed(req.route_params["token"], context=app.context)
    found = await appointments_of_person(feed.email, store=app.store, now=app.now())
    name = next((one.entry.person.name for one in found), feed.email)
    settings = app.settings
    body = staff_feed(
        found, name=name, has_names=feed.has_names, host=settings.mail_domain, public_url=settings.public_url
    )
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if has_current(req, etag):
        return func.HttpResponse(status_code=304, headers=headers)
    return func.HttpResponse(body, mimetype="text/calendar", charset="utf-8", headers=headers)
