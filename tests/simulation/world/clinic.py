"""The calendar that the simulation lives in: open day and night, so that there is always something to contend for."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from shared.domain.calendar.business import BookingPage, Calendar
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Reminder, Service
from shared.domain.timeline.hours import ALWAYS
from tests.support.builders import a_business, a_calendar, a_person


HALF, HOUR = timedelta(minutes=30), timedelta(hours=1)
BUSINESS = "biz0clinic"
PEOPLE = ("claire", "marc", "zoe")
UNREAD = "zoe"  # whose own calendar cannot be read, in some plans
SEATS = 4
REMINDER = Reminder(offset=HOUR, recipients="all")
FOLLOW_UP = Reminder(offset=HALF, message="How was it?")


def services(people: tuple[str, ...] = PEOPLE) -> Iterable[Service]:
    yield Service(
        id="visit",
        name="Visit",
        staff=people,
        duration=HALF,
        reminders=(REMINDER,),
        follow_up=FOLLOW_UP,
        anyone="evenly",
    )
    yield Service(id="long", name="Long visit", staff=people, duration=2 * HALF, post_buffer=timedelta(minutes=10))
    yield Service(id="both", name="Both of them", staff=people[:2], duration=HALF, assignment="all")
    yield Service(
        id="yoga", name="Yoga", staff=people[-2:], duration=HALF, maximum_attendees=SEATS, reminders=(REMINDER,)
    )


def a_clinic(people: tuple[str, ...] = PEOPLE, **business: Any) -> Calendar:
    business = a_business(
        id=BUSINESS,
        hours=ALWAYS,
        policy=SchedulingPolicy(maximum_advance=timedelta(days=60)),
        page=BookingPage(is_published=True),
        **business,
    )
    return a_calendar(business, services=list(services(people)), staff=[a_person(name) for name in people])
