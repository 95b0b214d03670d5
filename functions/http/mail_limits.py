"""The limit of messages to one address or number: anyone can book with one that is not theirs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from functions.wiring import services
from shared.domain.errors import Refusal, TryAgain
from shared.domain.links import read_link
from shared.domain.text.addresses import mailbox_of
from shared.domain.text.phones import e164, region_of


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from shared.domain.calendar.business import Business
    from shared.use_cases.booking.check_form import FormRules
    from shared.use_cases.booking.result import Booked

    Command = Callable[[], Awaitable[Booked]]


async def within_mail_limit(form: FormRules, business: Business, book: Command, now: datetime) -> Booked:
    """Book, and count the mail and the SMS; what sends nothing is not counted.

    Raises TooManyMails, and TooManyRequests for the number.
    """
    email, number = form.customer.email, form.customer.phone if form.sms_consent else ""
    called = e164(number, region_of(business.phone, business.time_zone)) if number else ""
    counted = partial(_counted, f"phone {called}" if called else "", book, now, is_mail=False)
    return await _counted(mailbox_of(email) if email else "", counted, now)


async def within_move_limit(token: str, move: Command, now: datetime) -> Booked:
    """Move the booking of a manage link, and count the mail that it sends. Raises TooManyMails."""
    link = read_link(services().secret, token, "manage", now)
    return await _counted(f"seat {link.seat}" if link else "", move, now)


async def _counted(name: str, command: Command, now: datetime, *, is_mail: bool = True) -> Booked:
    limiter = services().limiter
    if not name:
        return await command()
    (limiter.count_mail if is_mail else limiter.count_text)(name, now)
    try:
        done = await command()
    except TryAgain:  # it may be booked, so it stays counted
        raise
    except Refusal:
        limiter.forget_mail(name)
        raise
    if not done.is_new:
        limiter.forget_mail(name)
    return done
