"""One-time codes by mail, as pages and endpoints use them: sent at once, counted, and counted when guessed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from functions.wiring import services
from shared.domain.appointments.messages import Letter
from shared.domain.calendar.email_code import email_code
from shared.domain.errors import InvalidFields, Refusal, TryAgain
from shared.domain.links import new_id
from shared.domain.text.addresses import folded
from shared.use_cases.booking.check_code import note_code
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.ports import MailUnavailable, NotAccepted


if TYPE_CHECKING:
    from datetime import datetime

    from functions.http.mail_limits import Command
    from shared.domain.calendar.business import Calendar
    from shared.use_cases.booking.create_appointment import AppointmentRequest
    from shared.use_cases.booking.result import Booked

PATIENCE = 10  # seconds that a mail server has while somebody waits


class MailNotSent(TryAgain):
    code: ClassVar[str] = "mail-not-sent"
    title: ClassVar[str] = "The mail could not be sent"


async def send_code(calendar: Calendar, email: str, language: str, now: datetime) -> None:
    """Send a code; an address that takes no mail is kept quiet about. Raises TooManyRequests, MailNotSent."""
    app, business = services(), calendar.business
    app.limiter.count_code(business.id, email, now)
    await note_code(business.id, email, store=app.store, secret=app.secret, now=now)
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


async def with_code_tried(
    request: AppointmentRequest, client: str, calendar: Calendar, book: Command, now: datetime
) -> Booked:
    """Book, and count a code that is wrong. Raises TooManyRequests for that client, then for right codes too."""
    if not request.code:
        return await book()
    limiter, name = services().limiter, f"{calendar.business.id}|{folded(request.customer.email)}|{client}"
    limiter.count_try(name, now)
    try:
        done = await book()
    except InvalidFields as wrong:
        if wrong.errors[0][0] != "/code":
            limiter.forget_try(name)
        raise
    except Refusal:
        limiter.forget_try(name)
        raise
    limiter.forget_try(name)
    return done
