"""The link by which a reader takes themselves off the report by mail: how it is made, read and followed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound
from shared.domain.links import SignedLink, digest, new_id, read_link, sign
from shared.domain.reports.report_mail import ReportMail
from shared.domain.secrets import verifying
from shared.domain.text.addresses import folded
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import PARTITION, find_organisation
from shared.use_cases.reports.forget_reader import remove_reader, remove_reader_of_all


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
    author = Author(reader.email, new_id(context.secret, "leave report", token))
    if reader.calendar is None:
        await remove_reader_of_all(reader.email, author=author, context=context)
        return
    about = reader.calendar.business.id
    await remove_reader(
        reader.email, reader.calendar, action="left the report", subject=about, author=author, context=context
    )


def _email(mail: ReportMail, link: SignedLink, secret: str) -> str:
    readers, keys = mail.readers, verifying(secret)
    return next((one for one in readers if link.appointment in [_address(key, one) for key in keys]), "")


def _address(secret: str, email: str) -> str:
    # Anyone can read the parts of a link, so it has a digest in place of the address.
    return digest(secret, "report-reader", folded(email)).hex()[:16]
