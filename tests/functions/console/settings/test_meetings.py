"""Where online visits are held: chosen, shown by an example, and refused where nobody could join."""

import re
from dataclasses import replace

import pytest

from shared.domain.calendar.meeting import MeetingRoom
from tests.functions.console.settings.desk import BOSS, SETTINGS, an_office, business, changed, fill
from tests.functions.console.staff.office import plain


MEETINGS = f"{SETTINGS}/meetings"
ORGANISER = "0f8fad5b-d9cb-469f-a165-70867728950e"
JITSI = "https://meet.example/{meeting}"


@pytest.mark.parametrize(
    ("typed", "room"),
    [
        ({"provider": "link", "template": JITSI}, MeetingRoom(provider="link", template=JITSI)),
        ({"provider": "teams", "organiser": ORGANISER}, MeetingRoom(provider="teams", organiser=ORGANISER)),
        ({"provider": "built_in", "template": "unused"}, MeetingRoom()),
    ],
)
async def test_a_room_is_chosen(typed, room):
    office = await an_office()
    assert (await fill(office, MEETINGS, **typed)).status == 303
    assert (await business(office)).meeting == room


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"provider": "link", "template": ""}, "Enter an address that begins with https://"),
        ({"provider": "link", "template": "http://meet.example/x"}, "Enter an address that begins with https://"),
        ({"provider": "link", "template": "https://{meeting}.example/"}, "comes after the host name"),
        ({"provider": "teams", "organiser": "me"}, f"Enter an id such as {ORGANISER}"),
        ({"provider": "zoom"}, "Choose one of these"),
    ],
)
async def test_a_room_that_is_none_is_refused_in_place(typed, error):
    office = await an_office()
    answer = await fill(office, MEETINGS, **typed)
    assert answer.status == 422
    assert error in plain(answer.body)
    assert (await business(office)).meeting == MeetingRoom()


async def test_a_room_in_which_a_service_would_strand_its_customers_is_refused_by_name():
    office = await an_office()
    await changed(office, meeting=MeetingRoom(provider="link", template=JITSI))
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"allow_anonymous_join": False})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    assert "needs a room elsewhere" in await office.page(MEETINGS)
    answer = await fill(office, MEETINGS, provider="built_in")
    assert answer.status == 422
    assert "No one could join Video" in plain(answer.body)
    assert (await business(office)).meeting.provider == "link"


async def test_what_is_typed_is_shown_by_an_example_before_it_is_saved():
    office = await an_office()
    page = await office.send(BOSS, MEETINGS, provider="link", template=JITSI, organiser="", do="look")
    assert re.search(r"<code>https://meet\.example/[0-9a-f]{20}</code>", page.body.decode())
    assert "All appointments would share this one room" not in page.body.decode()
    shared = await office.send(
        BOSS, MEETINGS, provider="link", template="https://meet.example/ours", organiser="", do="look"
    )
    assert "All appointments would share this one room" in shared.body.decode()
