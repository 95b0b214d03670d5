"""Takes an address off the readers of reports by mail: by their own link, or once they were removed or erased."""

from collections.abc import Collection

from shared.domain.access.organisation import Organisation, without_named
from shared.domain.calendar.business import Calendar
from shared.domain.reports.readers import without_leaver, without_reader
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.calendars.find_businesses import find_all, find_current, works_here
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import change_organisation, find_organisation


async def forget_customer_as_reader(email: str, *, business: str, author: Author, context: Context) -> None:
    """Take an erased customer's address off a calendar's readers, unless somebody on a staff has it."""
    calendar = await context.store.calendars.reload(business, include_deleted=True)
    if not calendar.business.report_mail.is_read_by(email) or await works_here(email, store=context.store):
        return
    await remove_reader(email, calendar, action="calendar changed", author=author, context=context, is_erased=True)


async def remove_reader(
    email: str,
    calendar: Calendar,
    *,
    action: str,
    author: Author,
    context: Context,
    subject: str = "",
    is_erased: bool = False,
) -> None:
    """Take an address off the readers of a calendar; of somebody who `is_erased` the audit names none.

    It is a change of this version of the settings: who is named again can be removed again.
    """
    if not calendar.business.report_mail.is_read_by(email):
        return

    def change(current: Calendar) -> Calendar:
        return without_leaver(current, email) if is_erased else without_reader(current, email)

    business = calendar.business
    await change_calendar(
        name_change(context.secret, business.id, f"{action} {business.version}", author, ""),
        change,
        action=action,
        subject=subject,
        author=author,
        store=context.store,
        now=context.now,
        tells_values=not is_erased,
        reaches_deleted=is_erased,
    )


async def remove_reader_everywhere(
    email: str, *, author: Author, context: Context, apart: Collection[str] = (), is_erased: bool = False
) -> None:
    """Take an address off the readers of all reports by mail, and off those who may read that of all calendars.

    Calendars that are set `apart` stay as they are, and so do deleted ones, unless somebody `is_erased`.
    """
    found = [one.id for one in await find_all(store=context.store) if one.id not in apart]
    for calendar in await find_current(found, store=context.store, with_deleted=is_erased):
        await remove_reader(
            email, calendar, action="calendar changed", author=author, context=context, is_erased=is_erased
        )
    await remove_reader_of_all(email, author=author, context=context, is_erased=is_erased, may_read=False)


async def remove_reader_of_all(
    email: str, *, author: Author, context: Context, is_erased: bool = False, may_read: bool = True
) -> None:
    """Take an address off the readers of the organisation's report, in the same way.

    Unless they still `may_read` it at the console, they are not named there either.
    """

    def edit(organisation: Organisation) -> Organisation:
        named = organisation.report_readers if may_read else without_named(organisation.report_readers, email)
        changes = {"report_mail": organisation.report_mail.without(email), "report_readers": named}
        return organisation.model_copy(update=changes)

    known = await find_organisation(store=context.store, within=0)
    if edit(known) == known:
        return

    number = name_change(context.secret, "", "organisation reader removed", author, "").hash[:12]
    await change_organisation(
        edit, actor=author.actor, number=number, store=context.store, now=context.now, tells_values=not is_erased
    )
