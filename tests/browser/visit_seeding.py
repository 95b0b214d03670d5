"""A calendar that sees people online at any hour, so that a visit can begin as soon as it is booked."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember, WaitingRoom
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import CustomerFields, Service


ALWAYS = tuple(((0, 24 * 60),) for _ in range(7))
# A person and a service of theirs for each test: the third of one person's visits is too far away to be entered.
OWN = (
    *("bare", "clock", "code", "dana", "duo", "ended", "kim", "line", "met", "moved", "plan"),
    *("named", "noted", "relay", "screen", "six", "soon", "still", "tre", "una", "wide"),
)
PEOPLE = {
    "eve": StaffMember(id="eve", name="Dr Eve Moreau", email="eve@online.example"),
    "desk": StaffMember(id="desk", name="Desk", email="scheduler@demo.example", role="scheduler"),
    "max": StaffMember(id="max", name="Max Weber", email="max@online.example"),
    "ned": StaffMember(id="ned", name="Ned Hall", email="ned@online.example"),
    "grace": StaffMember(id="grace", name="Dr Grace Liu", email="grace@online.example"),
    "ida": StaffMember(id="ida", name="Ida Roth", email="ida@online.example"),
    **{name: StaffMember(id=name, name=name.title(), email=f"{name}@online.example") for name in OWN},
    "noted": StaffMember(id="noted", name="Noted", email="noted@online.example", role="team_member"),
}
JITSI = MeetingRoom(provider="link", template="https://meet.example/{meeting}")
FIELDS = CustomerFields(phone="hidden", notes="hidden")


def _service(name: str, *staff: str, title: str = "Video visit", minutes: int = 15, **more) -> Service:
    return Service(
        id=name,
        name=title,
        duration=timedelta(minutes=minutes),
        is_online=True,
        staff=staff,
        customer_fields=FIELDS,
        **more,
    )


def online() -> Calendar:
    business = Business(
        most_open=0,
        has_staff_links=True,
        id="b-online",
        slug="online-clinic",
        name="Online Clinic",
        business_type="health",
        phone="+33 1 98 76 54 32",
        time_zone="Europe/Paris",
        hours=ALWAYS,
        policy=SchedulingPolicy(minimum_lead_time=timedelta(), time_slot_interval=timedelta(minutes=5)),
        page=BookingPage(is_published=True, accent="#0f766e"),
        waiting_room=WaitingRoom(
            text="Welcome to the **Online Clinic**.",
            tips=("Have your card at hand.", "Sit where it is bright."),
            on_demand="video",
        ),
    )
    services = (
        _service("video", "eve"),
        _service("later", "eve", policy=SchedulingPolicy(minimum_lead_time=timedelta(hours=24))),
        _service("by-phone", "max", allow_anonymous_join=False, meeting=JITSI),
        _service("together", "eve", "max", "ned", assignment="all"),
        _service("day", "grace", title="Online consultation", description="A doctor sees you by video."),
        _service("jitsi", "ida", title="Elsewhere", meeting=JITSI),
        # what is moved twice on a slow machine must not be too far away either
        *(_service(name, name, minutes=5 if name == "moved" else 15) for name in OWN),
    )
    return Calendar(business, {one.id: one for one in services}, PEOPLE, {})
