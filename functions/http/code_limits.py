"""The limits of one-time codes: how many are sent to one address, and how often one client may guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import services
from shared.domain.errors import InvalidFields, Refusal
from shared.domain.text.addresses import folded
from shared.use_cases.booking.send_code import send_code


if TYPE_CHECKING:
    from datetime import datetime

    from functions.http.mail_limits import Command
    from shared.domain.calendar.business import Calendar
    from shared.use_cases.booking.create_appointment import AppointmentRequest
    from shared.use_cases.booking.result import Booked


async def send_counted_code(calendar: Calendar, email: str, language: str, now: datetime) -> None:
    """Send a code, and count it for the address. Raises TooManyRequests, MailNotSent."""
    app = services()
    app.limiter.count_code(calendar.business.id, email, now)
    await send_code(calendar, email, language, context=app.context, mailer=app.mailer())


async def with_code_tried(
    request: AppointmentRequest, client: str, calendar: Calendar, book: Command, now: datetime
) -> Booked:
    """Book, and count a wrong code for this client and address.

    Raises TooManyRequests after too many, for right codes too: otherwise guessing could go on.
    """
    if not request.code:
        return await book()
    limiter, name = services().limiter, f"{calendar.business.id}|{folded(request.customer.email)}|{client}"
    # counted before and taken back after: parallel guesses cannot pass the limit together
    limiter.count_try(name, now)
    try:
        done = await book()
    except InvalidFields as wrong:
        if wrong.errors[0].pointer != "/code":
            limiter.forget_try(name)
        raise
    except Refusal:
        limiter.forget_try(name)
        raise
    limiter.forget_try(name)
    return done
