"""When a calendar or a service may be booked: increments, lead times, bookable dates."""

from datetime import date, timedelta
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from shared.domain.model import Model
from shared.domain.timeline.hours import ALWAYS, WeeklyHours
from shared.domain.timeline.ticks import TICK


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

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: date, info: ValidationInfo) -> date:
        if "first" in info.data and last < info.data["first"]:
            raise ValueError("a range of dates ends after it starts")
        return last


class SchedulingPolicy(Model):
    """Set on the calendar; a service that has one of its own uses that instead."""

    time_slot_interval: timedelta = timedelta(minutes=30)
    minimum_lead_time: timedelta = timedelta()
    maximum_advance: timedelta = Field(default=timedelta(days=365), validate_default=True)
    allow_staff_selection: bool = True
    send_confirmations_to_owner: bool = True
    send_invitation_to_customer: bool = True
    availability: Availability = "when_staff_are_free"
    hours: WeeklyHours = ALWAYS
    exceptions: tuple[DatedAvailability, ...] = ()

    @field_validator("time_slot_interval")
    @classmethod
    def _increment(cls, interval: timedelta) -> timedelta:
        if not timedelta(minutes=5) <= interval <= timedelta(minutes=240):
            raise ValueError("the time increment is 5 to 240 minutes")
        if interval % TICK:
            raise ValueError("the time increment is a multiple of 5 minutes")
        return interval

    @field_validator("minimum_lead_time")
    @classmethod
    def _whole_hours(cls, lead: timedelta) -> timedelta:
        if lead < timedelta() or lead % HOUR:
            raise ValueError("the minimum lead time is whole hours")
        return lead

    @field_validator("maximum_advance")
    @classmethod
    def _above_the_minimum(cls, advance: timedelta, info: ValidationInfo) -> timedelta:
        if advance % DAY or advance < info.data.get("minimum_lead_time", timedelta()) + DAY:
            raise ValueError("the maximum lead time is whole days, at least 24 hours above the minimum")
        if advance > TEN_YEARS:
            raise ValueError("the maximum lead time is at most ten years")
        return advance
