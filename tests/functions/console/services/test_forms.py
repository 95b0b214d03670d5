"""The forms of a service at the console: what they save, and what they refuse with the nearest that is possible."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.place import Address, Coordinates, Location
from shared.domain.calendar.service import AskedQuestion, Price, Reminder
from tests.functions.console.services.place import (
    ONE,
    PATH,
    QUESTIONS,
    a_place,
    error_at,
    fill,
    fill_shown,
    stored,
    text_of,
)
from tests.support.builders import a_service


TEA = f"{ONE}/tea"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TABS = ("", "/people", "/questions", "/messages", "/online")


async def test_a_service_is_added_last_with_few_answers_and_can_be_booked():
    world = await a_place()
    fields = {"name": "Massage", "duration-hours": "1", "duration-minutes": "30", "staff": "claire"}
    answer = await fill(world, f"{PATH}/new", **fields)
    made = re.fullmatch(rf"{ONE}/([\w-]+)\?news=created", answer.headers["Location"])
    assert made
    calendar = await world.store.calendars.reload("biz0clinic")
    assert calendar.listed_services[-1].id == made[1]
    service = calendar.services[made[1]]
    assert (service.name, service.duration, service.staff) == ("Massage", 90 * MINUTE, ("claire",))
    assert "Massage" in (await world.call("GET", "/book/clinic", accept="text/html")).body.decode()
    assert await world.offered(made[1])


async def test_without_a_name_nothing_is_added_and_what_was_typed_stays():
    world = await a_place()
    answer = await fill(world, f"{PATH}/new", **{"duration-minutes": "45", "staff": "claire"})
    assert answer.status == 422
    assert error_at(answer, "name")
    assert 'value="45"' in answer.body.decode()
    assert len((await world.store.calendars.reload("biz0clinic")).services) == 3


@pytest.mark.parametrize("tab", TABS)
async def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(tab):
    rich = a_service(
        "tea",
        description="Hot.\n\n[More](https://example.com)",
        price=Price(kind="fixed", amount=Decimal("12.50")),
        reminders=(Reminder(offset=DAY, message="Soon"), Reminder(offset=90 * MINUTE, recipients="all")),
        follow_up=Reminder(offset=2 * DAY),
        questions=(AskedQuestion(id="why", required=True), AskedQuestion(id="first")),
        meeting=MeetingRoom(provider="link", template="https://meet.example/{meeting}"),
        post_buffer=10 * MINUTE,
        duration=DAY + 2 * HOUR,
        colour="#123456",
        language="fr",
    )
    world = await a_place(rich, questions=QUESTIONS)
    before = await stored(world)
    assert (await fill(world, TEA + tab)).status == 303
    assert await stored(world) == before


async def test_all_of_what_a_service_is_is_saved_at_once():
    world = await a_place()
    answer = await fill(
        world,
        TEA,
        **{
            "name": "Green tea",
            "description": "A **whole** pot",
            "is_hidden": "yes",
            "place": "online",
            "location": "Room 4",
            "duration-days": "1",
            "duration-minutes": "15",
            "pre_buffer-minutes": "5",
            "post_buffer-hours": "1",
            "price_kind": "hourly",
            "amount": "12,50",
            "maximum_attendees": "8",
            "language": "fr",
            "colour": "#0a5bad",
            "internal_notes": "Kettle in the cupboard",
        },
    )
    assert answer.status == 303
    now = await stored(world)
    assert (now.name, now.description, now.is_hidden) == ("Green tea", "A **whole** pot", True)
    assert (now.is_online, now.location.name, now.maximum_attendees) == (True, "Room 4", 8)
    assert (now.duration, now.pre_buffer, now.post_buffer) == (DAY + 15 * MINUTE, 5 * MINUTE, HOUR)
    assert now.price == Price(kind="hourly", amount=Decimal("12.50"))
    assert (now.language, now.colour, now.internal_notes) == ("fr", "#0a5bad", "Kettle in the cupboard")


@pytest.mark.parametrize(
    ("fields", "control", "said"),
    [
        ({"latitude": "91", "longitude": "2"}, "latitude", "from -90 to 90"),
        ({"longitude": "2.3"}, "latitude", "Enter both coordinates, or neither"),
        ({"latitude": "2.3"}, "longitude", "Enter both coordinates, or neither"),
        ({"uri": "javascript:alert(1)"}, "uri", "Enter a web address"),
        ({"duration-minutes": "0"}, "duration", "shortest possible is 1\xa0min"),
        ({"duration-days": "8"}, "duration", "longest possible is 7\xa0days"),
        ({"duration-minutes": "1.5"}, "duration", "whole numbers"),
        ({"pre_buffer-days": "2"}, "pre_buffer", "longest possible is 1\xa0day"),
        ({"maximum_attendees": "0"}, "maximum_attendees", "from 1 to 1000"),
        ({"maximum_attendees": "1001"}, "maximum_attendees", "from 1 to 1000"),
        ({"amount": "-1"}, "amount", "from 0 to"),
        ({"amount": "much"}, "amount", "from 0 to"),
        ({"amount": "1000000001"}, "amount", "from 0 to"),
        ({"name": ""}, "name", "Fill this in"),
    ],
)
async def test_what_is_impossible_is_refused_at_its_field_with_the_nearest_possible(fields, control, said):
    world = await a_place()
    answer = await fill(world, TEA, **fields)
    assert answer.status == 422
    assert said in error_at(answer, control)
    assert await stored(world) == a_service("tea").model_copy(update={"staff": ("claire",)})


async def test_where_a_place_is_is_saved_shown_to_customers_and_what_only_programs_set_stays():
    known = Location(name="Annex", email="annex@example.com", kind="conferenceRoom", unique_id="7")
    world = await a_place(a_service("tea", location=known))
    at = {"street": "1 Rue du Bac", "postal_code": "75007", "city": "Paris", "country_or_region": "France"}
    spot = {"uri": "maps.example/annex", "latitude": "48,858400", "longitude": "-2.25"}
    assert (await fill(world, TEA, **at, **spot)).status == 303
    place = (await stored(world)).location
    assert place == known.model_copy(
        update={
            "address": Address(
                street="1 Rue du Bac", postal_code="75007", city="Paris", country_or_region="France"
            ),
            "uri": "https://maps.example/annex",
            "coordinates": Coordinates(latitude=48.8584, longitude=-2.25),
        }
    )
    page = (await world.call("GET", "/book/clinic/tea")).body.decode()
    assert '<a href="https://maps.example/annex"><bdi>Annex, 1 Rue du Bac, 75007 Paris, France</bdi></a>' in page
    assert (await fill(world, TEA, latitude="", longitude="", **dict.fromkeys(at, ""), uri="")).status == 303
    assert (await stored(world)).location == known


async def test_of_two_who_change_one_service_the_later_one_sees_both_and_nothing_is_lost():
    world = await a_place()
    opened = await text_of(world, TEA)
    await fill(world, TEA, name="Green tea", location="Room 1")
    answer = await fill_shown(world, TEA, opened, name="Black tea", description="Strong")
    assert answer.status == 412
    page = answer.body.decode()
    assert "Green tea" in page
    assert 'value="Black tea"' in page
    kept = await fill_shown(world, TEA, page, **{"answer-name": "mine"})
    assert kept.status == 303
    now = await stored(world)
    assert (now.name, now.description, now.location.name) == ("Black tea", "Strong", "Room 1")


async def test_a_description_is_previewed_without_being_saved():
    world = await a_place()
    answer = await fill(world, TEA, description="**Hot** [leaves](https://example.com)", do="preview description")
    page = answer.body.decode()
    assert "<strong>Hot</strong>" in page
    assert '<a href="https://example.com"' in page
    assert not (await stored(world)).description


async def test_reminders_are_saved_in_the_units_of_people():
    world = await a_place()
    first = {"reminders-0": "1", "reminders-0-count": "1,5", "reminders-0-unit": "hours", "reminders-0-to": "all"}
    second = {"reminders-1": "1", "reminders-1-count": "2", "reminders-1-unit": "days", "reminders-1-to": "staff"}
    after = {
        "follow_up-0": "1",
        "follow_up-0-count": "1",
        "follow_up-0-unit": "days",
        "follow_up-0-to": "customer",
    }
    fields = {**first, **second, **after, "confirm_staff": None, "confirmation_text": "Bring a mug"}
    assert (await fill(world, f"{TEA}/messages", **fields)).status == 303
    now = await stored(world)
    assert now.reminders == (
        Reminder(offset=90 * MINUTE, recipients="all"),
        Reminder(offset=2 * DAY, recipients="staff"),
    )
    assert now.follow_up == Reminder(offset=DAY)
    assert (now.confirm_customer, now.confirm_staff, now.confirmation_text) == (True, False, "Bring a mug")
    page = await text_of(world, f"{TEA}/messages")
    assert re.findall(r'id="reminders-\d-count"[^>]*value="(\d+)"', page) == ["90", "2"]


async def test_a_new_reminder_is_hours_before_and_to_customers_until_that_is_changed():
    world = await a_place()
    page = (await fill(world, f"{TEA}/messages", do="add reminders")).body.decode()
    chosen = dict(re.findall(r'<select[^>]*name="reminders-0-(\w+)".*?value="(\w+)" selected', page, re.DOTALL))
    assert chosen == {"unit": "hours", "to": "customer"}


@pytest.mark.parametrize(
    ("count", "unit", "said"),
    [
        ("5", "minutes", "shortest possible is 15\xa0min"),
        ("31", "days", "longest possible is 30\xa0days"),
        ("15.5", "minutes", "whole minutes"),
        ("", "days", "Enter a number"),
        ("often", "days", "Enter a number"),
    ],
)
async def test_an_offset_that_is_not_possible_is_refused_with_the_nearest(count, unit, said):
    world = await a_place()
    row = {"reminders-0": "1", "reminders-0-count": count, "reminders-0-unit": unit, "reminders-0-to": "all"}
    answer = await fill(world, f"{TEA}/messages", **row)
    assert answer.status == 422
    assert said in error_at(answer, "reminders-0-count")


async def test_a_service_has_a_room_of_its_own_or_the_calendars():
    world = await a_place(a_service("tea", is_online=True))
    fields = {"provider": "link", "template": "https://meet.example/{meeting}"}
    assert (await fill(world, f"{TEA}/online", **fields)).status == 303
    assert (await stored(world)).meeting == MeetingRoom(**fields)
    assert (await fill(world, f"{TEA}/online", provider="")).status == 303
    assert (await stored(world)).meeting is None


async def test_a_service_that_nobody_could_join_is_refused_with_the_reason():
    world = await a_place(a_service("tea", is_online=True))
    answer = await fill(world, f"{TEA}/online", allow_anonymous_join=None)
    assert answer.status == 422
    assert "No one could join" in error_at(answer, "allow_anonymous_join")


async def test_a_link_that_leads_nowhere_is_refused_at_its_field():
    world = await a_place(a_service("tea", is_online=True))
    answer = await fill(world, f"{TEA}/online", provider="link", template="http://meet.example")
    assert "starts with https://" in error_at(answer, "template")


async def test_a_service_that_becomes_online_lets_customers_join():
    world = await a_place(a_service("tea", allow_anonymous_join=False))
    assert (await fill(world, TEA, place="online")).status == 303
    assert (await stored(world)).is_joinable
