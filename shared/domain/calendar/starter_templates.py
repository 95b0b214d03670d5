"""Templates for new calendars, by kind of business: services, a question, hours and a policy."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.domain.calendar.business import Business, BusinessType, Calendar
from shared.domain.calendar.policy import DAY, HOUR, SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, Question, Service
from shared.domain.timeline.hours import WeeklyHours, weekdays


NINE_TO_FIVE = weekdays((540, 1020))
MINUTE = timedelta(minutes=1)
Say = Callable[[str], str]
"""Turns an English text into the calendar's language."""


@dataclass(frozen=True, slots=True)
class ServiceTemplate:
    """A service of a template; `seats` of more than one make a group of it."""

    name: str
    minutes: int
    is_online: bool = False
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Template:
    offers: tuple[ServiceTemplate, ...]
    question: str
    hours: WeeklyHours = NINE_TO_FIVE
    increment: int = 30
    lead_hours: int = 2
    days_ahead: int = 60

    def policy(self, base: SchedulingPolicy) -> SchedulingPolicy:
        """Return a policy with the template's increment and lead times."""
        changes = {
            "time_slot_interval": self.increment * MINUTE,
            "minimum_lead_time": self.lead_hours * HOUR,
            "maximum_advance": self.days_ahead * DAY,
        }
        return base.model_copy(update=changes)


TEMPLATES: dict[BusinessType, Template] = {
    "health": Template(
        (
            ServiceTemplate("First consultation", 45),
            ServiceTemplate("Follow-up consultation", 20),
            ServiceTemplate("Video consultation", 20, is_online=True),
        ),
        "What is the reason for your visit?",
        increment=15,
    ),
    "finance": Template(
        (
            ServiceTemplate("Opening an account", 60),
            ServiceTemplate("Advice on a loan", 60),
            ServiceTemplate("Investment advice by video", 45, is_online=True),
        ),
        "What would you like to talk about?",
        lead_hours=24,
    ),
    "retail": Template(
        (
            ServiceTemplate("Personal shopping", 60),
            ServiceTemplate("Product advice by video", 30, is_online=True),
            ServiceTemplate("Collecting an order", 15),
        ),
        "Which product is it about?",
        hours=weekdays((600, 1140), days=range(6)),
        increment=15,
        lead_hours=1,
        days_ahead=30,
    ),
    "education": Template(
        (
            ServiceTemplate("Office hours", 15),
            ServiceTemplate("Advice on enrolment", 30),
            ServiceTemplate("Online tutoring", 60, is_online=True),
        ),
        "Which course is it about?",
        increment=15,
        lead_hours=4,
    ),
    "public_sector": Template(
        (
            ServiceTemplate("Appointment at the counter", 20),
            ServiceTemplate("Advice by video", 30, is_online=True),
        ),
        "Which request is it about?",
        hours=weekdays((510, 720), (810, 960)),
        increment=10,
        lead_hours=24,
        days_ahead=30,
    ),
    "hr": Template(
        (
            ServiceTemplate("Job interview", 60, is_online=True),
            ServiceTemplate("Conversation with HR", 30),
            ServiceTemplate("Introduction for new colleagues", 90, seats=10),
        ),
        "What would you like to talk about?",
        lead_hours=24,
    ),
    "general": Template(
        (ServiceTemplate("Appointment", 30), ServiceTemplate("Video appointment", 30, is_online=True)),
        "Is there anything we should know?",
    ),
}


def with_template_settings(business: Business, kind: BusinessType) -> Business:
    """Return a business with the hours and the policy of a template."""
    template = TEMPLATES[kind]
    changes = {"business_type": kind, "hours": template.hours, "policy": template.policy(business.policy)}
    return business.model_copy(update=changes)


def with_template_entries(
    calendar: Calendar, kind: BusinessType, new_id: Callable[[str], str], say: Say
) -> Calendar:
    """Return a calendar with the services and the question of a template; `new_id` makes an id of a name."""
    template = TEMPLATES[kind]
    question = Question(id=new_id("question"), text=say(template.question))
    services = [
        Service(
            id=new_id(offer.name),
            name=say(offer.name),
            duration=offer.minutes * MINUTE,
            is_online=offer.is_online,
            maximum_attendees=offer.seats,
            questions=(AskedQuestion(id=question.id),),
        )
        for offer in template.offers
    ]
    return replace(calendar, services={one.id: one for one in services}, questions={question.id: question})
