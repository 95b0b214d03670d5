"""The limit of mails to one address: anyone can book with an address that is not theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import services
from shared.domain.errors import Refusal, TryAgain
from shared.domain.links import read_link
from shared.domain.text.addresses import mailbox_of


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from shared.use_cases.booking.result import Booked

    Command = Callable[[], Awaitable[Booked]]


async def within_mail_limit(email: str, book: Command, now: datetime) -> Booked:
    """Book, and count the mail. Raises TooManyMails; a booking that sends no mail is not counted."""
    return await _counted(mailbox_of(email) if email else "", book, now)


async def within_move_limit(token: str, move: Command, now: datetime) -> Booked:
    """Move the booking of a manage link, and count the mail that it sends. Raises TooManyMails."""
    link = read_link(services().secret, token, "manage", now)
    return await _counted(f"seat {link.seat}" if link else "", move, now)


async def _counted(name: str, command: Command, now: datetime) -> Booked:
    limiter = services().limiter
    if not name:
        return await command()
    limiter.count_mail(name, now)
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
