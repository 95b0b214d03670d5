"""What a new calendar starts with, made from the starter template for its kind of business."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from shared.domain.calendar.business import Business, BusinessType, Calendar
from shared.domain.calendar.policy import HOUR
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Question, Reminder, Service
from shared.domain.calendar.starter_templates import MINUTE, TEMPLATES, ServiceTemplate, Template


Say = Callable[[str], str]
"""Turns an English text into the calendar's language."""


def with_template_settings(business: Business, kind: BusinessType) -> Business:
    """Return a business with the hours and the policy of a template."""
    template = TEMPLATES[kind]
    changes = {"business_type": kind, "hours": template.hours, "policy": template.policy(business.policy)}
    return business.model_copy(update=changes)


def with_template_entries(calendar: Calendar, kind: BusinessType, say: Say) -> Calendar:
    """Return a calendar with a template's services and questions, and its words for the page and the waiting room.

    Words that the calendar has already are kept.
    """
    template, business = TEMPLATES[kind], calendar.business
    waiting = business.waiting_room
    words = {
        "business_type": kind,
        "page": business.page.model_copy(update={"header": business.page.header or say(template.header)}),
        "waiting_room": waiting.model_copy(update={"tips": waiting.tips or tuple(map(say, template.tips))}),
    }
    questions = [
        Question(
            id=_new_id(business, f"question {number}" if number else "question"),
            text=say(one.text),
            kind=one.kind,
            options=tuple(map(say, one.options)),
        )
        for number, one in enumerate(template.questions)
    ]
    services = [_service(offer, template, business, questions, say) for offer in template.offers]
    return replace(
        calendar,
        business=business.model_copy(update={**words, "service_order": tuple(one.id for one in services)}),
        services={one.id: one for one in services},
        questions={one.id: one for one in questions},
    )


def _service(
    offer: ServiceTemplate, template: Template, business: Business, questions: Sequence[Question], say: Say
) -> Service:
    return Service(
        id=_new_id(business, offer.name),
        name=say(offer.name),
        description=say(offer.description) if offer.description else "",
        duration=offer.minutes * MINUTE,
        post_buffer=offer.pause * MINUTE,
        is_online=offer.is_online,
        maximum_attendees=offer.seats,
        customer_fields=CustomerFields(phone=template.phone),
        questions=tuple(AskedQuestion(id=one.id) for one in questions),
        reminders=(Reminder(offset=template.reminder_hours * HOUR),),
        # online there is nothing to bring
        confirmation_text=say(template.preparing) if template.preparing and not offer.is_online else "",
    )


def _new_id(business: Business, name: str) -> str:
    """Return an id that is derived and not random: the same command, when it is repeated, makes the same ids."""
    return str(uuid5(NAMESPACE_URL, f"{business.id}/{name}"))
