"""What Twilio tells the app: what became of an SMS, and what somebody answered. Only what it has signed counts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import azure.functions as func
from markupsafe import escape

from functions.http.boundary import LARGEST_BODY, BodyTooLarge, api, path_of
from functions.http.client_address import client_address
from functions.sms.confirmation import confirmation
from functions.wiring import services
from shared.delivery.sms.twilio import is_signed, reported
from shared.domain.errors import Forbidden, NotFound
from shared.use_cases.sms.take_reply import take_reply
from shared.use_cases.sms.take_report import take_report


if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FIELDS = 100


@api
async def twilio_report(req: func.HttpRequest) -> func.HttpResponse:
    """Take a report on an SMS. Raises NotFound for one that is not known, Forbidden for what is not signed."""
    app, fields = services(), dict(signed_fields(req))
    found = reported(fields)
    if found is None:
        return func.HttpResponse(status_code=204)
    status, reason = found
    reference = req.route_params["reference"]
    taken = await take_report(reference, status, reason, store=app.store, secret=app.secret)
    if taken == "unknown":
        raise NotFound
    return func.HttpResponse(status_code=204)


@api
async def twilio_reply(req: func.HttpRequest) -> func.HttpResponse:
    """Take an answer to an SMS, and confirm STOP and START once. Raises Forbidden for what is not signed."""
    app, fields = services(), dict(signed_fields(req))
    number, text = fields.get("From", "")[:20], fields.get("Body", "")[:200]
    message = fields.get("MessageSid", "")[:64]
    answer = await take_reply(number, text, message, context=app.context)
    said = f"<Message>{escape(confirmation(answer, number, text))}</Message>" if answer else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'
    return func.HttpResponse(body, mimetype="text/xml", charset="utf-8")


def signed_fields(req: func.HttpRequest) -> Sequence[tuple[str, str]]:
    """Return the form of a request that Twilio has signed. Raises NotFound without Twilio, Forbidden."""
    app = services()
    account = app.settings.sms.account
    if account is None or account.kind != "twilio":
        raise NotFound
    if len(req.get_body()) > LARGEST_BODY:
        raise BodyTooLarge
    url, given = app.settings.public_url + path_of(req), str(req.headers.get("x-twilio-signature", ""))
    try:
        text = req.get_body().decode()
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        fields = []
    if not is_signed(account.token, url, fields, given):
        app.limiter.count_read(client_address(req), app.now())  # who guesses is slowed down; Twilio never is
        raise Forbidden
    return fields
