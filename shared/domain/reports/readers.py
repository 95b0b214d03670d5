"""A calendar without one of those to whom its report is mailed."""

from dataclasses import replace

from shared.domain.calendar.business import Calendar
from shared.domain.text.addresses import folded


def without_reader(calendar: Calendar, email: str) -> Calendar:
    """Return the calendar whose report is not mailed to an address."""
    mail = calendar.business.report_mail.without(email)
    return replace(calendar, business=calendar.business.model_copy(update={"report_mail": mail}))


def without_leaver(calendar: Calendar, email: str) -> Calendar:
    """Return the same about somebody who is gone; a colleague who has the address goes on reading it."""
    has_it = any(folded(one.email) == folded(email) for one in calendar.staff.values())
    return calendar if has_it else without_reader(calendar, email)
