"""What Azure's Event Grid tells the app of SMS: delivery reports and answers. Only who shows the key is heard."""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING, Any

from functions.http.boundary import LARGEST_BODY, BadRequest, BodyTooLarge, api, json_response
from functions.http.client_address import client_address
from functions.sms.confirmation import confirmation
from functions.wiring import services
from shared.delivery.sms.azure import reported
from shared.domain.errors import Forbidden, NotFound
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.take_reply import take_reply
from shared.use_cases.sms.take_report import take_report
from shared.use_cases.sms.texter import SmsHandover


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.wiring import Services

VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent"
REPORT, REPLY = "Microsoft.Communication.SMSDeliveryReportReceived", "Microsoft.Communication.SMSReceived"
MOST_EVENTS = 100
log = logging.getLogger("openslot")


@api
async def azure_sms_events(req: func.HttpRequest) -> func.HttpResponse:
    """Take events, and prove to Event Grid whose address it is. Raises NotFound, Forbidden, BadRequest."""
    _require_key(req)
    app, known = services(), 0
    for event in _events(req):
        kind, data = event.get("eventType"), event.get("data")
        if not isinstance(data, dict):
            continue
        if kind == VALIDATION:
            return json_response({"validationResponse": str(data.get("validationCode", ""))[:200]})
        known += await _report(data, app) if kind == REPORT else await _reply(data, app) if kind == REPLY else 0
    return json_response({"taken": known})


def _require_key(req: func.HttpRequest) -> None:
    app = services()
    account, key = app.settings.sms.account, app.settings.sms.events_key
    if account is None or account.kind != "azure" or not key:
        raise NotFound
    if not hmac.compare_digest(str(req.params.get("key", "")).encode("utf-8", "replace"), key.encode()):
        app.limiter.count_read(client_address(req), app.now())
        raise Forbidden


def _events(req: func.HttpRequest) -> Sequence[Mapping[str, Any]]:
    if len(req.get_body()) > LARGEST_BODY:
        raise BodyTooLarge
    try:
        found = json.loads(req.get_body())
    except ValueError:
        raise BadRequest("The body is not valid JSON.") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadRequest("The body is not a list of events.")
    return found[:MOST_EVENTS]


async def _report(data: Mapping[str, Any], app: Services) -> int:
    found = reported(data)
    if found is None:
        return 0
    reference = str(data.get("tag", ""))[:1000]
    taken = await take_report(reference, *found, store=app.store, secret=app.secret)
    return int(taken != "unknown")


async def _reply(data: Mapping[str, Any], app: Services) -> int:
    number, text, message = (str(data.get(name, "")) for name in ("from", "message", "messageId"))
    more: dict[str, Any] = {"context": app.context}
    answer = await take_reply(number[:20], text[:200], message[:64], **more)
    if answer:
        handover = SmsHandover(number[:20], str(data.get("to", ""))[:20], "")
        try:
            await app.texter().say(handover, confirmation(answer, number[:20], text))
        except (MailUnavailable, NotAccepted):
            log.warning("an answer to STOP or START could not be confirmed")  # it counts all the same
    return int(bool(answer))
