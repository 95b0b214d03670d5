"""Why a time is not offered: the name of the first rule that removed it, for each person of the service.

The rules are checked in the order in which availability applies them, on the same masks, so that an explanation
agrees with what the page shows.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from shared.domain.availability.slots import (
    BookingRules,
    bookable_dates,
    business_hours,
    is_whole_tick,
    lead_times,
    single_start_window,
    staff_hours,
)
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import grid_mask, open_mask
from shared.domain.timeline.ledger import Ledger, at_least_once, busy_in
from shared.domain.timeline.ticks import Window


RuleName = Literal[
    "offered",
    "in_the_past",
    "minimum_lead_time",
    "maximum_lead_time",
    "time_increment",
    "special_dates",
    "business_hours",
    "bookable_dates",
    "staff_hours",
    "time_off",
    "another_calendar",
    "external_calendar",
    "appointment",
    "buffer",
]


def explain(
    calendar: Calendar,
    service: Service,
    start: datetime,
    now: datetime,
    ledgers: Mapping[str, Mapping[str, Ledger]],
) -> dict[str, RuleName]:
    """Return, for each person of the service, "offered" or the rule that removed the start.

    `ledgers` is by person, then by UTC month ("yyyymm").
    """
    judge = BookingRules(calendar, service, single_start_window(start), now)
    general = _general_rule(judge, start)
    return {
        person.id: general or _personal_rule(judge, person, ledgers.get(person.id, {}))
        for person in calendar.staff_of(service)
    }


def _visit(judge: BookingRules) -> int:
    return judge.window.cut(judge.days.first, judge.days.first + judge.service.visit_ticks)


def _span(judge: BookingRules) -> int:
    """Return the visit with its buffers; the window is a tick wider."""
    first, service = judge.days.first, judge.service
    return judge.window.cut(first - service.pre_ticks, first + service.visit_ticks + service.post_ticks)


def _general_rule(judge: BookingRules, start: datetime) -> RuleName | None:
    """Return the rule that removes the start for all staff."""
    policy = judge.calendar.policy_of(judge.service)
    soonest, latest = lead_times(policy, judge.now)
    # In the past every other rule would be true as well, and none of them helpful.
    if start < judge.now:
        return "in_the_past"
    if start < soonest:
        return "minimum_lead_time"
    if start > latest:
        return "maximum_lead_time"
    grid = grid_mask(policy.time_slot_interval, judge.calendar.business.time_zone, judge.window)
    if not is_whole_tick(start) or not grid & judge.window.cut(judge.days.first, judge.days.last):
        return "time_increment"
    return _hours_rule(judge)


def _hours_rule(judge: BookingRules) -> RuleName | None:
    business, policy = judge.calendar.business, judge.calendar.policy_of(judge.service)
    window, visit = judge.window, _visit(judge)
    if visit & ~business_hours(business, window):
        is_open_otherwise = not visit & ~open_mask(business.hours, business.time_zone, window)
        return "special_dates" if is_open_otherwise else "business_hours"
    return "bookable_dates" if visit & ~bookable_dates(policy, business.time_zone, window) else None


def _personal_rule(judge: BookingRules, person: StaffMember, ledgers: Mapping[str, Ledger]) -> RuleName:
    window, visit, span = judge.window, _visit(judge), _span(judge)
    if visit & ~staff_hours(person, judge.calendar.business, window):
        return "staff_hours"
    kinds: dict[RuleName, str] = {"time_off": "off", "another_calendar": "held", "external_calendar": "external"}
    for rule, mask in kinds.items():
        if _joined(window, ledgers, mask) & span:
            return rule
    claimed = _joined(window, ledgers, "claimed") & span
    if claimed & visit:
        return "appointment"
    return "buffer" if claimed else "offered"


def _joined(window: Window, ledgers: Mapping[str, Ledger], mask: str) -> int:
    """Return one of a person's masks in the window; of planes, what they have at least once."""
    masks = {month: getattr(one, mask) for month, one in ledgers.items()}
    if mask in ("claimed", "held"):
        masks = {month: at_least_once(planes) for month, planes in masks.items()}
    return busy_in(window, masks)


Unavailable = Literal["suspended", "not_accepted", "declined", "not_bookable", "serves_otherwise"]
"""Why a person cannot be booked for a service at any time."""


def unavailable(person: StaffMember, service: Service) -> Unavailable | None:
    """Return why a person on the staff cannot be booked for a service whatever the time; None if they can."""
    if person.is_suspended:
        return "suspended"
    if person.membership != "active":
        return "not_accepted" if person.membership == "pending" else "declined"
    if not person.is_bookable or person.is_settling:
        return "not_bookable"
    return None if person.can_serve(service) else "serves_otherwise"
