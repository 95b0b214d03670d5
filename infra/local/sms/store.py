"""The SMS that the service has taken, in memory: whoever stops it begins anew."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


OUTCOMES = {
    "1": "delivered",
    "2": "undelivered",  # 30003: the telephone is not reached
    "3": "refused",  # 21614: a landline
    "4": "slow",
    "5": "silent",
    "6": "blocked",  # 21610: its carrier has a STOP of it
    "7": "busy",  # 429
}
"""What becomes of an SMS, by the last digit of its number; of any other digit it is delivered."""


@dataclass
class Sms:
    """One SMS, of the app's or of a telephone."""

    account: str
    sender: str
    to: str
    text: str
    callback: str = ""
    is_reply: bool = False
    sid: str = field(default_factory=lambda: f"SM{secrets.token_hex(16)}")
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: str = "queued"
    code: int | None = None

    @property
    def outcome(self) -> str:
        """What becomes of it."""
        return OUTCOMES.get(self.to[-1:], "delivered")

    def resource(self) -> dict[str, Any]:
        """It as Twilio's API shows a message."""
        moment = self.at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.text,
            "date_created": moment,
            "date_sent": moment,
            "date_updated": moment,
            "direction": "inbound" if self.is_reply else "outbound-api",
            "error_code": self.code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {},
            "to": self.to,
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{self.sid}.json",
        }


class SmsStore:
    """All that has been sent, the newest first."""

    def __init__(self) -> None:
        self.all: list[Sms] = []

    def add(self, sms: Sms) -> None:
        """Keep an SMS."""
        self.all.insert(0, sms)

    def find(self, sid: str) -> Sms | None:
        """Return one by its id."""
        return next((one for one in self.all if one.sid == sid), None)
