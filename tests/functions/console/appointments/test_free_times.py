"""Who reschedules an appointment reads when its person is free, and one press fills the form."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

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


async def in_the_night_of_winter_time(console, hour: int, minute: int = 0) -> str:
    """The clinic is in Paris and open all night; return the path of an appointment at an hour of UTC."""
    calendar = await console.store.calendars.reload("biz0clinic")
    business = calendar.business.model_copy(update={"hours": ALWAYS, "time_zone": "Europe/Paris"})
    policy = business.policy.model_copy(update={"minimum_lead_time": timedelta()})
    await console.save(replace(calendar, business=business.model_copy(update={"policy": policy})))
    console.now = datetime(2027, 10, 30, 12, tzinfo=UTC)
    service = next(name for name, one in calendar.services.items() if "omar" in one.staff)
    made = await console.book(datetime(2027, 10, 31, hour, minute, tzinfo=UTC), service=service, staff="omar")
    assert made.status == 201, made.body
    return f"/console/queue/biz0clinic/{made.json()['id']}"


async def start_of(console, path: str) -> datetime:
    found = await console.appointment(path.rpartition("/")[2])
    return found.start.astimezone(UTC)


async def test_of_an_hour_that_comes_twice_each_time_is_offered_and_moves_there(console):
    path = await in_the_night_of_winter_time(console, 0)
    page = (await console.open("desk", f"{path}/reschedule")).body.decode()
    links = [unescape(one) for one in re.findall(r'<a class="chip numbers" href="([^"]+)">', page)]
    second = [one for one in links if "time=02%3A00" in one and "offset=%2B0100" in one]
    assert len(links) == len(set(links))
    assert len(second) == 1
    shown = (await console.open("desk", f"{path}/reschedule{second[0]}")).body.decode()
    assert re.search(r'<option value="\+0100" selected>', shown)
    assert "This time comes twice" in shown
    day = {"date": "2027-10-31", "time": "02:00", "offset": "+0100"}
    assert (await console.send("desk", f"{path}/reschedule", **day)).status == 303
    assert await start_of(console, path) == datetime(2027, 10, 31, 1, tzinfo=UTC)


async def test_what_stands_in_the_second_hour_stays_there_when_its_length_changes(console):
    path = await in_the_night_of_winter_time(console, 1)
    shown = (await console.open("desk", f"{path}/reschedule")).body.decode()
    assert re.search(r'<option value="\+0100" selected>', shown)
    day = {"date": "2027-10-31", "time": "02:00", "offset": "+0100", "minutes": "20"}
    assert (await console.send("desk", f"{path}/reschedule", **day)).status == 303
    assert await start_of(console, path) == datetime(2027, 10, 31, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2027, 10, 30, 12, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 0, 45, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
async def test_a_typed_time_that_comes_twice_is_the_first_that_is_still_to_come(console, now, start):
    path = await in_the_night_of_winter_time(console, 8)
    console.now = now
    assert (await console.send("desk", f"{path}/reschedule", date="2027-10-31", time="02:30")).status == 303
    assert await start_of(console, path) == start


async def test_the_next_free_time_is_booked_also_in_the_second_hour(console):
    path = await in_the_night_of_winter_time(console, 8)
    service = (await console.appointment(path.rpartition("/")[2])).service
    console.now = datetime(2027, 10, 31, 0, 50, tzinfo=UTC)  # 02:50, and ten minutes later 02:00 again
    form = f"/console/bookings/biz0clinic/new?service={service}&staff=omar"
    shown = (await console.open("desk", f"{form}&time=next")).body.decode()
    assert 'value="02:00"' in shown
    assert re.search(r'<option value="\+0100" selected>', shown)
    later = next(one for one in map(unescape, re.findall(r'formaction="([^"]+)"', shown)) if "T02%3A30" in one)
    assert later.endswith("T02%3A30%2B0100")
