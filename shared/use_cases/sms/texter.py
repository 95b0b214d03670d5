"""What sends SMS: a port, with none behind it where no provider is set up."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from shared.use_cases.ports import MailUnavailable


if TYPE_CHECKING:
    from shared.domain.appointments.messages import Message


class SmsHandover(NamedTuple):
    """An SMS to hand over: to whom, from whom, and by what its provider's reports name it.

    `stop` is the code with which a number is opted out on a page; empty where an answer does that.
    """

    number: str
    sender: str
    reference: str
    stop: str = ""


class Texter(Protocol):
    """Hands SMS over for delivery."""

    def sender_for(self, number: str) -> str:
        """Return the number or the name that sends to a number in E.164; empty if none does."""
        ...

    async def send(self, message: "Message", handover: SmsHandover, now: datetime) -> None:
        """Raise NotAccepted with one of `SmsReason`, or MailUnavailable, unless it was accepted."""
        ...

    async def say(self, handover: SmsHandover, text: str) -> None:
        """Send a text as it is. Raise as `send` does."""
        ...


class NoTexter:
    """Where no provider is set up: no SMS is sent."""

    async def say(self, handover: SmsHandover, text: str) -> None:  # noqa: ARG002 - the same
        """Raise MailUnavailable."""
        raise MailUnavailable("no provider")

    def sender_for(self, number: str) -> str:  # noqa: ARG002 - the protocol's
        """Return that none sends."""
        return ""

    async def send(self, message: "Message", handover: SmsHandover, now: datetime) -> None:  # noqa: ARG002 - the same
        """Raise MailUnavailable."""
        raise MailUnavailable("no provider")
