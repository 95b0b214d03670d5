"""The link by which a reader takes themselves off the report by mail: how it is made, read and followed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound
from shared.domain.links import SignedLink, digest, new_id, read_link, sign
from shared.domain.reports.report_mail import ReportMail
from shared.domain.secrets import verifying
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.change_calendar import change_calendar, with_business
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import PARTITION, change_organisation, find_organisation


LIFE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ReportReader:
    """Who holds a link: their address, empty once they left, and the calendar; None for that of all."""

    calendar: Calendar | None
    email: str


def leave_token(secret: str, business: str, email: str, now: datetime) -> str:
    """Return the link of one reader."""
    expires = int((now + LIFE).timestamp())
    return sign(secret, SignedLink("report", business, _address(secret, email), "", 1, expires))


async def find_report_reader(token: str, *, context: Context) -> ReportReader:
    """Return who holds a link, as things are now. Raise NotFound if it is forged, over, or of no calendar."""
    link = read_link(context.secret, token, "report", context.now)
    if link is None:
        raise NotFound
    if link.business == PARTITION:
        organisation = await find_organisation(store=context.store, within=0)
        return ReportReader(None, _email(organisation.report_mail, link, context.secret))
    calendar = await context.store.calendars.current(await context.store.calendars.find_by_id(link.business))
    return ReportReader(calendar, _email(calendar.business.report_mail, link, context.secret))


async def leave_report(token: str, *, context: Context) -> None:
    """Take the holder of a link off the readers; who is off already stays so. Raise NotFound as the other."""
    reader = await find_report_reader(token, context=context)
    if not reader.email:
        return
    if reader.calendar is None:
        await _leave_that_of_all(reader.email, token, context)
        return
    business = reader.calendar.business
    # of one version of the settings: who is named again can leave again
    author = Author(reader.email, new_id(context.secret, "leave report", token, business.version))

    def change(calendar: Calendar) -> Calendar:
        return with_business(calendar, report_mail=calendar.business.report_mail.without(reader.email))

    await change_calendar(
        name_change(context.secret, business.id, "leave report", author, ""),
        change,
        action="left the report",
        subject=business.id,
        author=author,
        store=context.store,
        now=context.now,
    )


async def _leave_that_of_all(email: str, token: str, context: Context) -> None:
    def edit(organisation: Organisation) -> Organisation:
        return organisation.model_copy(update={"report_mail": organisation.report_mail.without(email)})

    number = hashlib.sha256(f"{token} {context.now.isoformat()}".encode()).hexdigest()[:12]
    await change_organisation(edit, actor=email, number=number, store=context.store, now=context.now)


def _email(mail: ReportMail, link: SignedLink, secret: str) -> str:
    readers, keys = mail.readers, verifying(secret)
    return next((one for one in readers if link.appointment in [_address(key, one) for key in keys]), "")


def _address(secret: str, email: str) -> str:
    # Anyone can read the parts of a link, so it has a digest in place of the address.
    return digest(secret, "report-reader", folded(email)).hex()[:16]
