"""Twilio by its REST interface: sends an SMS, and checks that a request comes from Twilio.

https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/usage/security
"""

import base64
import hmac
from collections.abc import Mapping, Sequence

from shared.delivery.rest import post
from shared.delivery.sms.account import SmsAccount
from shared.domain.appointments.sent_sms import SmsReason, SmsStatus
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.texter import SmsHandover


REASONS: Mapping[int, SmsReason] = {
    21211: "invalid",
    21214: "unreachable",
    21217: "invalid",
    21421: "invalid",
    21610: "opted_out",
    21612: "unreachable",
    21614: "landline",
    30003: "unreachable",
    30004: "blocked",
    30005: "unknown",
    30006: "landline",
    30007: "spam",
    30017: "unreachable",
    30034: "blocked",
}
"""Why a number is not reached, by Twilio's code: another try has the same result."""
STATES: Mapping[str, SmsStatus] = {"delivered": "delivered", "undelivered": "failed", "failed": "failed"}
OURS = (401, 403, 404, 408, 409, 429)  # what is no fault of the recipient


class Twilio:
    """One account. `report_url` begins the address to which reports about an SMS are sent."""

    def __init__(self, account: SmsAccount, report_url: str) -> None:
        self._account, self._report_url = account, report_url

    async def send(self, handover: SmsHandover, text: str) -> None:
        """Raise NotAccepted with a reason, or MailUnavailable, unless Twilio has accepted the SMS."""
        own = self._account
        url = f"{own.origin}/2010-04-01/Accounts/{own.user}/Messages.json"
        form = {
            "To": handover.number,
            "From": handover.sender,
            "Body": text,
            "StatusCallback": f"{self._report_url}/{handover.reference}",
        }
        answer = await post(url, {"Authorization": basic(own.user, own.token)}, form)
        if answer.status in (200, 201):
            return
        code = answer.document.get("code")
        reason = REASONS.get(code) if isinstance(code, int) else None
        if reason:
            raise NotAccepted(reason)
        if 400 <= answer.status < 500 and answer.status not in OURS:
            raise NotAccepted("other")
        raise MailUnavailable(f"{answer.status} {code or ''}", answer.wait if answer.status == 429 else None)


def basic(user: str, token: str) -> str:
    """Return the header by which an account shows that it asks."""
    return f"Basic {base64.b64encode(f'{user}:{token}'.encode()).decode()}"


def signature(token: str, url: str, fields: Sequence[tuple[str, str]]) -> str:
    """Return how Twilio signs a request to an address with the fields of a form."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def is_signed(token: str, url: str, fields: Sequence[tuple[str, str]], given: str) -> bool:
    """Return whether a request comes from Twilio."""
    return hmac.compare_digest(signature(token, url, fields).encode(), given.encode("utf-8", "replace"))


def reported(fields: Mapping[str, str]) -> tuple[SmsStatus, SmsReason] | None:
    """Return what a report says; None where it says only that an SMS is on its way."""
    status = STATES.get(fields.get("MessageStatus", ""))
    if status is None:
        return None
    code = fields.get("ErrorCode", "")
    reason = REASONS.get(int(code), "other") if code.isdecimal() and len(code) < 9 else "other"
    return status, reason if status == "failed" else ""
