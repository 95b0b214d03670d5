"""Everything that the demo's calendars are set to can be set at the console: each field has its control on a page."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import BaseModel

from infra.local.demo.bank import bank
from infra.local.demo.clinic import clinic
from shared.domain.access.permissions import Caller
from tests.functions.console.app import Console
from tests.support.builders import MONDAY


HOME = "/console/calendars/a-demo-clinic"
SERVICE, PERSON = f"{HOME}/services/service/consultation", f"{HOME}/staff/person/karim"
LOOK, TEXTS, ACCESS = f"{HOME}/page", f"{HOME}/page/texts", f"{HOME}/page/access"
ABOUT, DATES = f"{HOME}/settings", f"{HOME}/settings/dates/new"
ASKED, MESSAGES, RULES = f"{SERVICE}/questions", f"{SERVICE}/messages", f"{SERVICE}/rules"
QUESTION, DATED = f"{HOME}/services/new-question", f"{HOME}/settings/rules/new"
SET_AT = {
    "Address.street": (ABOUT, "street"),
    "AskedQuestion.id": (ASKED, "questions-0"),
    "AskedQuestion.required": (ASKED, "questions-0-required"),
    "BookingPage.accent": (LOOK, "accent"),
    "BookingPage.consent": (TEXTS, "consent"),
    "BookingPage.frame_origins": (f"{HOME}/page/embed", "frame_origins"),
    "BookingPage.header": (LOOK, "header"),
    "BookingPage.index_by_search_engines": (ACCESS, "index_by_search_engines"),
    "BookingPage.is_on_front_page": (ACCESS, "is_on_front_page"),
    "BookingPage.is_published": (f"{HOME}/page/publish", "to"),
    "BookingPage.layout": (LOOK, "layout"),
    "BookingPage.privacy_url": (TEXTS, "privacy_url"),
    "BookingPage.terms_url": (TEXTS, "terms_url"),
    **{f"Business.{one}": (ABOUT, one) for one in ("business_type", "currency", "email", "language", "name")},
    **{f"Business.{one}": (ABOUT, one) for one in ("phone", "time_zone", "web_site")},
    "Business.hours": (f"{HOME}/settings/hours", "hours-0-0-from"),
    "Business.has_staff_links": (f"{HOME}/settings/rules", "has_staff_links"),
    **{f"BusinessWords.{one}": (ABOUT, "name-ru") for one in ("language", "name")},
    "BusinessWords.header": (LOOK, "header-ru"),
    **{f"QuestionWords.{one}": (QUESTION, "text-ru") for one in ("language", "text")},
    "QuestionWords.options": (QUESTION, "options-ru"),
    **{f"ServiceWords.{one}": (SERVICE, f"{one}-ru") for one in ("name", "description")},
    "ServiceWords.language": (SERVICE, "name-ru"),
    "Business.slug": (f"{HOME}/settings/manage", "slug"),
    "CustomerFields.phone": (ASKED, "phone"),
    **{f"DatedAvailability.{one}": (DATED, one) for one in ("availability", "first", "last")},
    "DatedAvailability.hours": (DATED, "hours-0-0-from"),
    "Location.name": (SERVICE, "location"),
    "Price.amount": (SERVICE, "amount"),
    "Price.kind": (SERVICE, "price_kind"),
    **{f"Question.{one}": (QUESTION, one) for one in ("kind", "options", "required", "text")},
    "Reminder.message": (MESSAGES, "reminders-0-message"),
    "Reminder.offset": (MESSAGES, "reminders-0-count"),
    "SchedulingPolicy.availability": (RULES, "availability"),
    "SchedulingPolicy.hours": (RULES, "hours-0-0-from"),
    "SchedulingPolicy.maximum_advance": (RULES, "advance"),
    "SchedulingPolicy.minimum_lead_time": (RULES, "lead"),
    "SchedulingPolicy.time_slot_interval": (RULES, "interval"),
    "Service.anyone": (f"{SERVICE}/people", "anyone"),
    "Service.assignment": (f"{SERVICE}/people", "assignment"),
    "Service.staff": (f"{SERVICE}/people", "staff"),
    "Service.confirmation_text": (MESSAGES, "confirmation_text"),
    "Service.send_sms": (MESSAGES, "send_sms"),
    "Service.follow_up": (MESSAGES, "follow_up-0-count"),
    "Service.is_online": (SERVICE, "place"),
    **{f"Service.{one}": (SERVICE, one) for one in ("description", "internal_notes", "maximum_attendees", "name")},
    **{f"Service.{one}": (SERVICE, f"{one}-minutes") for one in ("duration", "pre_buffer", "post_buffer")},
    **{f"SpecialDates.{one}": (DATES, one) for one in ("first", "last", "title")},
    "SpecialDates.hours": (DATES, "hours-0-0-from"),
    "StaffMember.hours": (PERSON, "hours-0-0-from"),
    **{f"StaffMember.{one}": (PERSON, one) for one in ("email", "is_bookable", "is_listed", "language", "name")},
    **{f"StaffMember.{one}": (PERSON, one) for one in ("priority", "role", "time_zone")},
    "Toolkit.colour": (f"{HOME}/toolkit/infographic", "colour"),
    **{f"Toolkit.{one}": (f"{HOME}/toolkit/settings", one) for one in ("is_public", "is_linked")},
    **{f"Toolkit.{one}": (f"{HOME}/toolkit/settings", one) for one in ("paid_online", "paid_in_person")},
    **{f"WaitingRoom.{one}": (f"{HOME}/page/waiting-room", one) for one in ("on_demand", "text", "tips")},
}
"""By field: the page where it is set, and its control. Public holidays are special dates."""


def fields_of(document: BaseModel) -> Iterator[str]:
    """Yield the fields that a document and what is in it do not leave at their defaults; ids are made by the app."""
    for name, field in type(document).model_fields.items():
        value = getattr(document, name)
        if value == field.get_default(call_default_factory=True):
            continue
        inner = [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, BaseModel)]
        if not inner and (name != "id" or f"{type(document).__name__}.id" in SET_AT):
            yield f"{type(document).__name__}.{name}"
        for one in inner:
            yield from fields_of(one)


@pytest.fixture
def calendars():
    return [one(MONDAY, ["https://clinique.example"]).calendar for one in (clinic, bank)]


def test_each_field_that_the_demo_sets_has_its_place(calendars):
    documents = [
        one
        for calendar in calendars
        for one in (
            calendar.business,
            *calendar.services.values(),
            *calendar.staff.values(),
            *calendar.questions.values(),
        )
    ]
    found = {field for one in documents for field in fields_of(one)}
    found |= {"Service.follow_up"}  # a reminder itself
    assert found - SET_AT.keys() == set()
    assert SET_AT.keys() - found == set()


@pytest.mark.walk
@pytest.mark.parametrize("page", sorted({page for page, _ in SET_AT.values()}))
async def test_its_control_is_on_its_page(calendars, page):
    world = Console(now=MONDAY + timedelta(hours=2))
    await world.save(calendars[0])
    cookie = world.session(Caller("claire", email="admin@demo.example", name="Claire"))
    answer = await world.call("GET", page, cookie=cookie, accept="text/html")
    assert answer.status == 200, answer.body
    controls = re.findall(r'<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"', answer.body.decode())
    assert {control for one, control in SET_AT.values() if one == page} - set(controls) == set()
