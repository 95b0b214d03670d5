"""GET /api/{business}/slots: what can be booked, in order, without a word on why the rest cannot."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.api.endpoints import MANY
from functions.api.models import SlotsDocument
from shared.domain.appointments.appointment import TimeOff
from shared.storage.calendars import JUST_READ
from shared.use_cases.calendars.change_time_off import add_time_off
from shared.use_cases.context import Context
from tests.support.builders import MONDAY, SECRET, a_key, a_person
from tests.support.edge import SERVICES, World, a_booking, clinic


async def slots(world, **query):
    asked = "&".join(f"{name.rstrip('_')}={value}" for name, value in query.items())
    answer = await world.call("GET", f"/api/clinic/slots?{asked}")
    assert answer.status == 200, answer.body
    return answer.json()["slots"]


async def test_the_free_starts_of_a_day_are_told_in_order(world):
    found = await slots(world, service="solo", from_="2027-01-12", to="2027-01-12")
    assert found[0] == {
        "start": "2027-01-12T09:00:00+01:00",
        "end": "2027-01-12T09:30:00+01:00",
        "staff": ["claire"],
        "seats": 1,
    }
    assert len(found) == 16
    starts = [slot["start"] for slot in found]
    assert starts == sorted(starts)


async def test_what_is_booked_is_no_longer_told(world):
    await world.book(service="solo")
    found = await slots(world, service="solo", from_="2027-01-12", to="2027-01-12")
    assert "2027-01-12T10:00:00+01:00" not in [slot["start"] for slot in found]
    assert len(found) == 15


async def test_who_is_not_listed_is_counted_and_not_named(world):
    found = await slots(world, service="consultation", from_="2027-01-12", to="2027-01-12")
    assert (found[0]["staff"], found[0]["seats"]) == (["claire", "omar"], 3)


async def test_one_person_can_be_asked_for(world):
    await world.book(service="solo")
    found = await slots(world, service="consultation", from_="2027-01-12", to="2027-01-12", staff="claire")
    assert {tuple(slot["staff"]) for slot in found} == {("claire",)}
    assert len(found) == 15


@pytest.mark.parametrize("zone", ["Europe/Paris", "Europe/London", "UTC", "Asia/Kathmandu"])
async def test_the_answer_is_what_its_schema_says_to_the_letter(world, zone):
    """It is written as text: unlisted staff, open sessions and Greenwich's offset must come out as in a document."""
    await world.book(service="course")
    for service in ("consultation", "solo", "course"):
        answer = await world.call("GET", f"/api/clinic/slots?service={service}&tz={zone}")
        document = SlotsDocument.model_validate_json(answer.body)
        assert document.slots
        assert document.model_dump_json(by_alias=True) == answer.body.decode()


async def test_the_zone_that_is_asked_for_decides_days_and_offsets(world):
    found = await slots(world, service="solo", from_="2027-01-12", to="2027-01-12", tz="Asia/Tokyo")
    assert found[0]["start"] == "2027-01-12T00:00:00+09:00"  # Monday 16:00 in Paris
    assert "2027-01-12T17:00:00+09:00" in [slot["start"] for slot in found]
    assert all(slot["start"].startswith("2027-01-12") for slot in found)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Paris", "2027-03-28", ["01:30:00+01:00", "03:00:00+02:00"]),
        ("Europe/Paris", "2027-10-31", ["02:30:00+02:00", "02:00:00+01:00", "02:30:00+01:00", "03:00:00+01:00"]),
        ("Australia/Lord_Howe", "2027-04-04", ["01:30:00+11:00", "01:30:00+10:30", "02:00:00+10:30"]),
    ],
)
async def test_offsets_are_right_where_the_clock_changes(zone, day, expected):
    always = tuple(((0, 1440),) for _ in range(7))
    world = World(now=datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(days=2))
    await world.save(clinic(hours=always, time_zone=zone))
    starts = [slot["start"][11:] for slot in await slots(world, service="solo", from_=day, to=day)]
    at = starts.index(expected[0])
    assert starts[at : at + len(expected)] == expected


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", {"/service": "required"}),
        ("service=solo&from=yesterday", {"/from": "not a date such as 2026-11-23"}),
        ("service=solo&from=2027-1-5", {"/from": "not a date such as 2026-11-23"}),
        ("service=solo&from=20270105", {"/from": "not a date such as 2026-11-23"}),
        ("service=solo&from=2027-02-30", {"/from": "not a date such as 2026-11-23"}),
        ("service=solo&from=0001-01-01", {"/from": "out of reach"}),
        ("service=solo&from=9999-12-31", {"/from": "out of reach"}),
        ("service=solo&to=9999-12-31", {"/to": "out of reach"}),
        ("service=solo&from=0001-01-01&to=9999-12-31", {"/from": "out of reach", "/to": "out of reach"}),
        ("service=solo&from=2027-02-02&to=2027-02-01", {"/to": "before from"}),
        ("service=solo&from=2027-02-01&to=2027-04-04", {"/to": "at most 62 days in one request"}),
        ("service=solo&tz=Mars/Olympus", {"/tz": "not an IANA time zone"}),
        ("service=solo&tz=localtime", {"/tz": "not an IANA time zone"}),
        ("service=solo&tz=../../etc/passwd", {"/tz": "not an IANA time zone"}),
        ("service=solo&staff=omar", {"/staff": "cannot be chosen for the service"}),
        ("service=consultation&staff=vera", {"/staff": "cannot be chosen for the service"}),
        ("service=", {"/service": "required"}),
        (
            "tz=x&from=x",
            {"/tz": "not an IANA time zone", "/service": "required", "/from": "not a date such as 2026-11-23"},
        ),
    ],
)
async def test_each_wrong_parameter_is_named(world, query, wrong):
    answer = await world.call("GET", f"/api/clinic/slots?{query}")
    assert answer.status == 422
    assert answer.errors == wrong


@pytest.mark.parametrize("service", ["nothing", "secret", "solo&service=solo"])
async def test_a_hidden_service_is_as_little_there_as_one_that_nobody_made(world, service):
    name = service.partition("&")[0]
    answers = [await world.call("GET", f"/api/clinic/slots?service={service}&from=x")]
    if name != "solo":
        answers += [await world.call("GET", f"/book/clinic/{name}"), await world.book(service=name)]
    assert [one.status for one in answers] == [404] * len(answers)


async def test_sixty_two_days_can_be_asked_for_at_once(world):
    assert await slots(world, service="solo", from_="2027-01-11", to="2027-03-13")


async def test_days_that_are_past_have_no_slots(world):
    assert await slots(world, service="solo", from_="2026-01-01", to="2026-02-01") == []
    assert await slots(world, service="solo", from_="1971-01-01", to="1971-01-31") == []


async def test_days_beyond_the_maximum_advance_have_no_slots(world):
    assert await slots(world, service="solo", from_="2199-11-01", to="2199-12-31") == []


async def test_a_month_from_today_is_told_unless_asked_otherwise(world):
    days = {slot["start"][:10] for slot in await slots(world, service="solo")}
    assert (min(days), max(days)) == ("2027-01-11", "2027-02-10")


async def test_a_group_tells_how_many_places_are_left(world):
    await world.token(service="course")
    found = {
        slot["start"]: slot for slot in await slots(world, service="course", from_="2027-01-12", to="2027-01-12")
    }
    assert found["2027-01-12T10:00:00+01:00"]["seats"] == 1
    assert found["2027-01-12T11:00:00+01:00"]["seats"] == 2


async def test_a_calendar_that_is_not_published_is_not_found_whatever_is_asked(world):
    nobody = await world.call("GET", "/api/nobody/slots?service=solo")
    for query in ("service=solo", "service=nothing", "", "service=solo&from=x", "service=solo&staff=vera"):
        answer = await world.call("GET", f"/api/closed/slots?{query}")
        assert (answer.status, answer.body, answer.headers) == (404, nobody.body, nobody.headers)


async def test_settings_that_another_process_changed_are_asked_before_a_query_is_refused(world):
    await slots(world, service="solo")
    new = SERVICES[1].model_copy(update={"id": "brand-new"})
    calendar = clinic()
    await world.another_process().save(type(calendar)(calendar.business, {"brand-new": new}, calendar.staff, {}))
    await asyncio.sleep(JUST_READ)
    assert await slots(world, service="brand-new")


async def told(customer, title, key):
    """What the public is told of a world in which claire is busy twice: with a customer, and with herself."""
    world = World()
    await world.save(clinic())
    booked = await world.call(
        "POST", "/api/clinic/appointments", a_booking(service="solo", customer=customer), idempotency_key=key
    )
    assert booked.status == 201
    await take_off(world, title)
    answers = [
        await world.call("GET", "/api/clinic"),
        await world.call("GET", "/api/clinic/slots?service=consultation"),
        await world.call("GET", "/api/clinic/slots?service=solo&staff=claire"),
    ]
    taken = await world.call(
        "POST", "/api/clinic/appointments", a_booking(service="solo"), idempotency_key="another-key-00000"
    )
    assert taken.status == 409
    return [answer.body for answer in [*answers, taken]]


async def take_off(world, title):
    start = MONDAY + timedelta(days=2, hours=2)
    off = TimeOff(id="off1", staff="claire", title=title, start=start, end=start + timedelta(hours=3), notes=title)
    calendar = await world.store.calendars.find("clinic")
    given = {"calendar": calendar, "context": Context(world.store, SECRET, world.now)}
    await add_time_off(off, key=a_key(), actor="claire", **given)


async def test_nothing_tells_why_somebody_is_busy():
    ana = {"name": "Ana Souza", "email": "ana@example.com", "notes": "Only this week"}
    bob = {"name": "Bob", "email": "bob@example.org"}
    assert await told(ana, "Surgery", "a-key-of-a-test-1") == await told(bob, "Holiday", "a-key-of-a-test-2")


async def test_a_calendar_of_many_is_answered_from_beside_with_the_same_text(world):
    asked = "/api/clinic/slots?service=consultation"
    before = await world.call("GET", asked)
    others = {f"other{number}": a_person(f"other{number}") for number in range(MANY)}
    await world.save(replace(clinic(), staff={**clinic().staff, **others}))
    calendar = await world.store.calendars.reload("biz0clinic")
    assert len(calendar.staff) > MANY
    assert (await world.call("GET", asked)).body == before.body
