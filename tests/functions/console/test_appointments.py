"""Appointments at the console: details, moving, handing over, cancelling, and booking, for those who may."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import AskedQuestion, Question
from shared.records.appointments import projection
from shared.records.audit import audit_row
from shared.records.codec import dump
from shared.records.keys import SESSION, appointment_key, day_key
from shared.records.table import Operation
from tests.functions.console.app import START, a_clinic
from tests.support.builders import MONDAY, a_service, an_appointment


NEW = "/console/bookings/biz0clinic/new"
HOUR = timedelta(hours=1)


def said(answer) -> str:
    return unescape(answer.body.decode())


async def test_details_tell_who_how_to_reach_them_and_what_happened(console):
    await console.ana("enter", {"name": "Ana"})
    page = said(await console.open("desk", f"{console.path}?back=day%3D2027-01-11"))
    for text in ("Ana Souza", "mailto:ana@example.com", "Monday, January 11", "Claire", "In the waiting room"):
        assert text in page
    assert "Arrived" in page
    assert "Booked" in page
    assert "The customer" in page
    assert f"https://book.example.org{console.join}" in page
    assert 'href="/console/queue?day=2027-01-11"' in page


async def test_details_tell_what_was_agreed_to_and_the_reference_of_the_link(console):
    assert "Agreed on" not in said(await console.open("desk", console.path))
    consent = "I agree to [the terms](https://clinic.example/terms)."
    await console.save(a_clinic(page=BookingPage(is_published=True, consent=consent)))
    customer = {"name": "Eva", "email": "eva@example.com"}
    made = await console.book(START + 5 * HOUR, service="here", customer=customer, consent=True, refId="spring-27")
    assert made.status == 201, made.body
    page = said(await console.open("eye", f"/console/queue/biz0clinic/{made.json()['id']}"))
    assert "Agreed on Monday, January 11" in page
    assert 'I agree to <a href="https://clinic.example/terms"' in page
    assert "spring-27" in page


async def test_details_tell_ticked_boxes_and_questions_as_people_read_them(console):
    box = Question(id="bring", text="I bring [my card](https://clinic.example/card)", kind="checkbox")
    clinic = a_clinic()
    here = clinic.services["here"].model_copy(update={"questions": (AskedQuestion(id="bring"),)})
    clinic = replace(clinic, services={**clinic.services, "here": here}, questions={"bring": box})
    await console.save(clinic)
    made = await console.book(
        START + 5 * HOUR,
        service="here",
        customer={"name": "Eva", "email": "eva@example.com"},
        answers={"bring": "yes"},
    )
    assert made.status == 201, made.body
    page = said(await console.open("desk", f"/console/queue/biz0clinic/{made.json()['id']}"))
    assert '>my card</a></bdi></dt><dd><bdi class="kept">Yes</bdi>' in page


async def test_of_a_busy_calendars_audit_the_latest_and_the_booking_are_told(console):
    noise = [audit_row(console.now, f"n{number:05d}", "desk", "changed", "another") for number in range(1200)]
    rows = [Operation("upsert", key, values) for one in noise for key, values in one.items()]
    for index in range(0, len(rows), 100):
        await console.table.transact("bookings", "biz0clinic", rows[index : index + 100])
    page = said(await console.open("desk", console.path))
    assert "Showing recent changes" in page
    assert "The customer" in page
    assert "another" not in page


async def test_the_details_of_a_group_have_everybody_with_their_own_link(console):
    calendar = a_clinic()
    course = a_service("course", is_online=True, staff=("omar",), maximum_attendees=5)
    services = {**calendar.services, "course": course}
    await console.save(replace(calendar, services=services))
    console.now = MONDAY
    for name in ("Eva", "Finn"):
        customer = {"name": name, "email": f"{name.lower()}@example.com"}
        made = await console.book(START + 5 * HOUR, service="course", customer=customer)
    group = next(
        row.key[2:] for row in console.table.rows("bookings", "biz0clinic") if row.key.startswith(SESSION)
    )
    page = said(await console.open("desk", f"/console/queue/biz0clinic/{group.rpartition('|')[2]}"))
    assert made.status == 201
    assert ["Eva" in page, "Finn" in page, page.count("/join/")] == [True, True, 2]
    assert "Group" in await console.text("desk")


async def test_a_reader_sees_the_details_without_the_link_and_without_changes(console):
    page = said(await console.open("eye", console.path))
    assert "Ana Souza" in page
    assert "/join/" not in page
    assert f"{console.path}/cancel" not in page


@pytest.mark.parametrize("page", ["reschedule", "reassign", "link", "cancel"])
async def test_who_may_not_change_it_is_refused_each_form(console, page):
    for who, status in (("eye", 403), ("omar", 403), ("gast", 403), ("claire", 200), ("desk", 200)):
        answer = await console.open(who, f"{console.path}/{page}")
        assert answer.status == (404 if who == "gast" else status), who


@pytest.mark.parametrize("page", ["", "/reschedule", "/reassign", "/link", "/cancel"])
async def test_what_is_not_there_is_not_found(console, page):
    for name in ("nothing", "%20", "x" * 70):
        assert (await console.open("desk", f"/console/queue/biz0clinic/{name}{page}")).status == 404


async def test_the_link_comes_as_json_for_whoever_copies_it(console):
    headers = {"cookie": console.cookie("desk"), "accept": "application/json"}
    answer = await console.call("GET", console.path, **headers)
    assert answer.json() == {"joinUrl": f"https://book.example.org{console.join}"}


async def test_a_new_link_is_sent_to_who_is_chosen_and_the_one_before_is_void(console):
    await console.drain()
    old = console.join
    host = f"/host/{console.postman.to('claire@clinic.example')[-1].visit_token}"
    assert f'href="{console.path}/link?' in said(await console.open("desk", console.path))
    path = f"{console.path}/link"
    form = said(await console.open("desk", path))
    assert f'<option value="customer.{console.id}">Ana Souza</option>' in form
    answer = await console.send("desk", path, to=f"customer.{console.id}")
    assert (answer.status, answer.headers["Location"]) == (303, f"{console.path}?back=&news=link-sent")
    assert "We’ve sent a new link" in said(await console.open("desk", answer.headers["Location"]))
    await console.drain()
    new = console.postman.to("ana@example.com")[-1]
    assert new.kind == "new_link"
    assert (await console.open("desk", old)).status == 404
    assert (await console.open("desk", f"/join/{new.visit_token}")).status == 200
    assert (await console.open("desk", host)).status == 200
    await console.send("desk", path, to="staff.claire")
    await console.drain()
    assert (await console.open("desk", host)).status == 404
    for other in ("", "customer.nobody", "staff.omar", "x", "customer." + "y" * 500):
        assert (await console.send("desk", path, to=other)).status == 422
    assert said(await console.open("desk", console.path)).count("New link sent") == 2


async def test_a_new_link_goes_nowhere_where_there_is_no_address_and_that_is_said(console):
    name = await console.book_by_hand(START + 3 * HOUR, name="Carl", override="1")
    seat = (await console.stored(name)).seat
    answer = await console.send("desk", f"/console/queue/biz0clinic/{name}/link", to=f"customer.{seat.id}")
    assert answer.headers["Location"].endswith("&news=link-void")
    assert (await console.stored(name)).seat.link_version == seat.link_version + 1


async def test_a_link_is_revoked_without_a_word(console):
    await console.drain()
    old, letters = console.join, len(console.postman.letters)
    path = f"{console.path}/link"
    assert f'value="customer.{console.id}" selected' in said(
        await console.open("desk", f"{path}?to=customer.{console.id}")
    )
    answer = await console.send("desk", path, to=f"customer.{console.id}", how="revoke")
    page = said(await console.open("desk", answer.headers["Location"]))
    assert "The link no longer works, and no one gets a new one." in page
    assert "Link revoked" in page
    await console.drain()
    assert len(console.postman.letters) == letters
    assert (await console.open("desk", old)).status == 404
    assert page.split("/join/")[1].split('"')[0] not in old
    await console.send("desk", path, to="staff.claire", how="revoke")
    await console.drain()
    assert len(console.postman.letters) == letters


async def test_moving_tells_all_and_says_so_in_the_queue(console):
    await console.drain()
    path = f"{console.path}/reschedule?back=status%3Dbooked"
    assert 'value="2027-01-11"' in said(await console.open("desk", path))
    answer = await console.send("desk", path, date="2027-01-12", time="11:00")
    assert (answer.status, answer.headers["Location"]) == (303, "/console/queue?status=booked&news=moved")
    assert (await console.appointment()).start == START + timedelta(days=1, hours=1)
    await console.drain()
    assert "change" in {one.kind for one in console.postman.letters}
    assert "was rescheduled" in await console.text(query="news=moved")


@pytest.mark.parametrize(
    ("date", "time", "field", "text"),
    [
        ("", "10:00", "date", "Enter a date"),
        ("2027-13-01", "10:00", "date", "Enter a date"),
        ("9999-12-31", "10:00", "date", "Enter a date"),
        ("2027-01-12", "", "time", "Enter a time that exists"),
        ("2027-03-28", "02:30", "time", "Enter a time that exists on this day"),
        ("2027-01-12", "10:00:30", "time", "Enter a time that exists"),
        ("2027-01-12", "03:00", "time", "This time is outside the hours"),
        ("2027-01-11", "09:30", "time", "Your booking rules don’t allow this time"),
        ("2039-01-11", "10:00", "time", "Enter a time that exists"),
    ],
)
async def test_a_wrong_time_is_told_beside_its_field_and_kept(console, date, time, field, text):
    before = await console.appointment()
    answer = await console.send("desk", f"{console.path}/reschedule", date=date, time=time)
    page = said(answer)
    assert answer.status == 422
    assert f'<p class="error" id="{field}-error">' in page
    assert text in page
    assert f'name="time" type="time" value="{time}"' in page
    assert f'name="date" type="date" value="{date}"' in page
    assert await console.appointment() == before


async def test_the_rules_are_gone_beyond_on_purpose_only(console):
    path, early = f"{console.path}/reschedule", {"date": "2027-01-12", "time": "03:00"}
    refused = await console.send("desk", path, **early)
    assert 'name="override"' in said(refused)
    assert 'name="override"' not in said(await console.open("desk", path))
    assert (await console.send("desk", path, **early, override="1")).status == 303
    assert f"{(await console.appointment()).start:%H:%M}" == "02:00"


async def test_a_busy_time_is_taken_on_purpose_only(console):
    other = await console.book_by_hand(START + 3 * HOUR, name="Carl", override="1")
    path, busy = f"{console.path}/reschedule", {"date": "2027-01-11", "time": "13:00", "override": "1"}
    refused = await console.send("desk", path, **busy)
    assert refused.status == 409
    assert "This person is busy at that time" in said(refused)
    assert 'name="overbook"' in said(refused)
    assert 'id="override" name="override" value="1" checked' in said(refused)
    assert (await console.send("desk", path, **busy, overbook="1")).status == 303
    assert (await console.appointment()).is_overbooked
    assert f"({other})" in said(await console.open("desk", console.path))


async def test_a_form_that_was_overtaken_by_another_change_changes_nothing(console):
    old = said(await console.open("desk", f"{console.path}/reschedule"))
    etag = old.partition('name="etag" value="')[2].partition('"')[0]
    when = {"date": "2027-01-12", "time": "11:00"}
    await console.send("desk", f"{console.path}/reschedule", **when)
    late = await console.send("desk", f"{console.path}/reschedule", date="2027-01-12", time="12:00", etag=etag)
    assert late.status == 412
    assert "was here before you" in said(late)
    assert f"{(await console.appointment()).start:%H:%M}" == "10:00"


async def test_handing_over_offers_who_is_free_first_and_refuses_who_is_busy(console):
    await console.book_by_hand(START, name="Carl", staff="omar", override="1")
    path = f"{console.path}/reassign"
    page = said(await console.open("desk", path))
    free, busy = page.partition("Busy at this time")[::2]
    assert ['value="claire" selected' in free, 'value="desk"' in free, 'value="omar"' in busy] == [True] * 3
    refused = await console.send("desk", path, staff="omar")
    assert refused.status == 409
    assert "This person is busy at that time" in said(refused)
    assert 'value="omar" selected' in said(refused)
    unknown = await console.send("desk", path, staff="nobody")
    assert unknown.status == 422
    done = await console.send("desk", path, staff="desk")
    assert done.headers["Location"] == "/console/queue?news=reassigned"
    assert (await console.appointment()).staff == ("desk",)


async def test_of_a_crowd_that_could_serve_one_is_chosen(console):
    crowd = tuple(f"p{number}" for number in range(30))
    one = an_appointment(START, id="walkin", service="video", staff=crowd, origin="on_demand", claim=(1, 1))
    rows = {appointment_key(one.id): dump(one), day_key(one.start, one.id): projection(one)}
    for key, values in rows.items():
        await console.table.transact("bookings", "biz0clinic", [Operation("insert", key, values)])
    path = "/console/queue/biz0clinic/walkin/reassign"
    assert said(await console.open("desk", path)).count('name="staff') == 1
    assert (await console.send("desk", path, staff="claire")).status == 303
    assert (await console.appointment("walkin")).staff == ("claire",)


async def test_cancelling_asks_first_and_tells_all_with_the_message(console):
    path = f"{console.path}/cancel"
    assert "Cancel this appointment?" in said(await console.open("desk", path))
    done = await console.send("desk", path, message="The doctor is ill.")
    assert done.headers["Location"] == "/console/queue?news=cancelled"
    assert (await console.appointment()).status == "cancelled"
    await console.drain()
    told = [one for one in console.postman.letters if one.kind == "cancellation"]
    assert "ana@example.com" in {one.to for one in told}
    assert {one.text for one in told} == {"The doctor is ill."}
    moved = await console.send("desk", f"{console.path}/reschedule", date="2027-01-12", time="11:00")
    assert moved.status == 409
    assert "This appointment is cancelled" in said(moved)


async def test_booking_at_the_console_shows_in_the_queue(console):
    made = await console.book_by_hand(START + 4 * HOUR, name="Dora", email="dora@example.com", override="1")
    found = await console.appointment(made)
    assert (found.staff, found.seat.customer.email) == (("claire",), "dora@example.com")
    assert "Dora" in await console.text()


async def test_anyone_may_serve_where_nobody_is_chosen(console):
    made = await console.book_by_hand(START + timedelta(days=1), name="Dora", staff="")
    assert (await console.appointment(made)).chosen_by == "anyone"


@pytest.mark.parametrize(
    ("fields", "field", "status"),
    [
        ({"name": ""}, "name", 422),
        ({"email": "nonsense"}, "email", 422),
        ({"phone": "call me"}, "phone", 422),
        ({"service": "none"}, "service", 422),
        ({"staff": "nobody"}, "staff", 422),
        ({"time": "02:00"}, "time", 422),
        ({"date": "2027-01-11", "time": "10:00", "override": "1"}, "time", 409),
    ],
)
async def test_a_wrong_booking_is_told_beside_its_field_with_everything_kept(console, fields, field, status):
    typed = {
        "service": "video",
        "staff": "claire",
        "date": "2027-01-12",
        "time": "11:00",
        "name": "Dora",
        "email": "dora@example.com",
        "phone": "+33 1 23 45 67 89",
        "notes": "Knows\nthe way",
        **fields,
    }
    answer = await console.send("desk", NEW, **typed)
    page = said(answer)
    assert answer.status == status
    assert f'id="{field}-error"' in page
    assert f'<a href="#{field}">' in page
    for name in ("name", "email", "phone", "date", "time"):
        assert f'name="{name}"' in page
        assert typed[name] in page
    assert "Knows\nthe way" in page


async def test_team_members_book_for_themselves_alone(console):
    page = said(await console.open("claire", NEW))
    assert 'value="claire"' in page
    assert 'value="omar"' not in page
    form = {"service": "video", "date": "2027-01-12", "time": "11:00", "name": "Dora"}
    assert (await console.send("claire", NEW, **form, staff="omar")).status == 403
    assert (await console.send("claire", NEW, **form, staff="")).status == 403
    assert (await console.send("claire", NEW, **form, staff="claire")).status == 303
    assert (await console.open("eye", NEW)).status == 403
    assert (await console.open("gast", NEW)).status == 404
