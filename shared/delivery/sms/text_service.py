"""Composes SMS and hands them to the provider's service."""

from datetime import datetime
from typing import Protocol

from shared.delivery.mail.sender import Sender
from shared.delivery.sms.account import SmsAccount
from shared.delivery.sms.wording import whole_sms
from shared.domain.appointments.messages import Message
from shared.use_cases.sms.texter import SmsHandover


class SmsProvider(Protocol):
    """One provider's service."""

    async def send(self, handover: SmsHandover, text: str) -> None:
        """Raise NotAccepted with a reason, or MailUnavailable, unless the SMS was accepted."""
        ...


class TextService:
    """Sends in the name of the senders of one account."""

    def __init__(self, account: SmsAccount, provider: SmsProvider, sender: Sender) -> None:
        self._account, self._provider, self._sender = account, provider, sender

    def sender_for(self, number: str) -> str:
        """Return the number or the name that sends to a number; empty if none does."""
        return self._account.sender_for(number)

    async def say(self, handover: SmsHandover, text: str) -> None:
        """Send a text as it is. Raise NotAccepted or MailUnavailable unless it was accepted."""
        await self._provider.send(handover, text)

    async def send(self, message: Message, handover: SmsHandover, now: datetime) -> None:
        """Raise NotAccepted or MailUnavailable unless it was accepted."""
        stop = self._sender.stop_page(handover.stop) if handover.stop else ""
        await self._provider.send(handover, whole_sms(message, self._sender, now, stop))
