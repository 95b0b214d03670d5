"""One-time codes by mail, as pages and endpoints use them: sent at once, counted, and counted when guessed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from functions.wiring import services
from shared.domain.email_code import email_code, is_right_code
from shared.domain.errors import TryAgain
from shared.domain.links import new_id
from shared.domain.messages import Letter
from shared.use_cases.organisation import with_sender
from shared.use_cases.ports import MailUnavailable, NotAccepted


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.business import Calendar
    from shared.use_cases.create_appointment import AppointmentRequest

PATIENCE = 10  # seconds that a mail server has while somebody waits


class MailNotSent(TryAgain):
    code: ClassVar[str] = "mail-not-sent"
    title: ClassVar[str] = "The mail could not be sent"


async def send_code(calendar: Calendar, email: str, language: str, now: datetime) -> None:
    """Send a code; an address that takes no mail is kept quiet about. Raises TooManyRequests, MailNotSent."""
    app, business = services(), calendar.business
    app.limiter.count_code(business.id, email, now)
    letter = Letter(
        kind="code",
        role="customer",
        to=email,
        name="",
        language=language or business.language,
        time_zone=business.time_zone,
        calendar=await with_sender(calendar, store=app.store),
        service=None,
        appointment=None,
        seat=None,
        staff=(),
        uid=new_id(app.secret, "code", business.id, email, now.isoformat()),
        sequence=0,
        code=email_code(app.secret, business.id, email, now),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await app.mailer().deliver(letter, now)
    except NotAccepted:
        return
    except (MailUnavailable, TimeoutError):
        raise MailNotSent from None


def count_try(request: AppointmentRequest, calendar: Calendar, now: datetime) -> None:
    """Count a code that is wrong. Raises TooManyRequests, then for right ones too."""
    if not request.code:
        return
    app, business, email = services(), calendar.business.id, request.customer.email
    is_right = is_right_code(app.secret, business, email, request.code, now)
    app.limiter.count_try(business, email, now, is_right=is_right)
