"""A series at the console: typed on the booking form, looked at as a whole, and booked all or in part."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from functions.console.series.following import told_of_all
from shared.domain.appointments.appointment import Appointment
from shared.records.keys import APPOINTMENT, SEAT, SERIES
from shared.use_cases.appointments.send_new_link import send_new_link
from shared.use_cases.appointments.staff_claims import Actor
from tests.functions.console.app import Console, a_clinic, hidden
from tests.support.builders import a_key, a_service
from tests.support.edge import Answer


NEW, PATH = "/console/bookings/biz0clinic/new", "/console/bookings/biz0clinic/series"
WEEKLY = {
    "service": "video",
    "staff": "claire",
    "date": "2027-01-12",
    "time": "11:00",
    "name": "Dora",
    "email": "dora@example.com",
    "frequency": "weekly",
    "every": "1",
    "count": "3",
    "until": "",
}


def said(answer: Answer) -> str:
    return unescape(answer.body.decode()).replace("\u202f", " ").replace("\u2011", "-")


def boxes(page: str, *, ticked: bool | None = None) -> dict[str, str]:
    """Return the boxes of a preview by name, all or only those that are ticked or not."""
    found = re.findall(
        r'<input type="checkbox" id="[^"]+" name="((?:take|instead)-\d+)" value="([^"]+)"( checked)?', page
    )
    return {name: value for name, value, mark in found if ticked is None or bool(mark) is ticked}


def typed(page: Answer) -> dict[str, str]:
    """Return the hidden fields of a preview."""
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', unescape(page.body.decode())))


def booked(console: Console) -> int:
    return sum(row.key.startswith(APPOINTMENT) for row in console.table.rows("bookings", "biz0clinic"))


async def preview(console: Console, who: str = "desk", **changes: str) -> Answer:
    form = hidden(await console.open(who, NEW))
    return await console.post(who, PATH, **{**form, **WEEKLY, **changes})


async def test_numbers_that_no_preview_has_say_nothing(console):
    plain, odd = await preview(console), await preview(console, refused=f"{'9' * 5000},-1,²,٢,x,,")
    assert (odd.status, boxes(said(odd))) == (200, boxes(said(plain)))


async def book(console: Console, page: Answer, **changes: str) -> Answer:
    """Send a preview with its ticked boxes, or others."""
    ticked = boxes(said(page), ticked=True)
    return await console.post("desk", PATH, **{**typed(page), **ticked, "do": "book", **changes})


async def test_all_of_a_free_series_are_ticked_and_booked_by_one_press(console):
    page = await preview(console)
    assert page.status == 200
    for part in ("Tuesday, January 12, 2027, 11:00 AM – 11:30 AM", "Tuesday, January 26, 2027", "Dora", "Claire"):
        assert part in said(page)
    assert len(boxes(said(page), ticked=True)) == 3
    before = booked(console)
    done = await book(console, page)
    assert (done.status, done.headers["Location"]) == (303, "/console/queue?news=series")
    assert booked(console) == before + 3


async def test_the_booking_form_has_what_is_needed_without_scripts(console):
    page = said(await console.open("desk", NEW))
    assert f'formaction="{PATH}"' in page
    assert 'name="frequency"' in page
    assert page.count('name="on-') == 7


async def test_one_that_is_taken_is_named_and_its_alternative_can_be_ticked_instead(console):
    await console.book_by_hand(console.now + timedelta(days=8, hours=1), name="Emil")
    page = await preview(console)
    assert "There’s already an appointment at that time: Emil, Video, Tuesday, January 19" in said(page)
    assert len(boxes(said(page), ticked=True)) == 2
    (instead,) = (name for name in boxes(said(page)) if name.startswith("instead"))
    before = booked(console)
    done = await book(console, page, **{instead: boxes(said(page))[instead]})
    assert done.status == 303
    assert booked(console) == before + 3


async def test_one_that_is_taken_is_booked_over_the_appointments_that_its_line_names(console):
    await console.book_by_hand(console.now + timedelta(days=8, hours=1), name="Emil")
    page = await preview(console)
    (over,) = (name for name, value in boxes(said(page), ticked=False).items() if " over " in value)
    assert "Select it to double-book." in said(page)
    before = booked(console)
    done = await book(console, page, **{over: boxes(said(page))[over]})
    assert done.status == 303
    assert booked(console) == before + 3


async def test_one_that_came_since_the_line_named_them_is_not_booked_over(console):
    await console.book_by_hand(console.now + timedelta(days=8, hours=1), name="Emil")
    page = await preview(console)
    (over,) = (name for name, value in boxes(said(page), ticked=False).items() if " over " in value)
    late = {"name": "Finn", "overbook": "none", "minutes": "30"}
    again = await console.send(
        "desk",
        NEW,
        service="video",
        staff="claire",
        date="2027-01-19",
        time="11:10",
        **late,
    )
    (named,) = re.findall(r'name="overbook" value="([^"]+)"', again.body.decode())
    more = {**hidden(again), "service": "video", "staff": "claire", "date": "2027-01-19", "time": "11:10"}
    assert (await console.post("desk", NEW, **{**more, **late, "overbook": named})).status == 303
    before = booked(console)
    part = await book(console, page, **{over: boxes(said(page))[over]})
    assert part.status == 409
    assert booked(console) == before + 2
    assert "Finn" in said(part)


async def test_without_a_person_nobody_is_double_booked(console):
    await console.book_by_hand(console.now + timedelta(days=8, hours=1), name="Emil")
    page = await preview(console, staff="")
    assert not [one for one in boxes(said(page)).values() if " over " in one]


async def test_what_is_beyond_the_rules_says_which_and_is_ticked_on_purpose(console):
    page = await preview(console, count="30")
    assert "Too far ahead" in said(page)
    few = len(boxes(said(page), ticked=True))
    assert few < 30
    more = await console.post("desk", PATH, **{**typed(page), **boxes(said(page), ticked=True), "do": "beyond"})
    assert len(boxes(said(more), ticked=True)) == 30
    before = booked(console)
    assert (await book(console, more)).status == 303
    assert booked(console) == before + 30


async def test_one_that_was_taken_meanwhile_is_said_and_the_others_are_booked(console):
    page = await preview(console)
    await console.book_by_hand(console.now + timedelta(days=8, hours=1), name="Emil")
    before = booked(console)
    part = await book(console, page)
    assert part.status == 409
    assert "2 of 3 were booked" in said(part)
    assert booked(console) == before + 2
    assert said(part).count(">Booked<") == 2
    (instead,) = (name for name in boxes(said(part)) if name.startswith("instead"))
    assert instead == "instead-54"
    done = await book(console, part, **{instead: boxes(said(part))[instead]})
    assert done.status == 303
    assert booked(console) == before + 3
    assert sum(row.key.startswith(SERIES) for row in console.table.rows("bookings", "biz0clinic")) == 1


async def test_a_form_that_is_sent_again_books_nothing_twice_and_shows_what_is_there(console):
    page, before = await preview(console), booked(console)
    for _ in range(2):
        assert (await book(console, page)).status == 303
    assert booked(console) == before + 3
    again = await console.post("desk", PATH, **{**typed(page), "do": ""})
    assert said(again).count(">Booked<") == 3
    assert boxes(said(again)) == {}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"count": "53"}, "Enter a whole number from 2 to 52"),
        ({"count": "many"}, "Enter a whole number from 2 to 52"),
        ({"every": "0"}, "Enter a whole number from 1 to 99"),
        ({"frequency": "monthly_by_date", "every": "24", "count": "52"}, "a series lasts 10 years at most"),
        ({"until": "2027-01-13"}, "Enter a day until which there are 2 to 52 appointments"),
        ({"until": "soon"}, "Enter a day until which there are 2 to 52 appointments"),
        ({"name": ""}, "Enter a name"),
        ({"time": "25:00"}, "Enter a time that exists on this day"),
        ({"frequency": "hourly"}, "Choose how often"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(console, changes, error):
    page = await preview(console, **changes)
    assert page.status == 422
    assert error in said(page)
    assert 'value="dora@example.com"' in said(page)


async def test_of_a_group_each_line_says_how_full_it_is_and_the_nearest_with_places_is_offered(console):
    clinic = a_clinic()
    yoga = a_service("yoga", staff=("claire",), maximum_attendees=2)
    await console.save(replace(clinic, services={**clinic.services, "yoga": yoga}))
    asked = {"service": "yoga", "staff": ""}
    for day, time, names in (("12", "11:00", "A"), ("19", "11:00", "BC"), ("19", "12:30", "D")):
        for name in names:
            when = {"date": f"2027-01-{day}", "time": time}
            form = {**asked, **when, "name": name, "email": f"{name}@example.com"}
            answer = await console.send("desk", NEW, **form)
            assert answer.status == 303, said(answer)
    page = await preview(console, **asked)
    text = said(page)
    assert re.findall(r'class="badge \w+">.*?</svg>([^<]+)<', text) == ["Free", "Full", "Free"]
    assert "1 of 2 places" in text
    assert "A new session" in text
    assert "No place is left: Yoga, Tuesday, January 19, 2027, 11:00 AM – 11:30 AM, Claire" in text
    assert "Instead: 12:30 PM (1 place left)" in text
    assert "take-2" not in boxes(text)
    before = booked(console)
    done = await book(console, page, **{"instead-2": boxes(text)["instead-2"]})
    assert (done.status, done.headers["Location"]) == (303, "/console/queue?news=series")
    assert booked(console) == before + 1
    seats = [row for row in console.table.rows("bookings", "biz0clinic") if row.key.startswith(SEAT)]
    assert sum("dora@example.com" in row.values["body"] for row in seats) == 3
    again = await preview(console, **asked, email="late@example.com")
    assert said(again).count("No place is left") == 2
    own = said(await preview(console, **asked))
    assert "Already has a place" in own
    assert "This customer has a place in this session. 1 of 2 places" in own
    assert "take-3" not in boxes(own, ticked=True)
    assert "take-3" in boxes(own)
    late = {"date": "2027-01-12", "time": "11:00", "name": "Late", "email": "late@example.com"}
    full = await console.send("desk", NEW, **{**asked, **late})
    assert (full.status, "This session is full" in said(full)) == (409, True)
    full = await console.send("desk", NEW, **{**asked, **late, "staff": "claire"})
    assert "No place is left: Yoga, Tuesday, January 12" in said(full)
    (last,) = [one for one in await places(console) if one.start.day == 26]
    page = said(await console.open("desk", page_of(last.id)))
    assert "<summary>3 of 3 in a series</summary>" in page
    assert len(re.findall(r'<li><a class="numbers" href="/console/queue/biz0clinic/', page)) == 2


async def places(console: Console) -> list[Appointment]:
    rows = (row for row in console.table.rows("bookings", "biz0clinic") if row.key.startswith(APPOINTMENT))
    found = [await console.appointment(row.key[2:]) for row in rows]
    return [one for one in found if one.is_group]


async def test_without_a_ticked_box_nothing_is_booked(console):
    page, before = await preview(console), booked(console)
    none = await console.post("desk", PATH, **{**typed(page), "do": "book"})
    assert (none.status, "Select at least one appointment." in said(none)) == (422, True)
    for odd in (
        {"take-1": "now"},
        {"take-0": "2027-01-12T10:00:00+00:00"},
        {"take-9999": "2027-01-12T10:00:00+00:00"},
    ):
        assert (await console.post("desk", PATH, **{**typed(page), **odd, "do": "book"})).status == 422
    assert booked(console) == before


async def test_who_books_only_for_themselves_books_no_series_for_others(console):
    assert (await preview(console, "claire")).status == 200
    assert (await preview(console, "claire", staff="omar")).status == 403


async def test_back_to_the_form_everything_is_as_it_was_typed(console):
    page = await preview(console)
    back = await console.post("desk", f"{NEW}?show=1&repeat=1", **typed(page))
    assert 'id="repeat" open' in said(back)
    assert 'name="count" type="number" value="3"' in said(back)
    assert 'value="Dora"' in said(back)


async def three(console: Console) -> list[str]:
    """Book a series of three; return the ids of its appointments, the earliest first."""
    before = {row.key for row in console.table.rows("bookings", "biz0clinic")}
    assert (await book(console, await preview(console))).status == 303
    rows = (row for row in console.table.rows("bookings", "biz0clinic") if row.key not in before)
    made = [await console.appointment(row.key[2:]) for row in rows if row.key.startswith(APPOINTMENT)]
    return [one.id for one in sorted(made, key=lambda one: one.start)]


async def starts(console: Console, ids: list[str]) -> list[str]:
    found = [await console.appointment(one) for one in ids]
    return [f"{one.start:%d %H:%M}" if one.is_live else "" for one in found]


def page_of(one: str, deed: str = "") -> str:
    return f"/console/queue/biz0clinic/{one}{deed}"


async def test_the_page_of_an_appointment_says_where_it_is_in_its_series(console):
    first, second, third = await three(console)
    page = said(await console.open("desk", page_of(second)))
    assert "2 of 3 in a series" in page
    linked = re.findall(r'<li><a class="numbers" href="([^"?]+)', page)
    assert linked == [page_of(first), page_of(third)]
    assert "in a series" not in said(await console.open("desk", console.path))


async def since(console: Console, one: str, deed: str) -> str:
    """Return the value of the choice of this one and those that follow."""
    page = said(await console.open("desk", page_of(one, deed)))
    return re.search(r'<option value="([^"]+)">This and the following ones', page)[1]


async def test_this_one_and_those_that_follow_are_cancelled(console):
    ids = await three(console)
    scope = await since(console, ids[1], "/cancel")
    done = await console.send("desk", page_of(ids[1], "/cancel"), message="", scope=scope, telling="now")
    assert done.status == 303
    assert await starts(console, ids) == ["12 10:00", "", ""]
    assert "This and the following" not in said(await console.open("desk", page_of(ids[0], "/cancel")))


async def test_this_one_and_those_that_follow_are_moved_also_into_each_others_place(console):
    ids = await three(console)
    scope = await since(console, ids[0], "/reschedule")
    week_later = {"date": "2027-01-19", "time": "11:00", "minutes": "30", "scope": scope, "telling": "now"}
    done = await console.send("desk", page_of(ids[0], "/reschedule"), **week_later)
    assert done.status == 303
    assert await starts(console, ids) == ["19 10:00", "26 10:00", "02 10:00"]


async def test_alone_means_alone(console):
    ids = await three(console)
    moved = {"date": "2027-01-12", "time": "14:00", "minutes": "30", "scope": "", "telling": "now"}
    assert (await console.send("desk", page_of(ids[0], "/reschedule"), **moved)).status == 303
    assert await starts(console, ids) == ["12 13:00", "19 10:00", "26 10:00"]


async def test_those_that_cannot_be_moved_are_named_and_a_repetition_moves_nothing_again(console):
    ids = await three(console)
    await console.book_by_hand(console.now + timedelta(days=8, hours=4), name="Emil")  # 14:00 in Paris
    scope, path = await since(console, ids[0], "/reschedule"), page_of(ids[0], "/reschedule")
    moved = {"date": "2027-01-12", "time": "14:00", "minutes": "30", "scope": scope, "telling": "now"}
    form = {**hidden(await console.open("desk", path)), **moved}
    part = await console.post("desk", path, **form)
    assert part.status == 409
    assert "2 of 3 were changed. Change these one by one: Tuesday, January 19, 2027 at 11:00 AM" in said(part)
    assert await starts(console, ids) == ["12 13:00", "19 10:00", "26 13:00"]
    await console.post("desk", path, **form)
    assert await starts(console, ids) == ["12 13:00", "19 10:00", "26 13:00"]


async def test_who_serves_only_some_of_a_series_changes_only_those(console):
    ids = await three(console)
    scope = await since(console, ids[0], "/cancel")
    gone = await console.send("claire", page_of(ids[0], "/cancel"), message="", scope=scope, telling="now")
    assert gone.status == 303
    odd = await console.send("desk", console.path + "/cancel", message="", scope="yesterday", telling="now")
    assert odd.status == 303


async def decided(console: Console, one: str, wish: str) -> Answer:
    page = await console.open("desk", page_of(one))
    (version,) = set(re.findall(r'name="version" value="(\d+)"', said(page)))
    return await console.post("desk", page_of(one, "/undo"), **{**hidden(page), "version": version, "do": wish})


async def test_what_was_changed_together_is_undone_together_or_one_by_one(console):
    ids = await three(console)
    scope = await since(console, ids[0], "/cancel")
    done = await console.send("desk", page_of(ids[0], "/cancel"), message="", scope=scope, telling="later")
    assert done.headers["Location"].startswith(page_of(ids[0]))
    assert "were changed with it: 3 in all" in said(await console.open("desk", page_of(ids[1])))
    alone = await decided(console, ids[1], "undo")
    assert "news=undone" in alone.headers["Location"]
    assert await starts(console, ids) == ["", "19 10:00", ""]
    together = await decided(console, ids[2], "undo-all")
    assert "The changes were undone." in said(await console.open("desk", together.headers["Location"]))
    assert await starts(console, ids) == ["12 10:00", "19 10:00", "26 10:00"]
    late = {**hidden(await console.open("desk", console.path)), "version": "1", "do": "undo-all"}
    gone = await console.post("desk", page_of(ids[0], "/undo"), **late)
    assert "Not all changes could be undone" in said(await console.open("desk", gone.headers["Location"]))


async def test_everybody_is_told_at_once_of_what_was_changed_together(console):
    ids = await three(console)
    scope = await since(console, ids[1], "/reschedule")
    moved = {"date": "2027-01-19", "time": "14:00", "minutes": "30", "scope": scope, "telling": "later"}
    await console.send("desk", page_of(ids[1], "/reschedule"), **moved)
    told = await decided(console, ids[2], "tell-all")
    assert "by one email" in said(await console.open("desk", told.headers["Location"]))
    assert "No one has been notified" not in said(await console.open("desk", page_of(ids[1])))
    one, two = [await console.appointment(name) for name in ids[1:]]
    assert one.pending is two.pending is None


async def a_course(console: Console) -> list[Appointment]:
    """Book Dora's seats of a course of three, with Ann beside her in the first session; return its sessions."""
    clinic = a_clinic()
    yoga = a_service("yoga", staff=("claire",), maximum_attendees=2)
    await console.save(replace(clinic, services={**clinic.services, "yoga": yoga}))
    when = {"service": "yoga", "staff": "", "date": "2027-01-12", "time": "11:00"}
    await console.send("desk", NEW, **when, name="Ann", email="ann@example.com")
    assert (await book(console, await preview(console, service="yoga", staff=""))).status == 303
    return sorted(await places(console), key=lambda one: one.start)


async def seat_of(console: Console, session: str, name: str = "Dora") -> str:
    page = said(await console.open("desk", page_of(session)))
    return re.search(rf"/reschedule\?seat=(\w+)&[^>]*>Move this place<span[^>]*>: {name}<", page)[1]


async def filled(console: Console) -> list[str]:
    found = sorted(await places(console), key=lambda one: one.start)
    return [f"{one.start:%d %H:%M} {one.filled}" for one in found]


async def test_one_place_of_a_session_is_cancelled_alone_and_that_is_undone(console):
    sessions = await a_course(console)
    seat = await seat_of(console, sessions[0].id)
    path = f"{page_of(sessions[0].id, '/cancel')}?seat={seat}"
    page = said(await console.open("desk", path))
    assert "Cancel this place?" in page
    assert "Dora" in page
    assert "This and the following ones (3)" in page
    done = await console.send("desk", path, message="", scope="", telling="later")
    assert (await filled(console))[0] == "12 10:00 1"
    page = await console.open("desk", done.headers["Location"])
    assert "The place was cancelled." in said(page)
    undo = {"seat": seat, "version": re.search(r'name="version" value="(\d+)"', said(page))[1], "do": "undo"}
    back = await console.post("desk", page_of(sessions[0].id, "/undo"), **{**hidden(page), **undo})
    assert "news=undone" in back.headers["Location"]
    assert (await filled(console))[0] == "12 10:00 2"
    none = await console.open("desk", f"{page_of(sessions[0].id, '/cancel')}?seat=nobody")
    assert none.status == 404


async def test_this_place_and_those_that_follow_are_moved_and_undone_together(console):
    sessions = await a_course(console)
    seat = await seat_of(console, sessions[0].id)
    path = f"{page_of(sessions[0].id, '/reschedule')}?seat={seat}"
    scope = re.search(r'<option value="([^"]+)">This and the', said(await console.open("desk", path)))[1]
    moved = {"date": "2027-01-12", "time": "14:00", "scope": scope, "telling": "later"}
    done = await console.send("desk", path, **moved)
    assert done.status == 303
    here = {"12 10:00 1", "12 13:00 1", "19 13:00 1", "26 13:00 1"}
    assert {one for one in await filled(console) if not one.endswith(" 0")} == here
    page = await console.open("desk", done.headers["Location"])
    assert "The place was moved." in said(page)
    assert "were changed with it: 3 in all" in said(page)
    undo = {"seat": seat, "version": re.search(r'name="version" value="(\d+)"', said(page))[1], "do": "undo-all"}
    back = await console.post("desk", done.headers["Location"].split("?")[0] + "/undo", **{**hidden(page), **undo})
    assert "news=all-undone" in back.headers["Location"]
    there = {"12 10:00 2", "19 10:00 1", "26 10:00 1"}
    assert {one for one in await filled(console) if not one.endswith(" 0")} == there


async def test_places_and_sessions_change_without_telling_anyone(console):
    sessions = await a_course(console)
    for _ in range(3):
        await console.drain()
    console.postman.letters.clear()
    seat = await seat_of(console, sessions[0].id)
    path = f"{page_of(sessions[0].id, '/reschedule')}?seat={seat}"
    form = said(await console.open("desk", path))
    assert "Don’t notify anyone" in form
    scope = re.search(r'<option value="([^"]+)">This and the', form)[1]
    moved = {"date": "2027-01-12", "time": "14:00", "scope": scope, "telling": "never"}
    done = await console.send("desk", path, **moved)
    assert "The place was moved. No one is notified." in said(await console.open("desk", done.headers["Location"]))
    places_now = await places(console)
    (there,) = [one for one in places_now if (one.start.day, one.start.hour, one.filled) == (12, 13, 1)]
    page = said(await console.open("desk", page_of(there.id)))
    assert 'value="undo' not in page
    assert "Rescheduled (Dora; no one was notified)" in page
    whole = await console.send("desk", page_of(sessions[0].id, "/cancel"), message="", telling="never")
    assert whole.status == 303
    for _ in range(3):
        await console.drain()
    assert console.postman.letters == []
    assert sorted(one for one in await filled(console) if not one.endswith(" 0")) == [
        "12 13:00 1",
        "19 13:00 1",
        "26 13:00 1",
    ]


async def test_a_place_is_not_moved_into_a_full_session_or_one_that_its_customer_is_in(console):
    sessions = await a_course(console)
    for name in "XY":
        when = {"service": "yoga", "staff": "", "date": "2027-01-13", "time": "11:00"}
        await console.send("desk", NEW, **when, name=name, email=f"{name}@example.com")
    path = f"{page_of(sessions[0].id, '/reschedule')}?seat={await seat_of(console, sessions[0].id)}"
    full = await console.send("desk", path, date="2027-01-13", time="11:00", scope="", telling="now")
    assert (full.status, "This session is full" in said(full)) == (409, True)
    assert "Double-book" not in said(full)
    own = await console.send("desk", path, date="2027-01-19", time="11:00", scope="", telling="now")
    assert "This customer has a place in this session." in said(own)
    odd = await console.send("desk", path, date="2027-01-19", time="25:00", scope="", telling="now")
    assert "Enter a time that exists on this day" in said(odd)
    assert (await filled(console))[0] == "12 10:00 2"


async def test_the_customers_page_of_a_date_lists_those_that_are_theirs_with_links(console):
    assert (await book(console, await preview(console))).status == 303
    await console.drain()
    (letter,) = [one for one in console.postman.to("dora@example.com") if one.kind == "series"]
    tokens = [one.manage_token for one in letter.series]

    async def dates(token: str) -> tuple[list[str], str]:
        answer = await console.call(
            "GET", f"/book/clinic/manage/{token}", accept="text/html", accept_language="en"
        )
        assert answer.status == 200
        (listed,) = re.findall(r'<h2 id="dates">.*?</ol>', said(answer), re.DOTALL) or [""]
        return re.findall(r'href="([^"]+)"', listed), listed

    others, listed = await dates(tokens[0])
    assert len(others) == 2
    assert "January 26" in listed
    assert "aria-current" in listed
    back, _ = await dates(others[1].partition("/manage/")[2].partition("?")[0])
    assert len(back) == 2
    second = letter.series[1].appointment
    args = {"calendar": await console.store.calendars.find("clinic"), "context": console.services.context}
    await send_new_link(second.id, "customer", second.id, editor=Actor("desk"), key=a_key(), **args)
    others, listed = await dates(tokens[0])
    assert len(others) == 1
    assert "January 19" not in listed


@pytest.mark.parametrize(
    ("told", "said_of_all"),
    [
        ((), None),
        (("now",), "now"),
        (("never",), "never"),
        (("now", "later"), "later"),
        (("now", "never"), "some"),
        (("some", "now"), "some"),
        (("some", "never"), "some"),
    ],
)
def test_who_was_told_of_several_changes_is_said_of_all_of_them(told, said_of_all):
    assert told_of_all(set(told)) == said_of_all
