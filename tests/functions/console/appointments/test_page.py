"""The page of an appointment: every deed in the state that allows it, before and after, and what can be undone."""

from datetime import timedelta
from html import unescape

import pytest

from tests.functions.console.app import START
from tests.support.builders import a_key


def said(answer) -> str:
    return unescape(answer.body.decode())


async def bobs(console) -> str:
    """Return the path of Bob's appointment, in person."""
    rows = console.table.rows("bookings", "biz0clinic")
    name = next(row.key[2:] for row in rows if row.key.startswith("A|") and row.key[2:] != console.id)
    return f"/console/queue/biz0clinic/{name}"


async def moved_later(console) -> None:
    """Move Ana's appointment by a day, to be told in ten minutes."""
    when = {"date": "2027-01-12", "time": "10:00", "telling": "later"}
    moved = await console.send("desk", f"{console.path}/reschedule", **when)
    assert moved.headers["Location"] == f"{console.path}?back=&news=moved-later"


async def test_it_is_marked_from_its_page_and_the_page_says_so(console):
    path = await bobs(console)
    page = said(await console.open("desk", path))
    for deed in (
        "Arrived",
        "Begin",
        "Done",
        "Mark as no-show",
        "Reschedule",
        "Reassign",
        "Cancel appointment",
        "Links",
    ):
        assert deed in page
    done = await console.send("desk", path, action="mark_no_show", here="1", back="day=2027-01-11")
    assert (done.status, done.headers["Location"]) == (303, f"{path}?back=day%3D2027-01-11&news=marked")
    after = said(await console.open("desk", done.headers["Location"]))
    assert "No-show" in after
    assert "Undo" in after
    for gone in (">Begin<", ">Reschedule<", ">Cancel appointment<"):
        assert gone not in after


async def test_of_a_cancelled_one_nothing_is_left_to_do_but_to_book_again(console):
    path = await bobs(console)
    await console.send("desk", f"{path}/cancel")
    page = said(await console.open("desk", path))
    for gone in ("Reschedule", "Cancel appointment", "Arrived", "Send reminder", "Add a note", "/manage/"):
        assert gone not in page
    book = next(part.split('"')[0] for part in page.split('href="') if part.startswith("/console/bookings/"))
    form = said(await console.open("desk", book))
    assert 'value="Bob"' in form
    assert 'value="here" selected' in form


async def test_the_link_to_the_booking_opens_it_for_who_has_it_and_only_staff_who_may_act_see_it(console):
    path = await bobs(console)
    page = said(await console.open("desk", path))
    link = page.split("https://book.example.org/book/")[1].split('"')[0]
    assert (await console.open("desk", f"/book/{link}")).status == 200
    assert "/manage/" in said(await console.open("omar", path))
    for who in ("eye", "claire"):
        assert "/manage/" not in said(await console.open(who, path))


async def test_the_history_has_before_and_after(console):
    await console.send("desk", f"{console.path}/reschedule", date="2027-01-12", time="11:00")
    page = said(await console.open("desk", console.path))
    assert "<del>" in page
    assert "<ins>" in page
    assert "11:00" in page.split("<ins>")[1].split("</ins>")[0]


async def test_a_change_is_undone_while_nobody_was_told_of_it(console):
    await console.drain()
    await moved_later(console)
    page = said(await console.open("desk", console.path))
    assert "No one has been notified of the change yet. They’ll be notified at 10:11" in page.replace(
        "\u202f", " "
    )
    assert "notified 10 minutes later" in page
    assert "Undo the change" not in said(await console.open("eye", console.path))
    version = page.split('name="version" value="')[1].split('"')[0]
    hidden = {"csrf": page.split('name="csrf" value="')[1].split('"')[0], "key": a_key()}
    undone = await console.post("desk", f"{console.path}/undo", version=version, do="undo", **hidden)
    assert undone.headers["Location"] == f"{console.path}?back=&news=undone"
    assert (await console.appointment()).start == START
    assert "Change undone" in said(await console.open("desk", undone.headers["Location"]))
    letters = len(console.postman.letters)
    console.now += timedelta(minutes=11)
    await console.drain()
    assert len(console.postman.letters) == letters
    again = await console.post(
        "desk", f"{console.path}/undo", version=version, do="undo", **{**hidden, "key": a_key()}
    )
    assert "news=too-late" in again.headers["Location"]


async def test_people_are_told_at_once_if_staff_do_not_want_to_wait(console):
    await console.drain()
    await moved_later(console)
    version = str((await console.appointment()).version)
    fields = {"version": version, "do": "tell", "csrf": await _token(console), "key": a_key()}
    told = await console.post("desk", f"{console.path}/undo", **fields)
    assert "news=told" in told.headers["Location"]
    await console.drain()
    assert console.postman.to("ana@example.com")[-1].kind == "change"


async def _token(console) -> str:
    page = said(await console.open("desk", console.path))
    return page.split('name="csrf" value="')[1].split('"')[0]


async def test_a_cancellation_is_undone_with_its_time_taken_again(console):
    path = await bobs(console)
    done = await console.send("desk", f"{path}/cancel", message="Ill", telling="later")
    assert done.headers["Location"].endswith("news=cancelled-later")
    page = said(await console.open("desk", path))
    assert "Cancelled" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    fields = {"version": version, "do": "undo", "csrf": await _token(console), "key": a_key()}
    await console.post("desk", f"{path}/undo", **fields)
    assert (await console.appointment(path.rpartition("/")[2])).status == "booked"


async def test_who_hears_by_a_confirmation_on_its_way_is_not_said_to_hear_nothing(console):
    done = await console.send("desk", f"{await bobs(console)}/cancel", message="", telling="never")
    assert done.headers["Location"].endswith("?news=cancelled")


async def test_nobody_is_told_where_staff_do_not_want_it(console):
    await console.drain()
    letters = len(console.postman.letters)
    done = await console.send("desk", f"{console.path}/reassign", staff="desk", telling="never")
    assert done.headers["Location"] == "/console/queue?news=reassigned-untold"
    assert "no one was notified" in said(await console.open("desk", console.path))
    console.now += timedelta(minutes=20)
    await console.drain()
    assert len(console.postman.letters) == letters


async def test_of_what_begins_soon_people_are_told_at_once_unless_staff_choose_otherwise(console):
    assert 'value="now" selected' in said(await console.open("desk", f"{console.path}/cancel"))
    path = await bobs(console)
    assert 'value="later" selected' in said(await console.open("desk", f"{path}/cancel"))


@pytest.mark.parametrize(
    "fields", [{"version": "x", "do": "undo"}, {"version": "1", "do": "burn"}, {"do": "undo"}, {}]
)
async def test_what_cannot_be_undone_is_a_bad_request(console, fields):
    answer = await console.post("desk", f"{console.path}/undo", csrf=await _token(console), key=a_key(), **fields)
    assert answer.status == 400


async def test_messages_are_followed_from_the_plan_to_the_mail_server(console):
    path = await bobs(console)
    assert "On its way" in said(await console.open("desk", path))
    await console.drain()
    page = said(await console.open("desk", path)).partition('id="messages"')[2].partition('id="history"')[0]
    assert ["Confirmation · <bdi>Bob" in page, "Confirmation · <bdi>Omar" in page] == [True, True]
    assert page.count("Sent") == 3
    await console.send("desk", f"{path}/cancel", telling="later")
    assert "Waiting" in said(await console.open("desk", path))
    console.now += timedelta(minutes=11)
    console.postman.refused = {"b@example.com"}
    await console.drain()
    page = said(await console.open("desk", path)).partition('id="messages"')[2].partition('id="history"')[0]
    assert "Not delivered" in page


async def test_an_open_page_follows_the_visit_and_lets_in_who_waits(console):
    async def part(who: str = "desk") -> str:
        path, cookie = console.path, console.cookie(who)
        answer = await console.call("GET", path, cookie=cookie, accept="text/html", sec_fetch_dest="empty")
        return said(answer)

    def state(html: str) -> str:
        return html.split('data-state="')[1].split('"', maxsplit=1)[0]

    before = await part()
    assert "<html" not in before
    assert "Admit" not in before
    assert state(before) == state(await part())
    await console.ana("enter", {"name": "Ana"})
    await console.ana("tell", {"text": "My train is at six"})
    waits = await part()
    assert state(waits) != state(before)
    assert f'value="admit a.{console.id}"' in waits
    assert "My train is at six" in waits
    assert "data-since=" in waits
    console.now += timedelta(seconds=3)
    assert state(await part()) == state(waits)
    assert "Admit" not in await part("eye")
    told = await console.send("desk", console.path, action="tell", here="1", ready="a_moment")
    assert told.headers["Location"].endswith("news=said")
    await console.send("desk", console.path, action=f"admit a.{console.id}", here="1")
    assert (await console.ana("beat")).json()["view"] == "admitted"
    assert "Admitted" in await part()
