"""Telephones that keep what they are sent by SMS; the last digit of a number chooses what becomes of it."""

import asyncio
from dataclasses import replace
from typing import NamedTuple

from shared.delivery.mail.sender import Sender
from shared.delivery.sms.account import SmsAccount
from shared.delivery.sms.text_service import TextService
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.texter import SmsHandover


TOKEN = "a token of Twilio's"
ACCOUNT = SmsAccount(
    "twilio", "https://api.twilio.example", "AC1", TOKEN, (("+44", "Clinic"), ("*", "+15005550006"))
)
LANDLINE, CARRIER_STOP = "3", "6"


class Text(NamedTuple):
    """One SMS as its provider has taken it."""

    handover: SmsHandover
    text: str


class Telephones:
    """A provider of SMS."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.is_away = False
        self.takes = 0.0  # seconds
        self.senders = ACCOUNT.senders

    @property
    def service(self) -> TextService:
        sender = Sender("bookings@example.org", "https://book.example.org", "example.org")
        return TextService(replace(ACCOUNT, senders=self.senders), self, sender)

    async def send(self, handover: SmsHandover, text: str) -> None:
        await asyncio.sleep(self.takes)
        if self.is_away:
            raise MailUnavailable("connection refused")
        if handover.number.endswith(LANDLINE):
            raise NotAccepted("landline")
        if handover.number.endswith(CARRIER_STOP):
            raise NotAccepted("opted_out")
        self.texts.append(Text(handover, text))

    @property
    def said(self) -> list[str]:
        return [one.text for one in self.texts]
