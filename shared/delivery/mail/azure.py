"""Azure Communication Services mail by its REST interface, with the app's identity.

Operation-Id follows from the Message-ID, and the service is asked to refuse a Message-ID that it has had before: a
try that is repeated after a crash brings no second mail.
https://learn.microsoft.com/rest/api/communication/email/email/send
"""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.delivery.azure_tokens import SCOPE, AzureTokens
from shared.delivery.rest import RestAnswer, post
from shared.records.table import Ambiguous
from shared.use_cases.ports import MailUnavailable, NotAccepted


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import EmailMessage

    from shared.domain.appointments.mail_report import MailReason, MailStatus

VERSION = "2023-03-31"
OWN = ("Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress")
WAITS = timedelta(seconds=60)  # where the service does not say how long
WRONG_RECIPIENT = ("recipient", "emailaddress")
DELIVERED, ON_ITS_WAY = ("delivered", "expanded"), ("", "outfordelivery")
REASONS: Mapping[str, MailReason] = {
    "bounced": "bounced",
    "filteredspam": "filtered",
    "quarantined": "filtered",
    "suppressed": "suppressed",
}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class AzureReport(NamedTuple):
    """What Azure says of a mail, and when that came to be."""

    reference: str
    status: MailStatus
    reason: MailReason
    at: datetime


class AzureMailer:
    """One resource. A sender that it is too much for stops for as long as it says: each early try would count."""

    def __init__(self, origin: str, identity: AzureTokens) -> None:
        self._origin, self._identity = origin, identity
        self._stopped: dict[str, float] = {}  # the loop's time until which a sender waits

    async def send(self, message: EmailMessage) -> None:
        """Return once the service has accepted the mail; otherwise raise NotAccepted or MailUnavailable."""
        sender, now = _only(message, "From"), asyncio.get_running_loop().time()
        if (left := self._stopped.get(sender, now) - now) > 0:
            raise MailUnavailable("the sender waits", timedelta(seconds=left))
        try:
            token = (await self._identity.get_token(SCOPE)).token
        except Ambiguous as error:
            raise MailUnavailable("no token") from error
        operation = str(uuid.uuid5(uuid.NAMESPACE_URL, str(message["Message-ID"])))
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Operation-Id": operation,
        }
        url = f"{self._origin}/emails:send?api-version={VERSION}"
        self._judge(await post(url, headers, json.dumps(_body(message))), sender)

    def _judge(self, answer: RestAnswer, sender: str) -> None:
        code, said = _error(answer)
        if answer.status == 202 or (answer.status in (400, 409) and _is_repeated(code, said)):
            return
        if answer.status == 429:
            wait = answer.wait or WAITS
            self._stopped[sender] = asyncio.get_running_loop().time() + wait.total_seconds()
            raise MailUnavailable("429", wait)
        if answer.status == 400 and any(word in f"{code} {said}".lower() for word in WRONG_RECIPIENT):
            raise NotAccepted(code[:100])
        raise MailUnavailable(f"{answer.status} {code}"[:200])


def _error(answer: RestAnswer) -> tuple[str, str]:
    error = answer.document.get("error")
    found = error if isinstance(error, dict) else {}
    return str(found.get("code", "")), str(found.get("message", ""))


def _is_repeated(code: str, said: str) -> bool:
    """Return whether the service has had this mail before."""
    text = f"{code} {said}".lower().replace("-", "").replace(" ", "")
    return "duplicate" in text and ("messageid" in text or "operationid" in text)


def _body(message: EmailMessage) -> dict[str, Any]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    content = {"subject": str(message["Subject"])}
    content |= {"plainText": plain.get_content()} if plain else {}
    content |= {"html": html.get_content()} if html else {}
    headers = {name: str(message[name]) for name in OWN if message[name]}
    reply = message["Reply-To"]
    return {
        "senderAddress": _only(message, "From"),
        "recipients": {"to": [{"address": _only(message, "To")}]},
        "content": content,
        "attachments": list(_attachments(message)),
        "replyTo": [{"address": _only(message, "Reply-To")}] if reply else [],
        "headers": {**headers, "x-ms-acsemail-validate-message-id": "true"},
        "userEngagementTrackingDisabled": True,
    }


def _attachments(message: EmailMessage) -> Iterator[dict[str, str]]:
    for part in message.iter_attachments():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            kind, name = part.get_content_type(), part.get_filename() or "file"
            yield {"name": name, "contentType": kind, "contentInBase64": base64.b64encode(data).decode()}


def _only(message: EmailMessage, header: str) -> str:
    (address,) = message[header].addresses
    return str(address.addr_spec)


def reported(data: Mapping[str, Any]) -> AzureReport | None:
    """Return what the data of an event EmailDeliveryReportReceived says; None if it is nothing final.

    By its documentation any status other than Delivered is a failure.
    """
    said = str(data.get("status", "")).lower()
    if said in ON_ITS_WAY:
        return None
    named = str(data.get("internetMessageId", ""))[:1000].strip("<>")
    reference = named.rpartition("@")[0].partition(".")[2]
    at = _moment(data.get("deliveryAttemptTimestamp") or data.get("deliveryAttemptTimeStamp"))
    if said in DELIVERED:
        return AzureReport(reference, "delivered", "", at)
    return AzureReport(reference, "failed", REASONS.get(said, "undeliverable"), at)


def _moment(said: object) -> datetime:
    """Return a moment as Azure writes it; long ago if it is none."""
    try:
        found = datetime.fromisoformat(str(said)[:40])
    except ValueError:
        return LONG_AGO
    return found if found.tzinfo else found.replace(tzinfo=UTC)
