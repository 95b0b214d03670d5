"""When a calendar or a service may be booked: increments, lead times, bookable dates."""

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import model_validator

from shared.domain.hours import ALWAYS, WeeklyHours
from shared.domain.model import Model
from shared.domain.ticks import TICK


HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEN_YEARS = 3650 * DAY  # dates beyond are out of a calendar's reach

Availability = Literal["when_staff_are_free", "not_bookable", "weekly_hours"]


class DatedAvailability(Model):
    """How the dates first…last (both included, in the business's zone) differ from the general rule."""

    first: date
    last: date
    availability: Availability = "when_staff_are_free"
    hours: WeeklyHours = ALWAYS

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("a range of dates ends after it starts")
        return self


class SchedulingPolicy(Model):
    """Set on the calendar; a service that has one of its own uses that instead."""

    time_slot_interval: timedelta = timedelta(minutes=30)
    minimum_lead_time: timedelta = timedelta()
    maximum_advance: timedelta = timedelta(days=365)
    allow_staff_selection: bool = True
    send_confirmations_to_owner: bool = True
    send_invitation_to_customer: bool = True
    availability: Availability = "when_staff_are_free"
    hours: WeeklyHours = ALWAYS
    exceptions: tuple[DatedAvailability, ...] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not timedelta(minutes=5) <= self.time_slot_interval <= timedelta(minutes=240):
            raise ValueError("the time increment is 5 to 240 minutes")
        if self.time_slot_interval % TICK:
            raise ValueError("the time increment is a multiple of 5 minutes")
        if self.minimum_lead_time < timedelta() or self.minimum_lead_time % HOUR:
            raise ValueError("the minimum lead time is whole hours")
        if self.maximum_advance % DAY or self.maximum_advance < self.minimum_lead_time + DAY:
            raise ValueError("the maximum lead time is whole days, at least 24 hours above the minimum")
        if self.maximum_advance > TEN_YEARS:
            raise ValueError("the maximum lead time is at most ten years")
        return self
