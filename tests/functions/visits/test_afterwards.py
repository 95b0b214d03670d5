"""What the links of a visit lead to once it is over: for the customer, and for the host."""

from datetime import timedelta
from html import unescape

import pytest

from shared.records.keys import visit_key
from shared.records.visits import load_visit
from tests.functions.visits.app import START
from tests.functions.visits.test_notes import a_visit_with_role, page_of


MINUTE = timedelta(minutes=1)


async def seen_after(meeting) -> list[str]:
    """Return the customer's three pages: the link to join, its test, and the booking."""
    manage = f"/book/clinic/manage/{meeting.document['manage'].rpartition('/')[2]}"
    return [await page_of(meeting, url) for url in (meeting.join, f"{meeting.join}/test", manage)]


async def test_after_an_end_by_staff_all_links_of_the_customer_say_that_it_is_over(meeting):
    await meeting.in_the_room()
    meeting.now += 10 * MINUTE
    await meeting.doc("mark", {"happening": "end"})
    meeting.now += MINUTE
    join, test, manage = await seen_after(meeting)
    for page in (join, test, manage):
        assert "This appointment has ended" in page
        assert 'href="/book/clinic/video' in page
        assert "Book again" in page
        assert "Go to the waiting room" not in page
    assert "Thank you for coming." in join
    for said in ("Join online", "Test camera", "Add to your calendar", "too late", "QR code"):
        assert said not in manage
    await meeting.doc("mark", {"happening": "undo"})
    assert "Go to the waiting room" in (await seen_after(meeting))[0]


async def test_who_left_or_lost_the_connection_comes_back(meeting):
    await meeting.in_the_room()
    meeting.now += MINUTE
    await meeting.ana("leave", {"place": "room", "session": "sessionofana"})
    assert "Go to the waiting room" in (await seen_after(meeting))[0]
    await meeting.doc("leave", {"place": "room", "session": "sessionofdoc"})
    for _ in range(6):  # nobody is there any more: the timer closes it
        await meeting.drain()
    row = await meeting.table.get("bookings", "biz0clinic", visit_key(START, meeting.document["id"]))
    visit = load_visit(row.values)
    assert (visit.status, visit.was_ended) == ("completed", False)
    assert "Go to the waiting room" in (await seen_after(meeting))[0]
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 200


@pytest.mark.parametrize("happening", ["mark_no_show", "end"])
async def test_who_was_not_seen_can_still_come(meeting, happening):
    if happening == "end":
        await meeting.ana("enter", {"name": "Ana"})
    await meeting.doc("mark", {"happening": happening})
    meeting.now += MINUTE
    assert "Go to the waiting room" in (await seen_after(meeting))[0]
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 200


async def test_long_after_its_end_the_booking_is_over_and_nobody_is_thanked_who_did_not_come(meeting):
    meeting.now = START + timedelta(minutes=31)
    assert "Join online" in (await seen_after(meeting))[2]
    meeting.now = START + timedelta(hours=3)
    join, _, manage = await seen_after(meeting)
    assert "This appointment has ended" in join
    assert "This appointment has ended" in manage
    assert "Thank you" not in join


@pytest.mark.parametrize(("role", "goes_on"), [("team_member", True), ("viewer", False), ("guest", False)])
async def test_a_host_goes_on_to_the_queue_and_a_follow_up_where_their_role_opens_the_console(role, goes_on):
    meeting = await a_visit_with_role(role)
    page = unescape(await page_of(meeting, f"{meeting.host}?lang=fr"))
    assert ('href="/console/queue?lang=fr"' in page) == goes_on
    again = 'href="/console/bookings/biz0clinic/new?lang=fr&customer='
    assert (again in page) == goes_on
    if goes_on:
        query = page.partition(again)[2].partition('"')[0]
        assert query.endswith("&service=video&staff=claire&time=next")
