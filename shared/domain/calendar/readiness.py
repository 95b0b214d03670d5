"""What a calendar lacks before customers can book anything on its page."""

from typing import Literal

from shared.domain.calendar.business import Calendar


Lacking = Literal["service", "staff", "hours"]


def missing(calendar: Calendar) -> list[Lacking]:
    """Return what is missing: a service on the page, somebody who serves one, opening hours."""
    found: list[Lacking] = []
    shown = calendar.offered_services
    if not shown:
        found.append("service")
    elif not any(calendar.staff_of(one) for one in shown):
        found.append("staff")
    business = calendar.business
    if not any(business.hours) and not any(any(one.hours) for one in business.special_dates):
        found.append("hours")
    return found
