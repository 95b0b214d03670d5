"""What Azure's Event Grid tells the app: reports of SMS and mails, and answers. Only who shows the key is heard.

Events come in Event Grid's own schema, as a list, or as CloudEvents, one or a list; the key in the address or in a
header that the subscription adds. Reports and answers that come again change nothing.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING, Any

import azure.functions as func

from functions.http.boundary import BadRequest, BodyTooLarge, api, json_response
from functions.http.client_address import client_address
from functions.sms.confirmation import confirmation
from functions.wiring import services
from shared.delivery.mail import azure as mail
from shared.delivery.sms import azure as sms
from shared.domain.errors import Forbidden, NotFound, TryAgain
from shared.records.table import Ambiguous, Stale
from shared.use_cases.messages.take_mail_report import take_mail_report
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.take_reply import take_reply
from shared.use_cases.sms.take_report import take_report
from shared.use_cases.sms.texter import SmsHandover


if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.wiring import Services

VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent"
REPORT, REPLY = "Microsoft.Communication.SMSDeliveryReportReceived", "Microsoft.Communication.SMSReceived"
MAIL_REPORT = "Microsoft.Communication.EmailDeliveryReportReceived"
MOST_EVENTS, LARGEST_BATCH = 500, 1024 * 1024  # bytes: what Event Grid sends at most
KEY_HEADER = "x-openslot-key"
ASKED, ALLOWED = "webhook-request-origin", "WebHook-Allowed-Origin"  # of the handshake for CloudEvents
log = logging.getLogger("openslot")


@api
async def azure_events(req: func.HttpRequest) -> func.HttpResponse:
    """Take events, and prove to Event Grid whose address it is. Raises NotFound, Forbidden, BadRequest.

    What was not written is asked for again, with all that came with it.
    """
    _require_key(req)
    if req.method == "OPTIONS":
        allowed = {ALLOWED: str(req.headers.get(ASKED, ""))[:200], "WebHook-Allowed-Rate": "*"}
        return func.HttpResponse(status_code=200, headers=allowed)
    app, known, is_whole = services(), 0, True
    for event in _events(req):
        kind, data = event.get("eventType") or event.get("type"), event.get("data")
        if not isinstance(data, dict):
            continue
        if kind == VALIDATION:
            return json_response({"validationResponse": str(data.get("validationCode", ""))[:200]})
        try:
            known += await _take(kind, data, app)
        except (Ambiguous, Stale):
            is_whole = False
    if not is_whole:
        raise TryAgain
    return json_response({"taken": known})


async def _take(kind: object, data: dict[str, Any], app: Services) -> bool:
    """Return whether an event told something about this app's messages."""
    if kind == REPORT:
        return await _report(data, app)
    if kind == MAIL_REPORT:
        return await _mail_report(data, app)
    return await _reply(data, app) if kind == REPLY else False


def _require_key(req: func.HttpRequest) -> None:
    app = services()
    key, given = app.settings.event_grid_key, req.headers.get(KEY_HEADER) or req.params.get("key") or ""
    if not key:
        raise NotFound
    if not hmac.compare_digest(str(given).encode("utf-8", "replace"), key.encode()):
        app.limiter.count_read(client_address(req), app.now())
        raise Forbidden


def _events(req: func.HttpRequest) -> Sequence[dict[str, Any]]:
    if len(req.get_body()) > LARGEST_BATCH:
        raise BodyTooLarge
    try:
        found = json.loads(req.get_body())
    except (ValueError, RecursionError):
        raise BadRequest("The body is not valid JSON.") from None
    events = found if isinstance(found, list) else [found]
    if len(events) > MOST_EVENTS or not all(isinstance(one, dict) for one in events):
        raise BadRequest("The body is no event and no list of events.")
    return events


async def _report(data: dict[str, Any], app: Services) -> bool:
    found = sms.reported(data)
    if found is None:
        return False
    reference = str(data.get("tag", ""))[:1000]
    return await take_report(reference, *found, store=app.store, secret=app.secret) != "unknown"


async def _mail_report(data: dict[str, Any], app: Services) -> bool:
    found = mail.reported(data)
    return found is not None and await take_mail_report(*found, context=app.context) != "unknown"


async def _reply(data: dict[str, Any], app: Services) -> bool:
    number, text, message = (str(data.get(name, "")) for name in ("from", "message", "messageId"))
    more: dict[str, Any] = {"context": app.context}
    answer = await take_reply(number[:20], text[:200], message[:64], **more)
    if answer:
        handover = SmsHandover(number[:20], str(data.get("to", ""))[:20], "")
        try:
            await app.texter().say(handover, confirmation(answer, number[:20], text))
        except (MailUnavailable, NotAccepted):
            log.warning("an answer to STOP or START could not be confirmed")  # it counts all the same
    return bool(answer)
