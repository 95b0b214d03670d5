"""Who reschedules an appointment reads when its person is free, and one press fills the form."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

from shared.domain.timeline.hours import ALWAYS
from shared.records.codec import dump
from shared.records.keys import BUSINESS, SESSION, service_key
from shared.records.table import Operation
from tests.functions.console.app import START
from tests.support.builders import a_service


HOUR = timedelta(hours=1)


async def times(console, query: str = "") -> list[str]:
    page = (await console.open("desk", f"{console.path}/reschedule?{query}")).body.decode()
    return [unescape(one) for one in re.findall(r'<a class="chip numbers" href="([^"]+)">', page)]


async def test_the_nearest_free_times_fill_the_form(console):
    links = await times(console, "back=status%3Dbooked&lang=en")
    assert len(links) == 6
    assert all(one.startswith("?back=status%3Dbooked&lang=en&date=2027-01-11&time=") for one in links)
    chosen = links[-1].partition("&time=")[2].replace("%3A", ":")
    filled = (await console.open("desk", f"{console.path}/reschedule{links[-1]}")).body.decode()
    assert f'value="{chosen}"' in filled
    answer = await console.send("desk", f"{console.path}/reschedule", date="2027-01-11", time=chosen)
    assert answer.status == 303


async def test_whose_person_no_longer_offers_the_service_gets_the_times_of_another_with_their_name(console):
    calendar = await console.store.calendars.reload("biz0clinic")
    others = {name: one.model_copy(update={"staff": ("desk",)}) for name, one in calendar.services.items()}
    await console.save(replace(calendar, services=others))
    await console.store.calendars.reload("biz0clinic")
    links = await times(console)
    assert len(links) == 6
    assert all(one.endswith("&staff=desk") for one in links)


async def test_an_appointment_whose_service_is_gone_has_no_times_to_offer(console):
    calendar = await console.store.calendars.reload("biz0clinic")
    gone = [Operation("delete", service_key(one)) for one in calendar.services]
    version = calendar.business.model_copy(update={"version": "without"})
    gone.append(Operation("upsert", BUSINESS, dump(version)))
    await console.store.table.transact("bookings", "biz0clinic", gone)
    await console.store.calendars.reload("biz0clinic")
    page = await console.open("desk", f"{console.path}/reschedule")
    assert (page.status, b'name="time"' in page.body, b"chip numbers" in page.body) == (200, True, False)


async def test_nothing_is_offered_to_an_appointment_of_another_length(console):
    day = {"date": "2027-01-11", "time": "10:00"}
    assert (await console.send("desk", f"{console.path}/reschedule", minutes="90", **day)).status == 303
    assert await times(console) == []


async def test_nothing_is_offered_to_a_session_of_several(console):
    """Customers join a session at its time; as a whole it can only move to where its person is free."""
    calendar = await console.store.calendars.reload("biz0clinic")
    course = a_service("course", is_online=True, staff=("omar",), maximum_attendees=5)
    await console.save(replace(calendar, services={**calendar.services, "course": course}))
    for hour in (3, 4):
        customer = {"name": f"Eva {hour}", "email": f"eva{hour}@example.com"}
        await console.book(START + hour * HOUR, service="course", customer=customer)
    keys = [row.key for row in console.table.rows("bookings", "biz0clinic") if row.key.startswith(SESSION)]
    assert len(keys) == 2
    for key in keys:
        page = await console.open("desk", f"/console/queue/biz0clinic/{key.rpartition('|')[2]}/reschedule")
        assert (page.status, b"chip numbers" in page.body) == (200, False)


async def test_of_an_hour_that_comes_twice_no_time_is_offered_that_is_read_as_the_other(console):
    calendar = await console.store.calendars.reload("biz0clinic")
    business = calendar.business.model_copy(update={"hours": ALWAYS, "time_zone": "Europe/Paris"})
    policy = business.policy.model_copy(update={"minimum_lead_time": timedelta()})
    await console.save(replace(calendar, business=business.model_copy(update={"policy": policy})))
    console.now = datetime(2027, 10, 30, 12, tzinfo=UTC)
    service = next(name for name, one in calendar.services.items() if "omar" in one.staff)
    made = await console.book(datetime(2027, 10, 31, 0, tzinfo=UTC), service=service, staff="omar")
    assert made.status == 201, made.body
    path = f"/console/queue/biz0clinic/{made.json()['id']}"
    page = (await console.open("desk", f"{path}/reschedule")).body.decode()
    links = [unescape(one) for one in re.findall(r'<a class="chip numbers" href="([^"]+)">', page)]
    assert links
    assert len(links) == len(set(links)) == len([one for one in links if "time=02%3A00" not in one])
