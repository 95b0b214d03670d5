"""Azure Communication Services SMS by its REST interface, with the app's identity; and what its events say.

https://learn.microsoft.com/rest/api/communication/sms/sms/send
"""

import json
from collections.abc import Mapping
from typing import Any

from shared.delivery.azure_tokens import SCOPE, AzureTokens
from shared.delivery.rest import post
from shared.delivery.sms.account import SmsAccount
from shared.domain.appointments.sent_sms import SmsReason, SmsStatus
from shared.records.table import Ambiguous
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.texter import SmsHandover


VERSION = "2021-03-07"
STATES: Mapping[str, SmsStatus] = {"delivered": "delivered", "failed": "failed", "expired": "failed"}
WORDS: tuple[tuple[str, SmsReason], ...] = (
    ("optedout", "opted_out"),
    ("opted out", "opted_out"),
    ("unsubscribed", "opted_out"),
    ("landline", "landline"),
    ("invalid", "invalid"),
    ("unknown", "unknown"),
    ("not exist", "unknown"),
    ("spam", "spam"),
    ("blocked", "blocked"),
    ("unreachable", "unreachable"),
    ("expired", "unreachable"),
)


class AzureSms:
    """One resource."""

    def __init__(self, account: SmsAccount, identity: AzureTokens) -> None:
        self._account, self._identity = account, identity

    async def send(self, handover: SmsHandover, text: str) -> None:
        """Raise NotAccepted with a reason, or MailUnavailable, unless the service has accepted the SMS."""
        try:
            token = (await self._identity.get_token(SCOPE)).token
        except Ambiguous as error:
            raise MailUnavailable("no token") from error
        url = f"{self._account.origin}/sms?api-version={VERSION}"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = await post(url, headers, json.dumps(_body(handover, text)))
        if answer.status == 429 or answer.status >= 500 or answer.status in (401, 403, 404, 408):
            raise MailUnavailable(str(answer.status), answer.wait if answer.status == 429 else None)
        found = answer.document.get("value")
        one = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
        if answer.status == 202 and one.get("successful") is True:
            return
        if answer.status == 202 and one.get("httpStatusCode") in (429, 500, 502, 503, 504):
            raise MailUnavailable(str(one.get("httpStatusCode")))
        raise NotAccepted(_reason(str(one.get("errorMessage", ""))))


def _body(handover: SmsHandover, text: str) -> Mapping[str, Any]:
    return {
        "from": handover.sender,
        "message": text,
        "smsRecipients": [{"to": handover.number}],
        "smsSendOptions": {"enableDeliveryReport": True, "tag": handover.reference},
    }


def _reason(said: str) -> SmsReason:
    plain = said.lower()
    return next((reason for word, reason in WORDS if word in plain), "other")


def reported(data: Mapping[str, Any]) -> tuple[SmsStatus, SmsReason] | None:
    """Return what the data of an event SMSDeliveryReportReceived says; None if it is nothing final."""
    status = STATES.get(str(data.get("deliveryStatus", "")).lower())
    if status is None:
        return None
    return status, _reason(str(data.get("deliveryStatusDetails", ""))) if status == "failed" else ""
