"""The pages of the console by the table of its routes, and calendars in which each of them is somewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.console_routes import CONSOLE_ROUTES
from shared.domain.appointments.appointment import TimeOff
from shared.domain.calendar.business import BookingPage, SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, Question
from shared.domain.calendar.staff_groups import StaffGroup
from shared.domain.timeline.hours import ALWAYS
from shared.use_cases.calendars.change_time_off import add_time_off
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person, a_service


if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.calendar.business import Calendar, StaffMember
    from shared.domain.calendar.service import Service
    from shared.storage.store import TableStore

NO_PAGES = {
    *("sign_in", "sign_in_done", "trial_host", "queue_join", "queue_next", "calendar_appointment"),
    "calendar_bookings",
    "organisation_export",
}
"""What leads on to a page, or is a file or data."""
PAGES = {
    one.name
    for one in CONSOLE_ROUTES
    if one.template.startswith("console") and "GET" in one.methods.split() and one.name not in NO_PAGES
}
UNLINKED = {
    "all_appointments": "/console/appointments",
    "setup_address": "/console/new/address?name=Clinic",
    "setup_preview": "/console/new/preview",
    "signed_out": "/console/signed-out",
}
"""Pages to which no link leads, or that only scripts ask for."""


def a_full_calendar(
    now: datetime,
    *,
    people: Sequence[StaffMember] = (),
    services: Sequence[Service] = (),
    questions: Sequence[Question] = (),
    **business: object,
) -> Calendar:
    """A published calendar with something on each page: closed dates, dated rules, a question that is asked."""
    later = (now + timedelta(days=40)).date()
    policy = SchedulingPolicy(exceptions=(DatedAvailability(first=later, last=later),))
    own = {
        "hours": ALWAYS,
        "policy": policy,
        "staff_groups": (StaffGroup(id="upstairs", name="Upstairs", members=("claire",)),),
        "special_dates": (SpecialDates(first=later, last=later, title="Works"),),
        "page": BookingPage(is_published=True),
        **business,
    }
    first = a_service("aaa", policy=policy, questions=(AskedQuestion(id="why"),))
    claire = a_person("claire", role="team_member")
    why = Question(id="why", text="Why?")
    return a_calendar(a_business(**own), [first, *services], [claire, *people], [why, *questions])


async def save_full(calendar: Calendar, *, store: TableStore, now: datetime, secret: str = SECRET) -> None:
    """Save it with somebody's time off, and beside it a calendar that is deleted and one without administrators."""
    name = calendar.business.slug
    gone = a_business(id=f"{name}-gone", slug=f"{name}-gone", name="Gone", deleted_at=now)
    lonely = a_business(id=f"{name}-lonely", slug=f"{name}-lonely", name="Lonely")
    others = [
        a_calendar(one, staff=[a_person("lee")], services=[a_service(staff=("lee",))]) for one in (gone, lonely)
    ]
    for one in (calendar, *others):
        await save_calendar(one, key=a_key(), store=store, secret=secret)
    start = now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=41)
    away = TimeOff(id="", staff="claire", title="Away", start=start, end=start + timedelta(hours=8))
    known = await store.calendars.find(name)
    await add_time_off(away, key=a_key(), actor="boss", calendar=known, context=Context(store, secret, now))
