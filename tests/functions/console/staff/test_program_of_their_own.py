"""A person's own calendar program, as they have one: on Radicale, through the `caldav` package, both ways."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.timers import read_own_calendars
from functions.wiring import given
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect
from shared.use_cases.free_busy.outside import CalendarPlace
from tests.functions.console.app import START
from tests.functions.console.staff.test_staff_feed import office, press
from tests.support.builders import a_key
from tests.support.outside.published import reads
from tests.support.outside.radicale import radicale


__all__ = ["office"]  # the fixture
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def claire(tmp_path, office):
    """Her calendar, as her program sees it; the timer reads it every minute."""
    from caldav import DAVClient

    with radicale(tmp_path) as origin:
        client = DAVClient(url=f"{origin}/anna/", username="anna", password="secret")
        reads(office, origin)
        own = replace(office.services.settings.own_calendars, every=timedelta(minutes=1))
        office.services = replace(office.services, settings=replace(office.services.settings, own_calendars=own))
        calendar = client.principal().make_calendar(name="Work", cal_id="work")
        yield calendar, CalendarPlace("caldav", f"{origin}/anna/work/", "anna", "secret")


async def timer(office) -> None:
    with given(office.services):
        await read_own_calendars(None)


async def free(office, calendar: str, service: str, day) -> set[str]:
    answer = await office.call("GET", f"/api/{calendar}/slots?service={service}&from={day}&to={day}&tz=UTC")
    assert answer.status == 200, answer.body
    return {slot["start"][11:16] for slot in answer.json()["slots"]}


async def test_what_is_put_there_blocks_both_calendars_within_a_minute_and_the_feed_put_there_blocks_nothing(
    office, claire
):
    program, place = claire
    assert await connect("claire@clinic.example", place, office.services.reading(), Author("c", a_key())) is None
    at = START + timedelta(days=3)
    day, hour = at.date().isoformat(), f"{at:%H:%M}"
    for name, service in (("clinic", "video"), ("second", "talk")):
        assert hour in await free(office, name, service, day)

    program.save_event(dtstart=at, dtend=at + HOUR, summary="Dentist")
    office.now += timedelta(minutes=1)
    await timer(office)
    for name, service in (("clinic", "video"), ("second", "talk")):
        assert hour not in await free(office.another_process(), name, service, day)

    later = START + timedelta(days=2)
    body = {"service": "talk", "start": later.isoformat(), "customer": {"name": "Bea", "email": "bea@x.example"}}
    other = (await office.call("POST", "/api/second/appointments", body, idempotency_key=a_key())).json()
    feed = await office.call("GET", await press(office, "feed"))
    for text in feed.body.decode().replace("\r\n", "\n").split("BEGIN:VEVENT")[1:]:
        event = text.partition("END:VEVENT")[0]
        program.save_event(
            f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT{event}END:VEVENT\nEND:VCALENDAR\n"
        )
    seen = {str(one.icalendar_component["UID"]) for one in program.events()}
    assert {f"{office.id}@example.org", f"{other['id']}@example.org"} <= seen

    office.now += timedelta(minutes=1)
    await timer(office)
    token = other["manage"].rpartition("/")[2]
    await office.call("DELETE", f"/api/second/appointments/{token}", idempotency_key=a_key())
    left = await free(office.another_process(), "second", "talk", later.date().isoformat())
    assert f"{later:%H:%M}" in left, "the copy of what is cancelled here does not block"
