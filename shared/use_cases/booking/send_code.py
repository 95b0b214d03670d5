"""Sends a one-time code by mail at once, without the outbox, since the customer is waiting for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from shared.domain.appointments.messages import Message
from shared.domain.calendar.email_code import email_code
from shared.domain.errors import TryAgain
from shared.domain.links import new_id
from shared.use_cases.booking.check_code import note_code
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.ports import MailUnavailable, NotAccepted


if TYPE_CHECKING:
    from shared.domain.calendar.business import Calendar
    from shared.use_cases.context import Context
    from shared.use_cases.ports import Mailer

PATIENCE = 10  # seconds that a mail server has while the customer waits


class MailNotSent(TryAgain):
    code: ClassVar[str] = "mail-not-sent"
    title: ClassVar[str] = "The mail could not be sent"


async def send_code(calendar: Calendar, email: str, language: str, *, context: Context, mailer: Mailer) -> None:
    """Send a code to an address. Raise MailNotSent.

    An address that is refused raises nothing: the answer must not reveal which addresses exist.
    """
    business = calendar.business
    await note_code(business.id, email, context=context)
    message = Message(
        kind="code",
        role="customer",
        to=email,
        name="",
        language=business.language_for(language) or business.customer_language,
        time_zone=business.time_zone,
        calendar=await with_sender(calendar, store=context.store),
        service=None,
        appointment=None,
        seat=None,
        staff=(),
        uid=new_id(context.secret, "code", business.id, email, context.now.isoformat()),
        sequence=0,
        code=email_code(context.secret, business.id, email, context.now),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await mailer.deliver(message.in_its_language, context.now)
    except NotAccepted:
        return
    except (MailUnavailable, TimeoutError):
        raise MailNotSent from None
