"""Sends a message about a sample appointment to the person who edits its text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from functions.console.messages.samples import SampleReader
from shared.domain.errors import TooManyMails
from shared.domain.text.addresses import mailbox_of
from shared.domain.text.phones import e164, region_of
from shared.storage.checks.basis import prove
from shared.use_cases.messages.references import MessageReference, reference_of
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.ports import MailUnavailable, NotAccepted
from shared.use_cases.sms.opt_outs import code_of, is_opted_out, stop_token
from shared.use_cases.sms.texter import SmsHandover


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from functions.console.messages.editor import EditedText
    from shared.domain.appointments.messages import Message
    from shared.domain.calendar.business import Calendar

PATIENCE = 10  # seconds that a server has while the person waits
PHONE = "test-phone"  # the field with their number


class TestResult(NamedTuple):
    """What became of a test."""

    text: str
    is_sent: bool


async def send_test(text: EditedText, calendar: Calendar, wrong: str) -> TestResult:
    """Send the text of a calendar that is not saved by email, unless something is `wrong` in it.

    It counts as a mail to that address like any other.
    """
    page, _ = text.page, text.page.texts.gettext
    address = page.caller.email
    if wrong or not address:
        return TestResult(wrong or _("Your account has no email address"), is_sent=False)
    message = await _message(text, calendar, address)
    return await _sent(text, mailbox_of(address), address, lambda: page.app.mailer().deliver(message, page.now))


async def send_test_sms(text: EditedText, calendar: Calendar, wrong: str) -> TestResult:
    """Send it as an SMS to the number that was typed, unless that wants none; it counts in the same way."""
    page, _, secret = text.page, text.page.texts.gettext, text.page.app.secret
    business, texter = calendar.business, page.app.texter()
    number = e164(page.form.get(PHONE), region_of(business.phone, business.time_zone))
    sender = texter.sender_for(number) if number else ""
    if wrong or not sender:
        other = _("No sender is set up for this number") if number else _("Enter your phone number")
        return TestResult(wrong or other, is_sent=False)
    code = code_of(secret, number)
    if await is_opted_out(code, store=page.app.store):
        return TestResult(_("%(address)s gets no SMS: it has opted out") % {"address": number}, is_sent=False)
    is_answered = sender.startswith("+") or sender.isdigit()
    reference = reference_of(secret, "sms", MessageReference(business.id, "test"))
    handover = SmsHandover(number, sender, reference, "" if is_answered else stop_token(secret, code))
    message = await _message(text, calendar, number)
    return await _sent(
        text, f"sms {page.caller.subject}", number, lambda: texter.send(message, handover, page.now)
    )


async def _message(text: EditedText, calendar: Calendar, to: str) -> Message:
    page = text.page
    sender = await with_sender(calendar, store=page.app.store)
    return text.message(sender, page.form.get("view-sample"), reader=SampleReader(to, page.caller.name or to))


async def _sent(text: EditedText, counted: str, to: str, send: Callable[[], Awaitable[None]]) -> TestResult:
    """Send within the limit of messages, whose name is `counted`, and return what became of it."""
    page, _ = text.page, text.page.texts.gettext
    await prove()  # a message cannot be called back
    try:
        page.app.limiter.count_mail(counted, page.now)
        async with asyncio.timeout(PATIENCE):
            await send()
    except TooManyMails:
        return TestResult(_("That’s too many messages in a short time. Try again later"), is_sent=False)
    except NotAccepted:
        return TestResult(_("The server refuses %(address)s") % {"address": to}, is_sent=False)
    except (MailUnavailable, TimeoutError):
        return TestResult(_("The message couldn’t be sent. Try again in a moment"), is_sent=False)
    return TestResult(_("Sent to %(address)s") % {"address": to}, is_sent=True)
