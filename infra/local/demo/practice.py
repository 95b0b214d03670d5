"""The second calendar of the demo's doctor: her own practice, of which she is the whole staff."""

from __future__ import annotations

from datetime import timedelta

from infra.local.demo.people import PEOPLE
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import weekdays


SLUG = "demo-practice"
DOCTOR = PEOPLE[0]


def practice() -> Calendar:
    """Return the practice; what is booked there takes her time at the clinic too."""
    business = Business(
        id="a-demo-practice",
        slug=SLUG,
        name="Cabinet Moreau – Médecine du sport",
        business_type="health",
        phone="+33 4 65 71 10 44",
        email="cabinet@moreau.example",
        address="3 place des Célestins, 69002 Lyon",
        language="fr",
        time_zone="Europe/Paris",
        hours=weekdays((540, 1080)),
        policy=SchedulingPolicy(time_slot_interval=timedelta(minutes=30), maximum_advance=timedelta(days=60)),
        page=BookingPage(is_published=True, accent="#9a3412", header="Bilan et suivi des sportifs."),
    )
    check_up = Service(id="bilan-sportif", name="Bilan sportif", duration=timedelta(minutes=30), staff=("claire",))
    doctor = StaffMember(id="claire", name=DOCTOR.name, email=DOCTOR.email, role="administrator")
    return Calendar(business, {check_up.id: check_up}, {doctor.id: doctor}, {})
