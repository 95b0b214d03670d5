"""The appointments of all calendars that a person may see, in one list."""

import re
from datetime import timedelta

from tests.functions.console.app import PEOPLE, START, Console, a_clinic
from tests.support.builders import MONDAY, a_business, a_calendar, a_key, a_person, a_service
from tests.support.edge import a_booking


ALL = "/console/appointments"


async def a_world() -> Console:
    """The boss works in the clinic and at the school, an hour east; desk only in the clinic."""
    world = Console(now=MONDAY)
    boss = a_person("boss", role="administrator", is_bookable=False)
    await world.save(a_clinic({**PEOPLE, "boss": boss}))
    school = a_business(id="biz0school", slug="school", name="School", time_zone="Europe/Athens")
    tom = a_person("tom", role="team_member", email="tom@school.example")
    await world.save(a_calendar(school, [a_service("talk", staff=("tom",))], [boss, tom]))
    await world.book(START + timedelta(hours=1), service="video")
    bob = {"name": "Bob", "email": "b@example.com"}
    booking = a_booking(START, service="talk", customer=bob)
    made = await world.call("POST", "/api/school/appointments", booking, idempotency_key=a_key())
    assert made.status == 201, made.body
    return world


async def lines(world: Console, who: str, query: str = "") -> list[str]:
    answer = await world.open(who, ALL + query)
    assert answer.status == 200, answer.body
    items = re.findall(r"<li><span class=\"name\">.*?</li>", answer.body.decode(), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in items]


async def test_what_takes_place_in_all_calendars_stands_in_order_of_time_by_each_clock():
    world = await a_world()
    assert await lines(world, "boss") == [
        "11:00 AM Bob Athens Talk · Tom School",
        "11:00 AM Ana Souza Paris Video · Claire Clinic",
    ]
    html = (await world.open("boss", ALL)).body.decode()
    assert "2 appointments" in html
    assert 'href="/console/calendars/biz0school/calendar?view=agenda&amp;day=2027-01-11"' in html
    assert 'href="/console/appointments"' in (await world.open("boss", "/console")).body.decode()


async def test_nothing_is_shown_of_calendars_in_which_one_does_not_work():
    world = await a_world()
    assert await lines(world, "desk") == ["11:00 AM Ana Souza Video · Claire"]
    assert await lines(world, "tom") == []
    assert (await world.open("gast", ALL)).status == 403 or await lines(world, "gast") == []


async def test_it_is_searched_by_customer_service_person_and_calendar():
    world = await a_world()
    for wanted, names in (
        ("sôuza", 1),
        ("talk", 1),
        ("tom", 1),
        ("school", 1),
        ("clinic", 1),
        ("a", 2),
        ("zzz", 0),
    ):
        assert len(await lines(world, "boss", f"?find={wanted}")) == names, wanted


async def test_weeks_follow_each_other_and_a_wrong_day_is_today():
    world = await a_world()
    assert len(await lines(world, "boss", "?day=no")) == 2
    html = (await world.open("boss", ALL)).body.decode()
    later = re.search(r'href="([^"]*)" rel="next"', html)[1]
    assert later == f"{ALL}?day=2027-01-18"
    assert await lines(world, "boss", "?day=2027-01-18") == []
    assert len(await lines(world, "boss", "?day=2027-01-05")) == 2
