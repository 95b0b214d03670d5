"""What the holder of a manage link sees: the zone that was booked in, and times to move to."""

import re
from datetime import timedelta

import pytest

from tests.support.builders import MONDAY
from tests.support.edge import PUBLIC_URL, World, clinic


START = MONDAY + timedelta(days=1, hours=2)  # Tuesday, 10:00 in Paris


@pytest.fixture
async def clinics():
    world = World()
    await world.save(clinic())
    return world


async def managed(world, token, path=""):
    answer = await world.call("GET", f"/book/clinic/manage/{token}{path}", accept_language="en-GB")
    assert answer.status == 200
    return answer.body.decode()


async def test_times_are_shown_as_the_mails_show_them_unless_the_address_says_otherwise(clinics):
    token = await clinics.token(timeZone="Asia/Tokyo")
    for path in ("", "/move", "/cancel"):
        html = await managed(clinics, token, path)
        assert "18:00 – 18:30" in html, path
    assert "Japan Time (Tokyo)" in html
    assert "10:00 in Paris" in html
    html = await managed(clinics, token, "?tz=America/New_York")
    assert "04:00 – 04:30" in html
    html = await managed(clinics, await clinics.token(start=START + timedelta(hours=1)))
    assert "11:00 – 11:30" in html


async def test_a_booking_is_offered_other_times_than_its_own(clinics):
    stamp, day = f"start={START:%Y-%m-%dT%H}%3A00%3A00Z", f"date={START:%Y-%m-%d}"
    later = f"start={START:%Y-%m-%dT%H}%3A30%3A00Z"
    own = await managed(clinics, await clinics.token(staff="claire"), f"/move?{day}")
    assert stamp not in own
    assert later in own
    another = await managed(clinics, await clinics.token(staff="omar"), f"/move?{day}&staff=vera")
    assert stamp not in another  # vera cannot be chosen, so it is still about omar
    free = await clinics.token(start=START + timedelta(days=1), staff="claire")
    html = await managed(clinics, free, f"/move?date={START + timedelta(days=1):%Y-%m-%d}&staff=omar")
    assert f"start={START + timedelta(days=1):%Y-%m-%dT%H}%3A00%3A00Z" in html  # the same time, somebody else


async def test_whom_a_booking_stays_with_is_said_by_name_where_they_were_asked_for(clinics):
    def entries(html):
        return re.findall(r'<option value="([^"]*)"(?: selected)?>([^<]*)', html.partition('id="staff"')[2])[:3]

    asked_for = await clinics.token(staff="claire")
    assert entries(await managed(clinics, asked_for, "/move?lang=en"))[:2] == [("", "Claire"), ("omar", "Omar")]
    same = await managed(clinics, asked_for, "/move?lang=en&staff=claire")
    assert '<option value="" selected>Claire</option>' in same
    anyones = await clinics.token(start=START + timedelta(hours=1))
    first, *others = entries(await managed(clinics, anyones, "/move?lang=en"))
    assert first == ("", "The same person if free")
    assert others == [("claire", "Claire"), ("omar", "Omar")]


async def test_a_seat_of_a_group_is_offered_other_times_than_its_own(clinics):
    token = await clinics.token(service="course")
    html = await managed(clinics, token, f"/move?date={START:%Y-%m-%d}")
    assert f"start={START:%Y-%m-%dT%H}%3A00%3A00Z" not in html
    assert "2 places left" in html


async def test_paper_says_to_move_or_cancel_only_while_that_is_possible(clinics):
    token = await clinics.token()
    assert (
        printed(await managed(clinics, token)) == f"Reschedule or cancel: {PUBLIC_URL}/book/clinic/manage/{token}"
    )
    clinics.now = START
    html = await managed(clinics, token)
    assert "It’s too late to reschedule or cancel this appointment online." in html
    assert printed(html) == f"Your appointment: {PUBLIC_URL}/book/clinic/manage/{token}"


def printed(html):
    return re.search(r'<p class="print-only small">([^<]*)</p>', html)[1]
