"""Takes the address of somebody who was removed or erased off the readers of reports by mail."""

from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import Calendar
from shared.use_cases.calendars.change_calendar import change_calendar, with_business
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import change_organisation, find_organisation


ACTION = "reader forgotten"


async def forget_reader(email: str, *, business: str, author: Author, context: Context) -> None:
    """Take an erased customer's address off the readers of a calendar. It is not noted: that would keep it."""
    calendar = await context.store.calendars.reload(business)
    if not calendar.business.report_mail.is_read_by(email):
        return

    def change(calendar: Calendar) -> Calendar:
        return with_business(calendar, report_mail=calendar.business.report_mail.without(email))

    command = name_change(context.secret, business, f"{ACTION} {calendar.business.version}", author, "")
    await change_calendar(command, change, action="", subject="", author=author, store=context.store, now=None)


async def forget_reader_of_all(email: str, *, author: Author, context: Context, is_erased: bool = False) -> None:
    """Take an address off the readers of the organisation's report; of somebody who `is_erased` none is noted."""
    known = await find_organisation(store=context.store, within=0)
    if not known.report_mail.is_read_by(email):
        return

    def edit(organisation: Organisation) -> Organisation:
        return organisation.model_copy(update={"report_mail": organisation.report_mail.without(email)})

    number = name_change(context.secret, "", ACTION, author, "").hash[:12]
    await change_organisation(
        edit, actor=author.actor, number=number, store=context.store, now=context.now, tells_values=not is_erased
    )
