"""Says in words beyond which rule an appointment was booked, as the audit recorded it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from gettext import NullTranslations

RULES = {
    "in_the_past": marked("In the past"),
    "minimum_lead_time": marked("At shorter notice than the rules allow"),
    "maximum_lead_time": marked("Further ahead than the rules allow"),
    "time_increment": marked("Between the times that are offered"),
    "special_dates": marked("On a date with other hours"),
    "business_hours": marked("Outside the opening hours"),
    "bookable_dates": marked("At a time that the rules exclude"),
    "staff_hours": marked("Outside the person’s own hours"),
    "not-offered": marked("With another length than the service has"),
    "outside-lead-time": marked("Outside the notice that the rules allow"),
    "staff_selection": marked("With someone who doesn’t offer the service"),
}
BEYOND = re.compile(r" beyond ([\w-]+)")


def beyond(action: str, texts: NullTranslations) -> str:
    """Return the rule of an action such as "booked beyond business_hours"; empty where none was exceeded."""
    found = BEYOND.search(action)
    return texts.gettext(RULES[found[1]]) if found and found[1] in RULES else ""
