"""Sends a message about a sample appointment to the person who edits its text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from functions.console.messages.samples import SampleReader
from shared.domain.errors import TooManyMails
from shared.domain.text.addresses import mailbox_of
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.ports import MailUnavailable, NotAccepted


if TYPE_CHECKING:
    from functions.console.messages.editor import EditedText
    from shared.domain.calendar.business import Calendar

PATIENCE = 10  # seconds that a mail server has while the person waits


class TestResult(NamedTuple):
    """What became of a test."""

    text: str
    is_sent: bool


async def send_test(text: EditedText, calendar: Calendar, wrong: str) -> TestResult:
    """Send the text of a calendar that is not saved, unless something is `wrong` in it.

    It counts as a mail to that address like any other.
    """
    page, _ = text.page, text.page.texts.gettext
    address = page.caller.email
    if wrong or not address:
        return TestResult(wrong or _("Your account has no email address"), is_sent=False)
    reader = SampleReader(address, page.caller.name or address)
    sender = await with_sender(calendar, store=page.app.store)
    message = text.message(sender, page.form.get("view-sample"), reader=reader)
    try:
        page.app.limiter.count_mail(mailbox_of(address), page.now)
        async with asyncio.timeout(PATIENCE):
            await page.app.mailer().deliver(message, page.now)
    except TooManyMails:
        return TestResult(_("That’s many emails in a short time. Try again later"), is_sent=False)
    except NotAccepted:
        return TestResult(_("The email server refuses %(address)s") % {"address": address}, is_sent=False)
    except (MailUnavailable, TimeoutError):
        return TestResult(_("The email couldn’t be sent. Try again in a moment"), is_sent=False)
    return TestResult(_("Sent to %(address)s") % {"address": address}, is_sent=True)
