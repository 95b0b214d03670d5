"""Makes somebody the administrator of a calendar, from outside it: the way back where no administrator is left."""

from dataclasses import replace

from shared.domain.calendar.administrators import as_administrator
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.commands import Author, name_change, new_guid
from shared.use_cases.context import Context


ACTION = "administrator restored"


async def restore_administrator(
    business: str, email: str, name: str, *, author: Author, context: Context
) -> Calendar:
    """Make the person with an address an administrator; who is not on the staff is added, not to be booked.

    Raise NotFound if there is no calendar.
    """
    command = name_change(context.secret, business, ACTION, author, folded(email))
    number = new_guid(command)

    def change(calendar: Calendar) -> Calendar:
        known = next((one for one in calendar.staff.values() if folded(one.email) == folded(email)), None)
        person = known or StaffMember(
            id=number, name=name or email, email=email, is_bookable=False, is_listed=False
        )
        return replace(calendar, staff={**calendar.staff, person.id: as_administrator(person)})

    return await change_calendar(
        command, change, action=ACTION, subject=business, author=author, store=context.store, now=context.now
    )
